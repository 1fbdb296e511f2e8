package warc

import "time"

// About is what a metadata record says of the exchange whose answer comes after it:
// our own, of whose exchanges each has one.
type About struct {
	// Answer is the ID of the record that it is about. The next record is the answer
	// if it has that ID; else there was none.
	Answer   string
	Duration time.Duration // of the exchange; 0 if it isn't told
	Failure  *Failure      // why there is no answer, or not all of it; nil if there is
}

// ReadAbout reads a metadata record that stands before what it is about. Nil if it
// is another record, or can't be read. Its block is then used up.
func ReadAbout(rec *Record) *About {
	if rec.Type != Metadata {
		return nil
	}
	facts := readFacts(rec, new(Entry))
	if facts == nil {
		return nil
	}
	about := &About{Answer: facts.of, Duration: facts.duration}
	if facts.alone != nil {
		about.Failure = facts.alone.Failure
	}
	return about
}
