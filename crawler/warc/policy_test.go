package warc

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"
)

// Every class has a default; nothing else has.
func TestDefaultPolicyHasAllClasses(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "problem.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	policy := DefaultPolicy()
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 {
			return true
		}
		class := Class(strings.Trim(spec.Values[0].(*ast.BasicLit).Value, `"`))
		if _, ok := policy[class]; !ok {
			t.Errorf("%s has no default", class)
		}
		delete(policy, class)
		return true
	})
	for class := range policy {
		t.Errorf("%s is no class of problem.go", class)
	}
}

func TestDefaultPolicyIsACopy(t *testing.T) {
	DefaultPolicy()[ClassJunk] = Stop
	if DefaultPolicy()[ClassJunk] != Repair {
		t.Error("a caller has changed the default")
	}
}

func TestActionString(t *testing.T) {
	for a, want := range map[Action]string{Count: "count", Repair: "repair", Skip: "skip", Stop: "stop", 9: "Action(9)"} {
		if a.String() != want {
			t.Errorf("%d is %s", uint8(a), a)
		}
	}
}
