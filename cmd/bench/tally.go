package main

import (
	"bufio"
	"cmp"
	"debug/elf"
	"fmt"
	"maps"
	"os"
	"slices"
	"sort"
	"strings"
)

// tally is what an emulated program did between its two marks, as the plugin in
// the folder count wrote it down.
type tally struct {
	instructions map[string]uint64 // by function
	calls        map[int]uint64    // of the system, by number
	stored       uint64            // bytes stored by memmove
}

// functions are a program's, by address.
type functions []elf.Symbol

func readFunctions(program string) (functions, error) {
	f, err := elf.Open(program)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	all, err := f.Symbols()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", program, err)
	}
	all = slices.DeleteFunc(all, func(s elf.Symbol) bool {
		inside := int(s.Section) < len(f.Sections) && f.Sections[s.Section].Flags&elf.SHF_EXECINSTR != 0
		return !inside || strings.HasPrefix(s.Name, "$") || elf.ST_TYPE(s.Info) > elf.STT_FUNC
	})
	slices.SortStableFunc(all, func(a, b elf.Symbol) int { return cmp.Compare(a.Value, b.Value) })
	return all, nil
}

// at names the function at an address, or the last before it: parts of assembly
// have no name. "a library" is outside of the program.
func (f functions) at(address uint64) string {
	i := sort.Search(len(f), func(i int) bool { return f[i].Value > address }) - 1
	if i < 0 || i == len(f)-1 && address >= f[i].Value+f[i].Size {
		return "a library"
	}
	return f[i].Name
}

// bounds tells where a function lies.
func (f functions) bounds(name string) (from, to uint64) {
	for _, s := range f {
		if s.Name == name {
			return s.Value, s.Value + s.Size
		}
	}
	return 0, 0
}

// readTally reads the plugin's file and leaves out the functions for which
// foreign is true.
func readTally(file string, f functions, foreign func(name string) bool) (*tally, error) {
	in, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("the count did not come to its end: %w", err)
	}
	defer in.Close()
	t := &tally{instructions: map[string]uint64{}, calls: map[int]uint64{}}
	for lines := bufio.NewScanner(in); lines.Scan(); {
		var what string
		var key, n uint64
		line := lines.Text()
		if _, err := fmt.Sscanf(line, "stored %d", &t.stored); err == nil {
			continue
		}
		if _, err := fmt.Sscanf(line, "%s %v %d", &what, &key, &n); err != nil {
			return nil, fmt.Errorf("the count is spoilt: %q: %w", line, err)
		}
		if what == "call" {
			t.calls[int(key)] += n
		} else if name := f.at(key); !foreign(name) {
			t.instructions[name] += n
		}
	}
	return t, nil
}

// less takes away what another did.
func (t *tally) less(other *tally) {
	for name, n := range other.instructions {
		t.instructions[name] -= min(n, t.instructions[name])
	}
	for number, n := range other.calls {
		t.calls[number] -= min(n, t.calls[number])
	}
	t.stored -= min(other.stored, t.stored)
}

// total is all instructions.
func (t *tally) total() (n uint64) {
	for _, k := range t.instructions {
		n += k
	}
	return n
}

// most lists the n packages that needed most, with their share.
func (t *tally) most(n int) string {
	packages := map[string]uint64{}
	for name, k := range t.instructions {
		packages[packageOf(name)] += k
	}
	names := slices.SortedFunc(maps.Keys(packages), func(a, b string) int { return cmp.Compare(packages[b], packages[a]) })
	var words []string
	for _, name := range names[:min(n, len(names))] {
		words = append(words, fmt.Sprintf("%s %.0f %%", name, 100*float64(packages[name])/float64(t.total())))
	}
	return strings.Join(words, ", ")
}

// packageOf is the package of a function of Go, or the name of one of C.
func packageOf(function string) string {
	slash := strings.LastIndexByte(function, '/') + 1
	if open := strings.IndexByte(function, '['); open >= 0 && open < slash {
		slash = strings.LastIndexByte(function[:open], '/') + 1
	}
	if dot := strings.IndexByte(function[slash:], '.'); dot >= 0 {
		return function[:slash+dot]
	}
	return function
}
