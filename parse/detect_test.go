package parse

import (
	"strings"
	"testing"
)

func TestDetect(t *testing.T) {
	tests := []struct{ encoding, text string }{
		{"windows-1252", "L'été dernier, les pêcheurs du village ont décidé de réparer la vieille jetée, malgré la tempête."},
		{"windows-1252", "The bookshop by the harbour sells old maps. It’s open every day from nine to six — come and see us."},
		{"windows-1251", "Наш магазин находится недалеко от порта. Мы продаём старые карты и книги о море."},
		{"koi8-r", "Наш магазин находится недалеко от порта. Мы продаём старые карты и книги о море."},
		{"iso-8859-7", "Το βιβλιοπωλείο μας βρίσκεται κοντά στο λιμάνι. Πουλάμε παλιούς χάρτες και βιβλία."},
		{"shift_jis", "この本屋は港の近くにあります。古い地図と海の本をたくさん売っています。"},
		{"euc-jp", "この本屋は港の近くにあります。古い地図と海の本をたくさん売っています。"},
		{"gb18030", "我们的书店在港口附近，出售旧地图和关于海洋的书籍。欢迎光临。"},
		{"big5", "我們的書店在港口附近，出售舊地圖和關於海洋的書籍。歡迎光臨。"},
		{"euc-kr", "우리 서점은 항구 근처에 있습니다. 오래된 지도와 바다에 관한 책을 팝니다."},
	}
	for _, test := range tests {
		page := "<html><head><title>1</title></head><body><p>" + test.text + "</p></body></html>"
		body := []byte(encoded(t, test.encoding, page))
		for range 20 { // ICU's order of answers varies
			if text, enc := Decode(body, ""); enc != (Encoding{test.encoding, FromDetector, ""}) || string(text) != page {
				t.Errorf("%s: got %+v, %s", test.encoding, enc, text)
				break
			}
		}
	}
}

// TestDetectFarText has the letters that tell after more markup than the detector reads.
func TestDetectFarText(t *testing.T) {
	text := encoded(t, "shift_jis", "この本屋は港の近くにあります。古い地図と海の本をたくさん売っています。")
	body := "<style>" + strings.Repeat("p { color: red } ", 2*detectSample/16) + "</style><p>" + text
	if got := detect([]byte(body)); got != "shift_jis" {
		t.Errorf("got %q", got)
	}
}

func TestDetectDamaged(t *testing.T) {
	text := encoded(t, "shift_jis", strings.Repeat("この本屋は港の近くにあります。", 20))
	if got := detect([]byte("\xFF" + text + "\x81")); got != "shift_jis" {
		t.Errorf("got %q", got)
	}
}

func TestDetectNothing(t *testing.T) {
	for _, body := range []string{"\xFF", "<p>\xA310</p>", "\xFE\xFD\xFC\x80\x81"} {
		if got := detect([]byte(body)); got != "" {
			t.Errorf("%q: got %q", body, got)
		}
	}
}

func TestBetrayed(t *testing.T) {
	for body, want := range map[string]string{
		"<\x00p\x00":        "utf-16le",
		"\x00<\x00p":        "utf-16be",
		"<\x00p>":           "",
		"<\x00\x00\x00":     "",
		"<\x00p":            "",
		"\x1B$B9A\x1B(B":    "iso-2022-jp",
		"\x1B$@9A\x1B(J":    "iso-2022-jp",
		"\x1B$B9A\x1B(Bé":   "",
		"\x1B[31mred\x1B$":  "",
		"US$Before \x1B(B?": "",
	} {
		if got := betrayed([]byte(body)); got != want {
			t.Errorf("%q: got %q, want %q", body, got, want)
		}
	}
}
