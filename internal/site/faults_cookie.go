package site

import (
	"fmt"
	"net/http"
	"strings"
)

// cookieFaults are pages whatever the client makes of the cookies; which of them it sends back is seen at echo, or in the log.
func cookieFaults() []Fault {
	page := Want{Outcome: "page", Status: 200}
	sets := func(name string, cookies ...string) serveFault {
		lines := make([]string, len(cookies))
		for i, c := range cookies {
			lines[i] = "Set-Cookie: " + c
		}
		return raw(whole("200 OK", name, lines...))
	}
	return []Fault{
		{"/fault/cookie/echo", "Says in its text which cookies came.", page, plain(func(w http.ResponseWriter, r *http.Request) {
			writeHTML(w, faultPage("echo", "<p>"+strings.ReplaceAll(r.Header.Get("Cookie"), "<", "&lt;")+"</p>"))
		})},
		{"/fault/cookie/good", "Sets one good cookie, gull=grey, for the host.", page, sets("good", "gull=grey; Path=/")},
		{"/fault/cookie/bomb", "Sets 200 cookies of 4,000 bytes each.", page, cookieBomb},
		{"/fault/cookie/huge", "Sets one cookie of 500,000 bytes.", page, onWire(func(w *wire, _ *http.Request) {
			w.send(whole("200 OK", "huge", "Set-Cookie: huge="+strings.Repeat("h", 500_000)+"; Path=/"))
		})},
		{"/fault/cookie/malformed", "Sets cookies that aren't.",
			page, sets("malformed", "", "=", ";", "no equals sign", "a b=c", "=value", "k=v; Expires=yesterday",
				"k2=v; Max-Age=soon", "k3=\"unended", "k4=caf\xe9", "k6=v; Domain=; Path=nowhere", ",,,=,", "k7=v; Domain=..")},
		{"/fault/cookie/other-domain", "Sets a cookie for another domain.",
			page, sets("other-domain", "leak=other; Domain=elsewhere.example; Path=/")},
		{"/fault/cookie/public-suffix", "Sets cookies for public suffixes.",
			page, sets("public-suffix", "leak=com; Domain=com; Path=/", "leak=couk; Domain=co.uk; Path=/",
				"leak=example; Domain=example; Path=/")},
		{"/fault/cookie/secure", "Sets Secure and __Host- cookies over plain HTTP.",
			page, sets("secure", "leak=secure; Secure; Path=/", "__Host-leak=host; Path=/")},
		{"/fault/cookie/expired", "Sets a cookie that has expired already.",
			page, sets("expired", "leak=expired; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "leak2=zero; Path=/; Max-Age=0")},
		{"/fault/cookie/endless-wall", "Sets a cookie and redirects to itself, and doesn't care that the cookie comes back.",
			Want{Outcome: "failed:redirect"}, endlessWall},
	}
}

func cookieBomb(s *Site, w http.ResponseWriter, r *http.Request) {
	for n := range 200 {
		w.Header().Add("Set-Cookie", fmt.Sprintf("bomb%03d=%s; Path=/fault/cookie", n, strings.Repeat("b", 4000)))
	}
	leaf(s, w, r)
}

// cookieWall lets a client in once it has been round.
func cookieWall(s *Site, w http.ResponseWriter, r *http.Request) {
	if c, err := r.Cookie("wall"); err == nil && c.Value == "climbed" {
		leaf(s, w, r)
		return
	}
	w.Header().Set("Set-Cookie", "wall=climbed; Path=/")
	itself(s, w, r)
}

func endlessWall(s *Site, w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Set-Cookie", "wall=climbed; Path=/fault/cookie")
	itself(s, w, r)
}
