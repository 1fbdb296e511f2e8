package crawler

import (
	"errors"
	"io/fs"
	"os"

	"github.com/seed-5a061891/trawl/crawler/frontier"
	"github.com/seed-5a061891/trawl/crawler/frontier/disk"
	"github.com/seed-5a061891/trawl/sink"
)

// Foresee tells what Run would find, and changes nothing: what earlier runs have
// done if it would go on from them, nil if it would begin. Its error is one that
// Run would refuse with; an edited output is found only by Run, which reads it.
func (c *Crawler) Foresee() (before *frontier.Counts, err error) {
	config := &c.config
	if config.Overwrite || config.Output == "-" || config.Output == "" {
		return nil, nil
	}
	dir := config.StateDir()
	if dir == "" {
		return nil, errors.Join(foreseeOutput(config.Output), config.refuseRecording())
	}
	f, err := disk.Open(dir, disk.Options{Mode: disk.Inspect})
	if errors.Is(err, disk.ErrNotExist) {
		return nil, errors.Join(foreseeOutput(config.Output), config.refuseRecording())
	}
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if _, opened := f.Meta(metaOpened); !opened {
		return nil, errors.Join(foreseeOutput(config.Output), config.refuseRecording())
	}
	if err := sameIdentity(f, dir, config); err != nil {
		return nil, err
	}
	s := &state{dir: dir, output: config.Output, frontier: f}
	size, missing, err := s.outputSize()
	if err != nil {
		return nil, err
	}
	recorded, err := recordedSize(config)
	if err != nil {
		return nil, err
	}
	if _, err := s.within(config, size, missing, recorded); err != nil {
		return nil, err
	}
	counts := f.Counts()
	return &counts, nil
}

// foreseeOutput refuses an output that exists, as package sink would.
func foreseeOutput(name string) error {
	info, err := os.Stat(name)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !info.Mode().IsRegular() {
		return nil
	}
	return &sink.ExistsError{Path: name}
}
