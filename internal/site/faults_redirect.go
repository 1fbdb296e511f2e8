package site

import (
	"fmt"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// redirectFaults: where they arrive, they arrive at a leaf.
func redirectFaults() []Fault {
	arrives := Want{Outcome: "page", Status: 200}
	fails := Want{Outcome: "failed:redirect"}
	private := Want{Outcome: "skipped:scope", Or: "failed:blocked_address"}
	faults := []Fault{
		{"/fault/redirect/endless", "Redirects on and on, to a new path each time.", fails, onward},
		{"/fault/redirect/itself", "Redirects to itself.", fails, itself},
		{loopWayIn, "Redirects to a page that redirects back.", fails, to(loopBack)},
		{"/fault/redirect/hops/25", "25 redirects, then a page.", fails, hop},
		{"/fault/redirect/hops/3", "Three redirects, then a page.", arrives, hop},
		{"/fault/redirect/no-location", "302 without a Location.", fails, statusOnly(302)},
		{"/fault/redirect/empty-location", "302 with an empty Location.", fails, rawLocation("")},
		{"/fault/redirect/unparsable", "A Location with half an IPv6 address.", fails, to("http://[::1/")},
		{"/fault/redirect/bad-port", "A Location with port 99999.", fails, to("http://127.0.0.1:99999/")},
		{"/fault/redirect/bad-host", "A Location with a space in its host.", fails, to("http://quay street/")},
		{"/fault/redirect/latin-1", "A Location in raw Latin-1.", arrives, rawLocation("/fault/leaf/caf\xe9")},
		{"/fault/redirect/utf-8", "A Location in raw UTF-8.", arrives, rawLocation("/fault/leaf/café")},
		{"/fault/redirect/spaces", "A Location with spaces inside and around.", arrives, rawLocation("   /fault/leaf/two words  ")},
		{"/fault/redirect/long", "A Location of 100,000 bytes.",
			Want{Outcome: "failed:redirect", Or: "page"}, to("/fault/leaf/" + strings.Repeat("long", 25_000))},
		{"/fault/redirect/two-locations", "Two Locations.", Want{Outcome: "page", Or: "failed:redirect", Status: 200},
			raw(whole("302 Found", "two-locations", "Location: /fault/leaf/first", "Location: /fault/leaf/second"))},
		{"/fault/redirect/to-file", "To a file: URL.", fails, to("file:///etc/hostname")},
		{"/fault/redirect/to-ftp", "To an ftp: URL.", fails, to("ftp://127.0.0.1/pub/")},
		{"/fault/redirect/to-data", "To a data: URL.", fails, to("data:text/html,<title>no</title>")},
		{"/fault/redirect/to-javascript", "To a javascript: URL.", fails, to("javascript:history.back()")},
		{"/fault/redirect/to-other-host", "To another host.", Want{Outcome: "skipped:scope"}, to("http://elsewhere.example/")},
		{"/fault/redirect/to-private", "To a private address.", private, to("http://10.0.0.1/")},
		{"/fault/redirect/to-metadata", "To the address where clouds keep their secrets.", private, to("http://169.254.169.254/latest/")},
		{"/fault/redirect/to-mapped", "To an IPv4 address written as IPv6.", private, to("http://[::ffff:10.0.0.1]/")},
		{"/fault/redirect/cookie-wall", "Sets a cookie and redirects to itself, until the cookie comes back.", arrives, cookieWall},
		{"/fault/redirect/with-body", "302 with a page in its body.",
			arrives, raw(whole("302 Found", "with-body", "Location: /fault/leaf/with-body"))},
		{"/fault/redirect/endless-body", "302 with a body without end.", arrives, onWire(func(w *wire, _ *http.Request) {
			w.send(head("302 Found", "Location: /fault/leaf/endless-body", htmlType))
			for filler := strings.Repeat("<p>Moved.</p>\n", 1000); w.send(filler); {
			}
		})},
		{"/fault/redirect/hang-body", "302 whose body never comes.",
			Want{Outcome: "page", Or: "failed:timeout", Status: 200}, onWire(func(w *wire, _ *http.Request) {
				w.send(head("302 Found", "Location: /fault/leaf/hang-body", htmlType, "Content-Length: 100"))
				w.hang()
			})},
		{"/fault/redirect/relative", "A relative Location with dot segments and a fragment.", arrives, to("../x/.././leaf/relative#part")},
		{"/fault/redirect/query-only", "A Location that is only a query; with a query, the page.", arrives, queryOnly},
		{"/fault/redirect/meta-itself", "A page that refreshes to itself at once.", arrives, plain(func(w http.ResponseWriter, r *http.Request) {
			writeHTML(w, `<meta http-equiv="refresh" content="0">`+faultPage("meta-itself"))
		})},
	}
	for _, status := range []int{301, 302, 303, 307, 308} {
		faults = append(faults, Fault{fmt.Sprintf("/fault/redirect/%d", status), fmt.Sprintf("%d to a leaf.", status), arrives,
			plain(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Location", fmt.Sprintf("/fault/leaf/%d", status))
				answerStatus(w, status, faultPage("Moved"))
			})})
	}
	return faults
}

// The two halves of the loop; the second is no fault to ask for by itself.
const (
	loopWayIn = "/fault/redirect/loop"
	loopBack  = "/fault/redirect/loop-back"
)

// to redirects to a location as it stands, with 302.
func to(location string) serveFault {
	return plain(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", location)
		answerStatus(w, http.StatusFound, faultPage("Moved"))
	})
}

// rawLocation is for what net/http would trim or escape.
func rawLocation(location string) serveFault {
	return raw(whole("302 Found", "Moved", "Location: "+location))
}

func itself(s *Site, w http.ResponseWriter, r *http.Request) { to(r.RequestURI)(s, w, r) }

const endlessRoot = "/fault/redirect/endless/"

// onward redirects to the number after the path's own.
func onward(s *Site, w http.ResponseWriter, r *http.Request) {
	n, _ := strconv.Atoi(strings.TrimPrefix(r.URL.Path, endlessRoot)) // 0 for the way in
	to(endlessRoot+strconv.Itoa(n+1))(s, w, r)
}

const hopRoot = "/fault/redirect/hops/"

// hop redirects as many times as its path says.
func hop(s *Site, w http.ResponseWriter, r *http.Request) {
	n, err := strconv.Atoi(path.Base(r.URL.Path))
	if err != nil || n <= 0 {
		leaf(s, w, r)
		return
	}
	to(hopRoot+strconv.Itoa(n-1))(s, w, r)
}

func queryOnly(s *Site, w http.ResponseWriter, r *http.Request) {
	if r.URL.RawQuery != "" {
		leaf(s, w, r)
		return
	}
	to("?here")(s, w, r)
}
