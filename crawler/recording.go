package crawler

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/seed-5a061891/trawl/crawler/fetch"
	"github.com/seed-5a061891/trawl/crawler/frontier"
	"github.com/seed-5a061891/trawl/crawler/warc"
)

// Recording says where and how a crawl's exchanges are recorded.
type Recording struct {
	// Path is the archive, a WARC file (ISO 28500:2017), compressed if it ends in
	// ".gz". Empty: nothing is recorded. What is in it, lines and outcomes are one
	// commit: an archive is cut and goes on as the output is.
	Path string
	// MaxSize is the size in bytes from which the archive goes on in another file;
	// see [warc.Segment]. Default 0: one file.
	MaxSize int64
	// Digest is [warc.DigestSHA256], the default, or [warc.DigestSHA1].
	Digest string
	// Secrets keeps cookies and credentials as they are. Default: their values are
	// not in the archive, and neither are those of Config.Header.
	Secrets bool
	// CommandLine is what the archive says that the crawl was begun with. It is the
	// caller's to leave secrets out.
	CommandLine string
}

// recording is the archive of a crawl under way. Workers encode, and the committer
// writes. What is noted of it becomes durable in the commit that it is part of, and in
// no other: a note that outlived its record would be believed.
type recording struct {
	writer   *warc.Writer
	secrets  bool
	payloads *payloadNotes // nil without a state

	mu      sync.Mutex
	waiting []*warc.Encoded // of robots.txt, for the next commit
	notes   map[string][]byte
}

// payloadNotes knows the payloads of an archive by the notes of its state. Only the
// committer uses it.
type payloadNotes struct {
	notes epochNotes
	fresh map[string][]byte // of the batch that is being written
}

func newPayloadNotes(notes epochNotes) *payloadNotes {
	return &payloadNotes{notes: notes, fresh: make(map[string][]byte)}
}

func payloadKey(digest string) string { return "payload " + digest }

// Find implements [warc.Payloads].
func (p *payloadNotes) Find(digest string) (original warc.Original, ok bool, err error) {
	note, ok := p.fresh[p.notes.key(payloadKey(digest))]
	if !ok {
		if note, ok, err = p.notes.Note(payloadKey(digest)); err != nil || !ok {
			return original, false, err
		}
	}
	return original, json.Unmarshal(note, &original) == nil, nil
}

// Keep implements [warc.Payloads].
func (p *payloadNotes) Keep(digest string, original warc.Original) error {
	note, err := json.Marshal(original)
	if err == nil {
		p.fresh[p.notes.key(payloadKey(digest))] = note
	}
	return err
}

// openRecording opens the archive, if there is to be one: a new one, or behind the
// first bytes that are committed.
func openRecording(c *Config, payloads *payloadNotes, resume bool, at frontier.Checkpoint) (*recording, error) {
	if c.Recording.Path == "" {
		return nil, nil
	}
	info, err := c.warcinfo()
	if err != nil {
		return nil, err
	}
	options := warc.WriterOptions{
		MaxSize: c.Recording.MaxSize, Digest: c.Recording.Digest, Info: info, Overwrite: c.Overwrite, Resume: resume, At: at.Recorded, Sum: at.RecordedSum,
	}
	if payloads != nil {
		options.Payloads = payloads
	}
	w, err := warc.Create(c.Recording.Path, options)
	if err != nil {
		return nil, err
	}
	return &recording{writer: w, secrets: c.Recording.Secrets, payloads: payloads, notes: make(map[string][]byte)}, nil
}

// recordedBeside names the archive from where the output is, so that both may move.
func (c *Config) recordedBeside() string {
	if c.Recording.Path == "" || c.Output == "" || c.Output == "-" {
		return c.Recording.Path
	}
	archive := resolved(c.Recording.Path)
	if rel, err := filepath.Rel(filepath.Dir(resolved(c.Output)), archive); err == nil {
		return rel
	}
	return archive
}

// validateRecording refuses what can be known to be wrong without writing anything.
func (c *Config) validateRecording() error {
	r := &c.Recording
	bad := func(value any, reason string) error {
		return &ConfigError{Field: "Recording", Value: fmt.Sprint(value), Reason: reason}
	}
	switch {
	case r.Path == "":
		return nil
	case r.Path == "-":
		return bad(r.Path, "it has to be a file, which can be cut to whole records")
	case unsupported[filepath.Ext(r.Path)], strings.HasSuffix(r.Path, ".zst"):
		return bad(r.Path, "an archive can be compressed as .gz only")
	case sameFile(r.Path, c.Output):
		return bad(r.Path, "it is the output too; name another file")
	case c.Audit != "" && sameFile(r.Path, c.Audit):
		return bad(r.Path, "it is the audit too; name another file")
	case c.Output != "" && c.Output != "-" && isBelow(r.Path, c.Output+StateSuffix):
		return bad(r.Path, "it is in the crawl's state; name another place")
	case r.MaxSize < 0:
		return bad(r.MaxSize, "the size must not be negative")
	case r.Digest != "" && r.Digest != warc.DigestSHA256 && r.Digest != warc.DigestSHA1:
		return bad(r.Digest, "the digest must be "+warc.DigestSHA256+" or "+warc.DigestSHA1)
	}
	if info, err := os.Stat(r.Path); err == nil && !info.Mode().IsRegular() {
		return bad(r.Path, "it is no regular file")
	}
	return nil
}

// sync makes what was recorded survive a power cut.
func (r *recording) sync() error {
	if r == nil {
		return nil
	}
	return r.writer.Sync()
}

// abandon lets go of an archive that is not to be written after all.
func (r *recording) abandon() error {
	if r == nil {
		return nil
	}
	return r.writer.Abandon()
}

func (r *recording) close() error {
	if r == nil {
		return nil
	}
	return r.writer.Close()
}

// refuseRecording refuses an archive that is there, before anything is made.
func (c *Config) refuseRecording() error {
	if c.Recording.Path == "" || c.Overwrite {
		return nil
	}
	if _, err := os.Lstat(c.Recording.Path); err == nil {
		return &warc.ExistsError{Path: c.Recording.Path}
	}
	if later := warc.Later(c.Recording.Path); later != "" {
		return &warc.ExistsError{Path: later}
	}
	return nil
}

// wrap puts the recorder around the wire.
func (r *recording) wrap(c *Config, wire http.RoundTripper) http.RoundTripper {
	return warc.NewRecorder(wire, nil, warc.RecorderOptions{Secrets: r.secrets, Private: slices.Collect(maps.Keys(c.Header))})
}

// encode makes the records of what a fetch has recorded; nil if it made no request,
// or nothing is recorded.
func (r *recording) encode(job *fetchJob, ex *exchange) *warc.Encoded {
	rec := &job.recorded
	if r == nil || rec.Request == nil {
		return nil
	}
	rec.URL = ex.url
	rec.Start, rec.Duration = ex.start, ex.duration
	rec.Sent = !job.timing.WroteRequest.IsZero()
	rec.DNS, rec.Connect, rec.TLS = job.timing.DNS, job.timing.Connect, job.timing.TLS
	if !job.timing.FirstByte.IsZero() {
		rec.FirstByte = job.timing.FirstByte.Sub(job.timing.Start)
	}
	if !job.throughProxy {
		rec.Address = job.timing.RemoteAddr.Addr().Unmap()
	}
	if rec.Failure != nil && ex.err != nil { // what the layers above made of it
		rec.Failure = &warc.Failure{Kind: string(ex.err.Kind), Phase: string(ex.err.Phase), Message: ex.err.Message}
		if ex.err.Kind == fetch.KindTimeout && rec.HasAnswer() {
			rec.Truncated = warc.TruncatedTime
		}
	}
	return r.writer.Encode(rec)
}

// encodeGivenUp makes the record of a URL that was given up on without being asked
// for, after so many attempts at its host's robots.txt.
func (r *recording) encodeGivenUp(url string, at time.Time, err *fetch.Error, attempts int) *warc.Encoded {
	if r == nil {
		return nil
	}
	return r.writer.Encode(&warc.Exchange{URL: url, Start: at,
		Failure: &warc.Failure{Kind: string(err.Kind), Phase: string(err.Phase), Message: err.Message, Attempts: attempts}})
}

// keep has the records of a robots.txt written with the next commit.
func (r *recording) keep(e *warc.Encoded) {
	if e == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.waiting = append(r.waiting, e)
}

// note keeps what is known of what was recorded, with the next commit.
func (r *recording) note(key string, value []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.notes[key] = value
}

// write appends the records of a batch, and of what has waited for one. The notes
// are to be committed with it.
func (r *recording) write(batch []*result) (at frontier.Checkpoint, notes map[string][]byte, err error) {
	r.mu.Lock()
	all := r.waiting
	notes, r.notes = r.notes, make(map[string][]byte)
	r.waiting = nil
	r.mu.Unlock()
	for _, res := range batch {
		all = append(all, res.recorded)
	}
	err = r.writer.Write(all...)
	if r.payloads != nil {
		maps.Copy(notes, r.payloads.fresh)
		clear(r.payloads.fresh)
	}
	at.Recorded, at.RecordedSum = r.writer.Position()
	return at, notes, err
}

// recordedCrawl is what a crawl's archive says of it, for a replay: the field
// "trawl-crawl" of its warcinfo records.
type recordedCrawl struct {
	identity
	UserAgent string
	Retries   int
	AsWritten []string // the seeds, less their passwords
}

const infoCrawl = "trawl-crawl"

// warcinfo is what an archive says of how it was made (ISO 28500:2017 section 6.2).
func (c *Config) warcinfo() (warc.Fields, error) {
	about := recordedCrawl{identity: *c.identity(), UserAgent: c.UserAgent, Retries: c.Retries}
	about.Recording = ""
	for _, raw := range c.Seeds {
		if s, err := parseSeed(raw); err == nil {
			about.AsWritten = append(about.AsWritten, s.raw)
		}
	}
	crawl, err := json.Marshal(about)
	if err != nil {
		return nil, err
	}
	robots := "obey"
	if c.IgnoreRobots {
		robots = "ignore"
	}
	info := warc.Fields{
		{Name: "software", Value: "trawl/" + Version},
		{Name: "format", Value: "WARC File Format 1.1"},
		{Name: "conformsTo", Value: "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"},
		{Name: "robots", Value: robots},
		{Name: "http-header-user-agent", Value: c.UserAgent},
	}
	if c.Recording.CommandLine != "" {
		info = append(info, warc.Field{Name: "trawl-command", Value: c.Recording.CommandLine})
	}
	return append(info, warc.Field{Name: infoCrawl, Value: string(crawl)}), nil
}

// ErrNoCrawl is returned by [RecordedConfig] for an archive that no crawl of trawl
// has made.
var ErrNoCrawl = errors.New("the archive doesn't say what it was crawled with")

// RecordedConfig is what the crawl that made an archive was begun with, as far as
// its dataset depends on it, from the archive's warcinfo records. The list that it
// may have been begun with isn't in them: listed tells.
func RecordedConfig(infos []warc.Fields) (c Config, listed bool, err error) {
	for _, info := range infos {
		note := info.Get(infoCrawl)
		if note == "" {
			continue
		}
		var r recordedCrawl
		if err := json.Unmarshal([]byte(note), &r); err != nil {
			return Config{}, false, fmt.Errorf("what the archive was crawled with is not readable: %w", err)
		}
		c = Config{
			Seeds: r.AsWritten, FollowNothing: r.FollowNothing, SeedsOnly: r.SeedsOnly, MaxDepth: r.MaxDepth, MaxPages: r.MaxPages,
			Scope: r.Scope, AllowedDomains: r.AllowedDomains, Include: r.Include, Exclude: r.Exclude, Types: r.Types,
			IgnoreRobots: r.IgnoreRobots, UserAgent: r.UserAgent, Retries: r.Retries,
		}
		if c.Retries == 0 {
			c.Retries = NoRetries
		}
		return c, r.SeedList, nil
	}
	return Config{}, false, ErrNoCrawl
}
