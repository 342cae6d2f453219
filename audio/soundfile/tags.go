package soundfile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"unicode/utf16"
)

// id3v2 reads the title of an ID3v2 tag (id3.org, versions 2.2 to 2.4) and
// returns the size of the whole tag.
func id3v2(s *section) (title string, size int64) {
	h, err := s.head(10)
	if err != nil || len(h) < 10 {
		return "", 10
	}
	version, flags := h[3], h[5]
	size = int64(synchsafe(h[6:10]))
	tag := make([]byte, min(size, mostTags, max(0, s.end-s.start-10)))
	n, _ := io.ReadFull(s, tag)
	size += 10
	if flags&0x10 != 0 {
		size += 10 // a footer
	}
	if flags&0xc0 != 0 {
		return "", size // unsynchronised or with an extended header: rare, and only the title is lost
	}
	return id3Title(tag[:n], version), size
}

func id3Title(tag []byte, version byte) string {
	idSize, headSize := 4, 10
	if version < 3 {
		idSize, headSize = 3, 6
	}
	for len(tag) > headSize && tag[0] != 0 {
		id := string(tag[:idSize])
		var size int
		switch {
		case version < 3:
			size = int(tag[3])<<16 | int(tag[4])<<8 | int(tag[5])
		case version == 3:
			size = int(binary.BigEndian.Uint32(tag[4:]))
		default:
			size = synchsafe(tag[4:8])
		}
		tag = tag[headSize:]
		if size < 0 || size > len(tag) {
			return ""
		}
		if (id == "TIT2" || id == "TT2") && size > 1 {
			return id3Text(tag[0], tag[1:size])
		}
		tag = tag[size:]
	}
	return ""
}

// id3Text decodes a text frame by its encoding byte.
func id3Text(encoding byte, text []byte) string {
	switch encoding {
	case 0:
		return latin1(text)
	case 1, 2:
		var order binary.ByteOrder = binary.BigEndian
		if bytes.HasPrefix(text, []byte{0xff, 0xfe}) {
			order = binary.LittleEndian
		}
		units := make([]uint16, len(text)/2)
		for i := range units {
			units[i] = order.Uint16(text[2*i:])
		}
		return clean(strings.TrimPrefix(string(utf16.Decode(units)), "\ufeff"))
	}
	return clean(string(text))
}

// id3v1 reads the title of the tag in the last 128 bytes of an MP3 file.
func id3v1(s *section) string {
	if _, err := s.Seek(-128, io.SeekEnd); err != nil {
		return ""
	}
	var tag [128]byte
	if _, err := io.ReadFull(s, tag[:]); err != nil || string(tag[:3]) != "TAG" {
		return ""
	}
	return latin1(tag[3:33])
}

// flacTitle reads the title of a FLAC file's Vorbis comment.
func flacTitle(s *section) (string, error) {
	for at := int64(4); ; {
		if _, err := s.Seek(at, io.SeekStart); err != nil {
			return "", err
		}
		var h [4]byte
		if _, err := io.ReadFull(s, h[:]); err != nil {
			return "", err
		}
		size := int64(h[1])<<16 | int64(h[2])<<8 | int64(h[3])
		const streamInfo, comment = 0, 4
		if (at == 4) != (h[0]&0x7f == streamInfo) {
			return "", errors.New("its header is damaged")
		}
		if h[0]&0x7f == comment {
			p := make([]byte, min(size, mostTags, s.end-s.start))
			n, _ := io.ReadFull(s, p)
			title, _ := commentTitle(p[:n])
			return title, nil
		}
		if at += 4 + size; h[0]&0x80 != 0 {
			return "", nil
		}
	}
}

// oggTitle reads the title of an Ogg Vorbis file. Headers that claim more than
// they can hold are refused, because the decoder reserves memory for as much.
func oggTitle(s *section) (string, error) {
	p, err := s.head(mostOggHeaders)
	if err != nil {
		return "", err
	}
	packets := oggPackets(p, 3)
	switch {
	case len(packets) == 0 || bytes.HasPrefix(packets[0], []byte("OpusHead")):
		return "", errors.New("it is Ogg, but not Vorbis; save it as MP3")
	case !bytes.HasPrefix(packets[0], []byte("\x01vorbis")):
		return "", errors.New("it is Ogg, but not Vorbis; save it as MP3")
	case len(packets) < 3 || !bytes.HasPrefix(packets[1], []byte("\x03vorbis")) || !bytes.HasPrefix(packets[2], []byte("\x05vorbis")):
		return "", errors.New("its header is damaged, or its picture is too large")
	}
	if err := checkBooks(packets[2][7:]); err != nil {
		return "", err
	}
	return commentTitle(packets[1][7:])
}

// oggPackets returns the first n packets of an Ogg stream (RFC 3533), fewer if
// they are not all in p.
func oggPackets(p []byte, n int) (packets [][]byte) {
	var packet []byte
	for len(packets) < n && len(p) >= 27 && string(p[:4]) == "OggS" {
		segments := int(p[26])
		if len(p) < 27+segments {
			break
		}
		sizes := p[27 : 27+segments]
		p = p[27+segments:]
		for _, size := range sizes {
			if int(size) > len(p) {
				return packets
			}
			packet = append(packet, p[:size]...)
			p = p[size:]
			if size < 255 {
				packets = append(packets, packet)
				packet = nil
			}
		}
	}
	return packets
}

// commentTitle finds the title in a Vorbis comment (xiph.org, Ogg Vorbis I
// format specification: comment field).
func commentTitle(p []byte) (string, error) {
	damaged := errors.New("its comment is damaged")
	next := func() ([]byte, bool) {
		if len(p) < 4 {
			return nil, false
		}
		size := binary.LittleEndian.Uint32(p)
		if p = p[4:]; uint64(size) > uint64(len(p)) {
			return nil, false
		}
		field := p[:size]
		p = p[size:]
		return field, true
	}
	if _, ok := next(); !ok || len(p) < 4 {
		return "", damaged
	}
	count := binary.LittleEndian.Uint32(p)
	p = p[4:]
	if uint64(count) > uint64(len(p))/4 {
		return "", damaged
	}
	title := ""
	for range count {
		field, ok := next()
		if !ok {
			return "", damaged
		}
		if name, value, _ := strings.Cut(string(field), "="); strings.EqualFold(name, "TITLE") && title == "" {
			title = clean(value)
		}
	}
	return title, nil
}

// infoTitle reads the name in a LIST INFO chunk of a WAV file.
func infoTitle(s *section, size int64) string {
	p := make([]byte, min(size, 64<<10, s.end-s.start))
	n, _ := io.ReadFull(s, p)
	if p = p[:n]; !bytes.HasPrefix(p, []byte("INFO")) {
		return ""
	}
	for p = p[4:]; len(p) >= 8; {
		id, size := string(p[:4]), uint64(binary.LittleEndian.Uint32(p[4:]))
		if p = p[8:]; size > uint64(len(p)) {
			return ""
		}
		if id == "INAM" {
			return clean(string(p[:size]))
		}
		p = p[min(uint64(len(p)), size+size%2):]
	}
	return ""
}

func synchsafe(b []byte) int {
	return int(b[0]&0x7f)<<21 | int(b[1]&0x7f)<<14 | int(b[2]&0x7f)<<7 | int(b[3]&0x7f)
}

func latin1(p []byte) string {
	runes := make([]rune, 0, len(p))
	for _, b := range p {
		runes = append(runes, rune(b))
	}
	return clean(string(runes))
}

// clean cuts a text at its end mark, if it has one, and makes it valid.
func clean(s string) string {
	s, _, _ = strings.Cut(s, "\x00")
	return strings.TrimSpace(strings.ToValidUTF8(s, ""))
}
