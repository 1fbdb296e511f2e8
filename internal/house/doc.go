// Package house holds the tests of the repository's structure: imports point
// one way, one file knows colly, every package says what it is.
package house
