package warc

import (
	"bytes"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash"
	"strings"
)

// Digest is a labelled digest, as WARC-Block-Digest and WARC-Payload-Digest hold it
// (ISO 28500:2017 sections 5.8 and 5.9).
type Digest struct {
	Algorithm string // in lower case, without a hyphen: "sha1", "sha256", "sha384", "sha512" or "md5"
	Sum       []byte
}

// ParseDigest reads "algorithm:value". The standard leaves open how the value is written. All that is found in
// archives is accepted, and told apart by its length: base32 and hexadecimal in any case, base64 with either
// alphabet, each with padding or without. The error of anything else, or of an algorithm that isn't among those of
// Digest, is of class ClassDigestLabel.
func ParseDigest(s string) (Digest, error) {
	d, err := parseDigest(s)
	if err != nil {
		return Digest{}, fmt.Errorf("%w: %w", ClassDigestLabel, err)
	}
	return d, nil
}

func parseDigest(s string) (Digest, error) {
	name, value, ok := strings.Cut(strings.TrimSpace(s), ":")
	if !ok {
		return Digest{}, fmt.Errorf("%s is not algorithm:value", clip(s))
	}
	d := Digest{Algorithm: strings.ReplaceAll(strings.ToLower(strings.TrimSpace(name)), "-", "")}
	h := d.hash()
	if h == nil {
		return Digest{}, fmt.Errorf("the algorithm %s is not known", clip(name))
	}
	value = strings.TrimRight(strings.TrimSpace(value), "=")
	var err error
	switch len(value) {
	case hex.EncodedLen(h.Size()):
		d.Sum, err = hex.DecodeString(value)
	case base32.StdEncoding.WithPadding(base32.NoPadding).EncodedLen(h.Size()):
		d.Sum, err = base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ToUpper(value))
	case base64.RawStdEncoding.EncodedLen(h.Size()):
		d.Sum, err = base64.RawURLEncoding.DecodeString(strings.NewReplacer("+", "-", "/", "_").Replace(value))
	default:
		err = fmt.Errorf("a %s has no encoding of %d characters", d.Algorithm, len(value))
	}
	if err == nil && len(d.Sum) != h.Size() { // the decoders pass over line ends
		err = fmt.Errorf("a %s has %d bytes", d.Algorithm, h.Size())
	}
	if err != nil {
		return Digest{}, fmt.Errorf("%s can't be read: %w", clip(s), err)
	}
	return d, nil
}

// String is how this package writes a digest: sha1 in base32, as in the standard's examples and by nearly all tools,
// so that an index finds the same payload in other archives; the others in hexadecimal, as those who use them do.
func (d Digest) String() string {
	if d.Algorithm == "sha1" {
		return "sha1:" + base32.StdEncoding.EncodeToString(d.Sum)
	}
	return d.Algorithm + ":" + hex.EncodeToString(d.Sum)
}

// Equal tells whether both are of the same algorithm and the same sum.
func (d Digest) Equal(e Digest) bool { return d.Algorithm == e.Algorithm && bytes.Equal(d.Sum, e.Sum) }

// hash returns a new hash of the digest's algorithm, or nil if it is not known.
func (d Digest) hash() hash.Hash {
	switch d.Algorithm {
	case "sha1":
		return sha1.New()
	case "sha256":
		return sha256.New()
	case "sha384":
		return sha512.New384()
	case "sha512":
		return sha512.New()
	case "md5":
		return md5.New()
	}
	return nil
}
