package site

import (
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// calendarPath is /calendar/2026/11/; /calendar/ alone shows the month that the site was written in.
var calendarPath = regexp.MustCompile(`^/calendar/(?:([0-9]{4,6})/(0[1-9]|1[0-2])/)?$`)

// serveCalendar is the trap: every month links to the one before and the one after, up to the year 999999.
func (s *Site) serveCalendar(w http.ResponseWriter, r *http.Request) {
	found := calendarPath.FindStringSubmatch(r.URL.Path)
	if found == nil {
		s.world.serve(w, r, s.world.notFound)
		return
	}
	first := time.Date(2026, time.November, 1, 0, 0, 0, 0, time.UTC)
	if found[1] != "" {
		year, _ := strconv.Atoi(found[1])
		month, _ := strconv.Atoi(found[2])
		first = time.Date(year, time.Month(month), 1, 0, 0, 0, 0, time.UTC)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprint(w, calendarPage(first))
}

func calendarPage(first time.Time) string {
	link := func(t time.Time) string { return fmt.Sprintf("/calendar/%04d/%02d/", t.Year(), t.Month()) }
	var b strings.Builder
	name := fmt.Sprintf("%s %d", first.Month(), first.Year())
	b.WriteString("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
	fmt.Fprintf(&b, "<title>%s – Tjeldhavn calendar</title>\n</head>\n<body>\n<h1>%[1]s</h1>\n", name)
	fmt.Fprintf(&b, "<p><a rel=\"prev\" href=\"%s\">Earlier</a> <a href=\"/\">Tjeldhavn</a> <a rel=\"next\" href=\"%s\">Later</a></p>\n",
		link(first.AddDate(0, -1, 0)), link(first.AddDate(0, 1, 0)))
	b.WriteString("<table>\n<tr><th>Mo</th><th>Tu</th><th>We</th><th>Th</th><th>Fr</th><th>Sa</th><th>Su</th></tr>\n<tr>")
	blank := (int(first.Weekday()) + 6) % 7
	if blank > 0 {
		fmt.Fprintf(&b, "<td colspan=\"%d\"></td>", blank)
	}
	for day := first; day.Month() == first.Month(); day = day.AddDate(0, 0, 1) {
		if day.Weekday() == time.Monday && day.Day() > 1 {
			b.WriteString("</tr>\n<tr>")
		}
		fmt.Fprintf(&b, "<td>%s</td>", happening(day))
	}
	b.WriteString("</tr>\n</table>\n</body>\n</html>\n")
	return b.String()
}

// happening is what the town does on a day.
func happening(day time.Time) string {
	switch {
	case day.Weekday() == time.Friday:
		return fmt.Sprintf("%d: soup at the shop", day.Day())
	case day.Weekday() == time.Saturday && day.Day() <= 7:
		return fmt.Sprintf("%d: ropewalk tour", day.Day())
	case day.Month() == time.October && day.Day() == 15:
		return fmt.Sprintf("%d: we look at the anemometer", day.Day())
	}
	return strconv.Itoa(day.Day())
}
