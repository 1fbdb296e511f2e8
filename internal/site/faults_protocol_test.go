package site

import (
	"io"
	"strings"
	"testing"
)

func TestHowAnswersBegin(t *testing.T) {
	onPipes(t, Options{}, func(t *testing.T, srv *Server) {
		for name, start := range map[string]string{
			"http-0-9": "<!DOCTYPE html>", "icy": "ICY 200 OK\r\n", "garbage": "\x16\x03\x01 %$! garbage\r\n",
			"smtp":      "220 mail.tjeldhavn.example ESMTP\r\n",
			"tls-alert": "\x15\x03\x01\x00\x02\x02\x46", "lower-case": "http/1.1 200 ok\r\n", "http-2-in-plain": "HTTP/2.0 200 OK\r\n",
			"two-digits": "HTTP/1.1 20 OK\r\n", "four-digits": "HTTP/1.1 2000 OK\r\n", "word-status": "HTTP/1.1 YES OK\r\n",
			"negative-status": "HTTP/1.1 -20 OK\r\n", "only-version": "HTTP/1.1\r\n", "empty-line-first": "\r\nHTTP/1.1 200 OK\r\n",
			"long-reason":    "HTTP/1.1 200 " + strings.Repeat("because ", 12_500) + "\r\n",
			"latin-1-reason": "HTTP/1.1 200 \xc5 ja\r\n",
		} {
			answer, err := rawAnswer(t, srv, "/fault/protocol/"+name)
			if !strings.HasPrefix(answer, start) || err != io.EOF {
				t.Errorf("%s: %.100q, %v; want %.100q", name, answer, err, start)
			}
			if page := strings.HasSuffix(answer, faultPage(name)); page != (name != "smtp" && name != "tls-alert") {
				t.Errorf("%s: with a page: %v", name, page)
			}
		}
	})
}
