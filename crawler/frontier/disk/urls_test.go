package disk

import (
	"strconv"
	"testing"
)

func TestURLCache(t *testing.T) {
	c := newURLCache()
	for id := uint64(1); id < 3*urlCacheSize; id += 7 {
		c.put(id, strconv.FormatUint(id, 10))
	}
	hits := 0
	for id := uint64(0); id < 3*urlCacheSize; id++ {
		if url, ok := c.get(id); ok {
			hits++
			if url != strconv.FormatUint(id, 10) {
				t.Fatalf("%d is %q", id, url)
			}
		}
	}
	if hits == 0 || hits > urlCacheSize {
		t.Errorf("%d hits", hits)
	}
}
