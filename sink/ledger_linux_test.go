package sink

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

const childVariable = "TRAWL_SINK_TEST_CHILD"

// inChild runs the test again in a process of its own, with attributes, and passes on how that went. It is true in that process, and there
// the test goes on.
func inChild(t *testing.T, attributes *syscall.SysProcAttr) bool {
	t.Helper()
	if os.Getenv(childVariable) == t.Name() {
		return true
	}
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	child.Env = append(os.Environ(), childVariable+"="+t.Name())
	child.SysProcAttr = attributes
	out, err := child.CombinedOutput()
	switch {
	case attributes != nil && child.Process == nil:
		t.Skipf("needs to make a mount namespace, as root or with user namespaces: %v", err)
	case strings.Contains(string(out), "--- SKIP"):
		t.Skipf("%s", out)
	case err != nil || !strings.Contains(string(out), "--- PASS: "+t.Name()):
		t.Fatalf("%v\n%s", err, out)
	}
	return false
}

// ownMounts are attributes of a process whose mounts nobody else sees, and that go when it ends.
func ownMounts() *syscall.SysProcAttr {
	attributes := &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS}
	if os.Getuid() != 0 {
		attributes.Cloneflags = syscall.CLONE_NEWUSER
		attributes.UidMappings = []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}}
		attributes.GidMappings = []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}}
	}
	return attributes
}

// mountTmpfs mounts a file system of 64 kB.
func mountTmpfs(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=64k"); err != nil {
		t.Skipf("needs permission to mount a tmpfs, in a mount namespace of its own: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// noise is a line that does not compress.
func noise(t *testing.T, size int) []byte {
	t.Helper()
	raw := make([]byte, size)
	random, err := os.Open("/dev/urandom")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(random, raw); err != nil {
		t.Fatal(err)
	}
	if err := random.Close(); err != nil {
		t.Fatal(err)
	}
	for i, b := range raw {
		raw[i] = ' ' + b%90
	}
	return append(raw, '\n')
}

// writeUntilFailure writes batches of 5 lines until one fails, and returns the lines that did not, and how many they are.
func writeUntilFailure(t *testing.T, w *Writer) (lines []byte, count int64, at Checkpoint, failure error) {
	t.Helper()
	for range 1000 {
		var b Batch
		for range 5 {
			b.Lines = append(b.Lines, noise(t, 999)...)
			b.Count++
		}
		end, err := w.Write(t.Context(), b)
		if err != nil {
			return lines, count, at, err
		}
		lines = append(lines, b.Lines...)
		count += int64(b.Count)
		at = end
	}
	t.Fatal("nothing failed")
	return nil, 0, at, nil
}

func TestFullDisk(t *testing.T) {
	if !inChild(t, ownMounts()) {
		return
	}
	for _, name := range codecNames {
		t.Run(name, func(t *testing.T) {
			dir := mountTmpfs(t)
			ballast := filepath.Join(dir, "ballast")
			if err := os.WriteFile(ballast, make([]byte, 20_000), 0o600); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(dir, name)
			w := openForTest(t, path, Options{})
			lines, count, at, err := writeUntilFailure(t, w)
			checkWriteError(t, err, WriteError{Path: path, Offset: at.Offset, Lines: count, Kept: KeptOnDisk, Err: syscall.ENOSPC})
			want := "no space left on device; " + grouped(count) + " lines (" + byteSize(at.Offset) + ") are safe on disk"
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%q is not in: %v", want, err)
			}
			checkFile(t, path, lines)
			checkStaysFailed(t, w, err)
			checkFile(t, path, lines)

			if err := os.Remove(ballast); err != nil {
				t.Fatal(err)
			}
			w = openForTest(t, path, Options{Mode: Resume, Checkpoint: at})
			batch := Batch{Lines: noise(t, 5000), Count: 1}
			writeForTest(t, w, batch)
			closeForTest(t, w)
			checkFile(t, path, append(lines, batch.Lines...))
		})
	}
}

func TestFullDiskUnderRedirectedStdout(t *testing.T) {
	if !inChild(t, ownMounts()) {
		return
	}
	for name, flag := range map[string]int{">": os.O_TRUNC, ">>": os.O_APPEND} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(mountTmpfs(t), "pages.jsonl")
			stdout, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|flag, 0o600)
			if err != nil {
				t.Fatal(err)
			}
			w := openForTest(t, "-", Options{Stdout: stdout})
			lines, count, at, err := writeUntilFailure(t, w)
			checkWriteError(t, err, WriteError{Path: stdoutPath, Offset: at.Offset, Lines: count, Kept: KeptOnDisk, Err: syscall.ENOSPC})
			checkStaysFailed(t, w, err)
			checkFile(t, path, lines)
			if err := stdout.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestReadOnlyPlaces(t *testing.T) {
	if !inChild(t, ownMounts()) {
		return
	}
	dir := mountTmpfs(t)
	if err := os.WriteFile(filepath.Join(dir, "old.jsonl"), []byte("old\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("", dir, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	for path, opts := range map[string]Options{
		filepath.Join(dir, "pages.jsonl"): {},
		filepath.Join(dir, "old.jsonl"):   {Mode: Overwrite},
	} {
		_, err := Open(path, opts)
		want := "cannot open " + path + ": read-only file system; choose another place for the output"
		if !errors.Is(err, syscall.EROFS) || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

// TestForbiddenPlaces gives up root, to whom nothing is forbidden.
func TestForbiddenPlaces(t *testing.T) {
	if !inChild(t, nil) {
		return
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "pages.jsonl")
	if err := errors.Join(os.Chmod(filepath.Dir(dir), 0o755), os.Chmod(dir, 0o555)); err != nil {
		t.Fatal(err)
	}
	if os.Getuid() == 0 {
		const nobody = 65534
		if err := syscall.Setresuid(0, nobody, 0); err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := syscall.Setresuid(0, 0, 0); err != nil {
				t.Error(err)
			}
		}()
	}
	_, err := Open(path, Options{})
	want := "cannot open " + path + ": permission denied; choose another place for the output"
	if !errors.Is(err, os.ErrPermission) || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestFileSizeLimit(t *testing.T) {
	if !inChild(t, nil) {
		return
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 33_333, Max: 33_333}); err != nil {
		t.Fatal(err)
	}
	for _, name := range codecNames {
		path := filepath.Join(t.TempDir(), name)
		w := openForTest(t, path, Options{})
		lines, count, at, err := writeUntilFailure(t, w)
		checkWriteError(t, err, WriteError{Path: path, Offset: at.Offset, Lines: count, Kept: KeptOnDisk, Err: syscall.EFBIG})
		checkStaysFailed(t, w, err)
		checkFile(t, path, lines)

		w = openForTest(t, path, Options{Mode: Resume, Checkpoint: at, Lines: count}) // there is no room for one batch more
		_, err = w.Write(t.Context(), Batch{Lines: noise(t, 6000), Count: 1})
		checkWriteError(t, err, WriteError{Path: path, Offset: at.Offset, Lines: count, Kept: KeptOnDisk, Err: syscall.EFBIG})
		checkStaysFailed(t, w, err)
	}
}

func TestFullDevice(t *testing.T) {
	w := openForTest(t, "/dev/full", Options{})
	_, err := w.Write(t.Context(), numberedBatch(1, 3))
	checkWriteError(t, err, WriteError{Path: "/dev/full", Kept: KeptSent, Err: syscall.ENOSPC})
	if want := "cannot write /dev/full: no space left on device; no line was written before"; err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	checkStaysFailed(t, w, err)
}
