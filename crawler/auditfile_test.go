package crawler

import (
	"errors"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func openAudit(t *testing.T, text string) *AuditFile {
	t.Helper()
	name := filepath.Join(t.TempDir(), "audit.jsonl")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	a, err := OpenAudit(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return a
}

// audit makes one of lines "URL DEPTH PARENT".
func audit(lines ...string) string {
	var text []byte
	for _, l := range lines {
		words := append(strings.Fields(l), "")
		text = Fate{URL: words[0], Outcome: OutcomeFetched, Depth: int(words[1][0] - '0'), Parent: words[2]}.AppendLine(text)
	}
	return string(text)
}

func urlsOf(t *testing.T, chain iter.Seq2[Fate, error]) (urls []string, err error) {
	t.Helper()
	for f, err := range chain {
		if err != nil {
			return urls, err
		}
		urls = append(urls, f.URL)
	}
	return urls, nil
}

func TestAuditFileChain(t *testing.T) {
	a := openAudit(t, audit("http://a/ 0", `http://a/?\ 2 http://a/late`, "http://a/other 1 http://a/", "http://a/late 1 http://a/", "http://b/ 0"))
	for url, want := range map[string][]string{
		`http://a/?\`: {`http://a/?\`, "http://a/late", "http://a/"},
		"http://b/":   {"http://b/"},
		"http://a/l":  nil,
		"":            nil,
	} {
		for range 2 { // as often as one likes
			if got, err := urlsOf(t, a.Chain(url)); err != nil || !cmp.Equal(got, want) {
				t.Errorf("the chain of %q is %v, want %v, %v", url, got, want, err)
			}
		}
	}
	for range a.Chain(`http://a/?\`) {
		break
	}
	near, err := a.Near("https://www.a/late/")
	if err != nil || len(near) != 1 || near[0].URL != "http://a/late" {
		t.Errorf("near are %v, %v", near, err)
	}
}

func TestAuditFileDamage(t *testing.T) {
	good := audit("http://a/ 0", "http://a/1 1 http://a/")
	long := strings.Replace(good, "http://a/1", "http://a/"+strings.Repeat("x", maxAuditLine), 1)
	for _, test := range []struct {
		name, text string
		line       int // of the AuditLineError; 0: another error
		want       string
	}{
		{"torn", good[:len(good)-20], 2, "begin and end"},
		{"empty line", "\n" + good, 1, "begin and end"},
		{"another file", "hello\n", 1, "begin and end"},
		{"binary", "\x00\xff\n", 1, "begin and end"},
		{"a dataset", `{"url":"http://a/","requested_url":"http://a/","links":[]}` + "\n", 1, "begin and end"},
		{"a bad value", strings.Replace(good, `"depth":1`, `"depth":"1"`, 1), 2, "string"},
		{"a long line", long, 2, "longer than"},
		{"no parent", audit("http://a/1 1 http://a/"), 0, "the file is not whole"},
		{"a circle", audit("http://a/1 1 http://a/2", "http://a/2 1 http://a/1"), 0, "the file was changed"},
	} {
		a := openAudit(t, test.text)
		_, err := urlsOf(t, a.Chain("http://a/1"))
		var bad *AuditLineError
		switch {
		case err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), a.name):
			t.Errorf("%s: %v, want %q", test.name, err, test.want)
		case errors.As(err, &bad) != (test.line > 0) || bad != nil && bad.Line != test.line:
			t.Errorf("%s: %+v, want line %d", test.name, bad, test.line)
		}
		if _, all := urlsOf(t, a.All()); test.line > 0 && (all == nil || all.Error() != err.Error()) {
			t.Errorf("%s: All: %v, and Chain: %v", test.name, all, err)
		}
	}
	if _, err := urlsOf(t, openAudit(t, strings.TrimSuffix(good, "\n")).Chain("http://a/1")); err != nil {
		t.Errorf("without the last newline: %v", err)
	}
	if _, err := OpenAudit(filepath.Join(t.TempDir(), "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}
