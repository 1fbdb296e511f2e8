package crawler

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"sync"

	"github.com/seed-5a061891/trawl/crawler/frontier"
	"github.com/seed-5a061891/trawl/parse/weburl"
)

const (
	maxSeedLine = 1 << 16
	seedChunk   = 512
	// seedsAhead is how many seeds of a list wait in a frontier in memory when
	// nothing is followed: enough hosts to keep every slot busy, little enough to
	// hold. On disk there is room for all.
	seedsAhead = 10_000
)

// seed is a URL to start from.
type seed struct {
	raw       string
	canonical string
	userinfo  string // "user:password" that stood in it, for the host's requests
}

func parseSeed(raw string) (seed, error) {
	canonical, err := weburl.ParseUser(raw)
	if err != nil {
		var fault *weburl.Error
		if errors.As(err, &fault) { // without its input, which may hold a password
			err = errors.New(fault.Reason)
		}
		return seed{}, err
	}
	bare := weburl.WithoutUserinfo(canonical)
	s := seed{raw: raw, canonical: bare}
	if bare != canonical {
		s.userinfo = weburl.Split(canonical).Userinfo
		s.raw = bare // no line, log or file may show it
	}
	return s, nil
}

func (s seed) offer() frontier.Offer {
	o := frontier.Offer{URL: s.canonical, Host: weburl.HostKey(s.canonical)}
	if s.raw != s.canonical {
		o.Requested = s.raw
	}
	return o
}

// redacted hides the user name and password in what should have been a URL.
func redacted(raw string) string {
	start := 0
	if i := strings.Index(raw, "//"); i >= 0 {
		start = i + 2
	}
	end := len(raw)
	if i := strings.IndexAny(raw[start:], "/?#"); i >= 0 {
		end = start + i
	}
	if at := strings.LastIndexByte(raw[start:end], '@'); at >= 0 {
		return raw[:start] + "…" + raw[start+at:]
	}
	return raw
}

// BadSeedError is a line of a seed list that is no URL.
type BadSeedError struct {
	Line int
	Text string
	Err  error
}

func (e *BadSeedError) Error() string {
	return fmt.Sprintf("line %d of the list: %v", e.Line, e.Err)
}

func (e *BadSeedError) Unwrap() error { return e.Err }

// listSeeds reads a list, one URL a line. A line that is no URL comes as a
// *BadSeedError and the list goes on; any other error ends it.
func listSeeds(list io.Reader) iter.Seq2[seed, error] {
	return func(yield func(seed, error) bool) {
		in := bufio.NewReaderSize(list, maxSeedLine)
		for n := 1; ; n++ {
			line, err := in.ReadSlice('\n')
			long := errors.Is(err, bufio.ErrBufferFull)
			for errors.Is(err, bufio.ErrBufferFull) {
				_, err = in.ReadSlice('\n')
			}
			text := strings.TrimSpace(string(line))
			if n == 1 {
				text = strings.TrimPrefix(text, "\ufeff")
			}
			switch {
			case long:
				if !yield(seed{}, &BadSeedError{Line: n, Text: redacted(text[:100]), Err: fmt.Errorf("longer than %d bytes", maxSeedLine)}) {
					return
				}
			case text != "" && !strings.HasPrefix(text, "#"):
				s, perr := parseSeed(text)
				if perr != nil {
					perr = &BadSeedError{Line: n, Text: redacted(text), Err: perr}
				}
				if !yield(s, perr) {
					return
				}
			}
			if err == io.EOF {
				return
			}
			if err != nil {
				yield(seed{}, fmt.Errorf("reading the list of URLs: %w", err))
				return
			}
		}
	}
}

// addSeeds adds the seeds to the frontier, those of the list in chunks, while the
// crawl is under way. What pages link to waits for the list's end, before which
// the scope isn't known.
func (r *run) addSeeds(ctx context.Context) error {
	var first []frontier.Offer
	for _, s := range r.seeds {
		first = append(first, s.offer())
	}
	if err := r.add(ctx, first); err != nil {
		return err
	}
	recalled := sync.OnceFunc(func() { close(r.recalled) })
	if r.config.SeedList == nil {
		recalled()
		return nil
	}
	whole, err := r.addList(ctx, recalled)
	if err != nil {
		return err // before anything is leased, if it is another list
	}
	recalled()
	if !whole || !r.open.Load() {
		return nil
	}
	close(r.listed)
	select {
	case <-r.decided:
	case <-r.draining: // the committer may have ended
	case <-r.fetchCtx.Done(): // likewise, at the page limit or told to stop
	}
	return nil
}

// addList adds the list, and reports whether that was all of it. It calls recalled
// when it comes to what no earlier run has added.
func (r *run) addList(ctx context.Context, recalled func()) (whole bool, err error) {
	before, err := r.listBefore()
	if err != nil {
		return false, err
	}
	var now listMark
	if before.Seeds == 0 {
		recalled()
	}
	reading, stopReading := context.WithCancel(r.fetchCtx)
	defer stopReading()
	queue := r.readList(reading)
	for {
		select {
		case <-queue.ready:
		case <-r.draining:
			r.progress.update(func(s *Stats) { s.ListCut = true })
			return false, nil
		case <-r.fetchCtx.Done():
			return false, context.Cause(ctx) // nil at the page limit
		}
		seeds, ended, err := queue.take()
		if err != nil {
			return false, err
		}
		if err := r.addChunk(ctx, seeds, &now, before); err != nil {
			return false, err
		}
		if now.Seeds >= before.Seeds {
			recalled()
		}
		if ended {
			return true, r.endList(now, before)
		}
		if r.config.FollowNothing && r.to.state == nil && !r.config.Ordered { // in order, what waits for the list's end has its turn then
			r.waitForRoom()
		}
	}
}

// addChunk adds some of the list, but for what an earlier run has added.
func (r *run) addChunk(ctx context.Context, seeds []seed, now *listMark, before listMark) error {
	var chunk []frontier.Offer
	for _, s := range seeds {
		r.admitSeed(s)
		*now = now.after(s)
		if err := now.differs(before, r.stateDir()); err != nil {
			return err
		}
		if now.Seeds > before.Seeds {
			chunk = append(chunk, s.offer())
		}
	}
	if len(chunk) == 0 {
		return nil
	}
	if err := r.add(ctx, chunk); err != nil {
		return err
	}
	return r.noteList(*now)
}

func (r *run) add(ctx context.Context, offers []frontier.Offer) error {
	_, err := r.frontier.Add(ctx, offers)
	r.notify()
	return err
}

// readList reads the list in a goroutine of its own, because nothing can end a
// read from a terminal or a pipe: a crawl that is stopped leaves it behind,
// waiting for its reader's next line.
func (r *run) readList(ctx context.Context) *seedQueue {
	queue := newSeedQueue()
	go func() {
		for s, err := range listSeeds(r.config.SeedList) {
			var bad *BadSeedError
			switch {
			case errors.As(err, &bad):
				r.progress.update(func(s *Stats) { s.BadSeeds++ })
				r.config.Logger.Warn("not a URL", "line", bad.Line, "text", bad.Text, "error", bad.Err)
			case err != nil:
				queue.end(err)
				return
			default:
				queue.put(ctx, s)
			}
			if ctx.Err() != nil {
				return // nobody takes any more
			}
		}
		queue.end(nil)
	}()
	return queue
}

// waitForRoom returns when the frontier has worked off what it was given.
func (r *run) waitForRoom() {
	for r.frontier.Counts().Queued > seedsAhead {
		select {
		case <-r.room:
		case <-r.draining:
			return
		case <-r.fetchCtx.Done():
			return
		}
	}
}
