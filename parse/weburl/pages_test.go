package weburl

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	whatwg "github.com/nlnwa/whatwg-url/url"
	"golang.org/x/net/html"
)

// TestResolveIsTheLibrarysOnRealPages resolves every link of two real sites. Of the larger it takes each tenth page, or all
// with -exhaustive.
func TestResolveIsTheLibrarysOnRealPages(t *testing.T) {
	for _, c := range []struct {
		debianPackage, dir string
		each               int
	}{
		{"python3-doc", "/usr/share/doc/python3-doc/html", 1},
		{"openjdk-17-doc", "/usr/share/doc/openjdk-17-doc/api", 10},
	} {
		t.Run(c.debianPackage, func(t *testing.T) {
			t.Parallel()
			root, err := filepath.EvalSymlinks(c.dir)
			if err != nil {
				t.Skipf("%s is missing: install the Debian package %s", c.dir, c.debianPackage)
			}
			if *exhaustive > 0 {
				c.each = 1
			}
			site := siteLinks(t, root, c.each)
			if site.links < 1000 {
				t.Fatalf("%d links in %d pages of %s: not the site that was meant", site.links, site.pages, c.dir)
			}
			for page, refs := range site.refs {
				base, library := newTestBase(t, page)
				for _, ref := range refs {
					want, wantErr := library.Parse(ref)
					got, err := base.Resolve(ref)
					agree(t, page, ref, got, err, want, wantErr)
					if t.Failed() {
						return
					}
					checkSameDocument(t, base, library, ref)
				}
			}
			t.Logf("%d pages, %d links, %d different ones", site.pages, site.links, site.different)
		})
	}
}

func checkSameDocument(t *testing.T, base *Base, library *whatwg.Url, ref string) {
	t.Helper()
	target, err := library.Parse(ref)
	want := err == nil && strings.Contains(ref, "#") && target.Href(true) == library.Href(true)
	if base.SameDocument(ref) != want {
		t.Errorf("SameDocument(%q) on %q is %v", ref, base.URL(), !want)
	}
}

type site struct {
	refs                    map[string][]string // by a page that has them
	pages, links, different int
}

// siteLinks reads the links of the pages under root, or of each so many. A reference that occurs in many pages of a directory is kept
// for the first alone, unless it depends on the page.
func siteLinks(t *testing.T, root string, each int) site {
	t.Helper()
	s := site{refs: map[string][]string{}}
	type place struct{ dir, ref string }
	seen := map[place]bool{}
	files := 0
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".html" {
			return err
		}
		if files++; files%each != 0 {
			return nil
		}
		s.pages++
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		page := "http://site.test/docs/" + filepath.ToSlash(name)
		return fileLinks(path, func(ref string) {
			s.links++
			dir := filepath.Dir(page)
			if ref == "" || ref[0] == '#' || ref[0] == '?' {
				dir = page
			}
			if !seen[place{dir, ref}] {
				seen[place{dir, ref}] = true
				s.different++
				s.refs[page] = append(s.refs[page], ref)
			}
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func fileLinks(path string, link func(string)) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	for z := html.NewTokenizer(f); ; {
		switch z.Next() {
		case html.ErrorToken:
			if z.Err() == io.EOF {
				return nil
			}
			return z.Err()
		case html.StartTagToken, html.SelfClosingTagToken:
			_, more := z.TagName()
			for more {
				var key, value []byte
				key, value, more = z.TagAttr()
				if string(key) == "href" || string(key) == "src" {
					link(string(value))
				}
			}
		}
	}
}
