//go:build unix

package crawler

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestPipeWithoutAReader is told to end, both ways, before anybody reads its
// output.
func TestPipeWithoutAReader(t *testing.T) {
	for _, gently := range []bool{true, false} {
		name := filepath.Join(t.TempDir(), "pipe")
		if err := syscall.Mkfifo(name, 0o600); err != nil {
			t.Fatal(err)
		}
		crawler, err := New(treeConfig(tree(5), name))
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		if gently {
			crawler.Drain()
		} else {
			stop()
		}
		if _, err := crawler.Run(ctx); !errors.Is(err, ErrInterrupted) {
			t.Errorf("gently %v: %v", gently, err)
		}
		stop()
		reader, err := os.Open(name) // lets go of the opening that was left behind
		if err != nil {
			t.Fatal(err)
		}
		reader.Close()
	}
}
