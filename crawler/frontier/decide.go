package frontier

import "context"

// decideAtOnce is how many URLs one Decide decides: it holds others up so long.
const decideAtOnce = 512

// undecidedItem is a URL that waits for Decide. It is stale if its entry has another
// seq: it was found again, by a shorter path, and has a later place.
type undecidedItem struct {
	id  uint32
	seq uint64
}

// decideLater puts the URL at the end of those that wait for Decide.
func (m *Memory) decideLater(id uint32) {
	m.seq++
	m.entries.at(id).seq = m.seq
	m.undecided = append(m.undecided, undecidedItem{id, m.seq})
}

// Decide implements [Frontier].
func (m *Memory) Decide(_ context.Context, judge func(url string) Reason) (more bool, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return false, ErrClosed
	}
	n := min(len(m.undecided), decideAtOnce)
	for _, item := range m.undecided[:n] {
		id, e := item.id, m.entries.at(item.id)
		reason := m.reasons[e.reason]
		if e.seq != item.seq || e.state != skipped || reason != ReasonUndecided && reason != ReasonNoFollow {
			continue // another offer has decided
		}
		switch verdict := judge(e.url); {
		case verdict != "":
			m.skip(id, verdict)
		case reason == ReasonUndecided:
			m.counts.Skipped[reason]--
			m.admit(id)
		}
	}
	if m.undecided = m.undecided[n:]; len(m.undecided) == 0 {
		m.undecided = nil
	}
	return m.undecided != nil, nil
}
