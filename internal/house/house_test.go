package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const (
	module = "github.com/seed-5a061891/trawl/"
	root   = "../.."
)

// mayImport says which of our packages another may import, tests aside. A name
// ending in "/..." stands for all below it. A package that isn't here fails the
// test: it has to find its place in the house first.
var mayImport = map[string][]string{
	"parse":        {"parse/weburl"},
	"parse/weburl": {},
	"sink":         {},

	"crawler":                       {"crawler/fetch", "crawler/frontier", "crawler/frontier/disk", "crawler/robots", "crawler/warc", "parse", "parse/weburl", "sink"},
	"crawler/fetch":                 {},
	"crawler/frontier":              {},
	"crawler/frontier/disk":         {"crawler/frontier"},
	"crawler/frontier/frontiertest": {"crawler/frontier"},
	"crawler/robots":                {},
	"crawler/warc":                  {},

	"cmd/trawl": {"crawler/...", "crawler", "parse/weburl", "sink", "internal/site"},

	"internal/house": {},
	"internal/soak":  {},
	"internal/site":  {"testdata/site"},
	"testdata/site":  {},
}

// sourceFiles parses every Go file of the repository.
func sourceFiles(t *testing.T) map[string]*ast.File {
	t.Helper()
	files := map[string]*ast.File{}
	fset := token.NewFileSet()
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && name != root && strings.HasPrefix(d.Name(), ".") {
			return filepath.SkipDir
		}
		if filepath.Ext(name) != ".go" {
			return nil
		}
		f, err := parser.ParseFile(fset, name, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		files[filepath.ToSlash(rel)] = f
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 50 {
		t.Fatalf("only %d Go files found from %s", len(files), root)
	}
	return files
}

func imports(f *ast.File) []string {
	var out []string
	for _, s := range f.Imports {
		p, _ := strconv.Unquote(s.Path.Value)
		out = append(out, p)
	}
	return out
}

func allowed(list []string, pkg string) bool {
	return slices.ContainsFunc(list, func(a string) bool {
		below, all := strings.CutSuffix(a, "...")
		return a == pkg || all && strings.HasPrefix(pkg, below)
	})
}

func TestImportsPointOneWay(t *testing.T) {
	for name, f := range sourceFiles(t) {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		pkg := path.Dir(name)
		list, known := mayImport[pkg]
		if !known {
			t.Errorf("%s: package %s has no place in mayImport", name, pkg)
		}
		for _, p := range imports(f) {
			if ours, ok := strings.CutPrefix(p, module); ok && !allowed(list, ours) {
				t.Errorf("%s imports %s, which its package may not", name, ours)
			}
		}
	}
}

// TestOneFileKnowsColly keeps the engine that fetches replaceable.
func TestOneFileKnowsColly(t *testing.T) {
	for name, f := range sourceFiles(t) {
		for _, p := range imports(f) {
			if strings.Contains(p, "gocolly/colly") && name != "crawler/collector.go" {
				t.Errorf("%s imports colly; only crawler/collector.go may", name)
			}
		}
	}
}

func TestNoInitAndNoDumpingGround(t *testing.T) {
	for name, f := range sourceFiles(t) {
		switch f.Name.Name {
		case "util", "utils", "common", "types", "helpers", "misc":
			t.Errorf("%s: a package named %s says nothing", name, f.Name.Name)
		}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
				t.Errorf("%s has an init function", name)
			}
		}
	}
}

// TestEveryPackageHasADoc wants a doc.go that says what the package is.
func TestEveryPackageHasADoc(t *testing.T) {
	files := sourceFiles(t)
	for pkg := range mayImport {
		if _, err := os.Stat(filepath.Join(root, pkg)); err != nil {
			continue
		}
		documented := false
		for name, f := range files {
			documented = documented || path.Dir(name) == pkg && f.Doc != nil && !strings.HasSuffix(name, "_test.go")
		}
		if !documented {
			t.Errorf("package %s has no doc comment", pkg)
		}
	}
}

// TestEveryExportedNameHasADoc covers functions, types, and their methods.
func TestEveryExportedNameHasADoc(t *testing.T) {
	for name, f := range sourceFiles(t) {
		if strings.HasSuffix(name, "_test.go") || strings.HasPrefix(name, "cmd/") || f.Name.Name == "main" {
			continue
		}
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Name.IsExported() && d.Doc == nil && (d.Recv == nil || exportedReceiver(d) && !wellKnown(d.Name.Name)) {
					t.Errorf("%s: %s has no doc comment", name, d.Name.Name)
				}
			case *ast.GenDecl:
				for _, s := range d.Specs {
					if ts, ok := s.(*ast.TypeSpec); ok && ts.Name.IsExported() && d.Doc == nil && ts.Doc == nil {
						t.Errorf("%s: type %s has no doc comment", name, ts.Name.Name)
					}
				}
			}
		}
	}
}

func exportedReceiver(d *ast.FuncDecl) bool {
	typ := d.Recv.List[0].Type
	if star, ok := typ.(*ast.StarExpr); ok {
		typ = star.X
	}
	id, ok := typ.(*ast.Ident)
	return ok && id.IsExported()
}

// wellKnown are methods that everyone knows from the interface they implement.
func wellKnown(method string) bool {
	switch method {
	case "Error", "Unwrap", "Is", "String":
		return true
	}
	return false
}
