package sink

import (
	"strconv"
	"strings"
)

// grouped writes n with commas: 1,204.
func grouped(n int64) string {
	digits := strconv.FormatInt(n, 10)
	var b strings.Builder
	for i, digit := range digits {
		if left := len(digits) - i; i > 0 && left%3 == 0 && digits[i-1] != '-' {
			b.WriteByte(',')
		}
		b.WriteRune(digit)
	}
	return b.String()
}

// counted writes n with the noun, which takes an s unless n is 1.
func counted(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return grouped(n) + " " + noun + "s"
}

// byteSize writes a size for people: 999 bytes, 3.1 MB. Units are decimal, as df -H and file managers show them.
func byteSize(n int64) string {
	if n < 1000 {
		return counted(n, "byte")
	}
	size := float64(n)
	for _, unit := range []string{"kB", "MB", "GB"} {
		size /= 1000
		if size < 999.95 { // what would be shown as 1000.0 goes to the next unit
			return strconv.FormatFloat(size, 'f', 1, 64) + " " + unit
		}
	}
	return strconv.FormatFloat(size/1000, 'f', 1, 64) + " TB"
}
