package disk

import "encoding/binary"

// seen is what decides most offers: which URL it is, at what rank, and by whom.
type seen struct {
	id     uint64
	rank   rank
	class  class
	origin uint64 // id of the parent; unknownOrigin if it has to be looked up
}

const unknownOrigin = idLimit - 1

// append encodes what lies under the fingerprint on disk: all but the origin,
// which changes more often than the rest and is asked for less.
func (s *seen) append(b []byte) []byte {
	b = append(b, byte(s.class))
	b = binary.AppendUvarint(b, s.id)
	return binary.AppendUvarint(b, uint64(s.rank))
}

func (s *seen) decode(v []byte) bool {
	d := decoder{b: v}
	s.class = class(d.byte())
	s.id = d.uvarint()
	s.rank = rank(d.uvarint())
	s.origin = unknownOrigin
	return d.ok() && s.class >= improvable && s.class <= forgotten
}

// seenCache holds the URLs offered of late, in a table of fixed size: buckets of
// a few slots, of which the last is overwritten when a bucket is full. A hit
// moves a slot up by one, so that what every page links to stays.
//
// A whole fingerprint is compared, so that a hit is as sure as a look at the
// disk. A miss is sure as long as the bucket has lost nothing.
type seenCache struct {
	slots []slot
	lossy []uint64 // bit set: the bucket has lost an entry, or may have one on disk
	mask  uint64
}

// slot packs a fingerprint and its seen into 32 bytes; it is empty if class is 0.
type slot struct {
	fp   fingerprint
	a, b uint64 // a: id 40, low rank 24. b: origin 40, high rank 16, class 8
}

const (
	ways     = 4
	slotSize = 32
)

// newSeenCache makes a table of at most size bytes. A cold one starts on a state
// that already has URLs.
func newSeenCache(size int64, cold bool) *seenCache {
	buckets := uint64(1)
	for 2*buckets*ways*slotSize <= uint64(size) {
		buckets *= 2
	}
	c := &seenCache{slots: make([]slot, buckets*ways), lossy: make([]uint64, (buckets+63)/64), mask: buckets - 1}
	if cold {
		for i := range c.lossy {
			c.lossy[i] = ^uint64(0)
		}
	}
	return c
}

func (c *seenCache) bucket(fp fingerprint) (uint64, []slot) {
	i := fp.lo & c.mask
	return i, c.slots[i*ways : i*ways+ways : i*ways+ways]
}

// get looks fp up. Without a hit, sure says that the URL has never been seen.
func (c *seenCache) get(fp fingerprint) (s seen, hit, sure bool) {
	i, bucket := c.bucket(fp)
	for k := range bucket {
		if bucket[k].fp == fp && bucket[k].class() != 0 {
			if k > 0 {
				bucket[k], bucket[k-1] = bucket[k-1], bucket[k]
				k--
			}
			return bucket[k].unpack(), true, true
		}
	}
	return seen{}, false, c.lossy[i/64]>>(i%64)&1 == 0
}

// put adds an entry or replaces it, and returns the one that had to go for it.
func (c *seenCache) put(fp fingerprint, s seen) (lost slot, ok bool) {
	i, bucket := c.bucket(fp)
	for k := range bucket {
		if bucket[k].class() == 0 || bucket[k].fp == fp {
			bucket[k] = pack(fp, s)
			return slot{}, false
		}
	}
	c.lossy[i/64] |= 1 << (i % 64)
	lost = bucket[ways-1]
	bucket[ways-1] = pack(fp, s)
	return lost, true
}

// update replaces an entry if it is there.
func (c *seenCache) update(fp fingerprint, s seen) bool {
	_, bucket := c.bucket(fp)
	for k := range bucket {
		if bucket[k].fp == fp && bucket[k].class() != 0 {
			bucket[k] = pack(fp, s)
			return true
		}
	}
	return false
}

func pack(fp fingerprint, s seen) slot {
	return slot{
		fp: fp,
		a:  s.id | uint64(s.rank)<<idBits,
		b:  s.origin | uint64(s.rank)>>24<<idBits | uint64(s.class)<<56,
	}
}

func (s *slot) class() class { return class(s.b >> 56) }

func (s *slot) unpack() seen {
	return seen{
		id:     s.a & (idLimit - 1),
		rank:   rank(s.a>>idBits | s.b>>idBits&(1<<16-1)<<24),
		class:  s.class(),
		origin: s.b & (idLimit - 1),
	}
}
