package fetch

import (
	"fmt"
	"testing"
)

func TestDecode(t *testing.T) {
	plain := map[string]bool{"": true, "identity": true, "none": true, "utf-8": true}
	page := prose(100_000)
	for _, c := range []struct {
		header string
		body   string
		want   string
	}{
		{"gzip", encode(t, "gzip", page), page},
		{"GZip", encode(t, "gzip", page), page},
		{"x-gzip", encode(t, "gzip", page), page},
		{"br", encode(t, "br", page), page},
		{"zstd", encode(t, "zstd", page), page},
		{"deflate", encode(t, "deflate", page), page},
		{"deflate", encode(t, "bare deflate", page), page},
		{"gzip, br", encode(t, "br", encode(t, "gzip", page)), page},
		{"gzip|br", encode(t, "br", encode(t, "gzip", page)), page},
		{"br , ,gzip\t", encode(t, "gzip", encode(t, "br", page)), page},
		{"gzip, gzip", encode(t, "gzip", encode(t, "gzip", page)), page},
		{"zstd, deflate, br, gzip", encode(t, "gzip", encode(t, "br", encode(t, "deflate", encode(t, "zstd", page)))), page},
		{"identity", page, page},
		{"", page, page},
		{"utf-8", page, page},
		{"none", page, page},
		{"identity, gzip", encode(t, "gzip", page), page},
		{"gzip", encode(t, "gzip", page) + encode(t, "gzip", page), page + page},
		{"zstd", encode(t, "zstd", page) + encode(t, "zstd", page), page + page},
		{"zstd", "\x5a\x2a\x4d\x18\x04\x00\x00\x00skip" + encode(t, "zstd", page), page},
		// Trailing bytes are no page.
		{"gzip", encode(t, "gzip", page) + "\x00\x00\x00\x00", page},
		{"gzip", encode(t, "gzip", page) + "x", page},
		{"gzip", encode(t, "gzip", page) + "\x1f\x8b", page},
		{"gzip", encode(t, "gzip", page) + "\x1f\x8b\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", page},
		{"br", encode(t, "br", page) + "trailing", page},
		{"deflate", encode(t, "deflate", page) + "trailing", page},
		{"deflate", encode(t, "bare deflate", page) + "trailing", page},
		{"zstd", encode(t, "zstd", page) + "trailing", page},
		// Empty is empty.
		{"gzip", "", ""}, {"br", "", ""}, {"zstd", "", ""}, {"deflate", "", ""}, {"gzip, br", "", ""},
		{"gzip", encode(t, "gzip", ""), ""}, {"br", encode(t, "br", ""), ""}, {"zstd", encode(t, "zstd", ""), ""}, {"deflate", encode(t, "deflate", ""), ""},
		{"deflate", encode(t, "bare deflate", ""), ""},
		// Says so and is not.
		{"gzip", page, page}, {"br", page, page}, {"zstd", page, page}, {"deflate", page, page},
		{"gzip", "x", "x"}, {"zstd", "x", "x"}, {"br", "{}", "{}"}, {"deflate", "{}", "{}"}, {"br", "\n\n<html>", "\n\n<html>"}, {"deflate", "<", "<"},
		{"br", `{"json": [1, 2, 3]}`, `{"json": [1, 2, 3]}`}, {"deflate", `{"json": [1, 2, 3]}`, `{"json": [1, 2, 3]}`},
		{"br", "plain words", "plain words"}, {"deflate", "plain words", "plain words"},
		{"br", "\ufeff<!doctype html>", "\ufeff<!doctype html>"},
		{"gzip, br", encode(t, "br", page), page},
		{"gzip, br", page, page},
		// Short texts, which look like text when coded.
		{"br", encode(t, "br", "ok"), "ok"}, {"deflate", encode(t, "bare deflate", "ok"), "ok"}, {"deflate", encode(t, "deflate", "ok"), "ok"},
	} {
		t.Run(fmt.Sprintf("%s %.9q", c.header, c.body), func(t *testing.T) {
			o := DefaultOptions()
			o.Wire = coded(c.body, c.header)
			tr := newTransport(t, o)
			for range 3 { // a used decoder is as good as a new one
				got := get(t, tr, "http://a.test")
				if got.err != nil || got.body != c.want {
					t.Fatalf("%.60q (%d bytes), %v", got.body, len(got.body), got.err)
				}
				h := got.resp.Header
				if decoded := !plain[c.header]; decoded != got.resp.Uncompressed ||
					decoded == (h.Get("Content-Length") != "") || decoded != (got.resp.ContentLength == -1) || h.Get("Content-Type") == "" {
					t.Errorf("uncompressed %v, length %d, header %v", got.resp.Uncompressed, got.resp.ContentLength, h)
				}
				if got.resp.Uncompressed && h.Get("Content-Encoding") != "" {
					t.Errorf("header %v", h)
				}
			}
		})
	}
}

func TestDecodeFaults(t *testing.T) {
	page := prose(300_000)
	damaged := func(coding string, at int) string {
		b := []byte(encode(t, coding, page))
		b[(at+len(b))%len(b)] ^= 0xff
		return string(b)
	}
	cut := func(coding string) string {
		b := encode(t, coding, page)
		return b[:len(b)*3/4]
	}
	for _, c := range []struct {
		header string
		body   string
		least  int // bytes that come before the error
		part   string
	}{
		{"gzip", cut("gzip"), 100_000, "gzip data is cut short"},
		{"br", cut("br"), 100_000, "br data is cut short"},
		{"zstd", cut("zstd"), 100_000, "zstd data is cut short"},
		{"deflate", cut("deflate"), 100_000, "deflate data is cut short"},
		{"deflate", cut("bare deflate"), 100_000, "deflate data is cut short"},
		{"gzip", damaged("gzip", -6), 300_000, "gzip data is corrupt"},
		{"deflate", damaged("deflate", -1), 300_000, "deflate data is corrupt"},
		{"gzip", encode(t, "gzip", page)[:5], 0, "gzip data is cut short"},
		{"gzip", "\x1f\x8b\x07garbage and garbage", 0, "gzip data is corrupt"},
		{"zstd", "\x28\xb5\x2f\xfd\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 0, "zstd data is corrupt"},
		{"deflate", "\x78\xbb\x00\x00\x00\x00", 0, "deflate data is corrupt"}, // wants a dictionary
		{"br", "\xff\xff\xff\xff\x00\x01\x02", 0, "br data is corrupt"},
		{"gzip, br", cut("br"), 0, "br data is cut short"},
		{"br, gzip", encode(t, "gzip", cut("br")), 100_000, "br data is cut short"},
	} {
		t.Run(fmt.Sprintf("%s %.9q", c.header, c.body), func(t *testing.T) {
			o := DefaultOptions()
			o.Wire = coded(c.body, c.header)
			tr := newTransport(t, o)
			for range 2 {
				got := get(t, tr, "http://a.test")
				wantError(t, got.err, KindEncoding, PhaseBody, c.part)
				if len(got.body) < c.least || got.body != page[:len(got.body)] && c.least > 0 {
					t.Errorf("%d bytes before the error, want %d", len(got.body), c.least)
				}
			}
		})
	}
}
