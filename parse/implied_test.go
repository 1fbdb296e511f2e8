package parse

import (
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// bodyElements are the elements that HTML has, but those that a parser passes over where they don't belong: the parts of tables and framesets.
const bodyElements = `a abbr address area article aside audio b base basefont bdi bdo bgsound big blockquote br button canvas center cite code
	data datalist dd del details dfn dialog dir div dl dt em embed fieldset figcaption figure font footer form h1 h2 h3 h4 h5 h6 header hgroup
	hr i iframe img input ins kbd keygen label legend li link listing main map mark marquee menu meta meter nav noembed noframes noscript object
	ol output p param picture plaintext pre progress q rp rt ruby s samp script search section select slot small source span strike strong style
	sub summary sup table template textarea time title track tt u ul var video wbr xmp`

// TestEveryElement has html.Parse for a witness of what each element ends, holds, and is at home in.
func TestEveryElement(t *testing.T) {
	const (
		any        = " table ruby rt rp select " // parsed by rules of their own
		formatting = " a b big code em font i s small strike strong tt u "
	)
	pages := []struct{ page, not string }{
		{"STARTaENDb", any + "noscript "}, // a text in the head ends it, even in a <noscript>
		{"<title>T</title>STARTEND<link>", any},
		{"<body><p>a START b END c", any},
		{"<body><p>a START b END c START d", any},
		{"<body><div>START a</div>b", any + formatting}, // it would begin again behind the <div>
		{"<body><div>START a<table><tbody><tr><td>b END c</table>d END e</div>f", any + " form p template "},
	}
	for name := range strings.FieldsSeq(bodyElements) {
		end := "</" + name + ">"
		if isVoid(atom.Lookup([]byte(name))) {
			end = ""
		}
		for _, test := range pages {
			if strings.Contains(test.not, " "+name+" ") {
				continue
			}
			page := strings.NewReplacer("START", "<"+name+">", "END", end).Replace(test.page)
			want, err := html.ParseWithOptions(strings.NewReader(page), html.ParseOptionEnableScripting(false))
			if err != nil {
				t.Fatal(err)
			}
			got, _ := flatten([]byte(page), false)
			if render(t, got) != render(t, want) {
				t.Errorf("%s\n got %s\nwant %s", page, render(t, got), render(t, want))
			}
		}
	}
}

// TestImplied has the tree that tags left out, or in the wrong place, make. It is html.Parse's on all of these but where noted.
func TestImplied(t *testing.T) {
	tests := []struct{ name, page, want string }{
		{"paragraphs", "<p>a<p>b<div>c</div>d", "<p>a</p><p>b</p><div>c</div>d"},
		{"a button holds a paragraph in", "<p><button><p>a</button>b", "<p><button><p>a</p></button>b</p>"},
		{"a line break ends none", "<p>a<br>b", "<p>a<br/>b</p>"},
		{"list", "<ul><li>a<li>b<ol><li>c</ol><li>d</ul>", "<ul><li>a</li><li>b<ol><li>c</li></ol></li><li>d</li></ul>"},
		{"definitions", "<dl><dt>a<dd>b<dt>c</dl>", "<dl><dt>a</dt><dd>b</dd><dt>c</dt></dl>"},
		{"rows and cells", "<table><tbody><tr><td>a<th>b<tr><td>c<tbody><tr><td>d</table>",
			"<table><tbody><tr><td>a</td><th>b</th></tr><tr><td>c</td></tr></tbody><tbody><tr><td>d</td></tr></tbody></table>"},
		{"table in a cell", "<table><tbody><tr><td><table><tbody><tr><td>a</table>b<td>c</table>",
			"<table><tbody><tr><td><table><tbody><tr><td>a</td></tr></tbody></table>b</td><td>c</td></tr></tbody></table>"},
		{"a stray end tag in a cell", "<div><table><tbody><tr><td>a</div>b</table>c</div>",
			"<div><table><tbody><tr><td>ab</td></tr></tbody></table>c</div>"},
		{"options", "<select><option>a<option>b</select>", "<select><option>a</option><option>b</option></select>"},
		{"a link ends another", "<a>a<a>b", "<a>a</a><a>b</a>"},
		{"a cell's link doesn't", "<a>a<table><tbody><tr><td><a>b</table>", "<a>a<table><tbody><tr><td><a>b</a></td></tr></tbody></table></a>"},
		{"a heading ends another", "<h1>a<h2>b<h3>c<h4>d<h5>e<h6>f<h1>g", "<h1>a</h1><h2>b</h2><h3>c</h3><h4>d</h4><h5>e</h5><h6>f</h6><h1>g</h1>"},
		{"parts of a table", "<table><caption>a<p>b</caption><thead><tr><th>c<tbody><tr><th>d<p>e<th>f<tfoot><tr><td>g<p>h<tr><td>i</table>",
			"<table><caption>a<p>b</p></caption><thead><tr><th>c</th></tr></thead><tbody><tr><th>d<p>e</p></th><th>f</th></tr></tbody>" +
				"<tfoot><tr><td>g<p>h</p></td></tr><tr><td>i</td></tr></tfoot></table>"},
		{"a paragraph around cells", "<p><object><p>a</object>b", "<p><object><p>a</p></object>b</p>"},
		{"a header cell's link", "<a>a<table><tbody><tr><th><a>b</table>", "<a>a<table><tbody><tr><th><a>b</a></th></tr></tbody></table></a>"},
		{"a template ends as one", "<div><template><p>a</div></template>b</div>", "<div><template><p>a</p></template>b</div>"},
		{"no content", "<img><hr><wbr>a</img>", "<img/><hr/><wbr/>a"},
	}
	for _, test := range tests {
		root, _ := flatten([]byte("<body>"+test.page), false)
		want := "<html><head></head><body>" + test.want + "</body></html>"
		if got := render(t, root); got != want {
			t.Errorf("%s: %s\n got %s\nwant %s", test.name, test.page, got, want)
		}
	}
}
