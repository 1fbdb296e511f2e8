package warc

import "strings"

// Field is a named field of a record or of an application/warc-fields block.
type Field struct{ Name, Value string }

// Fields are named fields in their order. Names are compared without regard to
// case (ISO 28500:2017 section 4).
type Fields []Field

// Get returns the first value of a field, or "".
func (f Fields) Get(name string) string {
	for i := range f {
		if strings.EqualFold(f[i].Name, name) {
			return f[i].Value
		}
	}
	return ""
}

// Values returns all values of a field that may be repeated.
func (f Fields) Values(name string) []string {
	var values []string
	for i := range f {
		if strings.EqualFold(f[i].Name, name) {
			values = append(values, f[i].Value)
		}
	}
	return values
}
