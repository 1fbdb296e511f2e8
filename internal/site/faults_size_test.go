package site

import (
	"strings"
	"testing"
)

func TestEndlessBodies(t *testing.T) {
	onPipes(t, Options{}, func(t *testing.T, srv *Server) {
		for name, filler := range map[string]string{"endless-body": "The tide goes out.</p>\n", "endless-tag": `data-tide="in" data-tide="out" `} {
			answer, err := rawAnswer(t, srv, "/fault/size/"+name)
			if err != nil || !strings.Contains(answer, "<title>"+name+"</title>") || !strings.Contains(answer[len(answer)-100:], filler[:10]) {
				t.Errorf("%s: %v, after %d bytes", name, err, len(answer))
			}
			if tag := answer[strings.Index(answer, "<body"):]; strings.Contains(tag, ">") != (name == "endless-body") {
				t.Errorf("%s: %.100q", name, tag)
			}
		}
	})
}

func TestTooMuch(t *testing.T) {
	srv := startTCP(t, Options{})
	_, body := get(t, srv, "/fault/size/long-attribute")
	_, value, _ := strings.Cut(body, `title="`)
	value, rest, _ := strings.Cut(value, `"`)
	if len(value) < longAttribute-5 || !strings.Contains(rest, `href="/fault/leaf/long-attribute"`) {
		t.Errorf("an attribute of %d bytes, and %q", len(value), rest)
	}
	_, body = get(t, srv, "/fault/size/many-links")
	if n := strings.Count(body, "<a href=/fault/leaf/"); n != manyLinks || !strings.Contains(body, "<a href=/fault/leaf/199999>") {
		t.Errorf("%d links", n)
	}
	_, body = get(t, srv, "/fault/size/deep")
	above, below, found := strings.Cut(body, `<a href="/fault/leaf/deep">`)
	if !found || strings.Count(above, "<div>") != deepElements || strings.Contains(above, "</div>") || strings.Count(below, "</div>") != deepElements {
		t.Errorf("the link isn't below %d elements", deepElements)
	}
	resp, body := get(t, srv, "/fault/size/empty")
	if resp.StatusCode != 200 || body != "" || !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html") {
		t.Errorf("empty: %d %q", resp.StatusCode, body)
	}
}
