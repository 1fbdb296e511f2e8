package main

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

func TestCommandLine(t *testing.T) {
	f := newCrawlFlags()
	cmd := &cobra.Command{Use: "trawl"}
	addGroups(cmd, f.reachGroup(), f.request.group(), f.outputGroup())
	args := []string{"-d", "2", "-H", "X-Key: s3cret", "--header=Cookie: id=s3cret", "--proxy", "http://me:s3cret@proxy:8080", "--allowed-domains=a.org,b.org",
		"-o", "my pages.jsonl", "https://me:s3cret@example.org/?a=b", "me:s3cret@example.net"}
	if err := cmd.ParseFlags(args); err != nil {
		t.Fatal(err)
	}
	want := `trawl --allowed-domains=a.org --allowed-domains=b.org --depth=2 '--header=X-Key: …' '--header=Cookie: …' '--output=my pages.jsonl' ` +
		`--proxy=http://proxy:8080/ ` +
		`'https://example.org/?a=b' '…@example.net'`
	if got := commandLine(cmd, cmd.Flags().Args()); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestWithoutPassword(t *testing.T) {
	for typed, want := range map[string]string{
		"https://example.org/a@b":                "https://example.org/a@b",
		"https://example.org/?mail=me@b.org":     "https://example.org/?mail=me@b.org",
		"http:///me:s3cret@127.0.0.1:9/b":        "http://127.0.0.1:9/b",
		"HTTP:/me:s3cret@host/":                  "http://host/",
		"http:me:s3cret@host/":                   "http://host/",
		`http:\\me:s3cret@host/`:                 "http://host/",
		"socks5://me:s3cret@proxy:1080":          "socks5://…@proxy:1080",
		"http://me:s3cret@no host/":              "http://…@no host/",
		"me:s3cret@host":                         "…@host",
		"pages.jsonl":                            "pages.jsonl",
		"http://me:s3/cret@no host/?mail=me@org": "http://…@no host/?mail=me@org",
	} {
		if got := withoutPassword(typed); got != want && !(want == typed && !strings.Contains(got, "s3cret")) {
			t.Errorf("%s becomes %s, want %s", typed, got, want)
		}
	}
}
