package site

import (
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"
)

// world is what the files and the manifest add up to: an answer for each path. It never changes once read.
type world struct {
	answers  map[string]*answer
	notFound *answer
	name     siteName
	modified time.Time
}

// answer is one resource: a body, or a location to go to.
type answer struct {
	status   int
	headers  map[string]string
	body     []byte
	location string
	packing  packing
}

// packing says when a body is compressed.
type packing int

const (
	packNever  packing = iota
	packCoding         // as a content coding, for clients that accept it
	packFile           // always: the resource is itself a .gz
)

func readWorld(files fs.FS) (*world, error) {
	m, err := readManifest(files)
	if err != nil {
		return nil, err
	}
	w := &world{answers: make(map[string]*answer), name: nameOf(m.Origin), modified: m.Modified}
	placed := map[string]bool{m.NotFound: true}
	for key, p := range m.Pages {
		placed[p.File] = true
		if err := w.place(files, m, key, p); err != nil {
			return nil, err
		}
	}
	for key, r := range m.Redirects {
		k, _ := pageKey(key) // checked with the manifest
		w.answers[k] = &answer{status: r.Status, location: r.To}
	}
	err = fs.WalkDir(files, "www", func(name string, d fs.DirEntry, err error) error {
		file := strings.TrimPrefix(name, "www/")
		if err != nil || d.IsDir() || placed[file] {
			return err
		}
		return w.place(files, m, "/"+strings.TrimSuffix(file, "index.html"), manifestPage{File: file})
	})
	if err != nil {
		return nil, fmt.Errorf("site: %w", err)
	}
	w.notFound, err = newAnswer(files, m, manifestPage{File: m.NotFound, Status: http.StatusNotFound})
	return w, err
}

func (w *world) place(files fs.FS, m *manifest, key string, p manifestPage) error {
	k, err := pageKey(key)
	if err != nil {
		return fmt.Errorf("site: %s: %w", key, err)
	}
	w.answers[k], err = newAnswer(files, m, p)
	return err
}

func newAnswer(files fs.FS, m *manifest, p manifestPage) (*answer, error) {
	body, err := fs.ReadFile(files, path.Join("www", p.File))
	if err != nil {
		return nil, fmt.Errorf("site: %w", err)
	}
	a := &answer{status: p.Status, headers: maps.Clone(p.Headers), body: body}
	if a.status == 0 {
		a.status = http.StatusOK
	}
	if a.headers == nil {
		a.headers = make(map[string]string)
	}
	a.headers["Content-Type"] = p.Type
	if p.Type == "" {
		contentType, known := m.Types[path.Ext(p.File)]
		if !known {
			contentType = m.Types[""]
		}
		a.headers["Content-Type"] = contentType
	}
	switch {
	case p.Gzip:
		a.packing = packFile
	case p.Coding == "gzip":
		a.packing = packCoding
	}
	return a, nil
}

// find is the answer to a path (decoded) and query (as sent). A query that the manifest doesn't list changes nothing,
// as with most servers of files; a directory without its slash is sent to the one with it.
func (w *world) find(path, query string) *answer {
	if a := w.answers[path+"?"+query]; a != nil {
		return a
	}
	if a := w.answers[path]; a != nil {
		return a
	}
	if w.answers[path+"/"] != nil {
		return &answer{status: http.StatusMovedPermanently, location: (&url.URL{Path: path + "/"}).EscapedPath()}
	}
	return w.notFound
}
