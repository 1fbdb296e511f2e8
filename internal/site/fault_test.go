package site

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestFaultsAreNamedWell(t *testing.T) {
	outcomes := []string{
		"page", "partial", "failed:timeout", "failed:connection", "failed:protocol", "failed:encoding", "failed:redirect", "failed:status",
		"failed:blocked_address", "skipped:type", "skipped:scope", "robots:obeyed", "robots:allow", "robots:disallow",
	}
	seen := make(map[string]bool)
	for _, f := range Faults() {
		switch {
		case seen[f.Path]:
			t.Errorf("%s is there twice", f.Path)
		case !strings.HasPrefix(f.Path, faultRoot) || strings.Count(f.Path, "/") < 3 || strings.ContainsAny(f.Path, "? #"):
			t.Errorf("%s: want /fault/family/name", f.Path)
		case !strings.HasSuffix(f.What, "."):
			t.Errorf("%s: %q is no sentence", f.Path, f.What)
		case !slices.Contains(outcomes, f.Want.Outcome) || f.Want.Or != "" && !slices.Contains(outcomes, f.Want.Or):
			t.Errorf("%s: outcome %q or %q", f.Path, f.Want.Outcome, f.Want.Or)
		case (f.Want.Phase != "") != (f.Want.Outcome == "failed:timeout"):
			t.Errorf("%s: %s in phase %q", f.Path, f.Want.Outcome, f.Want.Phase)
		case f.serve == nil:
			t.Errorf("%s: serves nothing", f.Path)
		}
		seen[f.Path] = true
	}
}

func TestFaultIndexListsAll(t *testing.T) {
	onPipes(t, Options{}, func(t *testing.T, srv *Server) {
		_, body := get(t, srv, faultRoot)
		links := readPage(t, srv.URL+faultRoot, "text/html; charset=utf-8", []byte(body)).links
		list := Faults()
		if len(links) != len(list) {
			t.Fatalf("%d links to %d faults", len(links), len(list))
		}
		for i, f := range list {
			if got := strings.TrimPrefix(links[i].url, srv.URL); got != f.Path {
				t.Errorf("link %d is %s, want %s", i, got, f.Path)
			}
		}
	})
}

func TestLeaf(t *testing.T) {
	onPipes(t, Options{}, func(t *testing.T, srv *Server) {
		if resp, body := get(t, srv, "/fault/leaf/a%3Cb"); resp.StatusCode != 200 || !strings.Contains(body, "<title>a&lt;b</title>") {
			t.Errorf("%d %s", resp.StatusCode, body)
		}
	})
}

// Each fault does to net/http, which is under every Go crawler, what its outcome says. The tests by family look closer.
func TestFaultsAsNetHTTPMeetsThem(t *testing.T) {
	for _, f := range Faults() {
		t.Run(strings.TrimPrefix(f.Path, faultRoot), func(t *testing.T) {
			onPipes(t, Options{}, func(t *testing.T, srv *Server) {
				family, _, _ := strings.Cut(strings.TrimPrefix(f.Path, faultRoot), "/")
				if family == "robots" || f.Path == "/fault/status/101" || strings.HasSuffix(f.Path, "-bomb") {
					return // their own tests
				}
				m := meet(t, srv, f)
				kind, reason, _ := strings.Cut(f.Want.Outcome, ":")
				switch kind {
				case "page", "skipped":
					m.wantPage(t, f)
				case "partial":
					m.wantPartial(t, f, family)
				case "failed":
					m.wantFailure(t, f, reason)
				}
			})
		})
	}
}

// meeting is what came of asking for a fault, as often as trawl would.
type meeting struct {
	statuses  []int // of each attempt, 0 for none; redirects are followed
	err       error // of the last attempt's headers
	bodyErr   error
	body      string // the first 4 MB
	redirects int
}

const attempts = 3

var retried = map[int]bool{408: true, 429: true, 500: true, 502: true, 503: true, 504: true, 520: true, 521: true, 522: true, 523: true, 524: true}

func meet(t *testing.T, srv *Server, f Fault) *meeting {
	t.Helper()
	transport := &http.Transport{DialContext: srv.DialContext, DisableCompression: true}
	defer transport.CloseIdleConnections()
	jar, _ := cookiejar.New(nil) // no options, no errors
	m := new(meeting)
	c := &http.Client{Transport: transport, Jar: jar, CheckRedirect: func(_ *http.Request, via []*http.Request) error {
		if m.redirects = len(via); m.redirects > 20 {
			return errors.New("more than 20 redirects")
		}
		return nil
	}}
	for range attempts {
		m.attempt(t, c, srv.URL+f.Path)
		if well := m.err == nil && m.bodyErr == nil && !retried[m.statuses[len(m.statuses)-1]]; well || !f.Want.Retried {
			break
		}
	}
	return m
}

func (m *meeting) attempt(t *testing.T, c *http.Client, url string) {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := c.Do(req)
	m.err, m.bodyErr, m.body = err, nil, ""
	if err != nil {
		m.statuses = append(m.statuses, 0)
		return
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 4<<20))
	m.statuses, m.body, m.bodyErr = append(m.statuses, resp.StatusCode), string(body), err
}

func (m *meeting) wantPage(t *testing.T, f Fault) {
	t.Helper()
	if f.Want.Outcome == "skipped:scope" || f.Want.Or == "failed:timeout" {
		return // what net/http's client does with a redirect isn't ours; see the redirects' own test
	}
	status := m.statuses[len(m.statuses)-1]
	if m.err != nil || m.bodyErr != nil || (f.Want.Status != 0 && status != f.Want.Status) {
		t.Errorf("status %v, error %v, in the body %v; want %d", m.statuses, m.err, m.bodyErr, f.Want.Status)
	}
	if again := len(m.statuses) > 1; again != f.Want.Retried {
		t.Errorf("statuses %v: retried %v", m.statuses, f.Want.Retried)
	}
}

func (m *meeting) wantPartial(t *testing.T, f Fault, family string) {
	t.Helper()
	const cutAt = 4 << 20
	switch {
	case m.err != nil || m.statuses[0] != f.Want.Status:
		t.Errorf("status %v, error %v; want %d", m.statuses, m.err, f.Want.Status)
	case family == "coding": // net/http doesn't decode; see the codings' own test
	case m.bodyErr == nil && len(m.body) < cutAt:
		t.Errorf("all %d bytes of the body came, without an error", len(m.body))
	case len(m.body) == 0:
		t.Errorf("nothing came: %v", m.bodyErr)
	}
}

func (m *meeting) wantFailure(t *testing.T, f Fault, reason string) {
	t.Helper()
	status := m.statuses[len(m.statuses)-1]
	switch {
	case reason == "timeout" && f.Want.Phase == "headers":
		if !errors.Is(m.err, context.DeadlineExceeded) {
			t.Errorf("error %v, want one of time", m.err)
		}
	case reason == "timeout":
		if m.err != nil || !errors.Is(m.bodyErr, context.DeadlineExceeded) || len(m.body) == 0 {
			t.Errorf("error %v, %v in the body, after %d bytes; want one of time in the body", m.err, m.bodyErr, len(m.body))
		}
	case reason == "connection" || reason == "protocol":
		if m.err == nil || errors.Is(m.err, context.DeadlineExceeded) {
			t.Errorf("status %d, error %v; want an error at once", status, m.err)
		}
	case reason == "status":
		if !slices.Equal(m.statuses, []int{f.Want.Status, f.Want.Status, f.Want.Status}) {
			t.Errorf("statuses %v, want %d each time", m.statuses, f.Want.Status)
		}
	case reason == "encoding":
		if m.err != nil || m.bodyErr != nil || len(m.body) == 0 {
			t.Errorf("error %v, %v", m.err, m.bodyErr)
		}
	}
}

// Time that a crawler can't be made to lose: no fault outlives its client by more than a drip.
func TestFaultsEndWithTheirClients(t *testing.T) {
	for _, f := range Faults() {
		onPipes(t, Options{}, func(t *testing.T, srv *Server) {
			conn := rawAsk(t, srv, f.Path)
			conn.SetReadDeadline(time.Now().Add(time.Second))
			conn.Read(make([]byte, 100))
			left := time.Now()
			conn.Close()
			srv.record.waitIdle()
			if after := time.Since(left); after > srv.opts.DripEvery {
				t.Errorf("%s went on for %v", f.Path, after)
			}
		})
	}
}

// And none keeps Close waiting.
func TestFaultsEndWithTheSite(t *testing.T) {
	for _, f := range Faults() {
		onPipes(t, Options{}, func(t *testing.T, srv *Server) {
			conn := rawAsk(t, srv, f.Path)
			defer conn.Close()
			conn.SetReadDeadline(time.Now().Add(time.Second))
			conn.Read(make([]byte, 100))
			closed := time.Now()
			srv.Close()
			if after := time.Since(closed); after > srv.opts.DripEvery {
				t.Errorf("%s kept Close for %v", f.Path, after)
			}
		})
	}
}
