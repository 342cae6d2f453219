package soundfile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// The formats, named by their usual extension.
const (
	kindMP3  = "mp3"
	kindOgg  = "ogg"
	kindFLAC = "flac"
	kindWAV  = "wav"
)

// How many bytes of headers are read.
const (
	mostTags       = 1 << 20 // a cover picture is beyond it
	mostOggHeaders = 4 << 20 // with a cover picture, which lies among them
)

// header is what a file tells before its sound.
type header struct {
	kind       string
	title      string
	start, end int64 // where the decoder reads
}

// examine finds out what a file is, skips ID3 tags and refuses headers that no
// decoder should see.
func examine(source io.ReadSeekCloser) (header, error) {
	end, err := source.Seek(0, io.SeekEnd)
	if err != nil {
		return header{}, err
	}
	h := header{end: end}
	for {
		s := &section{source: source, start: h.start, end: h.end}
		magic, err := s.head(12)
		if err != nil {
			return header{}, unplayable(err)
		}
		if bytes.HasPrefix(magic, []byte("ID3")) && len(magic) >= 10 {
			title, size := id3v2(s)
			if h.title == "" {
				h.title = title
			}
			h.start += size
			continue
		}
		if h.kind, err = kindOf(magic); err != nil {
			return header{}, err
		}
		title, err := look(h.kind, s)
		if err != nil {
			return header{}, unplayable(err)
		}
		if title != "" {
			h.title = title
		}
		return h, nil
	}
}

func kindOf(magic []byte) (string, error) {
	at := func(i int, s string) bool { return len(magic) >= i+len(s) && string(magic[i:i+len(s)]) == s }
	switch {
	case len(magic) == 0:
		return "", fmt.Errorf("%w: it is empty", ErrFormat)
	case at(0, "RIFF") && at(8, "WAVE"):
		return kindWAV, nil
	case at(0, "fLaC"):
		return kindFLAC, nil
	case at(0, "OggS"):
		return kindOgg, nil
	case at(4, "ftyp"):
		return "", fmt.Errorf("%w: it is an MP4 (M4A) file; save it as MP3", ErrFormat)
	case len(magic) > 1 && magic[0] == 0xff && magic[1]&0xe0 == 0xe0:
		return kindMP3, nil
	}
	return "", ErrFormat
}

// look reads the title and checks what the decoder would trust.
func look(kind string, s *section) (title string, err error) {
	switch kind {
	case kindWAV:
		return riff(s)
	case kindFLAC:
		return flacTitle(s)
	case kindOgg:
		return oggTitle(s)
	case kindMP3:
		return id3v1(s), nil
	}
	return "", ErrFormat
}

// riff walks the chunks of a WAV file up to its sound. Each must lie within the
// file, because the decoder reserves what they claim.
func riff(s *section) (title string, err error) {
	at, format := int64(12), false
	for {
		var chunk struct {
			ID   [4]byte
			Size uint32
		}
		if _, err := s.Seek(at, io.SeekStart); err != nil {
			return "", err
		}
		if err := binary.Read(s, binary.LittleEndian, &chunk); err != nil {
			return "", err
		}
		at += 8
		size := int64(chunk.Size)
		switch string(chunk.ID[:]) {
		case "data":
			if !format {
				return "", errors.New("its sound comes before its format")
			}
			return title, nil
		case "fmt ":
			if err := wavFormat(s, size); err != nil {
				return "", err
			}
			format = true
		case "LIST":
			title = infoTitle(s, size)
		}
		if at += size + size%2; at > s.end-s.start {
			return "", io.ErrUnexpectedEOF
		}
	}
}

// wavFormat checks the parts of a format chunk that the decoder divides or
// indexes by.
func wavFormat(s *section, size int64) error {
	var f struct {
		Tag, Channels uint16
		Rate, Bytes   uint32
		Align, Bits   uint16
	}
	if size < 16 || size > 1024 {
		return errors.New("its format is damaged")
	}
	if err := binary.Read(s, binary.LittleEndian, &f); err != nil {
		return err
	}
	if f.Tag == 3 || f.Bits == 32 {
		return errors.New("it holds 32-bit samples; save it with 16 bits")
	}
	if f.Tag != 1 && f.Tag != 0xfffe {
		return errors.New("it is a compressed WAV; save it as PCM with 16 bits")
	}
	if f.Channels == 0 || f.Channels > 8 || f.Align != f.Channels*f.Bits/8 {
		return errors.New("its format is damaged")
	}
	return nil
}

// section is a part of a file: what lies between start and end.
type section struct {
	source     io.ReadSeekCloser
	start, end int64
	at         int64
}

// progress is how much of the section was read, 0 to 1.
func (s *section) progress() float64 { return float64(s.at) / float64(max(1, s.end-s.start)) }

// Read implements io.Reader.
func (s *section) Read(p []byte) (int, error) {
	left := s.end - s.start - s.at
	if left <= 0 {
		return 0, io.EOF
	}
	n, err := s.source.Read(p[:min(int64(len(p)), left)])
	s.at += int64(n)
	return n, err
}

// Seek implements io.Seeker.
func (s *section) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += s.at
	case io.SeekEnd:
		offset += s.end - s.start
	}
	if offset < 0 {
		return 0, errors.New("soundfile: seek before the start")
	}
	if _, err := s.source.Seek(s.start+offset, io.SeekStart); err != nil {
		return 0, err
	}
	s.at = offset
	return offset, nil
}

// head returns the first n bytes, fewer if there are not as many.
func (s *section) head(n int) ([]byte, error) {
	if _, err := s.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	p := make([]byte, n)
	n, err := io.ReadFull(s, p)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return nil, err
	}
	return p[:n], nil
}
