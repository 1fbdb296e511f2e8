package robots

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"testing"
)

// TestConformance runs the decisions that no one of this project wrote, where they are at hand: beside the checkout.
func TestConformance(t *testing.T) {
	const path = "../../../shared/conformance/robots/google.jsonl"
	cases, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("%s is missing: it is shared between checkouts and not part of the project", path)
	}
	if err != nil {
		t.Fatal(err)
	}
	ran := 0
	for decoder := json.NewDecoder(bytes.NewReader(cases)); ; ran++ {
		var c struct {
			ID, Robots, Agent, URL, Note string
			RobotsB64                    []byte `json:"robots_b64"`
			Allowed                      bool
		}
		if err := decoder.Decode(&c); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		body := c.RobotsB64
		if body == nil {
			body = []byte(c.Robots)
		}
		if d := Parse(body).Agent(c.Agent).Decide(Target(c.URL)); d.Allowed != c.Allowed {
			t.Errorf("%s (%s): agent %q, URL %.100q: %+v, want allowed %t\n%.500s", c.ID, c.Note, c.Agent, c.URL, d, c.Allowed, body)
		}
	}
	if ran == 0 {
		t.Errorf("no case in %s", path)
	}
}
