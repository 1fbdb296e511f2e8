package site

import (
	"fmt"
	"hash/fnv"
	"html"
	"net/http"
	"strconv"
	"strings"
)

// What the traps' links lead to, where that isn't their own path.
const (
	repeatRoot  = "/fault/trap/repeat/"
	softRoot    = "/fault/trap/soft-404/"
	sessionRoot = "/fault/trap/session-path;"
)

// trapFaults are pages that lead to more pages without end. Each is well by itself.
func trapFaults() []Fault {
	trap := Want{Outcome: "page", Status: 200, Endless: true}
	return []Fault{
		{repeatRoot, "Each page links to the same name below itself, as in /a/a/a/a/.", trap, repeatTrap},
		{softRoot, "Answers 200 to any path, says that there is nothing, and suggests five others.", trap, softNotFound},
		{"/fault/trap/calendar", "Months, one after the other, by a parameter.", trap, calendarTrap},
		{"/fault/trap/session", "A new session in each link's query.", trap, sessionTrap},
		{"/fault/trap/session-path", "A new session in each link's path, the Java way.", trap, sessionPathTrap},
		{"/fault/trap/orders", fmt.Sprintf("One page under %d orders of its parameters.", queryOrders), trap, ordersTrap},
		{"/fault/trap/filters", "Each link adds one more parameter to the query.", trap, filtersTrap},
		{"/fault/trap/pages", "Pagination that never comes to a last page.", trap, pagesTrap},
	}
}

func repeatTrap(_ *Site, w http.ResponseWriter, _ *http.Request) {
	writeHTML(w, faultPage("repeat", `<a href="a/">Deeper</a> <a href="b/">and deeper</a>`))
}

func softNotFound(_ *Site, w http.ResponseWriter, r *http.Request) {
	var links strings.Builder
	for n := range uint64(5) {
		fmt.Fprintf(&links, "<a href=\"/fault/trap/soft-404/%x.html\">Perhaps this?</a>\n", hashOf(r.URL.Path)+n)
	}
	writeHTML(w, faultPage("There is nothing here", links.String()))
}

func calendarTrap(_ *Site, w http.ResponseWriter, r *http.Request) {
	month, err := strconv.Atoi(r.URL.Query().Get("month"))
	if err != nil {
		month = 24323 // since the year 0: November 2026 is 2026*12 + 11
	}
	writeHTML(w, faultPage("calendar", fmt.Sprintf(`<p>%d/%d</p><a href="?month=%d">Earlier</a> <a href="?month=%d">Later</a>`,
		(month-1)/12, (month-1)%12+1, month-1, month+1)))
}

// sessionTrap makes a session of each request that has one, so that no two pages agree on theirs.
func sessionTrap(_ *Site, w http.ResponseWriter, r *http.Request) {
	next := hashOf(r.RequestURI)
	writeHTML(w, faultPage("session", fmt.Sprintf(
		`<a href="/fault/trap/session?sid=%016x">Home</a> <a href="/fault/trap/session?item=1&amp;sid=%016[1]x">Item</a>`, next)))
}

func sessionPathTrap(_ *Site, w http.ResponseWriter, r *http.Request) {
	writeHTML(w, faultPage("session-path", fmt.Sprintf(`<a href="/fault/trap/session-path;jsessionid=%016X">Home</a>`, hashOf(r.RequestURI))))
}

const queryOrders = 10_000

func ordersTrap(_ *Site, w http.ResponseWriter, r *http.Request) {
	if r.URL.RawQuery != "" {
		writeHTML(w, faultPage("orders", "<p>The page itself.</p>"))
		return
	}
	var links strings.Builder
	for n := range queryOrders {
		fmt.Fprintf(&links, "<a href=\"?%s\">%d</a>\n", html.EscapeString(queryOrder(n)), n)
	}
	writeHTML(w, faultPage("orders", links.String()))
}

// queryOrder is the nth order of eight parameters, of which there are 40,320.
func queryOrder(n int) string {
	left := strings.Split("author=vollan binding=paper depth=3 from=1950 language=en page=1 sort=price to=2026", " ")
	var query []string
	for len(left) > 0 {
		i := n % len(left)
		n /= len(left)
		query = append(query, left[i])
		left = append(left[:i:i], left[i+1:]...)
	}
	return strings.Join(query, "&")
}

func filtersTrap(_ *Site, w http.ResponseWriter, r *http.Request) {
	var links strings.Builder
	for _, filter := range []string{"size=big", "size=small", "colour=grey"} {
		fmt.Fprintf(&links, "<a href=\"?%s\">%s</a>\n", html.EscapeString(strings.TrimPrefix(r.URL.RawQuery+"&"+filter, "&")), filter)
	}
	writeHTML(w, faultPage("filters", links.String()))
}

func pagesTrap(_ *Site, w http.ResponseWriter, r *http.Request) {
	n, _ := strconv.Atoi(r.URL.Query().Get("page")) // 0 is the first
	writeHTML(w, faultPage(fmt.Sprintf("pages %d", n), fmt.Sprintf(`<a rel="next" href="?page=%d">Next</a>`, n+1)))
}

func hashOf(text string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(text))
	return h.Sum64()
}
