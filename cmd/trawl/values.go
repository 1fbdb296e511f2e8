package main

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The values below read what pflag's own are too lenient or too terse for. Each is a pflag.Value that fills the variable it points to.

// number is a whole number from least on. The default, if it stands for something else than a number, is shown by words.
type number struct {
	to    *int
	least int
	def   int
	words string
}

func (v *number) Set(s string) error {
	n, err := strconv.Atoi(s)
	if err != nil || n < v.least {
		return fmt.Errorf("must be a whole number, %d or more", v.least)
	}
	*v.to = n
	return nil
}

func (v *number) String() string {
	if v.words != "" && *v.to == v.def {
		return v.words
	}
	return strconv.Itoa(*v.to)
}

func (v *number) Type() string { return "N" }

// duration is a time with its unit; zero is shown by words.
type duration struct {
	to    *time.Duration
	words string
}

func (v *duration) Set(s string) error {
	d, err := time.ParseDuration(s)
	if _, bare := strconv.ParseFloat(s, 64); err != nil && bare == nil {
		return fmt.Errorf("the unit is missing; write %ss, or %sms if that is meant", s, s)
	}
	if err != nil {
		return errors.New("not a duration; write it like 500ms, 10s, 2m or 1h30m")
	}
	if d < 0 {
		return errors.New("must not be negative")
	}
	*v.to = d
	return nil
}

func (v *duration) String() string {
	if *v.to == 0 {
		return v.words
	}
	return durationText(*v.to)
}

func (v *duration) Type() string { return "TIME" }

// slowestRate is one request a day: less is a slip, and its interval may not fit a time.Duration.
const slowestRate = 1.0 / (24 * 60 * 60)

// rate is requests a second; 0 is without a limit.
type rate struct{ to *float64 }

func (v *rate) Set(s string) error {
	r, err := strconv.ParseFloat(s, 64)
	switch {
	case err != nil || math.IsNaN(r) || math.IsInf(r, 0) || r < 0:
		return errors.New("must be requests a second, like 0.5 or 10; 0 is without a limit")
	case r > 0 && r < slowestRate:
		return errors.New("less than one request a day; 0 is without a limit")
	}
	*v.to = r
	return nil
}

func (v *rate) String() string { return strconv.FormatFloat(*v.to, 'g', -1, 64) }

func (v *rate) Type() string { return "N" }

// choice is one of a few words.
type choice struct {
	to *string
	of []string
}

func (v *choice) Set(s string) error {
	if !slices.Contains(v.of, s) {
		return fmt.Errorf("must be %s", alternatives(v.of))
	}
	*v.to = s
	return nil
}

func (v *choice) String() string { return *v.to }

func (v *choice) Type() string { return strings.Join(v.of, "|") }

// alternatives is "a, b or c".
func alternatives(words []string) string {
	last := len(words) - 1
	if last < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// byteSize is a number of bytes with its unit; zero is shown by words.
type byteSize struct {
	to    *int64
	words string
}

var byteUnits = map[string]float64{
	"": 1, "B": 1, "KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40,
	"KIB": 1 << 10, "MIB": 1 << 20, "GIB": 1 << 30, "TIB": 1 << 40,
}

func (v *byteSize) Set(s string) error {
	digits := strings.TrimRight(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ ")
	unit, known := byteUnits[strings.ToUpper(strings.TrimSpace(s[len(digits):]))]
	n, err := strconv.ParseFloat(digits, 64)
	if err != nil || !known || math.IsNaN(n) || n < 0 || n*unit > 1<<60 {
		return errors.New("must be a size, like 500MB or 1GB; 0 is no limit")
	}
	*v.to = int64(n * unit)
	return nil
}

func (v *byteSize) String() string {
	if *v.to == 0 {
		return v.words
	}
	return bytesText(*v.to)
}

func (v *byteSize) Type() string { return "SIZE" }
