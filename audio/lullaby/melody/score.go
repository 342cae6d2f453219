package melody

import (
	"fmt"
	"strconv"
	"strings"
)

// note is one note of a melody.
type note struct {
	key      int     // MIDI note number, 0 for a rest
	quarters float64 // length
}

// parseNotes reads a melody in a small part of LilyPond's notation, with
// absolute octaves: a name (c d e f g a b, with -is sharp and -es flat, r for a
// rest), an octave (c' is middle C, c” the one above, c the one below), and a
// length (4 is a quarter, 4. a dotted one; left out, it is that of the note
// before). Bar lines are for the eye; the tests check them.
func parseNotes(score string) ([]note, error) {
	var notes []note
	length := 1.0
	for _, word := range strings.Fields(score) {
		if word == "|" {
			continue
		}
		key, rest, err := parsePitch(word)
		if err != nil {
			return nil, err
		}
		if rest != "" {
			if length, err = parseLength(rest); err != nil {
				return nil, fmt.Errorf("%q: %w", word, err)
			}
		}
		notes = append(notes, note{key, length})
	}
	return notes, nil
}

// parsePitch reads the name and octave of a note and returns what follows.
func parsePitch(word string) (key int, rest string, err error) {
	if rest, ok := strings.CutPrefix(word, "r"); ok {
		return 0, rest, nil
	}
	step, rest, err := parseName(word)
	if err != nil {
		return 0, "", err
	}
	octaves := len(rest) - len(strings.TrimLeft(rest, "'"))
	return 48 + step + 12*octaves, rest[octaves:], nil
}

// parseName reads the name of a note as semitones above c.
func parseName(word string) (step int, rest string, err error) {
	if word == "" {
		return 0, "", fmt.Errorf("a note without a name")
	}
	i := strings.IndexByte("c.d.ef.g.a.b", word[0])
	if i < 0 || word[0] == '.' {
		return 0, "", fmt.Errorf("%q is no note", word)
	}
	rest = word[1:]
	if after, ok := strings.CutPrefix(rest, "is"); ok {
		return i + 1, after, nil
	}
	if after, ok := strings.CutPrefix(rest, "es"); ok {
		return i - 1, after, nil
	}
	return i, rest, nil
}

func parseLength(s string) (quarters float64, err error) {
	digits := strings.TrimRight(s, ".")
	n, err := strconv.Atoi(digits)
	if err != nil || n < 1 || n > 16 {
		return 0, fmt.Errorf("%q is no length", s)
	}
	quarters = 4 / float64(n)
	for dot, range_ := quarters/2, len(s)-len(digits); range_ > 0; range_-- {
		quarters += dot
		dot /= 2
	}
	return quarters, nil
}

// parseChord reads a chord (a note name with a capital, then m for minor or 7
// for a seventh) as the order in which the left hand breaks it: root, fifth,
// the third above, fifth.
func parseChord(name string) ([]int, error) {
	root, kind, err := parseName(strings.ToLower(name[:1]) + name[1:])
	if err != nil {
		return nil, err
	}
	const low = 45 // the lowest root: small speakers have little below
	key := 36 + root
	for key < low {
		key += 12
	}
	switch kind {
	case "":
		return []int{key, key + 7, key + 16, key + 7}, nil
	case "m":
		return []int{key, key + 7, key + 15, key + 7}, nil
	case "7":
		return []int{key, key + 10, key + 16, key + 10}, nil
	}
	return nil, fmt.Errorf("%q is no chord", name)
}
