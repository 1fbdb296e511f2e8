package site

import (
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var lengthHeader = regexp.MustCompile(`Content-Length: ([0-9]+)\r\n`)

func TestShortBodies(t *testing.T) {
	onPipes(t, Options{}, func(t *testing.T, srv *Server) {
		for _, name := range []string{"length-too-large", "close-mid-body", "reset-mid-body"} {
			answer, err := rawAnswer(t, srv, "/fault/framing/"+name)
			headers, body := splitAnswer(t, answer)
			found := lengthHeader.FindStringSubmatch(headers + "\r\n")
			if found == nil || err != io.EOF {
				t.Errorf("%s: %v, headers %q", name, err, headers)
				continue
			}
			if announced, _ := strconv.Atoi(found[1]); len(body) == 0 || len(body) >= announced {
				t.Errorf("%s: %d bytes of %d", name, len(body), announced)
			}
			if whole := strings.Contains(body, "</html>"); whole != (name == "length-too-large") {
				t.Errorf("%s: the whole page came: %v", name, whole)
			}
		}
	})
}

func TestChunks(t *testing.T) {
	first := chunk(faultPage("chunked"))
	onPipes(t, Options{}, func(t *testing.T, srv *Server) {
		for name, rest := range map[string]string{
			"chunked-cut":         "",
			"chunked-cut-inside":  "400\r\n<p>cut",
			"chunk-size-bad":      "zz\r\n<p>what\r\n0\r\n\r\n",
			"chunk-size-negative": "-5\r\n<p>no\r\n0\r\n\r\n",
			"chunk-size-2-63":     fmt.Sprintf("%x\r\n<p>and so on", uint64(1)<<63),
			"chunk-size-2-64":     "1" + strings.Repeat("0", 16) + "\r\n<p>and so on",
			"chunk-unended":       "4\r\n<p>far too long\r\n0\r\n\r\n",
		} {
			answer, err := rawAnswer(t, srv, "/fault/framing/"+name)
			headers, body := splitAnswer(t, answer)
			if !strings.Contains(headers, "Transfer-Encoding: chunked") || body != first+rest || err != io.EOF {
				t.Errorf("%s: %q, %v; want %q behind the first chunk", name, answer, err, rest)
			}
		}
	})
}

func TestBodiesThatEndTwice(t *testing.T) {
	onPipes(t, Options{}, func(t *testing.T, srv *Server) {
		for name, excess := range map[string]string{
			"length-too-small": "<p>This is not part of the page.</p>", "smuggled-response": keptOpen("smuggled"),
		} {
			answer, err := rawAnswer(t, srv, "/fault/framing/"+name)
			headers, body := splitAnswer(t, answer)
			if !isTimeout(err) || strings.Contains(headers, "close") {
				t.Errorf("%s: %v, want the connection kept open", name, err)
			}
			announced, _ := strconv.Atoi(lengthHeader.FindStringSubmatch(headers + "\r\n")[1])
			if body[:announced] != faultPage(name) || body[announced:] != excess {
				t.Errorf("%s: %q behind the page", name, body[announced:])
			}
			if _, page := get(t, srv, "/fault/framing/"+name); page != faultPage(name) {
				t.Errorf("%s: net/http makes of it %q", name, page)
			}
		}
	})
}

func TestLengths(t *testing.T) {
	onPipes(t, Options{}, func(t *testing.T, srv *Server) {
		for name, lines := range map[string][]string{
			"length-and-chunked":     {"Content-Length: 9", "Transfer-Encoding: chunked"},
			"transfer-encoding-foo":  {"Transfer-Encoding: foo"},
			"transfer-encoding-gzip": {"Transfer-Encoding: gzip, chunked"},
			"length-negative":        {"Content-Length: -5"},
			"length-garbage":         {"Content-Length: twelve"},
			"length-plus":            {"Content-Length: +12"},
			"lengths-differ":         {"Content-Length: 20", "Content-Length: 30"},
			"chunk-extensions":       {"Transfer-Encoding: chunked", "Trailer: X-Sum"},
		} {
			answer, _ := rawAnswer(t, srv, "/fault/framing/"+name)
			headers, _ := splitAnswer(t, answer)
			if !strings.Contains(headers, "\r\n"+strings.Join(lines, "\r\n")+"\r\n") {
				t.Errorf("%s: no %q in %q", name, lines, headers)
			}
		}
		for _, name := range []string{"no-length", "http-1-0"} {
			answer, err := rawAnswer(t, srv, "/fault/framing/"+name)
			if headers, body := splitAnswer(t, answer); strings.Contains(headers, "Length") || body != faultPage(name) || err != io.EOF {
				t.Errorf("%s: %q, %v", name, answer, err)
			}
		}
		if answer, _ := rawAnswer(t, srv, "/fault/framing/lengths-same"); len(lengthHeader.FindAllString(answer, -1)) != 2 {
			t.Errorf("lengths-same: %q", answer)
		}
		if answer, _ := rawAnswer(t, srv, "/fault/framing/http-1-0"); !strings.HasPrefix(answer, "HTTP/1.0 200 OK\r\n") {
			t.Errorf("http-1-0: %q", answer)
		}
		for _, name := range []string{"length-and-chunked", "chunk-extensions"} {
			if _, body := get(t, srv, "/fault/framing/"+name); body != faultPage(name) {
				t.Errorf("%s: %q", name, body)
			}
		}
	})
}
