package weburl

import (
	"errors"
	"fmt"

	whatwgerrors "github.com/nlnwa/whatwg-url/errors"
)

// The kinds of [Error], for errors.Is.
var (
	// ErrInvalid means that the standard's parser fails on the input: no base to resolve it against, no host, a host or a port
	// that cannot be.
	ErrInvalid = errors.New("invalid URL")

	// ErrTooLong means that the URL exceeds [MaxLength]. It is a case of [ErrInvalid].
	ErrTooLong = fmt.Errorf("%w: too long", ErrInvalid)

	// ErrScheme means that the URL is of another scheme than http and https: mailto:, javascript:, data:, ftp: and the like.
	// Its remainder has not been looked at.
	ErrScheme = errors.New("not a web URL")
)

// MaxLength is the most bytes a URL may have without its fragment, both as it is given and in its canonical form. RFC 9110
// section 4.1 asks everyone to support 8000; servers commonly refuse what does not fit their header buffers of 8 KiB, so that
// a longer one is an error of the page, or a trap.
const MaxLength = 8192

// shownLength is how much of an input an error message shows: enough to recognise a link by.
const shownLength = 200

// An Error tells why an input gives no canonical URL.
type Error struct {
	Kind   error  // ErrInvalid, ErrTooLong or ErrScheme
	Input  string // what was to be parsed or resolved, as it was given
	Reason string // what is wrong with it, in a few words
	Scheme string // with ErrScheme, the scheme in lower case, without its colon; else empty
}

// Error names the input, shortened when it is long, and the reason.
func (e *Error) Error() string {
	if len(e.Input) > shownLength {
		return fmt.Sprintf("URL %q...: %s", e.Input[:shownLength], e.Reason)
	}
	return fmt.Sprintf("URL %q: %s", e.Input, e.Reason)
}

// Unwrap returns the kind.
func (e *Error) Unwrap() error { return e.Kind }

func invalid(reason string) *Error { return &Error{Kind: ErrInvalid, Reason: reason} }

func tooLong() *Error {
	return &Error{Kind: ErrTooLong, Reason: fmt.Sprintf("it is longer than %d bytes", MaxLength)}
}

func otherScheme(scheme string) *Error {
	shown := scheme
	if len(shown) > shownLength {
		shown = shown[:shownLength] + "..."
	}
	return &Error{Kind: ErrScheme, Scheme: scheme, Reason: `the scheme "` + shown + `" is neither http nor https`}
}

// refused words the library's failure to parse a host and a port.
func refused(err error) *Error {
	reason, ok := reasons[whatwgerrors.Type(err)]
	if !ok {
		return invalid(err.Error())
	}
	if detail := whatwgerrors.Description(err); detail != "" {
		reason = fmt.Sprintf("%s (%q)", reason, detail)
	}
	return invalid(reason)
}

// reasons has every failure the library gives for the host and the port of a web URL.
var reasons = map[whatwgerrors.ErrorType]string{
	whatwgerrors.DomainToASCII:              "the host is not a valid domain name",
	whatwgerrors.DomainInvalidCodePoint:     "the host has a character that no host may have",
	whatwgerrors.HostMissing:                "there is no host",
	whatwgerrors.PortOutOfRange:             "the port is above 65535",
	whatwgerrors.PortInvalid:                "the port is not a number (an IPv6 address is written in brackets)",
	whatwgerrors.IPv4EmptyPart:              "the IPv4 address has an empty part",
	whatwgerrors.IPv4TooManyParts:           "the IPv4 address has more than four parts",
	whatwgerrors.IPv4NonNumericPart:         "the host ends in a number but is not an IPv4 address",
	whatwgerrors.IPv4OutOfRangePart:         "the IPv4 address has a part that is too large",
	whatwgerrors.IPv6Unclosed:               "the IPv6 address has no closing bracket",
	whatwgerrors.IPv6InvalidCompression:     "the IPv6 address begins with a single colon",
	whatwgerrors.IPv6TooManyPieces:          "the IPv6 address has more than eight pieces",
	whatwgerrors.IPv6MultipleCompression:    "the IPv6 address has more than one \"::\"",
	whatwgerrors.IPv6InvalidCodePoint:       "the IPv6 address is malformed",
	whatwgerrors.IPv6TooFewPieces:           "the IPv6 address has fewer than eight pieces",
	whatwgerrors.IPv4InIPv6TooManyPieces:    "the IPv4 part of the IPv6 address comes too late",
	whatwgerrors.IPv4InIPv6InvalidCodePoint: "the IPv4 part of the IPv6 address is malformed",
	whatwgerrors.IPv4InIPv6OutOfRangePart:   "the IPv4 part of the IPv6 address has a number above 255",
	whatwgerrors.IPv4InIPv6TooFewParts:      "the IPv4 part of the IPv6 address has fewer than four numbers",
}
