//go:build unix

package soak

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/seed-5a061891/trawl/crawler"
	"github.com/seed-5a061891/trawl/internal/site"
)

// What a crawl may take of memory at most, in bytes: up to a million URLs, and beyond.
const (
	limitRSS     = 300 << 20
	limitRSSMore = 512 << 20
)

// TestScale crawls a synthetic web, on one host and on very many, and checks that it finds every page once and what memory that takes.
func TestScale(t *testing.T) {
	n := inForm(20_000, *pages)
	for _, hosts := range []int{1, min(n/10, 100_000)} {
		web := site.WebOptions{Pages: n, Hosts: hosts, Seed: 1}
		step := inForm(5_000, 100_000)
		t.Run(fmt.Sprintf("over sockets, hosts=%d", hosts), func(t *testing.T) {
			proxy, counts := startWeb(t, web, step)
			c := newCrawl(t, "out.jsonl.zst", false, "--rate", "0", "-c", "64", "--ignore-robots", "--scope", "any", "--proxy", proxy, first(t, web))
			checkScale(t, exec.Command(program, c.args...), counts, c, web)
		})
		t.Run(fmt.Sprintf("in process, hosts=%d", hosts), func(t *testing.T) {
			c := newCrawl(t, "out.jsonl.zst", false)
			cmd := role("crawl", append(webToEnv(t, web, step), outputEnv+"="+c.output)...)
			stdout, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			checkScale(t, cmd, bufio.NewScanner(stdout), c, web)
		})
	}
}

func first(t *testing.T, opts site.WebOptions) string {
	t.Helper()
	w, err := site.NewWeb(opts)
	if err != nil {
		t.Fatal(err)
	}
	return w.First()
}

// outputEnv is the output of the role that crawls.
const outputEnv = "TRAWL_SOAK_OUTPUT"

// crawlInProcess is the role of a crawl without sockets.
func crawlInProcess() error {
	web, step, err := webFromEnv()
	if err != nil {
		return err
	}
	c, err := crawler.New(crawler.Config{
		Seeds: []string{web.First()}, Output: os.Getenv(outputEnv), Transport: &counted{next: web, step: step},
		Rate: crawler.Unlimited, Concurrency: 64, IgnoreRobots: true, Scope: crawler.ScopeAny,
	})
	if err != nil {
		return err
	}
	_, err = c.Run(context.Background())
	return err
}

// checkScale runs a crawl and measures it whenever counts has a line.
func checkScale(t *testing.T, cmd *exec.Cmd, counts *bufio.Scanner, c *crawl, web site.WebOptions) {
	t.Helper()
	p := startProcess(t, cmd)
	rows := make(chan string)
	go func() {
		defer close(rows)
		for counts.Scan() {
			rows <- fmt.Sprintf("%s,%.1f,%d,%d", counts.Text(), time.Since(p.began).Seconds(), memory(cmd.Process.Pid, "VmRSS:")>>20, size(c.statePath())>>20)
		}
	}()
	curve := []string{"urls,seconds,rss_mb,state_mb"}
	peak := int64(0)
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for running := true; running; {
		select {
		case <-look.C:
			peak = max(peak, memory(cmd.Process.Pid, "VmHWM:"))
		case row, ok := <-rows:
			if !ok {
				rows = nil
				continue
			}
			curve = append(curve, row)
			if *long {
				t.Log(row)
			}
		case <-p.ended:
			running = false
		}
	}
	took := time.Since(p.began)
	drain(rows)
	p.endsWith(t, complete)
	if peak == 0 {
		peak = peakRSS(cmd.ProcessState)
	}
	t.Logf("%d URLs on %d hosts in %.1f s, %.0f a second; at most %d MB of memory", web.Pages, web.Hosts, took.Seconds(), float64(web.Pages)/took.Seconds(), peak>>20)
	appendCurve(t, curve)
	limit := int64(limitRSS)
	if web.Pages > 1_000_000 {
		limit = limitRSSMore
	}
	if peak > limit && (cmd.Path == program || !raced) {
		t.Errorf("%d MB of memory, more than %d\n%s", peak>>20, limit>>20, strings.Join(curve, "\n"))
	}
	checkEveryPageOnce(t, c.output, web)
	if entries, err := os.ReadDir(c.dir); err != nil || len(entries) != 1 {
		t.Errorf("beside the output there are: %s, %v", listing(c.dir), err)
	}
}

// drain lets who measures end: what it reads ends with the test, and nobody waits for more.
func drain(rows <-chan string) {
	if rows != nil {
		go func() {
			for range rows { // a process that has ended tells nothing
			}
		}()
	}
}

func appendCurve(t *testing.T, rows []string) {
	t.Helper()
	if *curvePath == "" {
		return
	}
	f, err := os.OpenFile(*curvePath, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o666)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Fprintf(f, "# %s\n%s\n", t.Name(), strings.Join(rows, "\n")); err != nil {
		t.Error(err)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
}

// checkEveryPageOnce reads an output of any length in little memory. On one host depths are exact, and compared while the web is small.
func checkEveryPageOnce(t *testing.T, path string, opts site.WebOptions) {
	t.Helper()
	w, err := site.NewWeb(opts)
	if err != nil {
		t.Fatal(err)
	}
	var depths map[string]int
	if opts.Hosts == 1 && opts.Pages <= 100_000 {
		depths = w.Expected(-1)
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	r, err := zstd.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	seen, lines := make([]bool, opts.Pages), 0
	in := bufio.NewReaderSize(r, 1<<20)
	for {
		line, err := in.ReadSlice('\n')
		if err == io.EOF && len(line) == 0 {
			break
		}
		if err != nil {
			t.Fatalf("%s: line %d: %v\n%.300s", path, lines+1, err, line)
		}
		lines++
		page, url, depth, ok := pageOfLine(line)
		switch {
		case !ok || page >= opts.Pages || w.URL(page) != url:
			t.Fatalf("%s: line %d is of no page of the web\n%.300s", path, lines, line)
		case seen[page]:
			t.Fatalf("%s: line %d is the second of %s", path, lines, url)
		case depths != nil && depths[url] != depth:
			t.Errorf("%s is at depth %d, want %d", url, depth, depths[url])
		}
		seen[page] = true
	}
	if lines != opts.Pages {
		t.Errorf("%d lines, want %d", lines, opts.Pages)
	}
}

// pageOfLine takes out of a line what is looked at, faster than JSON is read.
func pageOfLine(line []byte) (page int, url string, depth int, ok bool) {
	rest, isURL := bytes.CutPrefix(line, []byte(`{"url":"`))
	text, rest, closed := bytes.Cut(rest, []byte(`"`))
	_, rest, hasDepth := bytes.Cut(rest, []byte(`"depth":`))
	number, _, ended := bytes.Cut(rest, []byte(`,`))
	url = string(text)
	page, errPage := strconv.Atoi(strings.TrimSuffix(url[strings.LastIndexByte(url, '/')+1:], ".html"))
	depth, errDepth := strconv.Atoi(string(number))
	return page, url, depth, isURL && closed && hasDepth && ended && errPage == nil && page >= 0 && errDepth == nil
}

// memory is an amount of /proc/PID/status, in bytes: VmRSS is what a process has now, and VmHWM the most that it ever had. It is 0 where
// there is no /proc.
func memory(pid int, name string) int64 {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	_, rest, _ := strings.Cut(string(status), name)
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		return 0
	}
	kb, _ := strconv.ParseInt(fields[0], 10, 64)
	return kb << 10
}

// peakRSS is the most memory that a process ever had, in bytes. Linux counts what its parent had when it started it.
func peakRSS(state *os.ProcessState) int64 {
	usage, ok := state.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	if runtime.GOOS == "darwin" {
		return int64(usage.Maxrss)
	}
	return int64(usage.Maxrss) << 10
}

// size is that of all files below dir, those that go meanwhile left out.
func size(dir string) (sum int64) {
	_ = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			if info, err := d.Info(); err == nil {
				sum += info.Size()
			}
		}
		return nil
	})
	return sum
}
