package site

import (
	"net/http"
	"slices"
	"sync"
	"time"
)

// Request is one request as the site received it.
type Request struct {
	At     time.Time // when its headers had been read
	Method string
	Host   string // of the Host header, port included
	Path   string // path and query as sent, not decoded

	UserAgent, AcceptEncoding, Cookie, Authorization, Referer string
}

// record is what the site remembers of its clients. All methods may be called from any goroutine.
type record struct {
	limit int

	mu       sync.Mutex
	requests []Request
	hits     map[string]int
	missed   int
	total    gauge
	byHost   map[string]*gauge
	idle     *sync.Cond // broadcast whenever total.now falls to zero
}

// gauge counts what is in flight, and the most that ever was.
type gauge struct{ now, most int }

func newRecord(limit int) *record {
	l := &record{limit: limit, hits: make(map[string]int), byHost: make(map[string]*gauge)}
	l.idle = sync.NewCond(&l.mu)
	return l
}

// begin notes a request, the nth for its path; end notes that it has been answered.
func (l *record) begin(r *http.Request) (nth int, end func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.requests) < l.limit {
		l.requests = append(l.requests, Request{
			At: time.Now(), Method: r.Method, Host: r.Host, Path: r.RequestURI,
			UserAgent: r.UserAgent(), AcceptEncoding: r.Header.Get("Accept-Encoding"), Cookie: r.Header.Get("Cookie"),
			Authorization: r.Header.Get("Authorization"), Referer: r.Referer(),
		})
		l.hits[r.RequestURI]++
	} else {
		l.missed++
	}
	host := l.byHost[r.Host]
	if host == nil {
		host = new(gauge)
		l.byHost[r.Host] = host
	}
	host.enter()
	l.total.enter()
	return l.hits[r.RequestURI], func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		host.now--
		if l.total.now--; l.total.now == 0 {
			l.idle.Broadcast()
		}
	}
}

func (g *gauge) enter() {
	g.now++
	g.most = max(g.most, g.now)
}

// waitIdle returns when no request is in flight.
func (l *record) waitIdle() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.total.now > 0 {
		l.idle.Wait()
	}
}

// Requests are all requests in the order of their arrival, up to Options.LogLimit.
func (s *Site) Requests() []Request {
	s.record.mu.Lock()
	defer s.record.mu.Unlock()
	return slices.Clone(s.record.requests)
}

// Unrecorded counts the requests that came after the log was full: they were answered, but are in neither Requests nor Hits.
func (s *Site) Unrecorded() int {
	s.record.mu.Lock()
	defer s.record.mu.Unlock()
	return s.record.missed
}

// Hits counts the requests for a path and query, spelled as the client sent it, over all hosts and methods.
func (s *Site) Hits(path string) int {
	s.record.mu.Lock()
	defer s.record.mu.Unlock()
	return s.record.hits[path]
}

// MaxInFlight is the most requests that were ever being answered at once; a request counts until its answer is complete or its
// client has gone.
func (s *Site) MaxInFlight() int {
	s.record.mu.Lock()
	defer s.record.mu.Unlock()
	return s.record.total.most
}

// MaxInFlightOn is MaxInFlight among the requests with one Host header.
func (s *Site) MaxInFlightOn(host string) int {
	s.record.mu.Lock()
	defer s.record.mu.Unlock()
	if g := s.record.byHost[host]; g != nil {
		return g.most
	}
	return 0
}

// ForgetRequests empties the log and the counts; what is in flight stays so.
func (s *Site) ForgetRequests() {
	s.record.mu.Lock()
	defer s.record.mu.Unlock()
	s.record.requests, s.record.missed = nil, 0
	clear(s.record.hits)
	s.record.total.most = s.record.total.now
	for _, g := range s.record.byHost {
		g.most = g.now
	}
}
