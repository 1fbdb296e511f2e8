package main

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-5a061891/trawl/crawler"
)

// crawlOfPages is a poll of a crawl that gets a page a second.
func crawlOfPages() func() crawler.Stats {
	started := time.Now()
	return func() crawler.Stats {
		elapsed := time.Since(started)
		return crawler.Stats{Started: started, Elapsed: elapsed, Lines: int64(elapsed / time.Second)}
	}
}

func TestProgressIsToldInTime(t *testing.T) {
	for _, test := range []struct {
		mode     string
		each     string // begins each telling
		times    int    // in half a minute
		leftover string // that the end writes
	}{
		{progressLines, "trawl: ", 3, ""},
		{progressJSON, `{"event":"progress",`, 30, ""},
		{progressBar, "\r", 150, " \r"},
		{progressOff, "x", 0, ""},
	} {
		synctest.Test(t, func(t *testing.T) {
			var out strings.Builder
			stop := startProgress(test.mode, newConsole(&out), crawlOfPages())
			time.Sleep(30*time.Second + time.Millisecond)
			synctest.Wait()
			if got := strings.Count(out.String(), test.each); got != test.times {
				t.Errorf("%s: told %d times, want %d", test.mode, got, test.times)
			}
			stop()
			if !strings.HasSuffix(out.String(), test.leftover) {
				t.Errorf("%s: the last of %q is left", test.mode, out.String())
			}
			written := out.Len()
			time.Sleep(time.Minute)
			if out.Len() != written {
				t.Errorf("%s: goes on after its end", test.mode)
			}
		})
	}
}

func TestProgressWaitsForTheCrawl(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		stop := startProgress(progressBar, newConsole(&out), func() crawler.Stats { return crawler.Stats{} })
		time.Sleep(time.Minute)
		stop()
		if out.Len() > 0 {
			t.Errorf("before the crawl begins it says %q", out.String())
		}
	})
}

func TestProgressMode(t *testing.T) {
	var none strings.Builder // no terminal; terminal.txtar has one
	for _, test := range []struct {
		flags messageFlags
		want  string
	}{
		{messageFlags{progress: progressAuto}, progressLines},
		{messageFlags{progress: progressBar}, progressBar},
		{messageFlags{progress: progressJSON}, progressJSON},
		{messageFlags{progress: progressOff}, progressOff},
		{messageFlags{progress: progressBar, quiet: true}, progressOff},
	} {
		if got := test.flags.progressMode(&none, "-", &none); got != test.want {
			t.Errorf("%+v: %s, want %s", test.flags, got, test.want)
		}
	}
}
