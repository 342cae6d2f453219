package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Fault is one thing that is wrong with settings.
type Fault struct {
	File   string // "" where the settings came from no file
	Line   int    // 0 where the key does not stand in the file
	Key    string // dotted, as "camera.max_bitrate" or "climate.sensor[1].bus"; "" for the whole
	Reason string // what is wrong
	Do     string // what to do about it
}

// Error tells the fault in one line: file:line: key reason — what to do.
func (f Fault) Error() string {
	var b strings.Builder
	if f.File != "" {
		b.WriteString(f.File)
		if f.Line > 0 {
			fmt.Fprintf(&b, ":%d", f.Line)
		}
		b.WriteString(": ")
	}
	if f.Key != "" {
		b.WriteString(f.Key + " ")
	}
	b.WriteString(f.Reason)
	if f.Do != "" {
		b.WriteString(" — " + f.Do)
	}
	return b.String()
}

// Faults is everything that is wrong, in the order of the file; an error with
// one line for each.
type Faults []Fault

// Error lists the faults, a line each.
func (f Faults) Error() string {
	lines := make([]string, len(f))
	for i := range f {
		lines[i] = f[i].Error()
	}
	return strings.Join(lines, "\n")
}

// in says where in a file the faults stand.
func (f Faults) in(file string, at lines) Faults {
	for i := range f {
		f[i].File = file
		if f[i].Line == 0 {
			f[i].Line = at.of(f[i].Key)
		}
	}
	slices.SortStableFunc(f, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Key, b.Key))
	})
	return f
}
