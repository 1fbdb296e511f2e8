package frontier

import "context"

// decideAtOnce is how many URLs one Decide decides: it holds others up so long.
const decideAtOnce = 512

// Decide implements [Frontier].
func (m *Memory) Decide(_ context.Context, judge func(url string) Reason) (more bool, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return false, ErrClosed
	}
	n := min(len(m.undecided), decideAtOnce)
	for _, id := range m.undecided[:n] {
		e := m.entries.at(id)
		reason := m.reasons[e.reason]
		if e.state != skipped || reason != ReasonUndecided && reason != ReasonNoFollow {
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
