package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/spf13/pflag"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"trawl": main})
}

// TestScripts runs trawl as users do, in processes of its own, against the bundled site. The commands that scripts have besides testscript's
// are documented where they are defined.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Values[sitesKey{}] = make(sites)
			for _, name := range []string{"GOGC", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"} {
				env.Setenv(name, "")
			}
			if dir := os.Getenv("GOCOVERDIR"); dir != "" {
				env.Setenv("GOCOVERDIR", dir)
			}
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"asked":      asked,
			"balance":    checkBalance,
			"closedpipe": closedPipe,
			"code":       code,
			"envsubst":   envSubst,
			"hits":       hits,
			"inflight":   inFlight,
			"interrupt":  interrupt,
			"jsonl":      checkJSONL,
			"jsonlog":    checkJSONLog,
			"listen":     listen,
			"sameurls":   sameURLs,
			"serve":      serve,
			"span":       span,
			"terminal":   terminal,
		},
	})
}

// TestEveryFlagHasAScript holds that there is no flag of a command that no script uses with that command.
func TestEveryFlagHasAScript(t *testing.T) {
	used := make(map[string]bool) // "crawl --depth", "crawl -d", " --version"
	for _, script := range scripts(t) {
		for line := range strings.Lines(script) {
			_, after, ok := strings.Cut(line, " trawl ")
			if !ok {
				continue
			}
			words := strings.Fields(after)
			command := ""
			if !strings.HasPrefix(words[0], "-") {
				command, words = words[0], words[1:]
			}
			for _, w := range words {
				name, _, _ := strings.Cut(w, "=")
				used[command+" "+name] = true
			}
		}
	}
	root := newRoot()
	for _, cmd := range append(root.Commands(), root) {
		command := strings.TrimPrefix(strings.TrimPrefix(cmd.CommandPath(), "trawl"), " ")
		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if f.Name != "help" && !used[command+" --"+f.Name] && (f.Shorthand == "" || !used[command+" -"+f.Shorthand]) {
				t.Errorf("no script uses --%s of %q", f.Name, cmd.CommandPath())
			}
		})
	}
}

func TestScriptsNameTheirIssue(t *testing.T) {
	for name, script := range scripts(t) {
		if !strings.HasPrefix(script, "# issue ") {
			t.Errorf("%s does not begin with the issue that it is for", name)
		}
	}
}

func scripts(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob("testdata/script/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	texts := make(map[string]string)
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		texts[f] = string(text)
	}
	return texts
}

// code N command args... runs a command and checks its exit code.
func code(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: code N command args...")
	}
	checkCode(ts, args[0], ts.Exec(args[1], args[2:]...))
}

func checkCode(ts *testscript.TestScript, want string, err error) {
	wanted, convErr := strconv.Atoi(want)
	ts.Check(convErr)
	got := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != wanted {
		ts.Fatalf("exit code %d, want %d", got, wanted)
	}
}
