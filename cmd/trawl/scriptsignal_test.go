package main

import (
	"bufio"
	"bytes"
	"flag"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// command is a process of a script, in its directory and with its environment.
func command(ts *testscript.TestScript, args []string) *exec.Cmd {
	path, err := exec.LookPath(args[0])
	ts.Check(err)
	cmd := exec.Command(path, args[1:]...)
	cmd.Dir = ts.Getenv("WORK")
	cmd.Env = os.Environ()
	return cmd
}

// transcript is what a process has written so far.
type transcript struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (t *transcript) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.buf.Write(p)
}

func (t *transcript) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.buf.String()
}

// interrupt [-after PATH] [-saying TEXT] [-twice] [-term] [-kill] [-never] [-stdin FILE] CODE command args... interrupts a command once PATH has been asked for, or once
// TEXT stands on its stdout or stderr, or with -never doesn't; with -twice again after it has said what a second time would do. With -kill it is kill -9, and the code -1. With -stdin the
// command reads FILE, and then waits: its stdin stays open.
func interrupt(ts *testscript.TestScript, neg bool, args []string) {
	flags := flag.NewFlagSet("interrupt", flag.ContinueOnError)
	after := flags.String("after", "", "")
	saying := flags.String("saying", "", "")
	twice := flags.Bool("twice", false, "")
	never := flags.Bool("never", false, "")
	term := flags.Bool("term", false, "")
	kill := flags.Bool("kill", false, "")
	openStdin := flags.String("stdin", "", "")
	ts.Check(flags.Parse(args))
	args = flags.Args()

	cmd := command(ts, args[1:])
	var stdout, stderr transcript
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if *openStdin != "" {
		stdin, err := cmd.StdinPipe()
		ts.Check(err)
		defer stdin.Close()
		_, err = io.WriteString(stdin, ts.ReadFile(*openStdin))
		ts.Check(err)
	}
	ts.Check(cmd.Start())
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	// No limit but the test's own: a command that ends too early is noticed, one that never comes so far shows where it hangs.
	waitFor := func(what string, happened func() bool) {
		for !happened() {
			select {
			case err := <-ended:
				ts.Fatalf("it ended (%v) before %s:\n%s%s", err, what, stdout.String(), stderr.String())
			case <-time.After(time.Millisecond):
			}
		}
	}
	if *after != "" {
		waitFor(*after+" was asked for", func() bool { return siteOf(ts, "SITE").Hits(*after) > 0 })
	}
	if *saying != "" {
		waitFor("saying "+*saying, func() bool { return strings.Contains(stdout.String()+stderr.String(), *saying) })
	}
	var signal os.Signal = os.Interrupt
	if *term {
		signal = syscall.SIGTERM
	}
	if *kill {
		signal = os.Kill
	}
	if !*never {
		ts.Check(cmd.Process.Signal(signal))
	}
	if *twice {
		waitFor("telling of the second interrupt", func() bool { return strings.Contains(stderr.String(), "again to stop now") })
		ts.Check(cmd.Process.Signal(signal))
	}
	err := <-ended
	io.WriteString(ts.Stdout(), stdout.String())
	io.WriteString(ts.Stderr(), stderr.String())
	checkCode(ts, args[0], err)
}

// closedpipe CODE command args... reads one line of the command's stdout and closes it.
func closedPipe(ts *testscript.TestScript, neg bool, args []string) {
	cmd := command(ts, args[1:])
	out, err := cmd.StdoutPipe()
	ts.Check(err)
	var stderr transcript
	cmd.Stderr = &stderr
	ts.Check(cmd.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	ts.Check(err)
	ts.Check(out.Close())
	err = cmd.Wait()
	io.WriteString(ts.Stdout(), line)
	io.WriteString(ts.Stderr(), stderr.String())
	checkCode(ts, args[0], err)
}
