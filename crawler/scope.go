package crawler

import (
	"fmt"
	"regexp"
	"strings"

	"golang.org/x/net/publicsuffix"

	"github.com/seed-5a061891/trawl/crawler/frontier"
	"github.com/seed-5a061891/trawl/parse/weburl"
)

// ScopeMode says how far from the seeds a crawl goes.
type ScopeMode string

// The scopes, from narrow to wide. http and https, and a host with and without
// "www.", are one: sites redirect between them.
const (
	ScopePage   ScopeMode = "page"   // the seeds alone
	ScopePrefix ScopeMode = "prefix" // below the directory of a seed
	ScopeHost   ScopeMode = "host"   // on the host of a seed
	ScopeDomain ScopeMode = "domain" // in the registrable domain of a seed (publicsuffix.org)
	ScopeAny    ScopeMode = "any"    // anywhere
)

// ScopeModes lists them all.
func ScopeModes() []ScopeMode {
	return []ScopeMode{ScopePage, ScopePrefix, ScopeHost, ScopeDomain, ScopeAny}
}

// The reasons for which the scope skips a URL.
const (
	ReasonScope   frontier.Reason = "scope"   // not in the scope that the seeds span
	ReasonExclude frontier.Reason = "exclude" // matches an Exclude, or none of Include
)

// scope decides which URLs belong to the crawl. It is complete before the first
// fetch and isn't changed after, so that what is in scope depends on the seeds
// alone.
type scope struct {
	mode     ScopeMode
	pages    map[string]bool
	prefixes map[string][]string // by scopeHost
	hosts    map[string]bool     // scopeHost of each seed
	domains  map[string]bool
	allowed  []string
	include  []*regexp.Regexp
	exclude  []*regexp.Regexp
}

func newScope(c *Config) (*scope, error) {
	s := &scope{
		mode:     c.Scope,
		pages:    make(map[string]bool),
		prefixes: make(map[string][]string),
		hosts:    make(map[string]bool),
		domains:  make(map[string]bool),
	}
	known := false
	for _, m := range ScopeModes() {
		known = known || m == c.Scope
	}
	if !known {
		return nil, &ConfigError{Field: "Scope", Value: string(c.Scope), Reason: "must be one of page, prefix, host, domain, any"}
	}
	for _, d := range c.AllowedDomains {
		d = strings.TrimPrefix(d, "*.") // subdomains are in scope as it is
		canonical, err := weburl.Parse("http://" + d + "/")
		if err != nil || weburl.Split(canonical).Path != "/" {
			return nil, &ConfigError{Field: "AllowedDomains", Value: d, Reason: "not a domain; write it like example.org"}
		}
		s.allowed = append(s.allowed, weburl.Split(canonical).Hostname)
	}
	var err error
	if s.include, err = compile("Include", c.Include); err != nil {
		return nil, err
	}
	if s.exclude, err = compile("Exclude", c.Exclude); err != nil {
		return nil, err
	}
	return s, nil
}

func compile(field string, patterns []string) ([]*regexp.Regexp, error) {
	var out []*regexp.Regexp
	for _, p := range patterns {
		re, err := regexp.Compile(p)
		if err != nil {
			return nil, &ConfigError{Field: field, Value: p, Reason: fmt.Sprintf("not a regular expression: %v", err)}
		}
		out = append(out, re)
	}
	return out, nil
}

// addSeed widens the scope by a seed's canonical URL.
func (s *scope) addSeed(canonical string) {
	p := weburl.Split(canonical)
	host := scopeHost(p)
	switch s.mode {
	case ScopePage:
		s.pages[canonical] = true
	case ScopePrefix:
		dir := p.Path[:strings.LastIndexByte(p.Path, '/')+1]
		for _, have := range s.prefixes[host] {
			if strings.HasPrefix(dir, have) {
				return
			}
		}
		s.prefixes[host] = append(s.prefixes[host], dir)
	case ScopeHost:
		s.hosts[host] = true
	case ScopeDomain:
		s.domains[domain(p.Hostname)] = true
	}
}

// skip returns why a canonical URL is not in scope, or "".
func (s *scope) skip(canonical string) frontier.Reason {
	if !s.contains(canonical) {
		return ReasonScope
	}
	for _, re := range s.exclude {
		if re.MatchString(canonical) {
			return ReasonExclude
		}
	}
	for _, re := range s.include {
		if re.MatchString(canonical) {
			return ""
		}
	}
	if len(s.include) > 0 {
		return ReasonExclude
	}
	return ""
}

func (s *scope) contains(canonical string) bool {
	if s.mode == ScopeAny {
		return true
	}
	p := weburl.Split(canonical)
	for _, d := range s.allowed {
		if p.Hostname == d || strings.HasSuffix(p.Hostname, d) && p.Hostname[len(p.Hostname)-len(d)-1] == '.' {
			return true
		}
	}
	switch s.mode {
	case ScopePage:
		return s.pages[canonical]
	case ScopePrefix:
		for _, dir := range s.prefixes[scopeHost(p)] {
			if strings.HasPrefix(p.Path, dir) {
				return true
			}
		}
		return false
	case ScopeDomain:
		return s.domains[domain(p.Hostname)]
	default:
		return s.hosts[scopeHost(p)]
	}
}

// scopeHost is what two URLs of one site have in common: the host without
// "www." and, but for the default ports, with its port.
func scopeHost(p weburl.Parts) string {
	return strings.TrimPrefix(p.Hostname, "www.") + portSuffix(p)
}

func portSuffix(p weburl.Parts) string {
	if p.Port == "" {
		return ""
	}
	return ":" + p.Port
}

func domain(hostname string) string {
	if d, err := publicsuffix.EffectiveTLDPlusOne(hostname); err == nil {
		return d
	}
	return hostname // an address, or a name like localhost
}
