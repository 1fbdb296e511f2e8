package robots

import "testing"

func TestTarget(t *testing.T) {
	for url, want := range map[string]string{
		"":                          "/",
		"https://h.example":         "/",
		"https://h.example/":        "/",
		"https://h.example/a/b?c=d": "/a/b?c=d",
		"https://h.example:8080/a":  "/a",
		"https://u:p@h.example/a":   "/a",
		"https://h.example?c":       "/?c",
		"https://h.example;p":       "/;p",
		"https://h.example/a#b/c":   "/a",
		"https://h.example#/a":      "/",
		"https://h.example//a":      "//a",
		"https://h.example/a?u=http://other.example/b": "/a?u=http://other.example/b",
		"h.example/a":               "/a",
		"h.example":                 "/",
		"//h.example/a":             "/a",
		"/a":                        "/a",
		"/a?u=http://other.example": "/a?u=http://other.example",
		"?u=http://other.example/b": "/?u=http://other.example/b",
	} {
		if got := Target(url); got != want {
			t.Errorf("%q: got %q, want %q", url, got, want)
		}
	}
}
