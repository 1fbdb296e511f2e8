package crawler

import (
	"os"
	"strings"
)

// bootFile names the present run of the machine: another one each time it starts.
const bootFile = "/proc/sys/kernel/random/boot_id"

// bootID is the present run of the machine, or "" where it isn't told. As long as
// it runs, no write is lost that the operating system has: an output that is
// shorter than what was committed to it has then been cut, and not by a power cut.
func bootID() string {
	id, err := os.ReadFile(bootFile)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(id))
}
