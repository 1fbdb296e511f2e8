package main

import (
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
		`'--proxy=http://…@proxy:8080' 'https://…@example.org/?a=b' '…@example.net'`
	if got := commandLine(cmd, cmd.Flags().Args()); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
