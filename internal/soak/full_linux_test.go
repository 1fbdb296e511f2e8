package soak

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestFullDisk fills the file system under output and state, makes room, and goes on.
func TestFullDisk(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root may mount a file system")
	}
	const size = 16 << 20
	o := serve(t, world(t), 20*time.Millisecond)
	args := flatOut("--retries", "0", o.url+"/")
	want, wantAudit := uninterrupted(t, newCrawl(t, "out.jsonl", true, args...))
	rooms := []int{4 << 10, 60 << 10, 90 << 10, 100 << 10} // from too little for a state to nearly enough
	for i := range inForm(len(rooms), 10*len(rooms)) {
		room, output := rooms[i%len(rooms)], outputs[i%len(outputs)]
		t.Run(fmt.Sprintf("%s with %d kB", output, room>>10), func(t *testing.T) {
			mount := mountTmpfs(t, size)
			ballast := filepath.Join(mount, "ballast")
			if err := os.WriteFile(ballast, make([]byte, size-room), 0o600); err != nil {
				t.Fatal(err)
			}
			dir := filepath.Join(mount, "crawl")
			if err := os.Mkdir(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			c := crawlIn(dir, output, true, args...)
			for range 2 { // what fails for want of room fails again
				said := c.runTo(t, failed)
				t.Logf("it says: %s", said)
				saysCause(t, said, "no space left on device")
				checkKilled(t, c, want)
			}
			if err := os.Remove(ballast); err != nil {
				t.Fatal(err)
			}
			c.finish(t)
			checkComplete(t, c, want)
			sameAudit(t, wantAudit, readAudit(t, c.audit))
		})
	}
}

func mountTmpfs(t *testing.T, size int) string {
	t.Helper()
	mount := t.TempDir()
	if err := unix.Mount("tmpfs", mount, "tmpfs", 0, fmt.Sprintf("size=%d", size)); err != nil {
		t.Skipf("no file system can be mounted: %v", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(mount, 0); err != nil {
			t.Error(err)
		}
	})
	return mount
}

// TestFileSizeLimit lets no file grow beyond a limit, and then goes on without one.
func TestFileSizeLimit(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skipf("needs bash for its ulimit: %v", err)
	}
	o := serve(t, world(t), 20*time.Millisecond)
	args := flatOut("--retries", "0", o.url+"/")
	want, wantAudit := uninterrupted(t, newCrawl(t, "out.jsonl", true, args...))
	for _, limit := range []int{20, 100, 200} {
		t.Run(fmt.Sprintf("%d kB", limit), func(t *testing.T) {
			c := newCrawl(t, "out.jsonl", true, args...)
			limited := startProcess(t, exec.Command(bash, append([]string{"-c", fmt.Sprintf(`ulimit -f %d; exec "$0" "$@"`, limit), program}, c.args...)...))
			said := limited.endsWith(t, failed)
			t.Logf("it says: %s", said)
			saysCause(t, said, "file too large")
			checkKilled(t, c, want)
			c.finish(t)
			checkComplete(t, c, want)
			sameAudit(t, wantAudit, readAudit(t, c.audit))
		})
	}
}

// TestClosedPipe lets who reads the output go away: that crawl can't go on, and doesn't.
func TestClosedPipe(t *testing.T) {
	o := serve(t, world(t), 20*time.Millisecond)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, append([]string{"crawl", "-q"}, flatOut(o.url+"/")...)...)
	cmd.Stdout = w
	p := startProcess(t, cmd)
	_, readErr := r.Read(make([]byte, 1000))
	if err := errors.Join(readErr, w.Close(), r.Close()); err != nil {
		t.Fatal(err)
	}
	said := p.endsWith(t, failed)
	t.Logf("it says: %s", said)
	saysCause(t, said, "broken pipe")
}

// saysCause checks that the last thing said is one line for people, and names the cause.
func saysCause(t *testing.T, said, cause string) {
	t.Helper()
	if !strings.Contains(said, cause) || strings.Contains(said, "goroutine ") || strings.Count(said, "\n") > 3 {
		t.Errorf("want one line with %q, got\n%s", cause, said)
	}
}
