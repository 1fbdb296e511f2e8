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

// Heads implements [frontier.Frontier].
func (f *Frontier) Heads(max int) (heads []frontier.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	defer f.rescue(nil)
	if f.usable() != nil {
		return nil
	}
	first, err := f.head()
	if err != nil || first == 0 {
		return nil
	}
	for i := 0; i < len(f.order.items) && i < max && f.order.items[i].a == f.order.items[0].a; i++ {
		head, err := f.requestOf(f.order.items[i].id)
		if err != nil {
			return nil // the next call tells
		}
		heads = append(heads, head)
	}
	return heads
}

// requestOf describes a URL that may be out.
func (f *Frontier) requestOf(id uint64) (req frontier.Request, err error) {
	r := new(record)
	if l := f.leasedIDs[id]; l != nil {
		*r = l.record
		r.attempt++
	} else if err := f.readRecord(id, r); err != nil {
		return req, err
	}
	h, err := f.hostByID(r.host)
	if err != nil {
		return req, err
	}
	return f.request(r, h)
}

// SetWindow implements [frontier.Frontier].
func (f *Frontier) SetWindow(n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.opts.Window = max(n, 1)
}
