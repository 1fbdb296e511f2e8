package site

import (
	"errors"
	"fmt"
	"net/http"
)

// Behaviour takes the place of a path's own answer, so that a retry, a resumption or a robots.txt can be tried on any page.
// Exactly one of Fault and Handler is set.
type Behaviour struct {
	// Times is how many of the path's first requests are answered this way; after them the path is itself again. 0 is for ever.
	Times int

	// Fault is the path of a fault whose answer is given, such as "/fault/timing/hang-headers".
	Fault string

	// Handler answers instead.
	Handler http.Handler
}

func (b Behaviour) check(known *faultTable) error {
	if b.Times < 0 {
		return fmt.Errorf("%d times: want 0 (for ever) or more", b.Times)
	}
	if (b.Fault == "") == (b.Handler == nil) {
		return errors.New("want one of Fault and Handler")
	}
	if b.Handler == nil && known.find(b.Fault) == nil {
		return fmt.Errorf("no fault is called %q; %s lists them", b.Fault, faultRoot)
	}
	return nil
}

// behaviour is what answers r in the place of its path, or nil.
func (s *Site) behaviour(r *http.Request) http.Handler {
	b, laid := s.opts.Faults[r.URL.Path]
	if !laid || (b.Times > 0 && s.count("behaviour "+r.URL.Path) > b.Times) {
		return nil
	}
	if b.Handler != nil {
		return b.Handler
	}
	answer := s.faults.find(b.Fault)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		as := r.Clone(r.Context()) // RequestURI stays: a redirect to itself leads back here
		as.URL.Path = b.Fault
		answer(s, w, as)
	})
}
