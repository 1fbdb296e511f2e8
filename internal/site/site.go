package site

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	bundled "github.com/seed-5a061891/trawl/testdata/site"
)

// Options of a Site. The zero value serves the world at once and without faults.
type Options struct {
	// MinLatency and MaxLatency bound a pseudo-random wait before each answer outside /fault/. MaxLatency below MinLatency counts
	// as equal to it. Default 0.
	MinLatency, MaxLatency time.Duration

	// Seed chooses the waits. The same seed gives the nth request for a path the same wait in every run.
	Seed uint64

	// DripEvery is the time between two bytes of the answers that drip. Default one second, as in "a byte a second".
	DripEvery time.Duration

	// Faults lays a behaviour over ordinary paths, or over faults. A key is a path without its query; it stands for all its queries.
	Faults map[string]Behaviour

	// CloseFirst makes a Server close so many of the first connections at once, before it reads from them. A Site that is served
	// by another server doesn't see connections and can't.
	CloseFirst int

	// Graph is served below /graph/ if it isn't nil.
	Graph *Graph

	// LogLimit bounds the requests that are logged. Default 200,000, about 60 MB; more are counted by Unrecorded.
	LogLimit int
}

const (
	defaultDripEvery = time.Second
	defaultLogLimit  = 200_000
)

// Site serves the bundled world, its faults, a graph and a fan. It is an http.Handler for HTTP/1.1 servers and safe for concurrent use.
type Site struct {
	opts   Options
	world  *world
	faults *faultTable
	record *record
	closed chan struct{} // closed by Close

	mu     sync.Mutex // guards what follows, and the closing of closed
	counts map[string]int
	wires  map[*wire]struct{}
}

// New reads the bundled world. It fails if opts asks for what doesn't exist: a negative time or limit, or a Behaviour that names
// no fault, or two things at once.
func New(opts Options) (*Site, error) {
	w, err := readWorld(bundled.Files)
	if err != nil {
		return nil, err
	}
	s := &Site{
		opts: opts, world: w, faults: newFaultTable(), closed: make(chan struct{}),
		counts: make(map[string]int), wires: make(map[*wire]struct{}),
	}
	if err := s.checkOptions(); err != nil {
		return nil, fmt.Errorf("site: options: %w", err)
	}
	if s.opts.DripEvery == 0 {
		s.opts.DripEvery = defaultDripEvery
	}
	if s.opts.LogLimit == 0 {
		s.opts.LogLimit = defaultLogLimit
	}
	s.record = newRecord(s.opts.LogLimit)
	return s, nil
}

func (s *Site) checkOptions() error {
	o := s.opts
	if min(o.MinLatency, o.MaxLatency, o.DripEvery) < 0 || o.LogLimit < 0 || o.CloseFirst < 0 {
		return errors.New("a time or a limit is negative")
	}
	for _, path := range slices.Sorted(maps.Keys(o.Faults)) {
		if !strings.HasPrefix(path, "/") || strings.Contains(path, "?") {
			return fmt.Errorf("fault on %q: want a path from the root, without a query", path)
		}
		if err := o.Faults[path].check(s.faults); err != nil {
			return fmt.Errorf("fault on %q: %w", path, err)
		}
	}
	return nil
}

// ServeHTTP answers one request; see the package's documentation for what lives where.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	nth, end := s.record.begin(r)
	defer end()
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "This site is for reading.", http.StatusMethodNotAllowed)
		return
	}
	if h := s.behaviour(r); h != nil {
		h.ServeHTTP(w, r)
		return
	}
	path := r.URL.Path
	if strings.HasPrefix(path, faultRoot) {
		s.faults.serve(s, w, r)
		return
	}
	if !s.pause(r.Context(), s.opts.latency(r.RequestURI, nth)) {
		return
	}
	switch {
	case strings.HasPrefix(path, graphRoot) && s.opts.Graph != nil:
		s.opts.Graph.ServeHTTP(w, r)
	case strings.HasPrefix(path, fanRoot):
		s.serveFan(w, r)
	case strings.HasPrefix(path, "/calendar/"):
		s.serveCalendar(w, r)
	case path == "/cellar.html":
		s.serveCellar(w, r)
	default:
		s.world.serve(w, r, s.world.find(path, r.URL.RawQuery))
	}
}

// count is how many times it was called with key, this time included.
func (s *Site) count(key string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counts[key]++
	return s.counts[key]
}

// Close ends every answer that hangs or drips, resets the faults' connections, and returns when no request is in flight.
// Answers that wait for a slow client inside net/http end when the server that serves the Site is closed; close that first.
func (s *Site) Close() {
	s.mu.Lock()
	select {
	case <-s.closed:
	default:
		close(s.closed)
		for w := range s.wires {
			w.conn.Close()
		}
	}
	s.mu.Unlock()
	s.record.waitIdle()
}
