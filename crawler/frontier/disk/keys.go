package disk

import "encoding/binary"

// The first byte of a key says what it holds. Numbers in keys are big-endian, so
// that keys lie in the order of what they stand for.
const (
	keyCounters    = 'c' // the balance, the sink's offset, the next numbers to give out
	keyDetail      = 'd' // URL id, slot: how an attempt ended, in words
	keyEdges       = 'e' // URL id, commit: what the page led to
	keyFingerprint = 'f' // fingerprint: id, class and rank of a URL
	keyHost        = 'h' // host id: name, clock and what it has to do
	keyHostName    = 'i' // host name: id
	keyJournal     = 'j' // commit: the offset and lines of a commit not yet synced
	keyMeta        = 'm' // name: a note kept for as long as the crawl
	keyNote        = 'n' // name: a note that joined a commit
	keyOrder       = 'o' // rank, seq: uncommitted URL in discovery order
	keyBehind      = 'p' // number: id of a URL whose shorter path has yet to be passed on
	keyQueue       = 'q' // host id, rank, seq: queued URL
	keyRetry       = 'r' // host id, time, number: URL that waits for its next attempt
	keyURL         = 'u' // id: the record of a URL
	keySetup       = 's' // format, secret and options that the state was made with
	keyWake        = 'w' // time, turn: host that has something to do
	keyUndecided   = 'y' // number: id of a URL that waits for Decide
)

// Ids of URLs and hosts have 40 bits: a million million.
const (
	idBits  = 40
	idSize  = idBits / 8
	idLimit = 1 << idBits
)

// position orders a list on disk: by a, then by b.
type position struct{ a, b uint64 }

const positionSize = 8 + 6

func (p position) less(q position) bool { return p.a < q.a || p.a == q.a && p.b < q.b }

// next is the first position after p.
func (p position) next() position {
	if p.b+1 == 1<<48 {
		return position{p.a + 1, 0}
	}
	return position{p.a, p.b + 1}
}

func appendID(k []byte, id uint64) []byte {
	return append(k, byte(id>>32), byte(id>>24), byte(id>>16), byte(id>>8), byte(id))
}

func appendPosition(k []byte, p position) []byte {
	k = binary.BigEndian.AppendUint64(k, p.a)
	return append(k, byte(p.b>>40), byte(p.b>>32), byte(p.b>>24), byte(p.b>>16), byte(p.b>>8), byte(p.b))
}

func idKey(k []byte, prefix byte, id uint64) []byte {
	return appendID(append(k[:0], prefix), id)
}

func nameKey(k []byte, prefix byte, name string) []byte {
	return append(append(k[:0], prefix), name...)
}

func numberKey(k []byte, prefix byte, n uint64) []byte {
	return binary.BigEndian.AppendUint64(append(k[:0], prefix), n)
}

func fingerprintKey(k []byte, fp fingerprint) []byte {
	k = binary.BigEndian.AppendUint64(append(k[:0], keyFingerprint), fp.hi)
	return binary.BigEndian.AppendUint64(k, fp.lo)
}

// listKey is the key of a list's entry; prefix is what all of the list share.
func listKey(k, prefix []byte, p position) []byte {
	return appendPosition(append(k[:0], prefix...), p)
}

func hostList(k []byte, prefix byte, host uint64) []byte {
	return appendID(append(k[:0], prefix), host)
}

// idOf reads the id that follows a key's first byte.
func idOf(k []byte) uint64 {
	return uint64(k[1])<<32 | uint64(binary.BigEndian.Uint32(k[2:]))
}

// idOfValue reads an id that is a value.
func idOfValue(v []byte) uint64 {
	return uint64(v[0])<<32 | uint64(binary.BigEndian.Uint32(v[1:]))
}

// positionOf reads the position at the end of a list's key.
func positionOf(k []byte) position {
	k = k[len(k)-positionSize:]
	return position{binary.BigEndian.Uint64(k), uint64(binary.BigEndian.Uint16(k[8:]))<<32 | uint64(binary.BigEndian.Uint32(k[10:]))}
}

// after is the first key that doesn't begin with prefix.
func after(prefix []byte) []byte {
	end := append([]byte(nil), prefix...)
	for i := len(end) - 1; ; i-- {
		end[i]++ // no prefix is all 0xff: its first byte is a letter
		if end[i] != 0 {
			return end[:i+1]
		}
	}
}
