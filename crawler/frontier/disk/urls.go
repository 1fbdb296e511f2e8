package disk

// urlCache holds the URLs of ids asked for of late: pages are parents of many.
// An id has one place, and the last one put there has it.
type urlCache []struct {
	id  uint64
	url string
}

// urlCacheSize bounds it to a few megabytes.
const urlCacheSize = 1 << 14

func newURLCache() urlCache { return make(urlCache, urlCacheSize) }

func (c urlCache) put(id uint64, url string) {
	e := &c[id%urlCacheSize]
	e.id, e.url = id, url
}

func (c urlCache) get(id uint64) (string, bool) {
	e := &c[id%urlCacheSize]
	return e.url, e.id == id && id != 0
}
