//go:build unix

package soak

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// The exit codes of trawl.
const (
	complete    = 0
	failed      = 1
	interrupted = 3
)

// patience is how long a process may take that is left alone. Only a hang reaches it.
const patience = 5 * time.Minute

// crawl is a command line that is used again until it is complete.
type crawl struct {
	args   []string // behind "trawl crawl"
	dir    string   // of its own, with nothing else in it
	output string
	audit  string // empty without
	killed func() // looks at what is there after a kill; nil for nobody
}

// newCrawl returns a crawl with its output, and maybe its audit, in a new directory.
func newCrawl(t *testing.T, output string, audited bool, args ...string) *crawl {
	t.Helper()
	return crawlIn(t.TempDir(), output, audited, args...)
}

func crawlIn(dir, output string, audited bool, args ...string) *crawl {
	c := &crawl{dir: dir, output: filepath.Join(dir, output)}
	c.args = append([]string{"crawl", "-q", "-o", c.output}, args...)
	if audited {
		c.audit = filepath.Join(dir, "audit.jsonl")
		c.args = append(c.args, "--audit", c.audit)
	}
	return c
}

func (c *crawl) statePath() string { return c.output + ".state" }

// start runs the command.
func (c *crawl) start(t *testing.T) *process {
	t.Helper()
	return startProcess(t, exec.Command(program, c.args...))
}

// runTo runs the command and fails the test if it ends with another code.
func (c *crawl) runTo(t *testing.T, code int) (stderr string) {
	t.Helper()
	return c.start(t).endsWith(t, code)
}

// process is a command that runs.
type process struct {
	cmd    *exec.Cmd
	began  time.Time
	stderr bytes.Buffer  // whole when it has ended
	ended  chan struct{} // closed when it has ended and what follows is set
	end    time.Time
}

func startProcess(t *testing.T, cmd *exec.Cmd) *process {
	t.Helper()
	p := &process{cmd: cmd, ended: make(chan struct{}), began: time.Now()}
	cmd.Stderr = &p.stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.ended)
		_ = cmd.Wait() // its code is looked at
		p.end = time.Now()
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // or it has ended
		<-p.ended
	})
	return p
}

// signal sends a signal; a process that has ended meanwhile needs none.
func (p *process) signal(s os.Signal) { _ = p.cmd.Process.Signal(s) }

// wait returns when the process has ended, with its exit code, -1 if it was killed.
func (p *process) wait(t *testing.T) int {
	t.Helper()
	select {
	case <-p.ended:
		return p.cmd.ProcessState.ExitCode()
	case <-time.After(patience):
		p.signal(syscall.SIGQUIT) // for the stacks of its goroutines
		<-p.ended
		t.Fatalf("still running after %v: %s\n%.20000s", patience, strings.Join(p.cmd.Args, " "), p.stderr.String())
		return -1
	}
}

// endsWith waits for the process and fails the test if its code is another.
func (p *process) endsWith(t *testing.T, code int) (stderr string) {
	t.Helper()
	if got := p.wait(t); got != code {
		t.Fatalf("exit code %d, want %d: %s\n%s", got, code, strings.Join(p.cmd.Args, " "), p.stderr.String())
	}
	return p.stderr.String()
}

// until waits for the condition, or the end of the process.
func (p *process) until(condition func() bool) {
	tick := time.NewTicker(500 * time.Microsecond)
	defer tick.Stop()
	for !condition() {
		select {
		case <-p.ended:
			return
		case <-tick.C:
		}
	}
}

// sleep waits, but no longer than the process runs.
func (p *process) sleep(d time.Duration) {
	select {
	case <-p.ended:
	case <-time.After(d):
	}
}

// origin is a server that counts what it has answered.
type origin struct {
	url      string
	asked    atomic.Int64
	answered atomic.Int64 // or given up, because the client had gone

	mu    sync.Mutex
	paths map[string]bool // those answered, since forget
	first time.Time       // when the first request came, since forget
	last  time.Time       // when the last answer was written
}

// serve serves a handler, each answer after a random time up to latency.
func serve(t *testing.T, h http.Handler, latency time.Duration) *origin {
	t.Helper()
	o := &origin{}
	o.forget()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		o.asked.Add(1)
		defer o.answered.Add(1)
		o.mu.Lock()
		if o.first.IsZero() {
			o.first = time.Now()
		}
		o.mu.Unlock()
		if latency > 0 {
			select {
			case <-time.After(time.Duration(rand.Int64N(int64(latency)))):
			case <-r.Context().Done():
				return
			}
		}
		h.ServeHTTP(w, r)
		o.mu.Lock()
		o.paths[r.RequestURI], o.last = true, time.Now()
		o.mu.Unlock()
	}))
	t.Cleanup(server.Close)
	o.url = server.URL
	return o
}

// distinct is how many URLs have been answered since forget.
func (o *origin) distinct() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.paths)
}

// firstRequest is when the first request came since forget; zero if none has.
func (o *origin) firstRequest() time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.first
}

// lastAnswer is when the last answer was written.
func (o *origin) lastAnswer() time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.last
}

// settle waits until nothing is left of the requests of a process that was killed, which may have been read late, and forgets them.
func (o *origin) settle() {
	for asked := int64(-1); o.asked.Load() != asked || o.answered.Load() != asked; time.Sleep(20 * time.Millisecond) {
		asked = o.asked.Load()
	}
	o.forget()
}

func (o *origin) forget() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.paths, o.first = map[string]bool{}, time.Time{}
}

// upTo is a random time below d.
func upTo(d time.Duration) time.Duration { return time.Duration(rand.Int64N(int64(d))) }

// role is this test's own binary as another program, whose standard input ends when the test does.
func role(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), append([]string{roleEnv + "=" + name}, args...)...)
	return cmd
}

// listing is what a directory holds, for messages.
func listing(dir string) string {
	var names []string
	_ = filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err == nil && !info.IsDir() {
			names = append(names, fmt.Sprintf("%s (%d bytes)", strings.TrimPrefix(path, dir+"/"), info.Size()))
		}
		return nil
	})
	return strings.Join(names, ", ")
}
