package crawler

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/seed-5a061891/trawl/crawler/frontier"
	"github.com/seed-5a061891/trawl/parse/weburl"
)

const (
	maxSeedLine = 1 << 16
	seedChunk   = 512
	// seedsAhead is how many seeds of a list wait in the frontier when nothing
	// is followed: enough hosts to keep every slot busy, little enough to hold.
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
				if !yield(seed{}, &BadSeedError{Line: n, Text: text[:100], Err: fmt.Errorf("longer than %d bytes", maxSeedLine)}) {
					return
				}
			case text != "" && !strings.HasPrefix(text, "#"):
				s, perr := parseSeed(text)
				if perr != nil {
					perr = &BadSeedError{Line: n, Text: text, Err: perr}
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

// addSeeds adds the seeds to the frontier, those of the list in chunks. Where
// nothing is followed it waits for room, so that a list of any length is held a
// part at a time; else the scope needs all seeds before the first fetch.
func (r *run) addSeeds(ctx context.Context) error {
	chunk := make([]frontier.Offer, 0, seedChunk)
	flush := func() error {
		_, err := r.frontier.Add(ctx, chunk)
		chunk = chunk[:0]
		r.notify()
		return err
	}
	for _, s := range r.seeds {
		chunk = append(chunk, s.offer())
	}
	if err := flush(); err != nil || r.config.SeedList == nil {
		return err
	}
	for s, err := range listSeeds(r.config.SeedList) {
		var bad *BadSeedError
		switch {
		case errors.As(err, &bad):
			r.progress.update(func(s *Stats) { s.BadSeeds++ })
			r.config.Logger.Warn("not a URL", "line", bad.Line, "text", clip(bad.Text), "error", bad.Err)
			continue
		case err != nil:
			return err
		}
		r.admitSeed(s)
		chunk = append(chunk, s.offer())
		if len(chunk) < seedChunk {
			continue
		}
		if err := flush(); err != nil {
			return err
		}
		if r.config.FollowNothing {
			if err := r.waitForRoom(ctx); err != nil {
				return err
			}
		}
	}
	return flush()
}

// waitForRoom returns when the frontier has worked off what it was given.
func (r *run) waitForRoom(ctx context.Context) error {
	for r.frontier.Counts().Queued > seedsAhead {
		select {
		case <-r.room:
		case <-r.draining:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}
