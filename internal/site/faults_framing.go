package site

import (
	"fmt"
	"net/http"
	"strings"
)

// framingFaults are about where a body ends (RFC 9112, section 6).
func framingFaults() []Fault {
	return append(shortBodies(), oddBodies()...)
}

// shortBodies end before they should.
func shortBodies() []Fault {
	partial := Want{Outcome: "partial", Status: 200, Retried: true}
	chunked := func(rest string) serveFault {
		return raw(head("200 OK", htmlType, "Transfer-Encoding: chunked", closing) + chunk(faultPage("chunked")) + rest)
	}
	return []Fault{
		{"/fault/framing/length-too-large", "Content-Length says 1,000 bytes more than come before the connection closes.", partial,
			raw(sized("length-too-large", 1000))},
		{"/fault/framing/close-mid-body", "Closes after half of the body.", partial, raw(halfOf(sized("close-mid-body", 0)))},
		{"/fault/framing/reset-mid-body", "Resets after half of the body.", partial, onWire(func(w *wire, _ *http.Request) {
			w.send(halfOf(sized("reset-mid-body", 0)))
			w.reset()
		})},
		{"/fault/framing/chunked-cut", "Closes between two chunks.", partial, chunked("")},
		{"/fault/framing/chunked-cut-inside", "Closes inside a chunk.", partial, chunked("400\r\n<p>cut")},
		{"/fault/framing/chunked-reset", "Resets between two chunks.", partial, onWire(func(w *wire, _ *http.Request) {
			w.send(head("200 OK", htmlType, "Transfer-Encoding: chunked") + chunk(faultPage("chunked-reset")))
			w.reset()
		})},
		{"/fault/framing/chunk-size-bad", "The second chunk's size is no number.", partial, chunked("zz\r\n<p>what\r\n0\r\n\r\n")},
		{"/fault/framing/chunk-size-negative", "The second chunk's size is -5.", partial, chunked("-5\r\n<p>no\r\n0\r\n\r\n")},
		{"/fault/framing/chunk-size-2-63", "The second chunk is 2^63 bytes long, it says.", partial, chunked("8000000000000000\r\n<p>and so on")},
		{"/fault/framing/chunk-size-2-64", "The second chunk's size has 17 digits: 2^64.", partial, chunked("10000000000000000\r\n<p>and so on")},
		{"/fault/framing/chunk-unended", "The second chunk is longer than its size.", partial, chunked("4\r\n<p>far too long\r\n0\r\n\r\n")},
	}
}

// oddBodies end twice, or nowhere in particular.
func oddBodies() []Fault {
	page := Want{Outcome: "page", Status: 200}
	refused := Want{Outcome: "failed:protocol"}
	whole200 := func(name string, lines ...string) serveFault {
		return raw(head("200 OK", append(lines, htmlType, closing)...) + faultPage(name))
	}
	return []Fault{
		{"/fault/framing/length-too-small", "Sends more bytes than Content-Length says, and keeps the connection open.",
			page, onWire(func(w *wire, _ *http.Request) {
				w.send(keptOpen("length-too-small") + "<p>This is not part of the page.</p>")
				w.hang()
			})},
		{"/fault/framing/smuggled-response", "Sends a second, unasked answer behind the first, and keeps the connection open.",
			page, onWire(func(w *wire, _ *http.Request) {
				w.send(keptOpen("smuggled-response") + keptOpen("smuggled"))
				w.hang()
			})},
		{"/fault/framing/length-and-chunked", "Both Content-Length and chunked, of which chunked is true.", page,
			raw(head("200 OK", "Content-Length: 9", "Transfer-Encoding: chunked", htmlType, closing) +
				chunk(faultPage("length-and-chunked")) + "0\r\n\r\n")},
		{"/fault/framing/transfer-encoding-foo", "Transfer-Encoding: foo.", refused, whole200("transfer-encoding-foo", "Transfer-Encoding: foo")},
		{"/fault/framing/transfer-encoding-gzip", "Transfer-Encoding: gzip, chunked.", refused,
			raw(head("200 OK", "Transfer-Encoding: gzip, chunked", htmlType, closing) +
				chunk(string(gzipped([]byte(faultPage("transfer-encoding-gzip"))))) + "0\r\n\r\n")},
		{"/fault/framing/length-negative", "Content-Length: -5.", refused, whole200("length-negative", "Content-Length: -5")},
		{"/fault/framing/length-garbage", "Content-Length: twelve.", refused, whole200("length-garbage", "Content-Length: twelve")},
		{"/fault/framing/length-plus", "Content-Length: +12.", refused, whole200("length-plus", "Content-Length: +12")},
		{"/fault/framing/lengths-differ", "Two different Content-Lengths.",
			refused, whole200("lengths-differ", "Content-Length: 20", "Content-Length: 30")},
		{"/fault/framing/lengths-same", "The same Content-Length twice.", page, raw(whole("200 OK", "lengths-same",
			fmt.Sprintf("Content-Length: %d", len(faultPage("lengths-same")))))},
		{"/fault/framing/no-length", "No length: the body ends with the connection.", page, whole200("no-length")},
		{"/fault/framing/http-1-0", "Answers in HTTP/1.0.", page, raw("HTTP/1.0 200 OK\r\n" + htmlType + "\r\n\r\n" + faultPage("http-1-0"))},
		{"/fault/framing/chunk-extensions", "Chunks with extensions, and trailers.",
			page, raw(head("200 OK", htmlType, "Transfer-Encoding: chunked", "Trailer: X-Sum", closing) +
				strings.Replace(chunk(faultPage("chunk-extensions")), "\r\n", ";gull=\"grey\";tide\r\n", 1) + "0;last\r\nX-Sum: 12\r\n\r\n")},
	}
}

// chunk is data as one chunk of a chunked body.
func chunk(data string) string { return fmt.Sprintf("%x\r\n%s\r\n", len(data), data) }

// sized is a raw answer whose Content-Length is its body's and missing more.
func sized(title string, missing int) string {
	page := faultPage(title, strings.Repeat("<p>The quay is longer than it looks from the boat.</p>\n", 8))
	return head("200 OK", htmlType, closing, fmt.Sprintf("Content-Length: %d", len(page)+missing)) + page
}

func halfOf(answer string) string {
	headers, body, _ := strings.Cut(answer, "\r\n\r\n")
	return headers + "\r\n\r\n" + body[:len(body)/2]
}

// keptOpen is a raw answer that leaves the connection to a next request.
func keptOpen(title string) string {
	page := faultPage(title)
	return head("200 OK", htmlType, fmt.Sprintf("Content-Length: %d", len(page))) + page
}
