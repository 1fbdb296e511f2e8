package main

import (
	"github.com/spf13/pflag"
)

// maxTypos is how many letters may be wrong, missing or too many for a suggestion.
const maxTypos = 2

// nearestFlag is the flag whose name is most like a mistyped one, or "".
func nearestFlag(flags *pflag.FlagSet, typed string) string {
	best, distance := "", maxTypos+1
	flags.VisitAll(func(f *pflag.Flag) {
		if d := editDistance(typed, f.Name); d < distance && d < len(typed) {
			best, distance = f.Name, d
		}
	})
	return best
}

// editDistance is Levenshtein's: the least number of bytes to replace, insert or remove.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(diagonal+cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
