package main

import (
	"io"
	"os"
)

// seedList is the list of URLs of --input. A read of it may wait for a terminal or a pipe, and a crawl that is stopped leaves it behind.
type seedList struct {
	name string
	io.ReadCloser
}

// openList opens the file, or takes stdin for "-", which stays open.
func openList(name string, stdin io.Reader) (*seedList, error) {
	if name == "-" {
		return &seedList{"standard input", io.NopCloser(stdin)}, nil
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, &usageError{reason: "--input: " + err.Error(), err: err}
	}
	if info, err := file.Stat(); err == nil && info.IsDir() {
		file.Close()
		return nil, usagef("--input %s is a directory; name a file with a URL on each line", name)
	}
	return &seedList{name, file}, nil
}
