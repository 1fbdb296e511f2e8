package disk_test

import (
	"testing"

	"github.com/seed-5a061891/trawl/crawler/frontier"
	"github.com/seed-5a061891/trawl/crawler/frontier/disk"
	"github.com/seed-5a061891/trawl/crawler/frontier/frontiertest"
)

func TestSuite(t *testing.T) {
	frontiertest.Run(t, func(t *testing.T, opts frontier.Options) frontier.Frontier {
		f, err := disk.Open(t.TempDir(), disk.Options{Options: opts})
		if err != nil {
			t.Fatal(err)
		}
		return f
	})
}
