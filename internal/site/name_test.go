package site

import "testing"

func TestName(t *testing.T) {
	n := nameOf("http://tjeldhavn.example")
	const text = `http://tjeldhavn.example/a HTTP://TJELDHAVN.EXAMPLE:80/b //tjeldhavn.example/c lamp@tjeldhavn.example`
	for host, want := range map[string]string{
		"127.0.0.1:8080":    `http://127.0.0.1:8080/a HTTP://127.0.0.1:8080/b //127.0.0.1:8080/c lamp@tjeldhavn.example`,
		"quay.test":         `http://quay.test/a HTTP://QUAY.TEST:80/b //quay.test/c lamp@tjeldhavn.example`,
		"tjeldhavn.example": text,
	} {
		if got := n.as(host, text); got != want {
			t.Errorf("as %s:\n%s\nwant\n%s", host, got, want)
		}
	}
}
