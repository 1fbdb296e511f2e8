package crawler

import (
	"net/http"

	"github.com/seed-5a061891/trawl/crawler/fetch"
)

// headers are those of a request: the user's own only to a seed's host.
func (s *scheduler) headers(url string) http.Header {
	h := http.Header{"User-Agent": {s.config.UserAgent}, "Accept": {acceptHeader}, "Accept-Encoding": {fetch.AcceptEncoding}}
	if s.trusted.receives(url) {
		for k, v := range s.config.Header {
			h[k] = append([]string(nil), v...)
		}
		if auth := s.trusted.authorization(url); auth != "" && h.Get("Authorization") == "" {
			h.Set("Authorization", auth)
		}
	}
	return h
}

const acceptHeader = "text/html,application/xhtml+xml,*/*;q=0.8"
