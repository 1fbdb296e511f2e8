package warc

import "sync"

// Original is the response that has a payload.
type Original struct {
	ID   string `json:"id"` // of its record, without brackets
	URL  string `json:"url"`
	Date string `json:"date"` // as WARC-Date
}

// Payloads knows which payloads an archive has, by their digest, so that one that
// comes again is recorded as a revisit.
type Payloads interface {
	// Find returns the response with a payload, if it is known.
	Find(digest string) (Original, bool, error)
	// Keep makes it known. It may be forgotten again.
	Keep(digest string, original Original) error
}

// maxPayloads bounds what a [Writer] by itself remembers: some 30 MB.
const maxPayloads = 100_000

// memoryPayloads are the last payloads, up to twice most of them.
type memoryPayloads struct {
	mu          sync.Mutex
	most        int
	young, aged map[string]Original
}

func newMemoryPayloads(most int) *memoryPayloads {
	return &memoryPayloads{most: most, young: make(map[string]Original)}
}

// Find implements [Payloads].
func (p *memoryPayloads) Find(digest string) (Original, bool, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	o, ok := p.young[digest]
	if !ok {
		o, ok = p.aged[digest]
	}
	return o, ok, nil
}

// Keep implements [Payloads].
func (p *memoryPayloads) Keep(digest string, original Original) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.young) >= p.most {
		p.aged, p.young = p.young, make(map[string]Original)
	}
	p.young[digest] = original
	return nil
}
