package warc

import (
	"net/http"
	"testing"
)

func TestAppendHeader(t *testing.T) {
	h := http.Header{
		"B": {"1", "2"}, "A": {""}, "Latin-1": {"caf\xe9"}, "Nul": {"a\x00b"}, "Tab": {"a\tb"},
		"Z\r\nEvil": {"x\r\n\r\n<html>\x00"},
	}
	want := "0: 1\r\nA: \r\nB: 1\r\nB: 2\r\nLatin-1: caf\xe9\r\nNul: a b\r\nTab: a\tb\r\nZ  Evil: x    <html> \r\n"
	if got := string(appendHeader([]byte("0: 1\r\n"), h)); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
