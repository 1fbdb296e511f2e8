package site

import (
	"bufio"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// fanRoot holds one page that links to as many as its query asks, /fan/?n=1000000&slow=2s, and these: /fan/17?slow=2s, which wait
// that long before they answer.
const fanRoot = "/fan/"

const (
	defaultFan = 1000
	maxFan     = 10_000_000
)

func (s *Site) serveFan(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	slow, err := fanDelay(query)
	if err != nil {
		answerStatus(w, http.StatusBadRequest, faultPage(err.Error()))
		return
	}
	if name := strings.TrimPrefix(r.URL.Path, fanRoot); name != "" {
		if !s.pause(r.Context(), slow) {
			return
		}
		writeHTML(w, faultPage("Fan "+name))
		return
	}
	n := defaultFan
	if text := query.Get("n"); text != "" {
		n, err = strconv.Atoi(text)
	}
	if err != nil || n < 0 || n > maxFan {
		answerStatus(w, http.StatusBadRequest, faultPage(fmt.Sprintf("n: want 0 to %d", maxFan)))
		return
	}
	suffix := ""
	if slow > 0 {
		suffix = "?slow=" + slow.String()
	}
	streamFan(w, n, html.EscapeString(suffix))
}

// streamFan writes one link after the other, so that a page of any length costs no memory.
func streamFan(w http.ResponseWriter, n int, suffix string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "<!DOCTYPE html>\n<title>A fan of %d</title>\n", n)
	for i := range n {
		if _, err := fmt.Fprintf(out, "<a href=%d%s>%d</a>\n", i, suffix, i); err != nil {
			return
		}
	}
	out.Flush()
}

func fanDelay(query url.Values) (time.Duration, error) {
	text := query.Get("slow")
	if text == "" {
		return 0, nil
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		return 0, fmt.Errorf("slow: want a duration such as 500ms")
	}
	return d, nil
}
