package main

import (
	"errors"
	"log/slog"
	"maps"
	"slices"
	"sync"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/seed-5a061891/trawl/crawler"
	"github.com/seed-5a061891/trawl/crawler/warc"
)

// replayFlags are those of crawl that mean something without a network.
type replayFlags struct {
	*crawlFlags
	seeds []string
}

func newReplay() *cobra.Command {
	f := &replayFlags{crawlFlags: newCrawlFlags()}
	cmd := &cobra.Command{
		Use:   "replay FILE...",
		Short: "Run a recorded crawl again, from its WARC files alone",
		Long: `Replay runs a crawl again from what trawl crawl --warc has recorded, or any other tool that writes WARC 1.0
or 1.1. It opens no connection, asks no name server and waits for nothing. Times and durations in the lines
are the recorded ones, and the lines come in the order in which their URLs are found: the same bytes at any
--concurrency, as trawl crawl --ordered gives them.

What the crawl was begun with is in its recording; flags given here come before it. A recording of another
tool begins with the first page in it, unless --seed says where to begin. A URL that was not recorded is
skipped as not_recorded. Of a crawl that went on in several files (--warc-size), all have to be given.

An index, FILE.cdxj, is made beside each file if there is none, or it is older.`,
		Example: `  trawl replay crawl.warc.gz -o pages.jsonl
  trawl replay crawl.warc.gz -d 1 --types application/pdf
  trawl replay mirror-by-wget.warc.gz --seed https://example.org/ | jq -r .title`,
		RunE: func(cmd *cobra.Command, files []string) error {
			if len(files) == 0 {
				return usagef("no recording to replay; write trawl replay crawl.warc.gz")
			}
			if slices.Contains(files, "-") {
				return usagef("a replay looks for pages all over a recording, which standard input can't be; save it to a file first")
			}
			return f.run(cmd, files)
		},
	}
	addGroups(cmd, f.startGroup(), f.reachGroup(), f.robotsGroup(), f.linesGroup(), f.messagesGroup())
	return cmd
}

func (f *replayFlags) startGroup() flagGroup {
	g := newGroup("What to start from, instead of what was recorded")
	g.flags.StringArrayVar(&f.seeds, "seed", nil, "the `URL`; repeatable")
	g.flags.StringVarP(&f.input, "input", "i", "", "also the URLs in `FILE`, one a line; - is standard input. A crawl of a list wants it again")
	return g
}

func (f *replayFlags) robotsGroup() flagGroup {
	g := newGroup("How")
	f.request.addUserAgent(g)
	g.flags.Var(&number{to: &f.retries}, "retries", "attempts after a failure that are looked for in the recording")
	g.flags.BoolVar(&f.ignoreRobots, "ignore-robots", false, "disregard robots.txt, nofollow and noindex")
	g.flags.VarP(&number{to: &f.concurrency, least: 1}, "concurrency", "c", "pages at a time; more than four a processor gain nothing")
	return g
}

func (f *replayFlags) messagesGroup() flagGroup {
	g := newGroup("What to say")
	f.addMessages(g)
	return g
}

func (f *replayFlags) run(cmd *cobra.Command, files []string) error {
	if f.messages.quiet && f.messages.verbose {
		return usagef("--quiet and --verbose contradict each other")
	}
	config, err := f.config(f.seeds, cmd.Flags(), cmd.OutOrStdout())
	if err != nil {
		return err
	}
	s := &session{config: config, messages: f.messages, stderr: cmd.ErrOrStderr()}
	if f.input != "" {
		if s.list, err = openList(f.input, cmd.InOrStdin()); err != nil {
			return err
		}
	}
	s.prepare = func(console *console, c *crawler.Config) (func(), error) {
		return f.open(console, c, cmd.Flags(), files)
	}
	return s.run(cmd.Context())
}

// worthTelling is from which size in bytes the making of an index takes longer than a second.
const worthTelling = 64 << 20

// open opens the recording and makes it what the crawl is of.
func (f *replayFlags) open(console *console, c *crawler.Config, given *pflag.FlagSet, files []string) (done func(), err error) {
	problems := newProblemLog(c.Logger)
	archive, err := warc.Open(files, warc.OpenOptions{
		Report: problems.tell,
		Indexing: func(file string, at, size int64) {
			if at == 0 && size > worthTelling && !f.messages.quiet && f.messages.progress != progressJSON {
				console.say("indexing %s, %s", file, bytesText(size))
			}
		},
	})
	if err != nil {
		return nil, err
	}
	done = func() {
		problems.sum(console, f.messages.quiet)
		_ = archive.Close() // it was read only
	}
	if err := f.takeRecorded(console, c, given, archive); err != nil {
		done()
		return nil, err
	}
	c.Transport = warc.NewReplayer(archive)
	return done, nil
}

// takeRecorded fills in what the command line doesn't say from what the crawl was begun with.
func (f *replayFlags) takeRecorded(console *console, c *crawler.Config, given *pflag.FlagSet, archive *warc.Archive) error {
	recorded, listed, err := crawler.RecordedConfig(archive.Infos())
	if errors.Is(err, crawler.ErrNoCrawl) {
		return f.startSomewhere(console, c, given, archive)
	}
	if err != nil {
		return err
	}
	if listed && !given.Changed("input") && !given.Changed("seed") {
		return usagef("the crawl was begun with a list of URLs, which is not in the recording; give it with -i FILE")
	}
	take := func(flag string, take func()) {
		if !given.Changed(flag) {
			take()
		}
	}
	take("seed", func() { c.Seeds = recorded.Seeds })
	take("depth", func() { c.SeedsOnly, c.MaxDepth = recorded.SeedsOnly, recorded.MaxDepth })
	take("max-pages", func() { c.MaxPages = recorded.MaxPages })
	take("scope", func() { c.Scope = recorded.Scope })
	take("allowed-domains", func() { c.AllowedDomains = recorded.AllowedDomains })
	take("include", func() { c.Include = recorded.Include })
	take("exclude", func() { c.Exclude = recorded.Exclude })
	take("types", func() { c.Types = recorded.Types })
	take("ignore-robots", func() { c.IgnoreRobots = recorded.IgnoreRobots })
	take("retries", func() { c.Retries = recorded.Retries })
	take("user-agent", func() { c.UserAgent = recorded.UserAgent })
	c.FollowNothing = recorded.FollowNothing
	return nil
}

// startSomewhere is for recordings that don't say where they began. What failed in them isn't there a second time.
func (f *replayFlags) startSomewhere(console *console, c *crawler.Config, given *pflag.FlagSet, archive *warc.Archive) error {
	if !given.Changed("retries") {
		c.Retries = crawler.NoRetries
	}
	if len(c.Seeds) > 0 || c.SeedList != nil {
		return nil
	}
	first, ok, err := archive.First()
	if err != nil {
		return err
	}
	if !ok {
		return errors.New("there is no page in the recording to start from")
	}
	c.Seeds = []string{first.URL}
	if !f.messages.quiet && f.messages.progress != progressJSON {
		console.say("starting from %s, the first page recorded; --seed URL starts elsewhere", first.URL)
	}
	return nil
}

// problemLog tells what is wrong with an archive: the first of each class, and in the end how many there were.
type problemLog struct {
	logger *slog.Logger

	mu     sync.Mutex
	counts map[warc.Class]int64
}

// problemsTold is how many of a class are told one by one.
const problemsTold = 3

func newProblemLog(logger *slog.Logger) *problemLog {
	return &problemLog{logger: logger, counts: make(map[warc.Class]int64)}
}

func (l *problemLog) tell(p *warc.Problem) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.counts[p.Class]++
	if p.Action == warc.Stop { // it is what the command ends with
		return
	}
	if n := l.counts[p.Class]; n <= problemsTold {
		l.logger.Warn(p.Error())
	} else {
		l.logger.Debug(p.Error())
	}
}

// sum tells of those that were too many to be told.
func (l *problemLog) sum(console *console, quiet bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, class := range slices.Sorted(maps.Keys(l.counts)) {
		if n := l.counts[class]; n > problemsTold && !quiet {
			console.say("%s of class %s in all", counted(n, "problem"), class)
		}
	}
}
