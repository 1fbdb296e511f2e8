package warc

import (
	"fmt"
	"maps"
)

// Action is what to do about a problem.
type Action uint8

// The actions, from the mildest.
const (
	Count  Action = iota // go on, as Repair does, and tell nobody: only Problems has it
	Repair               // go on with what there is, mended if it can be, and say so
	Skip                 // leave the record out, and say so
	Stop                 // end the reading
)

func (a Action) String() string {
	switch a {
	case Count:
		return "count"
	case Repair:
		return "repair"
	case Skip:
		return "skip"
	case Stop:
		return "stop"
	}
	return fmt.Sprintf("Action(%d)", uint8(a))
}

// done is the end of a problem's message.
func (a Action) done() string {
	switch a {
	case Skip:
		return "left out"
	case Stop:
		return "stopped here"
	}
	return "went on"
}

// Policy says what to do about each class of bad input. For a class that it hasn't, DefaultPolicy says it.
type Policy map[Class]Action

// DefaultPolicy is to use all that can be trusted, to leave out what is known not to be whole, and to stop at what
// is no archive. What merely differs from the standard, and is the way of some tool that many use, is counted.
//
// Three classes can't be repaired: of ClassNoLength, ClassHeader and ClassHTTPHead, Repair is the same as Skip.
// ClassJunk, ClassPadding and ClassSharedMember leave no record out: Skip is the same as Repair.
func DefaultPolicy() Policy { return maps.Clone(defaultPolicy) }

var defaultPolicy = Policy{
	ClassNotWARC:       Stop,
	ClassCutFile:       Skip,
	ClassDamagedMember: Skip,
	ClassJunk:          Repair,
	ClassSharedMember:  Repair,
	ClassPadding:       Count,

	ClassVersion:     Repair,
	ClassHeader:      Skip,
	ClassFieldLine:   Repair,
	ClassNoLength:    Skip,
	ClassNoType:      Repair,
	ClassNoRecordID:  Repair,
	ClassDate:        Repair,
	ClassNoTargetURI: Repair,
	ClassURIBrackets: Repair,
	ClassURISpaces:   Repair,
	ClassDigestLabel: Repair,

	ClassWrongLength:     Skip,
	ClassSeparator:       Count,
	ClassBlockDigest:     Repair,
	ClassPayloadDigest:   Repair,
	ClassNoPayloadDigest: Count,

	ClassHTTPHead:     Skip,
	ClassHTTPField:    Repair,
	ClassHTTPLength:   Count,
	ClassSegmented:    Repair,
	ClassChunkedBody:  Repair,
	ClassChunkedLabel: Repair,
	ClassBadChunking:  Repair,
}

// onceAFile are the classes that tell how a tool writes, not what is wrong with one record.
func onceAFile(c Class) bool {
	switch c {
	case ClassSharedMember, ClassPadding, ClassURIBrackets, ClassSeparator, ClassNoPayloadDigest,
		ClassHTTPField, ClassHTTPLength, ClassChunkedBody, ClassChunkedLabel:
		return true
	}
	return false
}
