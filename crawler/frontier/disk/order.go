package disk

import "github.com/seed-5a061891/trawl/crawler/frontier"

// head returns the id of the first URL in discovery order, or 0.
func (f *Frontier) head() (uint64, error) {
	if !f.opts.Ordered {
		return 0, nil
	}
	if !f.order.known() {
		if err := f.fill(&f.order, []byte{keyOrder}, func(uint64) bool { return false }); err != nil {
			return 0, err
		}
	}
	it, _ := f.order.first()
	return it.id, nil
}

// Head implements [frontier.Frontier].
func (f *Frontier) Head() (req frontier.Request, ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	defer f.rescue(nil)
	if f.usable() != nil {
		return frontier.Request{}, false
	}
	id, err := f.head()
	if err != nil || id == 0 {
		return frontier.Request{}, false
	}
	r := new(record)
	if l := f.leasedIDs[id]; l != nil {
		*r = l.record
		r.attempt++
	} else if err = f.readRecord(id, r); err != nil {
		return frontier.Request{}, false
	}
	h, err := f.hostByID(r.host)
	if err != nil {
		return frontier.Request{}, false
	}
	req, err = f.request(r, h)
	return req, err == nil
}

// SetWindow implements [frontier.Frontier].
func (f *Frontier) SetWindow(n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.opts.Window = max(n, 1)
}
