package site

import (
	"fmt"
	"net/http"
	"strings"
)

func statusFaults() []Fault {
	faults := []Fault{
		{"/fault/status/101", "Switches protocols, unasked, and waits.", Want{Outcome: "failed:protocol"}, onWire(func(w *wire, _ *http.Request) {
			w.send(head("101 Switching Protocols", "Connection: Upgrade", "Upgrade: semaphore"))
			w.hang()
		})},
		{"/fault/status/continue-first", "100 Continue before the answer.",
			Want{Outcome: "page", Status: 200}, raw(head("100 Continue") + whole("200 OK", "continue-first"))},
		{"/fault/status/early-hints", "103 Early Hints before the answer.", Want{Outcome: "page", Status: 200},
			raw(head("103 Early Hints", "Link: </assets/site.css>; rel=preload") + whole("200 OK", "early-hints"))},
		{"/fault/status/thousand-continues", "100 Continue a thousand times before the answer.",
			Want{Outcome: "page", Or: "failed:protocol", Status: 200},
			raw(strings.Repeat(head("100 Continue"), 1000) + whole("200 OK", "thousand-continues"))},
		{"/fault/status/endless-continues", "100 Continue without end.", Want{Outcome: "failed:protocol"}, onWire(func(w *wire, _ *http.Request) {
			for flood := strings.Repeat(head("100 Continue"), 1000); w.send(flood); {
			}
		})},
		{"/fault/status/000", "Status 000.", Want{Outcome: "page", Or: "failed:protocol"}, raw(whole("000 Nothing", "000"))},
		{"/fault/status/999", "Status 999.", Want{Outcome: "page", Status: 999}, raw(whole("999 Request denied", "999"))},
		{"/fault/status/no-reason", "A status line without a reason phrase.", Want{Outcome: "page", Status: 200}, raw(whole("200", "no-reason"))},
		{"/fault/status/204-with-body", "204 with a body, and the connection kept open.",
			Want{Outcome: "page", Status: 204}, onWire(func(w *wire, _ *http.Request) {
				w.send(strings.Replace(keptOpen("204-with-body"), "200 OK", "204 No Content", 1))
				w.hang()
			})},
		{"/fault/status/304-with-body", "304, unasked, with a body, and the connection kept open.",
			Want{Outcome: "page", Status: 304}, onWire(func(w *wire, _ *http.Request) {
				w.send(strings.Replace(keptOpen("304-with-body"), "200 OK", "304 Not Modified", 1))
				w.hang()
			})},
		{"/fault/status/206", "206, unasked, with the first 40 bytes.",
			Want{Outcome: "page", Status: 206}, plain(func(w http.ResponseWriter, _ *http.Request) {
				page := faultPage("206")
				w.Header().Set("Content-Range", fmt.Sprintf("bytes 0-39/%d", len(page)))
				answerStatus(w, http.StatusPartialContent, page[:40])
			})},
		{"/fault/status/300", "300 without a Location.", Want{Outcome: "page", Status: 300}, statusOnly(300)},
	}
	for _, status := range []int{203, 204, 205, 226, 299, 304, 400, 401, 402, 403, 404, 405, 406, 410, 418, 451, 501, 505} {
		faults = append(faults, statusFault(status, Want{Outcome: "page", Status: status}))
	}
	for _, status := range []int{408, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524} {
		faults = append(faults, statusFault(status, Want{Outcome: "failed:status", Status: status, Retried: true}))
	}
	return faults
}

func statusFault(status int, want Want) Fault {
	return Fault{fmt.Sprintf("/fault/status/%d", status), fmt.Sprintf("Status %d, always.", status), want, statusOnly(status)}
}

func statusOnly(status int) serveFault {
	return plain(func(w http.ResponseWriter, _ *http.Request) {
		if status == http.StatusUnauthorized {
			w.Header().Set("WWW-Authenticate", `Basic realm="The back room"`)
		}
		answerStatus(w, status, faultPage(fmt.Sprint(status)))
	})
}

// answerStatus is an ordinary answer with a status; net/http drops the body where there may be none.
func answerStatus(w http.ResponseWriter, status int, page string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	fmt.Fprint(w, page)
}

// plain is a fault that net/http can serve.
func plain(serve http.HandlerFunc) serveFault {
	return func(_ *Site, w http.ResponseWriter, r *http.Request) { serve(w, r) }
}
