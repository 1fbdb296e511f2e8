package fetch

import (
	"strings"
	"testing"
	"time"
)

func TestNewRefusesNonsense(t *testing.T) {
	for name, change := range map[string]func(*Options){
		"timeout": func(o *Options) { o.Timeouts.Body = -time.Second },
		"limit":   func(o *Options) { o.MaxBody = -1 },
		"proxy":   func(o *Options) { o.Proxy = "nonsense" },
	} {
		o := DefaultOptions()
		change(&o)
		if _, err := New(o); err == nil || !strings.HasPrefix(err.Error(), "fetch: ") {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := NewNetwork(o); err == nil {
			t.Errorf("%s: a network of it", name)
		}
	}
}
