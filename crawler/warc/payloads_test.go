package warc

import (
	"fmt"
	"testing"
)

func TestMemoryPayloads(t *testing.T) {
	const most = 10
	p := newMemoryPayloads(most)
	key := func(i int) string { return fmt.Sprint("sha256:", i) }
	for i := range 1000 {
		if _, known, err := p.Find(key(i)); known || err != nil {
			t.Fatalf("%d is known before it was kept, %v", i, err)
		}
		if err := p.Keep(key(i), Original{ID: key(i)}); err != nil {
			t.Fatal(err)
		}
		if n := len(p.young) + len(p.aged); n > 2*most {
			t.Fatalf("%d are remembered", n)
		}
		for j := max(i-most+1, 0); j <= i; j++ {
			if original, known, err := p.Find(key(j)); !known || original.ID != key(j) || err != nil {
				t.Fatalf("%d is not known after %d", j, i)
			}
		}
	}
	if _, known, _ := p.Find(key(0)); known {
		t.Error("the first is still known")
	}
}
