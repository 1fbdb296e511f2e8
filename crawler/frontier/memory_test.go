package frontier_test

import (
	"testing"

	"github.com/seed-5a061891/trawl/crawler/frontier"
	"github.com/seed-5a061891/trawl/crawler/frontier/frontiertest"
)

func TestMemory(t *testing.T) {
	frontiertest.Run(t, func(_ *testing.T, opts frontier.Options) frontier.Frontier {
		return frontier.NewMemory(opts)
	})
}
