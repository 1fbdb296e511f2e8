package warc

import (
	"encoding/hex"
	"errors"
	"strings"
	"testing"
)

// The sums of nothing, by other tools: sha1sum, sha256sum, md5sum, sha512sum </dev/null, then basenc.
const (
	emptySHA1   = "da39a3ee5e6b4b0d3255bfef95601890afd80709"
	emptySHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	emptySHA384 = "38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da274edebfe76f65fbd51ad2f14898b95b"
	emptyMD5    = "d41d8cd98f00b204e9800998ecf8427e"
	emptySHA512 = "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e"
)

func TestParseDigest(t *testing.T) {
	for _, c := range []struct{ in, algorithm, sum string }{
		{"sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ", "sha1", emptySHA1},
		{" SHA1 : 3i42h3s6nnfq2msvx7xzkyayscx5qbyj ", "sha1", emptySHA1},
		{"sha-1:" + strings.ToUpper(emptySHA1), "sha1", emptySHA1},
		{"sha1:2jmj7l5rSw0yVb/vlWAYkK/YBwk=", "sha1", emptySHA1},
		{"sha1:2jmj7l5rSw0yVb_vlWAYkK_YBwk", "sha1", emptySHA1},
		{"sha256:" + emptySHA256, "sha256", emptySHA256},
		{"sha-256:4OYMIQUY7QOBJGX36TEJS35ZEQT24QPEMSNZGTFESWMRW6CSXBKQ", "sha256", emptySHA256},
		{"sha-256:4OYMIQUY7QOBJGX36TEJS35ZEQT24QPEMSNZGTFESWMRW6CSXBKQ====", "sha256", emptySHA256},
		{"sha256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "sha256", emptySHA256},
		{"sha384:" + emptySHA384, "sha384", emptySHA384},
		{"md5:" + emptyMD5, "md5", emptyMD5},
		{"md5:2QOYZWMPACZAJ2MABGMOZ6CCPY======", "md5", emptyMD5},
		{"md5:1B2M2Y8AsgTpgAmY7PhCfg==", "md5", emptyMD5},
		{"sha512:" + emptySHA512, "sha512", emptySHA512},
	} {
		d, err := ParseDigest(c.in)
		if err != nil || d.Algorithm != c.algorithm || hex.EncodeToString(d.Sum) != c.sum {
			t.Errorf("%q: %v, %v", c.in, d, err)
		}
	}
}

func TestParseDigestRefuses(t *testing.T) {
	for _, in := range []string{
		"", ":", "sha1:", "sha1", emptySHA1, "crc32:00000000", "sha1:" + emptySHA256, "sha256:" + emptySHA1,
		"sha1:1112H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ",         // 1 is no digit of base32
		"sha1:zz39a3ee5e6b4b0d3255bfef95601890afd80709", // nor z of base16
		"sha1:2jmj7l5rSw0yVb!vlWAYkK!YBwk=", "sha1:\n\n\n\n" + "2jmj7l5rSw0yVb_vlWAYkK_YB",
		"sha1:" + "AA" + strings.Repeat("\nA", 15), // base32's decoder passes over line ends
	} {
		if d, err := ParseDigest(in); !errors.Is(err, ClassDigestLabel) {
			t.Errorf("%q: %v, %v", in, d, err)
		}
	}
}

func TestDigestString(t *testing.T) {
	for in, want := range map[string]string{
		"sha1:" + emptySHA1: "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ",
		"sha256:4OYMIQUY7QOBJGX36TEJS35ZEQT24QPEMSNZGTFESWMRW6CSXBKQ": "sha256:" + emptySHA256,
	} {
		if d, err := ParseDigest(in); err != nil || d.String() != want {
			t.Errorf("%s is written %s, %v", in, d, err)
		}
	}
}

func TestDigestEqual(t *testing.T) {
	sha := Digest{"sha1", []byte("same")}
	if !sha.Equal(Digest{"sha1", []byte("same")}) || sha.Equal(Digest{"md5", []byte("same")}) || sha.Equal(Digest{"sha1", []byte("else")}) {
		t.Error("digests are equal if both the algorithm and the sum are")
	}
}

// What can be read is written so that it is read again as the same.
func FuzzParseDigest(f *testing.F) {
	for _, s := range []string{"sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ", "sha256:" + emptySHA256, "md5:1B2M2Y8AsgTpgAmY7PhCfg==", "sha1:", "x:y"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ParseDigest(s)
		if err != nil {
			return
		}
		if again, err := ParseDigest(d.String()); err != nil || !again.Equal(d) {
			t.Errorf("%q is %v, and again %v, %v", s, d, again, err)
		}
	})
}
