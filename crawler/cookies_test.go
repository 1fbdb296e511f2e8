package crawler

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestBoundedJar(t *testing.T) {
	jar, err := newBoundedJar()
	if err != nil {
		t.Fatal(err)
	}
	u, _ := url.Parse("http://a.example.co.uk/x")
	jar.SetCookies(u, []*http.Cookie{
		{Name: "id", Value: "1"},
		{Name: "huge", Value: strings.Repeat("x", maxCookie)},
		{Name: "suffix", Value: "1", Domain: "co.uk"},
	})
	if got := jar.Cookies(u); len(got) != 1 || got[0].Name != "id" {
		t.Errorf("cookies: %v, want only id", got)
	}
	other, _ := url.Parse("http://b.example.co.uk/")
	if got := jar.Cookies(other); len(got) != 0 {
		t.Errorf("another host gets %v", got)
	}
	var bomb []*http.Cookie
	for i := range 200 {
		bomb = append(bomb, &http.Cookie{Name: fmt.Sprint("bomb", i), Value: strings.Repeat("b", 1000)})
	}
	jar.SetCookies(u, bomb)
	size := 0
	for _, c := range jar.Cookies(u) {
		size += len(c.String())
	}
	if size == 0 || size > maxCookiesRequest {
		t.Errorf("a request would carry %d bytes of cookies, want up to %d", size, maxCookiesRequest)
	}
}
