package warc

import (
	"fmt"
	"os"
	"sync"
)

// maxHandles is how many files an Archive keeps open for the next one who needs
// them. With those in use it stays below the 256 that some systems give a process.
const maxHandles = 64

// handles keeps files open that are read at random. It is safe for concurrent use.
type handles struct {
	mu     sync.Mutex
	open   map[string]*handle
	known  map[string]os.FileInfo // of each file when it was first opened
	idle   []*handle              // the longest first
	closed bool
}

// handle is a file that is open. Its file is read with ReadAt only.
type handle struct {
	*os.File
	path  string
	users int
}

func newHandles() *handles {
	return &handles{open: make(map[string]*handle), known: make(map[string]os.FileInfo)}
}

// acquire returns the file of the path. It is to be released once.
func (h *handles) acquire(path string) (*handle, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return nil, os.ErrClosed
	}
	if f := h.open[path]; f != nil {
		if f.users == 0 {
			h.forgetIdle(f)
		}
		f.users++
		return f, nil
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err != nil {
		file.Close()
		return nil, err
	}
	if first, ok := h.known[path]; !ok {
		h.known[path] = info
	} else if !os.SameFile(first, info) {
		file.Close()
		return nil, fmt.Errorf("%s is not the file that it was when it was opened first: something has replaced it", path)
	}
	f := &handle{File: file, path: path, users: 1}
	h.open[path] = f
	return f, nil
}

func (h *handles) forgetIdle(f *handle) {
	for i := range h.idle {
		if h.idle[i] == f {
			h.idle = append(h.idle[:i], h.idle[i+1:]...)
			return
		}
	}
}

// release gives a file back.
func (h *handles) release(f *handle) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if f.users--; f.users > 0 {
		return
	}
	if h.open[f.path] != f { // closed, or forgotten
		f.Close()
		return
	}
	h.idle = append(h.idle, f)
	if len(h.idle) > maxHandles {
		oldest := h.idle[0]
		h.idle = append(h.idle[:0], h.idle[1:]...)
		delete(h.open, oldest.path)
		oldest.Close()
	}
}

// forget has a path opened afresh: it is another file now.
func (h *handles) forget(path string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.known, path)
	if f := h.open[path]; f != nil {
		delete(h.open, path)
		if f.users == 0 {
			h.forgetIdle(f)
			f.Close()
		}
	}
}

// close closes what is idle, and the rest when it is released.
func (h *handles) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	for _, f := range h.idle {
		f.Close()
	}
	h.idle, h.open = nil, nil
}
