package fetch

import "net/http"

// switchRefuser is the layer that refuses 101 Switching Protocols. We never ask for another protocol (RFC 9110 §15.2.2 allows the
// answer only then), and net/http hands over the bare connection as a body that neither a timeout nor the context ends.
type switchRefuser struct {
	next http.RoundTripper
}

func (r *switchRefuser) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := r.next.RoundTrip(req)
	if err != nil || resp.StatusCode != http.StatusSwitchingProtocols {
		return resp, err
	}
	resp.Body.Close()
	return nil, &Error{Kind: KindProtocol, Phase: PhaseHeaders, Message: "the server switched to another protocol without being asked (101)"}
}
