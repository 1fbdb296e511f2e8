package disk

import (
	"crypto/rand"
	"encoding/binary"
	"math/bits"
)

// fingerprint is what a URL is known by: 128 bits of SipHash-2-4 under a key
// that is drawn for each state and kept in it. Nobody who doesn't know the key
// can make two URLs collide, and by chance two of a thousand million do once in
// 10^20 crawls.
type fingerprint struct{ hi, lo uint64 }

// hashKey is the secret of one state.
type hashKey struct{ k0, k1 uint64 }

const hashKeySize = 16

func newHashKey() hashKey {
	var b [hashKeySize]byte
	rand.Read(b[:]) // never fails
	return hashKeyOf(b[:])
}

func hashKeyOf(b []byte) hashKey {
	return hashKey{binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[8:])}
}

func (k hashKey) append(b []byte) []byte {
	b = binary.LittleEndian.AppendUint64(b, k.k0)
	return binary.LittleEndian.AppendUint64(b, k.k1)
}

// sum is SipHash-2-4 with 128 bits of output (Aumasson and Bernstein, 2012, and
// the reference implementation's SipHash-128).
func (k hashKey) sum(s string) fingerprint {
	v0 := k.k0 ^ 0x736f6d6570736575
	v1 := k.k1 ^ 0x646f72616e646f6d ^ 0xee
	v2 := k.k0 ^ 0x6c7967656e657261
	v3 := k.k1 ^ 0x7465646279746573

	p := []byte(s)
	last := uint64(len(p)) << 56
	for len(p) >= 8 {
		m := binary.LittleEndian.Uint64(p)
		v3 ^= m
		v0, v1, v2, v3 = sipRound(v0, v1, v2, v3)
		v0, v1, v2, v3 = sipRound(v0, v1, v2, v3)
		v0 ^= m
		p = p[8:]
	}
	for i, c := range p {
		last |= uint64(c) << (8 * i)
	}
	v3 ^= last
	v0, v1, v2, v3 = sipRound(v0, v1, v2, v3)
	v0, v1, v2, v3 = sipRound(v0, v1, v2, v3)
	v0 ^= last

	v2 ^= 0xee
	for range 4 {
		v0, v1, v2, v3 = sipRound(v0, v1, v2, v3)
	}
	lo := v0 ^ v1 ^ v2 ^ v3
	v1 ^= 0xdd
	for range 4 {
		v0, v1, v2, v3 = sipRound(v0, v1, v2, v3)
	}
	return fingerprint{hi: v0 ^ v1 ^ v2 ^ v3, lo: lo}
}

func sipRound(v0, v1, v2, v3 uint64) (uint64, uint64, uint64, uint64) {
	v0 += v1
	v1 = bits.RotateLeft64(v1, 13) ^ v0
	v0 = bits.RotateLeft64(v0, 32)
	v2 += v3
	v3 = bits.RotateLeft64(v3, 16) ^ v2
	v0 += v3
	v3 = bits.RotateLeft64(v3, 21) ^ v0
	v2 += v1
	v1 = bits.RotateLeft64(v1, 17) ^ v2
	v2 = bits.RotateLeft64(v2, 32)
	return v0, v1, v2, v3
}
