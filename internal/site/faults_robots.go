package site

import (
	"fmt"
	"net/http"
	"strings"

	"golang.org/x/text/encoding/unicode"
)

// robotsText are the rules that the faults below carry: like the world's, they close /staff/ but for the open day.
const robotsText = "User-agent: *\nDisallow: /staff/\nAllow: /staff/open-day.html\nDisallow: /calendar/\n"

// robotsFaults are answers to a request for robots.txt (RFC 9309, section 2.3). At their own paths they mean nothing; lay them over
// "/robots.txt" with Options.Faults, or, for the redirects, let them lead there.
func robotsFaults() []Fault {
	obeyed := Want{Outcome: "robots:obeyed"}
	allow := Want{Outcome: "robots:allow"}
	disallow := Want{Outcome: "robots:disallow", Retried: true}
	text := func(body string) serveFault { return robotsAnswer("text/plain", "", body) }
	faults := []Fault{
		{"/fault/robots/good", "Rules, as they should be.", obeyed, text(robotsText)},
		{"/fault/robots/empty", "Nothing.", allow, text("")},
		{"/fault/robots/hang", "Never answers.", disallow, onWire(func(w *wire, _ *http.Request) { w.hang() })},
		{"/fault/robots/hang-body", "Sends half of the rules, and nothing more.", disallow, onWire(func(w *wire, _ *http.Request) {
			w.send(head("200 OK", "Content-Type: text/plain", "Content-Length: 1000") + robotsText[:30])
			w.hang()
		})},
		{"/fault/robots/reset", "Resets the connection.", disallow, onWire(func(w *wire, _ *http.Request) { w.reset() })},
		{"/fault/robots/empty-reply", "Closes the connection.", disallow, raw("")},
		{"/fault/robots/garbage-status", "Isn't HTTP.", disallow, raw("220 mail.tjeldhavn.example ESMTP\r\n")},
		{"/fault/robots/loop", "Redirects to itself.", Want{Outcome: "robots:allow", Or: "robots:disallow"}, itself},
		{"/fault/robots/hops/5", "Five redirects, then rules.", obeyed, robotsHop},
		{"/fault/robots/hops/9", "Nine redirects, then rules that need not be read.", Want{Outcome: "robots:allow", Or: "robots:obeyed"}, robotsHop},
		{"/fault/robots/20-megabytes", "Rules, 20 MB of comment, and a rule that closes everything, too late.", obeyed, hugeRobots},
		{"/fault/robots/html", "A page: the rules of nobody.", allow, robotsAnswer("text/html", "", faultPage("Welcome to Tjeldhavn"))},
		{"/fault/robots/rules-as-html", "Rules as text/html, as careless servers send them.", obeyed, robotsAnswer("text/html", "", robotsText)},
		{"/fault/robots/binary", "Random bytes.", allow, text(binaryBody)},
		{"/fault/robots/gzip", "Rules in gzip, unasked.", obeyed, robotsAnswer("text/plain", "gzip", string(gzipped([]byte(robotsText))))},
		{"/fault/robots/utf-16", "Rules in UTF-16 with a BOM, which aren't the UTF-8 that they have to be.",
			Want{Outcome: "robots:obeyed", Or: "robots:allow"},
			text(encoded(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), robotsText))},
		{"/fault/robots/crlf", "Lines that end in CR LF.", obeyed, text(strings.ReplaceAll(robotsText, "\n", "\r\n"))},
		{"/fault/robots/cr", "Lines that end in CR alone.", obeyed, text(strings.ReplaceAll(robotsText, "\n", "\r"))},
		{"/fault/robots/bom", "Rules behind a UTF-8 BOM.", obeyed, text("\xef\xbb\xbf" + robotsText)},
		{"/fault/robots/no-last-newline", "A last line that isn't ended.", obeyed, text(strings.TrimSuffix(robotsText, "\n"))},
		{"/fault/robots/cut", "Content-Length says more than comes.", Want{Outcome: "robots:disallow", Or: "robots:obeyed", Retried: true},
			raw(head("200 OK", "Content-Type: text/plain", "Content-Length: 5000", closing) + robotsText)},
	}
	for _, status := range []int{400, 401, 403, 404, 410, 451} {
		faults = append(faults, Fault{fmt.Sprintf("/fault/robots/%d", status), fmt.Sprintf("Status %d.", status), allow, statusOnly(status)})
	}
	for _, status := range []int{500, 502, 503, 504} {
		faults = append(faults, Fault{fmt.Sprintf("/fault/robots/%d", status), fmt.Sprintf("Status %d.", status), disallow, statusOnly(status)})
	}
	return faults
}

func robotsAnswer(contentType, coding, body string) serveFault {
	return plain(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		if coding != "" {
			w.Header().Set("Content-Encoding", coding)
		}
		w.Header().Set("Content-Length", fmt.Sprint(len(body)))
		fmt.Fprint(w, body)
	})
}

const robotsHops = "/fault/robots/hops/"

func robotsHop(s *Site, w http.ResponseWriter, r *http.Request) {
	var left int
	fmt.Sscanf(r.URL.Path, robotsHops+"%d", &left) // 0 where there is none
	if left > 0 {
		to(fmt.Sprint(robotsHops, left-1))(s, w, r)
		return
	}
	robotsAnswer("text/plain", "", robotsText)(s, w, r)
}

func hugeRobots(_ *Site, w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain")
	fmt.Fprint(w, robotsText)
	line := strings.Repeat("# The quay is long. ", 50) + "\n"
	for sent := 0; sent < 20<<20; sent += len(line) {
		if _, err := fmt.Fprint(w, line); err != nil {
			return
		}
	}
	fmt.Fprint(w, "Disallow: /\n")
}
