package site

import "net/http"

// connectionFaults end the connection before there is an answer. One that is closed before the request is read has no path:
// that is Options.CloseFirst.
func connectionFaults() []Fault {
	lost := Want{Outcome: "failed:connection", Retried: true}
	// net/http reports what stands before a sudden end as malformed. A client that looks no closer has that, and won't try again.
	cut := Want{Outcome: "failed:connection", Or: "failed:protocol"}
	return []Fault{
		{"/fault/connection/empty-reply", "Reads the request and closes the connection.", lost, raw("")},
		{"/fault/connection/reset", "Reads the request and resets the connection.", lost, onWire(func(w *wire, _ *http.Request) { w.reset() })},
		{"/fault/connection/close-in-status-line", "Closes after half a status line.", cut, raw("HTTP/1.1 20")},
		{"/fault/connection/close-in-headers", "Closes in the middle of the headers.", cut, raw("HTTP/1.1 200 OK\r\n" + htmlType + "\r\nServ")},
		{"/fault/connection/reset-in-headers", "Resets in the middle of the headers.", cut, onWire(func(w *wire, _ *http.Request) {
			w.send("HTTP/1.1 200 OK\r\n" + htmlType + "\r\nServ")
			w.reset()
		})},
	}
}
