//go:build unix && !race

package soak

// raced is whether what runs in this binary takes the memory that the race detector needs.
const raced = false
