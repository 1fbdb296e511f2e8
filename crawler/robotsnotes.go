package crawler

import (
	"encoding/json"
	"time"

	"github.com/seed-5a061891/trawl/crawler/fetch"
	"github.com/seed-5a061891/trawl/crawler/robots"
)

// notebook keeps small notes with the frontier's commits, for the runs after
// this one. The frontier on disk is one.
type notebook interface {
	PutNote(key string, value []byte)
	Note(key string) (value []byte, ok bool, err error)
}

// epochNotes are the notes of one epoch. A power cut that took commits back ends an
// epoch, since it may have taken what the notes tell of out of the archive.
type epochNotes struct {
	notebook
	epoch string
}

func (n epochNotes) key(key string) string { return n.epoch + key }

// PutNote keeps a note of this epoch.
func (n epochNotes) PutNote(key string, value []byte) { n.notebook.PutNote(n.key(key), value) }

// Note returns a note of this epoch.
func (n epochNotes) Note(key string) (value []byte, ok bool, err error) {
	return n.notebook.Note(n.key(key))
}

// recordedNotes are notes of what an archive has: they are committed with it.
type recordedNotes struct {
	epochNotes
	recording *recording
}

// PutNote keeps a note with the commit that its record is in, or one after that.
func (n recordedNotes) PutNote(key string, value []byte) { n.recording.note(n.key(key), value) }

// robotsNote is what a notebook has of an origin's robots.txt.
type robotsNote struct {
	Agent    string        `json:"agent"` // the product token that the group is for
	Expires  time.Time     `json:"expires"`
	Group    *robots.Group `json:"group"` // as text
	Failure  *robotsFault  `json:"failure,omitempty"`
	Attempts int           `json:"attempts,omitempty"`
	Asked    time.Time     `json:"asked,omitzero"`
}

// robotsFault is the fetch.Error of a robots.txt that could not be had.
type robotsFault struct {
	Kind    fetch.Kind  `json:"kind"`
	Phase   fetch.Phase `json:"phase,omitempty"`
	URL     string      `json:"url"`
	Message string      `json:"message"`
}

func robotsKey(origin string) string { return "robots " + origin }

// save keeps the origin's settled answer.
func (c *robotsCache) save(origin string, e *robotsEntry) {
	if c.notes == nil || e.group == nil {
		return
	}
	n := robotsNote{Agent: c.agent, Expires: e.expires, Group: e.group, Attempts: e.attempts, Asked: e.asked}
	if f := e.failure; f != nil {
		n.Failure = &robotsFault{Kind: f.Kind, Phase: f.Phase, URL: f.URL, Message: f.Message}
	}
	if note, err := json.Marshal(n); err == nil { // what can't be kept is asked again
		c.notes.PutNote(robotsKey(origin), note)
	}
}

// recall is the origin's answer from an earlier run, or nil: a fresh one is then
// asked for, also for another agent than the answer is for.
func (c *robotsCache) recall(origin string, now time.Time) *robotsEntry {
	if c.notes == nil {
		return nil
	}
	note, ok, err := c.notes.Note(robotsKey(origin))
	if err != nil || !ok { // a failure is told by the frontier's next call
		return nil
	}
	var n robotsNote
	if json.Unmarshal(note, &n) != nil || n.Group == nil || n.Agent != c.agent || !c.lasting && !now.Before(n.Expires) {
		return nil
	}
	e := &robotsEntry{group: n.Group, expires: n.Expires, attempts: n.Attempts, asked: n.Asked, url: origin + "/robots.txt"}
	if f := n.Failure; f != nil {
		e.failure = &fetch.Error{Kind: f.Kind, Phase: f.Phase, URL: f.URL, Message: f.Message, Err: errUnreachable}
	}
	return e
}
