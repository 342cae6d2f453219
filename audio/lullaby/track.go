// Package lullaby plays lullabies: old tunes and noises that are computed, and
// a parent's own files.
//
// [Library] knows the tracks and keeps the own files; [Player] plays one track
// at a time through the audio.Voice, with volume, repetition and a sleep timer,
// and remembers over a restart what it did.
package lullaby

import (
	"errors"

	"babymonitor/audio/lullaby/melody"
	"babymonitor/audio/lullaby/noise"
)

// Kind says what a track is.
type Kind string

// The kinds.
const (
	Melody Kind = "melody" // built in, has an end
	Noise  Kind = "noise"  // built in, endless
	Own    Kind = "own"    // a parent's file
)

// Track is something to play.
type Track struct {
	ID      string  `json:"id"`
	Title   string  `json:"title"`
	Kind    Kind    `json:"kind"`
	Seconds float64 `json:"seconds"` // 0: endless
	Origin  string  `json:"origin"`  // of a melody: who wrote it, and when; else ""
}

// Sound is a track that is being played: mono at audio.Rate, 1 is full scale.
// It belongs to one goroutine.
type Sound interface {
	// Read fills samples and returns how many there were; at the end 0 and
	// io.EOF, when the rest cannot be read 0 and why.
	Read(samples []float32) (int, error)
	Close() error
}

// Errors that callers tell apart. What is returned wraps one of them or says
// why in words for a parent itself.
var (
	ErrUnknown  = errors.New("there is no such lullaby")
	ErrBuiltIn  = errors.New("a built-in lullaby cannot be removed")
	ErrTooLarge = errors.New("the file is larger than 100 MB; choose a shorter one or save it as MP3")
	ErrFull     = errors.New("the monitor's storage is full; remove some of your own lullabies first")
)

// builtIn returns the built-in tracks in the order in which they are shown.
func builtIn() []Track {
	var tracks []Track
	for _, p := range melody.All() {
		tracks = append(tracks, Track{
			ID: p.ID, Title: p.Title, Kind: Melody, Origin: p.Origin,
			Seconds: p.Length().Round(1e9).Seconds(),
		})
	}
	for _, k := range noise.Kinds() {
		tracks = append(tracks, Track{ID: string(k), Title: k.Title(), Kind: Noise})
	}
	return tracks
}

// openBuiltIn opens a built-in track; false if there is none of that name.
func openBuiltIn(id string, seed uint64) (Sound, bool) {
	if p, ok := melody.ByID(id); ok {
		s, err := p.Open()
		return s, err == nil
	}
	return noise.Open(noise.Kind(id), seed)
}
