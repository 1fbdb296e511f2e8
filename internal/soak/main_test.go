//go:build unix

package soak

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

var (
	long      = flag.Bool("soak", false, "run the long form")
	pages     = flag.Int("pages", 1_000_000, "with -soak: how many URLs TestScale crawls")
	curvePath = flag.String("curve", "", "append what TestScale measures on its way to this CSV `file`")
)

// program is cmd/trawl, built by TestMain.
var program string

// roleEnv names what a process that a test started from its own binary is to do.
const roleEnv = "TRAWL_SOAK_ROLE"

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(run(m))
}

func run(m *testing.M) int {
	roles := map[string]func() error{"web": serveWeb, "crawl": crawlInProcess}
	if role := os.Getenv(roleEnv); role != "" {
		if err := roles[role](); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		return 0
	}
	dir, err := os.MkdirTemp("", "trawl-soak-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	program = filepath.Join(dir, "trawl")
	build := exec.Command("go", "build", "-o", program, "../../cmd/trawl")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "building cmd/trawl: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// inForm is short in the short form, and otherwise what the long one takes.
func inForm(short, soak int) int {
	if *long {
		return soak
	}
	return short
}
