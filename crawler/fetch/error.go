package fetch

// An Error is the one type of error that a Transport gives, from RoundTrip and from the Body of its responses.
type Error struct {
	Kind   Kind
	Phase  Phase  // where it happened; "" where there is no telling
	During Phase  // with PhaseTotal: the phase that was under way; else ""
	URL    string // the URL asked for, without its password

	// Message says what was wrong, for a person who never heard of Go: "connection refused by 127.0.0.1:81". One line, no URL.
	Message string

	// Err is the error this was made from, nil if there was none. errors.Is and errors.As see it.
	Err error
}

// Error is the kind and the message. The URL is left out: net/http and the dataset's line both name it already.
func (e *Error) Error() string { return string(e.Kind) + ": " + e.Message }

// Unwrap gives the low-level error.
func (e *Error) Unwrap() error { return e.Err }

// Is reports whether target is e's Kind.
func (e *Error) Is(target error) bool {
	kind, ok := target.(Kind)
	return ok && kind == e.Kind
}

// Timeout reports whether a time limit was the cause, as net.Error has it.
func (e *Error) Timeout() bool { return e.Kind == KindTimeout }
