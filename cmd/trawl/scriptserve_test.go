package main

import (
	"context"
	"flag"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/seed-5a061891/trawl/internal/site"
)

// sites are the servers of a script, by the variable that has their URL.
type sites map[string]*site.Site

type sitesKey struct{}

func siteOf(ts *testscript.TestScript, name string) *site.Site {
	s := ts.Value(sitesKey{}).(sites)[name]
	if s == nil {
		ts.Fatalf("no site is served as %s", name)
	}
	return s
}

// laid is a repeatable flag PATH=WHAT.
type laid map[string]string

func (l laid) String() string { return "" }

func (l laid) Set(s string) error {
	at, what, _ := strings.Cut(s, "=")
	l[at] = what
	return nil
}

// serve [-as NAME] [-latency MIN[-MAX]] [-tls] [-page PATH=FILE]... [-fault PATH=FAULT[*TIMES]]... serves the bundled site and sets $NAME, by
// default $SITE, to its URL without a slash at its end and $NAMEPORT to its port. A page is a file of the script, with its $VARIABLES expanded.
func serve(ts *testscript.TestScript, neg bool, args []string) {
	flags := flag.NewFlagSet("serve", flag.ContinueOnError)
	as := flags.String("as", "SITE", "")
	latency := flags.String("latency", "", "")
	secure := flags.Bool("tls", false, "")
	pages, faults := laid{}, laid{}
	flags.Var(pages, "page", "")
	flags.Var(faults, "fault", "")
	ts.Check(flags.Parse(args))

	opts := site.Options{Faults: make(map[string]site.Behaviour)}
	if *latency != "" {
		least, most, _ := strings.Cut(*latency, "-")
		opts.MinLatency = parseDuration(ts, least)
		if most != "" {
			opts.MaxLatency = parseDuration(ts, most)
		}
	}
	for at, file := range pages {
		text := os.Expand(ts.ReadFile(file), ts.Getenv)
		opts.Faults[at] = site.Behaviour{Handler: pageHandler(file, text)}
	}
	for at, fault := range faults {
		fault, times, _ := strings.Cut(fault, "*")
		b := site.Behaviour{Fault: fault}
		if times != "" {
			b.Times = parseInt(ts, times)
		}
		opts.Faults[at] = b
	}
	s, err := site.New(opts)
	ts.Check(err)
	server := httptest.NewUnstartedServer(s)
	server.Config.ErrorLog = nil
	if *secure {
		server.StartTLS()
	} else {
		server.Start()
	}
	ts.Defer(func() {
		server.CloseClientConnections()
		s.Close()
		server.Close()
	})
	ts.Value(sitesKey{}).(sites)[*as] = s
	ts.Setenv(*as, server.URL)
	ts.Setenv(*as+"PORT", server.URL[strings.LastIndexByte(server.URL, ':')+1:])
}

func pageHandler(file, text string) http.Handler {
	types := map[string]string{".html": "text/html; charset=utf-8", ".txt": "text/plain; charset=utf-8"}
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", types[path.Ext(file)])
		io.WriteString(w, text)
	})
}

// envsubst FILE... expands the $VARIABLES in files of the script.
func envSubst(ts *testscript.TestScript, neg bool, args []string) {
	for _, file := range args {
		text := os.Expand(ts.ReadFile(file), ts.Getenv)
		ts.Check(os.WriteFile(ts.MkAbs(file), []byte(text), 0o666))
	}
}

// listen NAME sets $NAME to the address of a server that takes connections and never says a word.
func listen(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: listen NAME")
	}
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	ts.Check(err)
	var held []net.Conn
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			held = append(held, c)
		}
	}()
	ts.Defer(func() {
		l.Close()
		<-done
		for _, c := range held {
			c.Close()
		}
	})
	ts.Setenv(args[0], l.Addr().String())
}

// hits [-at NAME] PATH N checks how often a path was asked for; N may be + for at least once.
func hits(ts *testscript.TestScript, neg bool, args []string) {
	s, args := atSite(ts, args)
	if neg || len(args) != 2 {
		ts.Fatalf("usage: hits [-at NAME] PATH N")
	}
	got := s.Hits(args[0])
	if args[1] == "+" {
		if got == 0 {
			ts.Fatalf("%s was never asked for", args[0])
		}
	} else if want := parseInt(ts, args[1]); got != want {
		ts.Fatalf("%s was asked for %d times, want %d", args[0], got, want)
	}
}

// asked [-at NAME] PATH FIELD VALUE checks that a request for the path had the value, with ! that none had.
func asked(ts *testscript.TestScript, neg bool, args []string) {
	s, args := atSite(ts, args)
	if len(args) != 3 {
		ts.Fatalf("usage: asked [-at NAME] PATH FIELD VALUE")
	}
	found := false
	for _, r := range s.Requests() {
		fields := map[string]string{"user-agent": r.UserAgent, "cookie": r.Cookie, "authorization": r.Authorization, "referer": r.Referer, "host": r.Host}
		value, known := fields[args[1]]
		if !known {
			ts.Fatalf("the site does not record %s", args[1])
		}
		found = found || r.Path == args[0] && value == args[2]
	}
	if found == neg {
		ts.Fatalf("asked for %s with %s %q: %v, want %v", args[0], args[1], args[2], found, !neg)
	}
}

// inflight [-at NAME] MIN MAX checks the most requests that were in flight at once.
func inFlight(ts *testscript.TestScript, neg bool, args []string) {
	s, args := atSite(ts, args)
	if neg || len(args) != 2 {
		ts.Fatalf("usage: inflight [-at NAME] MIN MAX")
	}
	if most := s.MaxInFlight(); most < parseInt(ts, args[0]) || most > parseInt(ts, args[1]) {
		ts.Fatalf("%d requests were in flight at once, want %s to %s", most, args[0], args[1])
	}
}

// span [-at NAME] MIN checks that at least so much time lay between the first request and the last.
func span(ts *testscript.TestScript, neg bool, args []string) {
	s, args := atSite(ts, args)
	if neg || len(args) != 1 {
		ts.Fatalf("usage: span [-at NAME] MIN")
	}
	requests := s.Requests()
	got := requests[len(requests)-1].At.Sub(requests[0].At)
	if want := parseDuration(ts, args[0]); got < want {
		ts.Fatalf("%d requests came within %v, want at least %v", len(requests), got, want)
	}
}

func atSite(ts *testscript.TestScript, args []string) (*site.Site, []string) {
	if len(args) > 1 && args[0] == "-at" {
		return siteOf(ts, args[1]), args[2:]
	}
	return siteOf(ts, "SITE"), args
}

func parseDuration(ts *testscript.TestScript, s string) time.Duration {
	d, err := time.ParseDuration(s)
	ts.Check(err)
	return d
}

func parseInt(ts *testscript.TestScript, s string) int {
	n, err := strconv.Atoi(s)
	ts.Check(err)
	return n
}
