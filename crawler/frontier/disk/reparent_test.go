package disk

import (
	"encoding/binary"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-5a061891/trawl/crawler/frontier"
)

func link(path string) frontier.Offer { return frontier.Offer{URL: "http://a/" + path, Host: "a"} }

func fetchedPage(path string, found ...frontier.Offer) frontier.Result {
	return frontier.Result{URL: "http://a/" + path, Outcome: frontier.Outcome{Kind: frontier.Fetched}, Found: found}
}

// onB is a page of another host: levels of one don't wait for those of another.
func onB(path, to string) frontier.Result {
	r := frontier.Result{URL: "http://b/" + path, Outcome: frontier.Outcome{Kind: frontier.Fetched}, Found: []frontier.Offer{{URL: "http://b/" + to, Host: "b"}}}
	switch to {
	case "z":
		r.Found[0] = link(to)
	case "15":
		r.Found[0] = frontier.Offer{URL: "http://a/15", Host: "c"}
	}
	return r
}

// TestReparent offers a URL that is known from pages of one depth, in one batch
// and in several. Its parent is the first of them by URL.
func TestReparent(t *testing.T) {
	to15 := frontier.Offer{URL: "http://a/15", Host: "c", Redirect: 301}
	for _, tt := range []struct {
		name    string
		batches [][]frontier.Result
		leased  bool // while the last batch is committed
	}{
		{"each alone", [][]frontier.Result{{fetchedPage("4", link("z"))}, {fetchedPage("3", link("z"))}, {fetchedPage("1", link("z"))}, {fetchedPage("2", link("z"))}}, false},
		{"all at once", [][]frontier.Result{{fetchedPage("3", link("z")), fetchedPage("1", link("z")), fetchedPage("2", link("z"))}}, false},
		{"known", [][]frontier.Result{{fetchedPage("4", link("z"))}, {fetchedPage("1", link("z")), fetchedPage("2", link("z"))}}, false},
		{"passed on", [][]frontier.Result{{fetchedPage("4", link("z"))}, {onB("deep", "deeper")}, {onB("deeper", "15")}, {fetchedPage("2"), fetchedPage("3")},
			{fetchedPage("15", link("z"))}, {fetchedPage("1", link("z")), fetchedPage("r", to15)}}, false},
		{"leased", [][]frontier.Result{{fetchedPage("4", link("z"))}, {fetchedPage("1", link("z"))}}, true},
		{"raised", [][]frontier.Result{{onB("deep", "deeper")}, {onB("deeper", "z")}, {fetchedPage("3", link("z")), fetchedPage("1", link("z"))}}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := mustOpen(t, t.TempDir(), Options{Options: frontier.Options{MaxDepth: 9}})
			first := []frontier.Offer{{URL: "http://b/deep", Host: "b"}, {URL: "http://a/r", Host: "r"}, link("4"), link("3"), link("2"), link("1")}
			if _, err := f.Add(t.Context(), first); err != nil {
				t.Fatal(err)
			}
			for i, results := range tt.batches {
				for _, r := range results {
					outOnly(t, f, r.URL)
				}
				if tt.leased && i == len(tt.batches)-1 {
					// Deeper than what is out for the first time, it isn't handed out by itself.
					r := new(record)
					s, _, _ := f.begin().lookup(f.key0.sum("http://a/z"))
					if err := f.tx.commit(false); err != nil {
						t.Fatal(err)
					}
					if err := f.readRecord(s.id, r); err != nil {
						t.Fatal(err)
					}
					if _, _, err := f.lease(r, f.hosts.byName["a"], r.position(), false); err != nil {
						t.Fatal(err)
					}
				}
				if err := f.Commit(t.Context(), frontier.Batch{Results: results}); err != nil {
					t.Fatal(err)
				}
			}
			if tt.leased {
				if err := f.Commit(t.Context(), frontier.Batch{Results: []frontier.Result{fetchedPage("z")}}); err != nil {
					t.Fatal(err)
				}
			}
			for _, g := range []*Frontier{f, killed(t, f)} {
				e, ok, err := g.Explain("http://a/z")
				if err != nil || !ok || e.Parent != "http://a/1" || e.Depth != 1 {
					t.Errorf("%+v, %v, %v; want the parent http://a/1", e, ok, err)
				}
			}
		})
	}
}

// outOnly leases until url is out, and hands the others back.
func outOnly(t *testing.T, f *Frontier, url string) {
	t.Helper()
	before := map[string]bool{}
	for u := range f.leases {
		before[u] = true
	}
	leaseURL(t, f, url)
	for u := range f.leases {
		if u != url && !before[u] {
			if err := f.Return(t.Context(), u); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestMergeParent(t *testing.T) {
	r := record{id: 9, url: "http://a/", state: waiting, host: 300, rank: makeRank(2, 0), seq: 1 << 20, parent: 7, retry: position{5, 6}}
	operand := func(parent uint64) []byte { return binary.AppendUvarint([]byte{operandFlag}, parent) }
	for _, parent := range []uint64{0, 1, 1 << 39} {
		want := r
		want.parent = parent
		for _, order := range [][][]byte{
			{r.append(nil), operand(parent)},
			{r.append(nil), operand(77), operand(parent)},
			{operand(77), want.append(nil)},
		} {
			newest, err := merger().Merge(nil, order[len(order)-1])
			if err != nil {
				t.Fatal(err)
			}
			for i := len(order) - 2; i >= 0; i-- {
				if err := newest.MergeOlder(order[i]); err != nil {
					t.Fatal(err)
				}
			}
			oldest, err := merger().Merge(nil, order[0])
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range order[1:] {
				if err := oldest.MergeNewer(v); err != nil {
					t.Fatal(err)
				}
			}
			a, _, _ := newest.Finish(true)
			b, _, _ := oldest.Finish(true)
			var got record
			if !got.decode(9, a) || string(a) != string(b) {
				t.Errorf("merged as %x and %x", a, b)
			}
			if d := cmp.Diff(want, got, cmp.AllowUnexported(record{}, trail{}, position{})); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		}
	}
	if _, err := mergeParent([]byte{1, 0xff}, operand(1)); err == nil {
		t.Error("a torn record is merged")
	}
}
