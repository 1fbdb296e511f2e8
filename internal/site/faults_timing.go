package site

import (
	"fmt"
	"net/http"
)

func timingFaults() []Fault {
	headersTimeout := Want{Outcome: "failed:timeout", Phase: "headers", Retried: true}
	bodyTimeout := Want{Outcome: "failed:timeout", Phase: "body", Retried: true}
	return []Fault{
		{"/fault/timing/hang-headers", "Reads the request and never answers.", headersTimeout, onWire(func(w *wire, _ *http.Request) { w.hang() })},
		{"/fault/timing/hang-in-headers", "Sends a status line and one header, and nothing more.",
			headersTimeout, onWire(func(w *wire, _ *http.Request) {
				w.send("HTTP/1.1 200 OK\r\n" + htmlType + "\r\n")
				w.hang()
			})},
		{"/fault/timing/hang-after-continue", "Says 100 Continue, and nothing more.", headersTimeout, onWire(func(w *wire, _ *http.Request) {
			w.send(head("100 Continue"))
			w.hang()
		})},
		{"/fault/timing/drip-headers", "Sends headers a byte at a time, without end.", headersTimeout, onWire(dripHeaders)},
		{"/fault/timing/hang-body", "Sends the headers and half of the body, and nothing more.", bodyTimeout, onWire(func(w *wire, _ *http.Request) {
			page := faultPage("hang-body")
			w.send(head("200 OK", htmlType, fmt.Sprintf("Content-Length: %d", len(page))) + page[:len(page)/2])
			w.hang()
		})},
		{"/fault/timing/drip-body", "Sends a body of 10,000 bytes a byte at a time.", bodyTimeout, onWire(func(w *wire, _ *http.Request) {
			w.send(head("200 OK", htmlType, "Content-Length: 10000"))
			w.drip(fmt.Sprintf("%-10000s", faultPage("drip-body")))
		})},
		{"/fault/timing/drip-chunks", "Sends a small chunk at a time, without end.", bodyTimeout, onWire(func(w *wire, _ *http.Request) {
			w.send(head("200 OK", htmlType, "Transfer-Encoding: chunked"))
			for w.send(chunk("<p>drip\n")) && w.wait(w.site.opts.DripEvery) {
			}
		})},
		{"/fault/timing/slow", "Takes its time over the headers, and again over each half of the body, but arrives.",
			Want{Outcome: "page", Status: 200}, onWire(slow)},
	}
}

func dripHeaders(w *wire, _ *http.Request) {
	w.send("HTTP/1.1 200 OK\r\n")
	for n := 1; w.drip(fmt.Sprintf("X-Drip-%d: plop\r\n", n)); n++ {
	}
}

func slow(w *wire, _ *http.Request) {
	page := faultPage("slow")
	half := len(page) / 2
	for _, part := range []string{head("200 OK", htmlType, closing, fmt.Sprintf("Content-Length: %d", len(page))), page[:half], page[half:]} {
		if !w.wait(w.site.opts.DripEvery) || !w.send(part) {
			return
		}
	}
}
