package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"

	"golang.org/x/term"
)

// console is standard error: whole lines, and at times one live line below them. It may be used by several goroutines.
type console struct {
	to io.Writer

	mu   sync.Mutex
	live string // what stands on the live line
}

func newConsole(to io.Writer) *console { return &console{to: to} }

// Write writes whole lines as they are, above the live line. What can't be written is lost: there is nowhere to complain.
func (c *console) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	live := c.live
	c.draw("")
	n, err := c.to.Write(p)
	c.draw(live)
	return n, err
}

// say writes one line in trawl's name.
func (c *console) say(format string, args ...any) {
	fmt.Fprintln(c, "trawl:", plain(fmt.Sprintf(format, args...)))
}

// setLive puts line, which is ASCII, in the place of the live line; "" removes it.
func (c *console) setLive(line string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.draw(line)
}

// draw overwrites the live line. It takes spaces to clear the rest, as not every terminal knows escape sequences.
func (c *console) draw(line string) {
	if line == "" && c.live == "" {
		return
	}
	rest := strings.Repeat(" ", max(0, len(c.live)-len(line)))
	text := "\r" + line + rest
	if line == "" {
		text += "\r"
	}
	_, _ = io.WriteString(c.to, text)
	c.live = line
}

// usualWidth is a terminal's that doesn't tell.
const usualWidth = 80

// width is the terminal's, in characters.
func (c *console) width() int {
	if f, ok := c.to.(*os.File); ok {
		if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 0 {
			return width
		}
	}
	return usualWidth
}

// isTerminal reports whether a reader or writer is a terminal.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
