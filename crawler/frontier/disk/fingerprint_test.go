package disk

import (
	"encoding/binary"
	"encoding/hex"
	"strings"
	"testing"
)

// TestFingerprintVectors are of the reference implementation of SipHash-128
// (vectors.h): key 00..0f, message 00, 01, 02, ...
func TestFingerprintVectors(t *testing.T) {
	var key, message []byte
	for i := range 64 {
		message = append(message, byte(i))
	}
	key = message[:hashKeySize]
	for n, want := range map[int]string{
		0: "a3817f04ba25a8e66df67214c7550293",
		1: "da87c1d86b99af44347659119b22fc45",
		2: "8177228da4a45dc7fca38bdef60affe4",
	} {
		fp := hashKeyOf(key).sum(string(message[:n]))
		var got []byte
		got = binary.LittleEndian.AppendUint64(got, fp.lo)
		got = binary.LittleEndian.AppendUint64(got, fp.hi)
		if hex.EncodeToString(got) != want {
			t.Errorf("%d bytes: %x, want %s", n, got, want)
		}
	}
}

func TestFingerprintDistinct(t *testing.T) {
	k := newHashKey()
	seen := map[fingerprint]string{}
	for n := range 300 {
		for _, s := range []string{strings.Repeat("a", n), strings.Repeat("a", n) + "b", strings.Repeat("\x00", n+1)} {
			fp := k.sum(s)
			if was, ok := seen[fp]; ok && was != s {
				t.Fatalf("%q and %q share a fingerprint", was, s)
			}
			seen[fp] = s
		}
	}
	if hashKeyOf(k.append(nil)) != k {
		t.Error("a key changes when it is stored")
	}
	if newHashKey() == k {
		t.Error("two states share a key")
	}
}

func BenchmarkFingerprint(b *testing.B) {
	k := newHashKey()
	url := "https://docs.example.org/library/collections/abc/index.html"
	b.ReportAllocs()
	for b.Loop() {
		k.sum(url)
	}
}
