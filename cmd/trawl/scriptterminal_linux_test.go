package main

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/sys/unix"
)

// terminal COLUMNS command args... runs a command whose stderr is a terminal, and gives what it wrote there as its stderr.
func terminal(ts *testscript.TestScript, neg bool, args []string) {
	near, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	ts.Check(err)
	defer near.Close()
	fd := int(near.Fd())
	ts.Check(unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0))
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	ts.Check(err)
	ts.Check(unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Col: uint16(parseInt(ts, args[0])), Row: 24}))
	far, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	ts.Check(err)

	cmd := command(ts, args[1:])
	cmd.Stdout, cmd.Stderr = ts.Stdout(), far
	ts.Check(cmd.Start())
	ts.Check(far.Close())
	var screen bytes.Buffer
	_, _ = io.Copy(&screen, near) // ends with EIO when the last holder of the far end is gone
	err = cmd.Wait()
	ts.Stderr().Write(screen.Bytes())
	ts.Check(err)
}
