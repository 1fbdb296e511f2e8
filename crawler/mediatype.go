package crawler

import (
	"mime"
	"path"
	"strings"

	"github.com/seed-5a061891/trawl/crawler/frontier"
	"github.com/seed-5a061891/trawl/parse/weburl"
)

// ReasonType says that a URL is no HTML page, by the ending of its path or by
// the media type of its answer, whose body was not downloaded.
const ReasonType frontier.Reason = "type"

// endings maps the endings of paths that are never HTML to their media type.
// Only what is certain: a .php may be anything, a .js the page of a project of
// that name, a .pdf the page that offers it.
var endings = map[string]string{
	".avif": "image/avif", ".bmp": "image/bmp", ".gif": "image/gif", ".ico": "image/x-icon", ".jpeg": "image/jpeg",
	".jpg": "image/jpeg", ".png": "image/png", ".svg": "image/svg+xml", ".svgz": "image/svg+xml", ".tif": "image/tiff",
	".tiff": "image/tiff", ".webp": "image/webp",
	".7z": "application/x-7z-compressed", ".bz2": "application/x-bzip2", ".deb": "application/vnd.debian.binary-package",
	".gz": "application/gzip", ".iso": "application/x-iso9660-image", ".jar": "application/java-archive", ".rar": "application/vnd.rar",
	".rpm": "application/x-rpm", ".tar": "application/x-tar", ".tgz": "application/gzip", ".xz": "application/x-xz",
	".zip": "application/zip", ".zst": "application/zstd",
	".eot": "application/vnd.ms-fontobject", ".otf": "font/otf", ".ttf": "font/ttf", ".woff": "font/woff", ".woff2": "font/woff2",
	".aac": "audio/aac", ".avi": "video/x-msvideo", ".flac": "audio/flac", ".m4a": "audio/mp4", ".m4v": "video/mp4",
	".mkv": "video/matroska", ".mov": "video/quicktime", ".mp3": "audio/mpeg", ".mp4": "video/mp4", ".mpeg": "video/mpeg",
	".mpg": "video/mpeg", ".oga": "audio/ogg", ".ogg": "audio/ogg", ".ogv": "video/ogg", ".wav": "audio/wav", ".webm": "video/webm",
}

// typeFilter decides which media types become lines.
type typeFilter struct {
	exact    map[string]bool
	prefixes []string // "image/"
	all      bool
}

func newTypeFilter(types []string) (*typeFilter, error) {
	f := &typeFilter{exact: map[string]bool{"text/html": true, "application/xhtml+xml": true}}
	for _, t := range types {
		t = strings.ToLower(strings.TrimSpace(t))
		essence, _, err := mime.ParseMediaType(t)
		major, minor, ok := strings.Cut(essence, "/")
		switch {
		case t == "*" || t == "*/*":
			f.all = true
		case err != nil || strings.Contains(t, ";") || !ok || major == "" || minor == "" || major == "*":
			return nil, &ConfigError{Field: "Types", Value: t, Reason: "not a media type; write it like application/pdf, image/* or */*"}
		case minor == "*":
			f.prefixes = append(f.prefixes, major+"/")
		default:
			f.exact[essence] = true
		}
	}
	return f, nil
}

// wants reports whether a media type becomes a line.
func (f *typeFilter) wants(essence string) bool {
	if f.all || f.exact[essence] {
		return true
	}
	for _, p := range f.prefixes {
		if strings.HasPrefix(essence, p) {
			return true
		}
	}
	return false
}

// skip returns [ReasonType] if the ending of the URL's path is certain to be of
// a type that isn't wanted.
func (f *typeFilter) skip(canonical string) frontier.Reason {
	p := weburl.Split(canonical).Path
	ext := path.Ext(p[max(0, len(p)-8):])
	if ext == "" {
		return ""
	}
	t, ok := endings[ext]
	if !ok {
		t, ok = endings[strings.ToLower(ext)]
	}
	if ok && !f.wants(t) {
		return ReasonType
	}
	return ""
}

// isHTML reports whether a page of this type is parsed.
func isHTML(essence string) bool { return essence == "text/html" || essence == "application/xhtml+xml" }
