package site

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// serve writes a. Everything in it but the Date that net/http adds is a function of the files and the host asked.
func (w *world) serve(rw http.ResponseWriter, r *http.Request, a *answer) {
	header := rw.Header()
	for name, value := range a.headers {
		header.Set(name, value)
	}
	if a.location != "" {
		header.Set("Location", w.name.as(r.Host, a.location))
		rw.WriteHeader(a.status)
		return
	}
	body := []byte(w.name.as(r.Host, string(a.body)))
	switch a.packing {
	case packFile:
		body = gzipped(body)
	case packCoding:
		header.Set("Vary", "Accept-Encoding")
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			header.Set("Content-Encoding", "gzip")
			body = gzipped(body)
		}
	}
	if a.status != http.StatusOK {
		rw.WriteHeader(a.status)
		rw.Write(body)
		return
	}
	header.Set("ETag", entityTag(body))
	http.ServeContent(rw, r, "", w.modified, bytes.NewReader(body))
}

// gzipped is data as one gzip member without a time in it, so that the same data gives the same bytes.
func gzipped(data []byte) []byte {
	var buf bytes.Buffer
	zw := gzip.NewWriter(&buf)
	io.Copy(zw, bytes.NewReader(data)) // a bytes.Buffer takes everything
	zw.Close()
	return buf.Bytes()
}

func entityTag(body []byte) string {
	sum := sha256.Sum256(body)
	return fmt.Sprintf(`"%x"`, sum[:8])
}
