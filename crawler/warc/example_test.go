package warc_test

import (
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-5a061891/trawl/crawler/warc"
)

// title is somebody's code that needs the web.
func title(client *http.Client, url string) (string, error) {
	resp, err := client.Get(url)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	page, err := io.ReadAll(resp.Body)
	_, rest, _ := strings.Cut(string(page), "<title>")
	text, _, _ := strings.Cut(rest, "</title>")
	return text, err
}

// A test of code that needs the web replays what was recorded once.
func TestTitle(t *testing.T) {
	recording, err := warc.OpenReplayer(recordShop(t.TempDir())) // usually "testdata/shop.warc.gz"
	if err != nil {
		t.Fatal(err)
	}
	defer recording.Close()
	got, err := title(&http.Client{Transport: recording}, "http://shop.example/offers")
	if err != nil || got != "Offers" {
		t.Errorf("title = %q, %v", got, err)
	}
}

// A client that replays says what was recorded, and what is nearest to a URL that wasn't.
func ExampleOpenReplayer() {
	dir := temporary()
	defer os.RemoveAll(dir)
	recording, err := warc.OpenReplayer(recordShop(dir))
	if err != nil {
		log.Fatal(err)
	}
	defer recording.Close()
	client := &http.Client{Transport: recording}

	fmt.Println(title(client, "http://shop.example/offers"))
	_, err = title(client, "http://shop.example/offer")
	var missing *warc.NotRecordedError
	fmt.Println(errors.As(err, &missing), err)
	// Output:
	// Offers <nil>
	// true Get "http://shop.example/offer": GET http://shop.example/offer is not in the recording; nearest are http://shop.example/offers http://shop.example/
}

// A client that records has its answers as ever, and they are in the archive.
func ExampleNewRecorder() {
	dir := temporary()
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "shop.warc.gz")
	archive, err := warc.Create(file, warc.WriterOptions{Info: warc.Fields{{Name: "software", Value: "example"}}})
	if err != nil {
		log.Fatal(err)
	}
	client := &http.Client{Transport: warc.NewRecorder(shop(), archive, warc.RecorderOptions{})}
	fmt.Println(title(client, "http://shop.example/"))
	if err := archive.Close(); err != nil {
		log.Fatal(err)
	}

	in, err := os.Open(file)
	if err != nil {
		log.Fatal(err)
	}
	defer in.Close()
	for r := warc.NewReader(in, warc.ReaderOptions{Name: file}); ; {
		record, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(record.Type)
	}
	// Output:
	// Shop <nil>
	// warcinfo
	// request
	// metadata
	// response
}

// temporary is a directory for an example.
func temporary() string {
	dir, err := os.MkdirTemp("", "warc-example-")
	if err != nil {
		log.Fatal(err)
	}
	return dir
}

// recordShop records the shop in a directory, and returns the archive's name.
func recordShop(dir string) string {
	file := filepath.Join(dir, "shop.warc.gz")
	archive, err := warc.Create(file, warc.WriterOptions{})
	if err != nil {
		log.Fatal(err)
	}
	client := &http.Client{Transport: warc.NewRecorder(shop(), archive, warc.RecorderOptions{})}
	for _, page := range []string{"", "offers"} {
		if _, err := title(client, "http://shop.example/"+page); err != nil {
			log.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		log.Fatal(err)
	}
	return file
}

// shop stands for the web: whatever host is asked for, it answers.
func shop() http.RoundTripper {
	return roundTripper(func(req *http.Request) (*http.Response, error) {
		answer := httptest.NewRecorder()
		answer.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(answer, "<title>%s</title>", map[string]string{"/": "Shop", "/offers": "Offers"}[req.URL.Path])
		resp := answer.Result()
		resp.Request = req
		return resp, nil
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (r roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return r(req) }
