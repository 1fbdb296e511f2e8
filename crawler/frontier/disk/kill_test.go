package disk

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/seed-5a061891/trawl/crawler/frontier"
)

// killSite is what the killed processes crawl. Every seventh page fails at first,
// some of them twice; every eleventh redirects.
type killSite struct{ pages, hosts int }

var killedSite = killSite{pages: 4000, hosts: 13}

func (s killSite) offer(i int) frontier.Offer {
	host := fmt.Sprintf("h%d", i%s.hosts)
	return frontier.Offer{URL: fmt.Sprintf("http://%s/%d", host, i), Host: host}
}

func (s killSite) number(url string) (i int) {
	if _, err := fmt.Sscan(url[strings.LastIndex(url, "/")+1:], &i); err != nil {
		panic(err)
	}
	return i
}

// attempts is how many fetches page i takes.
func (s killSite) attempts(i int) int {
	if i%7 == 3 {
		return 2 + i%2
	}
	return 1
}

func (s killSite) redirects(i int) bool { return i%11 == 5 }

func (s killSite) result(r *frontier.Request, now time.Time) frontier.Result {
	i := s.number(r.URL)
	res := frontier.Result{URL: r.URL, Outcome: frontier.Outcome{Kind: frontier.Fetched}}
	for _, j := range []int{2*i + 1, 2*i + 2, 2*i + 3, i / 3, i + s.hosts} {
		if j < s.pages {
			res.Found = append(res.Found, s.offer(j))
		}
	}
	switch {
	case r.Attempt < s.attempts(i):
		res.Outcome = frontier.Outcome{Kind: frontier.Retry, At: now, Detail: fmt.Sprintf("failure %d", r.Attempt)}
		res.Found = nil
	case s.redirects(i):
		res.Outcome = frontier.Outcome{Kind: frontier.Skipped, Reason: frontier.ReasonRedirect}
		res.Found = res.Found[:min(1, len(res.Found))]
		for k := range res.Found {
			res.Found[k].Redirect = 301
		}
	case i%17 == 9:
		res.Outcome = frontier.Outcome{Kind: frontier.Failed, Reason: "dns", Detail: "no such host"}
		res.Found = nil
	}
	return res
}

// lines are all that the output of a crawl has, by URL.
func (s killSite) lines() map[string]string {
	lines, todo, seen := map[string]string{}, []int{0}, map[int]bool{0: true}
	for len(todo) > 0 {
		i := todo[0]
		todo = todo[1:]
		o := s.offer(i)
		res := s.result(&frontier.Request{URL: o.URL, Attempt: s.attempts(i)}, time.Time{})
		if res.Outcome.Kind != frontier.Skipped {
			lines[o.URL] = s.line(o.URL, s.attempts(i))
		}
		for _, found := range res.Found {
			if j := s.number(found.URL); !seen[j] {
				seen[j] = true
				todo = append(todo, j)
			}
		}
	}
	return lines
}

func (s killSite) line(url string, attempt int) string {
	return fmt.Sprintf("%s %d %s\n", url, attempt, strings.Repeat("x", s.number(url)%200))
}

func killOptions() Options {
	return Options{Options: frontier.Options{MaxDepth: 100}, WriteBuffer: 1 << 18}
}

// childCrawl goes on with the crawl in dir and tells on standard output when it
// has done something, until the crawl is complete.
func childCrawl(dir string) error {
	f, err := Open(filepath.Join(dir, "state"), killOptions())
	if err != nil {
		return err
	}
	f.small()
	defer f.Close()
	out, err := os.OpenFile(filepath.Join(dir, "output"), os.O_CREATE|os.O_RDWR, 0o666)
	if err != nil {
		return err
	}
	defer out.Close()
	if err := out.Truncate(f.Checkpoint().Offset); err != nil {
		return err
	}
	offset, err := out.Seek(0, io.SeekEnd)
	if err != nil || offset != f.Checkpoint().Offset {
		return fmt.Errorf("the output ends at %d, the state says %d: %w", offset, f.Checkpoint().Offset, err)
	}
	ctx := context.Background()
	if _, err := f.Add(ctx, []frontier.Offer{killedSite.offer(0)}); err != nil {
		return err
	}
	return childLoop(ctx, f, out, offset)
}

func childLoop(ctx context.Context, f *Frontier, out *os.File, offset int64) error {
	tell := func() { fmt.Print(".") }
	rnd := rand.New(rand.NewPCG(rand.Uint64(), 0))
	var requests []frontier.Request
	for !f.Drained() {
		for len(requests) < 1+rnd.IntN(30) {
			r, _, err := f.Lease(ctx, time.Now())
			if errors.Is(err, frontier.ErrNoneReady) {
				break
			}
			if err != nil {
				return err
			}
			requests = append(requests, r)
			f.Release(r.Host, time.Now())
		}
		rnd.Shuffle(len(requests), func(i, j int) { requests[i], requests[j] = requests[j], requests[i] })
		n := rnd.IntN(len(requests) + 1)
		var batch frontier.Batch
		var lines []byte
		for i := range requests[:n] {
			res := killedSite.result(&requests[i], time.Now())
			batch.Results = append(batch.Results, res)
			if k := res.Outcome.Kind; k == frontier.Fetched || k == frontier.Failed {
				lines = append(lines, killedSite.line(res.URL, requests[i].Attempt)...)
			}
		}
		requests = append(requests[:0], requests[n:]...)
		for _, half := range [][]byte{lines[:len(lines)/2], lines[len(lines)/2:]} {
			if _, err := out.Write(half); err != nil {
				return err
			}
			tell()
		}
		offset += int64(len(lines))
		batch.Checkpoint.Offset = offset
		f.PutNote("lines", fmt.Append(nil, offset))
		if err := f.Commit(ctx, batch); err != nil {
			return err
		}
		tell()
		if rnd.IntN(10) == 0 {
			if err := f.Sync(out.Sync); err != nil {
				return err
			}
		}
		if rnd.IntN(10) == 0 && len(requests) > 0 {
			if err := f.Return(ctx, requests[0].URL); err != nil {
				return err
			}
			requests = requests[1:]
		}
	}
	return nil
}

// TestKill kills processes that crawl, at moments of chance, until the crawl is
// complete, and checks what they have left after each.
func TestKill(t *testing.T) {
	kills := 50
	if testing.Short() {
		kills = 10
	}
	dir := t.TempDir()
	rnd := rand.New(rand.NewPCG(rand.Uint64(), 0))
	want := killedSite.lines()
	done := 0
	for kill := 0; ; kill++ {
		if kill > 100*kills {
			t.Fatal("the crawl doesn't come to an end")
		}
		after := rnd.IntN(3 * 4000 / 15 * 2 / kills)
		if kill >= kills {
			after = -1
		}
		completed := runChild(t, dir, after)
		lines := checkKilled(t, dir, want)
		if lines < done {
			t.Fatalf("%d lines were committed, and now there are %d", done, lines)
		}
		done = lines
		if completed {
			t.Logf("complete after %d kills", kill)
			break
		}
	}
	if done != len(want) {
		t.Errorf("%d lines, want %d", done, len(want))
	}
}

// runChild runs a process until it has told after times that it did something,
// and then kills it; a negative number lets it end.
func runChild(t *testing.T, dir string, after int) (completed bool) {
	t.Helper()
	var stderr bytes.Buffer
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childEnv+"="+dir)
	cmd.Stderr = &stderr
	told, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if after >= 0 {
		_, _ = io.CopyN(io.Discard, told, int64(after))
		_ = cmd.Process.Kill()
	}
	_, _ = io.Copy(io.Discard, told)
	err = cmd.Wait()
	if stderr.Len() > 0 {
		t.Fatalf("the process failed: %v\n%s", err, stderr.String())
	}
	return err == nil
}

// checkKilled compares state and output, and returns the lines committed.
func checkKilled(t *testing.T, dir string, want map[string]string) int {
	t.Helper()
	f, err := Open(filepath.Join(dir, "state"), killOptions())
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if f.Lost() != 0 {
		t.Fatalf("%d commits are lost", f.Lost())
	}
	output, err := os.ReadFile(filepath.Join(dir, "output"))
	if err != nil && f.Checkpoint().Offset > 0 {
		t.Fatal(err)
	}
	if int64(len(output)) < f.Checkpoint().Offset {
		t.Fatalf("%d bytes of output, and the state has %d", len(output), f.Checkpoint().Offset)
	}
	if note, ok, err := f.Note("lines"); err != nil || ok && string(note) != fmt.Sprint(f.Checkpoint().Offset) {
		t.Fatalf("a note says %q at offset %d, %v", note, f.Checkpoint().Offset, err)
	}
	lines := map[string]bool{}
	for line := range bytes.Lines(output[:f.Checkpoint().Offset]) {
		url, _, _ := strings.Cut(string(line), " ")
		if want[url] != string(line) {
			t.Fatalf("line %q, want %q", line, want[url])
		}
		if lines[url] {
			t.Fatalf("%s is there twice", url)
		}
		lines[url] = true
	}
	checkState(t, f, lines)
	return len(lines)
}

// checkState recounts all URLs and compares: with the counts, and with the lines
// of the output.
func checkState(t *testing.T, f *Frontier, lines map[string]bool) {
	t.Helper()
	count := frontier.Counts{Skipped: map[frontier.Reason]int64{}}
	hosts := map[string]bool{}
	for e, err := range f.All() {
		if err != nil {
			t.Fatal(err)
		}
		count.Discovered++
		switch e.State {
		case Fetched:
			count.Fetched++
		case Failed:
			count.Failed++
		case Skipped:
			count.Skipped[e.Reason]++
		case Waiting:
			count.Retrying++
			fallthrough
		default:
			count.Queued++
			hosts[e.Host] = true
		}
		if line := e.State == Fetched || e.State == Failed; line != lines[e.URL] {
			t.Fatalf("%s is %s, and in the output: %v", e.URL, e.State, lines[e.URL])
		}
	}
	count.Hosts = int64(len(hosts))
	got := f.Counts()
	if !got.Balanced() {
		t.Fatalf("the balance is off: %+v", got)
	}
	if fmt.Sprint(got) != fmt.Sprint(count) {
		t.Fatalf("counts %+v, recounted %+v", got, count)
	}
}
