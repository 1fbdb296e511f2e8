package crawler

import (
	"errors"
	"fmt"
	"iter"
	"strings"

	"github.com/seed-5a061891/trawl/crawler/frontier/disk"
	"github.com/seed-5a061891/trawl/parse/weburl"
)

// Inspection is the state of a crawl that isn't complete, opened to be asked. It
// changes nothing, and holds the state's lock until Close.
type Inspection struct {
	dir      string
	frontier *disk.Frontier
	identity *identity
	reasons  *reasons
	spanned  bool // the scope has the seeds of the list too
}

// Inspect opens the state in a directory: that of the output, with [StateSuffix].
//
// It fails with [disk.ErrLocked] while the crawl runs, with [disk.ErrNotExist] if
// there is no state, and with [*disk.VersionError] or [*disk.CorruptError] if it
// can't be read.
func Inspect(dir string) (_ *Inspection, err error) {
	f, err := disk.Open(dir, disk.Options{Mode: disk.Inspect})
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, f.Close())
		}
	}()
	if _, ok := f.Meta(metaOpened); !ok {
		return nil, fmt.Errorf("%s: the crawl was ended before it began; there is nothing to explain", dir)
	}
	i := &Inspection{dir: dir, frontier: f}
	if i.identity, err = readIdentity(f, dir); err != nil {
		return nil, err
	}
	if i.reasons, err = i.identity.reasons(); err != nil {
		return nil, fmt.Errorf("%s: what the crawl was begun with is not usable: %w", dir, err)
	}
	return i, nil
}

// reasons are those of a crawl with these settings.
func (i *identity) reasons() (*reasons, error) {
	c := Config{
		FollowNothing: i.FollowNothing, SeedsOnly: i.SeedsOnly, MaxDepth: i.MaxDepth, MaxPages: i.MaxPages,
		Scope: i.Scope, AllowedDomains: i.AllowedDomains, Include: i.Include, Exclude: i.Exclude, Types: i.Types,
	}
	s, err := newScope(&c)
	if err != nil {
		return nil, err
	}
	for _, seed := range i.Seeds {
		s.addSeed(seed)
	}
	t, err := newTypeFilter(i.Types)
	if err != nil {
		return nil, err
	}
	return newReasons(&c, s, t), nil
}

// Close lets go of the state.
func (i *Inspection) Close() error { return i.frontier.Close() }

// All yields every URL that was discovered, in that order.
func (i *Inspection) All() iter.Seq2[Fate, error] { return allFates(i.frontier, i.reasons) }

// Chain tells what became of a canonical URL, then of the page that it was found
// on, and so on up to a seed. It yields nothing if the URL was never seen.
func (i *Inspection) Chain(url string) iter.Seq2[Fate, error] {
	return func(yield func(Fate, error) bool) {
		for e, err := range i.frontier.Chain(url) {
			if err != nil {
				yield(Fate{}, err)
				return
			}
			if !yield(fateOf(&e, i.reasons), nil) {
				return
			}
		}
	}
}

// Near returns the URLs that were seen and differ from a canonical one by a slash
// at the end, the scheme or "www." alone.
func (i *Inspection) Near(url string) (near []Fate, err error) {
	for _, s := range spellings(url) {
		e, ok, err := i.frontier.Explain(s)
		if err != nil {
			return nil, err
		}
		if ok {
			near = append(near, fateOf(&e, i.reasons))
		}
	}
	return near, nil
}

// Verdict says in words what the crawl would make of a URL that it has not seen.
func (i *Inspection) Verdict(url string) (string, error) {
	if i.identity.FollowNothing {
		return "it was not in the list, and nothing is followed", nil
	}
	if err := i.spanScope(); err != nil {
		return "", err
	}
	if _, words := i.reasons.judge(url); words != "" {
		return "if a page linked to it, it would be skipped: " + words, nil
	}
	words := "it is in scope, and no page that was fetched links to it"
	if n := i.frontier.Counts().Queued; n > 0 {
		words += fmt.Sprintf("; %d more are queued, on which it may be found", n)
	}
	return words, nil
}

// spanScope adds the seeds of a list to the scope. They are in the frontier alone.
func (i *Inspection) spanScope() error {
	if !i.identity.SeedList || i.spanned {
		return nil
	}
	for e, err := range i.frontier.All() {
		if err != nil {
			return err
		}
		if e.Depth == 0 && len(e.Redirects) == 0 {
			i.reasons.scope.addSeed(e.URL)
		}
	}
	i.spanned = true
	return nil
}

// spellings are canonical URLs that people take for the same as one: with a slash
// at the end or without, http or https, with "www." or without.
func spellings(canonical string) []string {
	p := weburl.Split(canonical)
	if p.Host == "" {
		return nil
	}
	schemes, hosts, paths := []string{p.Scheme}, []string{p.Host}, []string{p.PathAndQuery}
	if p.Port == "" {
		schemes = append(schemes, map[string]string{"http": "https", "https": "http"}[p.Scheme])
	}
	if bare, ok := strings.CutPrefix(p.Host, "www."); ok {
		hosts = append(hosts, bare)
	} else {
		hosts = append(hosts, "www."+p.Host)
	}
	query := strings.TrimPrefix(p.PathAndQuery, p.Path)
	if bare, ok := strings.CutSuffix(p.Path, "/"); ok && bare != "" {
		paths = append(paths, bare+query)
	} else if !ok {
		paths = append(paths, p.Path+"/"+query)
	}
	var out []string
	for _, path := range paths {
		for _, scheme := range schemes {
			for _, host := range hosts {
				if s := scheme + "://" + host + path; s != canonical {
					out = append(out, s)
				}
			}
		}
	}
	return out
}
