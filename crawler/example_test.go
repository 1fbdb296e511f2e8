package crawler_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"

	"github.com/seed-5a061891/trawl/crawler"
)

// The pages of a site, in a range loop.
func ExampleCrawler_Pages() {
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, `<title>Page %s</title><a href="/next">next</a>`, r.URL.Path)
	}))
	defer site.Close()

	c, err := crawler.New(crawler.Config{Seeds: []string{site.URL}, Rate: crawler.Unlimited, Ordered: true})
	if err != nil {
		log.Fatal(err)
	}
	for page, err := range c.Pages(context.Background()) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(page.Depth, *page.Title, page.Document.Goquery().Find("a").Length())
	}
	// Output:
	// 0 Page / 1
	// 1 Page /next 1
}
