package site

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"golang.org/x/text/encoding/unicode"
)

func TestRobotsFaults(t *testing.T) {
	inUTF16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(robotsText)
	if err != nil {
		t.Fatal(err)
	}
	onPipes(t, Options{}, func(t *testing.T, srv *Server) {
		for name, want := range map[string]string{
			"good": robotsText, "empty": "", "html": faultPage("Welcome to Tjeldhavn"), "rules-as-html": robotsText, "binary": binaryBody,
			"utf-16": inUTF16, "crlf": strings.ReplaceAll(robotsText, "\n", "\r\n"), "cr": strings.ReplaceAll(robotsText, "\n", "\r"),
			"bom": "\xef\xbb\xbf" + robotsText, "no-last-newline": robotsText[:len(robotsText)-1], "hops/0": robotsText,
		} {
			if resp, body := get(t, srv, "/fault/robots/"+name); resp.StatusCode != 200 || body != want {
				t.Errorf("%s: %d %.200q, want %.200q", name, resp.StatusCode, body, want)
			}
		}
		if resp, body := get(t, srv, "/fault/robots/gzip"); resp.Header.Get("Content-Encoding") != "gzip" || gunzip(t, body) != robotsText {
			t.Errorf("gzip: %v", resp.Header)
		}
		for _, status := range []int{400, 401, 403, 404, 410, 451, 500, 502, 503, 504} {
			if resp, _ := get(t, srv, fmt.Sprintf("/fault/robots/%d", status)); resp.StatusCode != status {
				t.Errorf("%d: %d", status, resp.StatusCode)
			}
		}
		for name, to := range map[string]string{"loop": "/fault/robots/loop", "hops/5": "/fault/robots/hops/4", "hops/9": "/fault/robots/hops/8"} {
			if resp, _ := get(t, srv, "/fault/robots/"+name); resp.StatusCode != 302 || resp.Header.Get("Location") != to {
				t.Errorf("%s: %d to %q", name, resp.StatusCode, resp.Header.Get("Location"))
			}
		}
	})
}

func TestRobotsThatDontArrive(t *testing.T) {
	onPipes(t, Options{}, func(t *testing.T, srv *Server) {
		for name, want := range map[string]struct {
			says string
			hang bool
		}{
			"hang": {"", true}, "hang-body": {"Disallow", true}, "reset": {"", false}, "empty-reply": {"", false}, "garbage-status": {"220 ", false},
			"cut": {"Content-Length: 5000\r\n", false},
		} {
			answer, err := rawAnswer(t, srv, "/fault/robots/"+name)
			if isTimeout(err) != want.hang || !want.hang && !errors.Is(err, io.EOF) {
				t.Errorf("%s: %v", name, err)
			}
			if !strings.Contains(answer, want.says) || (want.says == "") != (answer == "") {
				t.Errorf("%s: %q, %v", name, answer, err)
			}
		}
	})
}

func TestHugeRobots(t *testing.T) {
	srv := startTCP(t, Options{})
	_, body := get(t, srv, "/fault/robots/20-megabytes")
	if len(body) < 20<<20 || !strings.HasPrefix(body, robotsText) || !strings.HasSuffix(body, "\nDisallow: /\n") {
		t.Errorf("%d bytes", len(body))
	}
	if strings.Contains(body[:1<<20], "Disallow: /\n") {
		t.Error("the rule that comes too late comes early")
	}
}

// Laid over robots.txt they are what a crawler meets there, first hop of a chain included.
func TestRobotsFaultsAreForRobotsTxt(t *testing.T) {
	for _, f := range robotsFaults() {
		if strings.HasSuffix(f.Path, "/hang") || f.Want.Outcome == "robots:disallow" {
			continue
		}
		onPipes(t, Options{Faults: map[string]Behaviour{"/robots.txt": {Fault: f.Path}}}, func(t *testing.T, srv *Server) {
			own, ownBody := get(t, srv, f.Path)
			laid, body := get(t, srv, "/robots.txt")
			if laid.StatusCode != own.StatusCode || body != ownBody && f.Path != "/fault/robots/20-megabytes" {
				t.Errorf("%s: %d over robots.txt, %d at home", f.Path, laid.StatusCode, own.StatusCode)
			}
		})
	}
}
