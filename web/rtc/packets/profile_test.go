package packets

import "testing"

func TestProfileFit(t *testing.T) {
	for _, c := range []struct {
		stream, decoder string
		want            int
	}{
		{"42c01f", "42e01f", 3}, // constrained baseline, with and without the third flag
		{"42e01f", "42e00a", 3}, // levels do not matter
		{"42c01f", "42001f", 2}, // plain baseline can more
		{"42001f", "42e01f", 2},
		{"42001f", "42001f", 3},
		{"42c01f", "4d001f", 2},
		{"42c01f", "640028", 2},
		{"4d0028", "4d001f", 3},
		{"4d0028", "42e01f", 1},
		{"640028", "42e01f", 1},
		{"640028", "640c1f", 3},
		{"f4001f", "42e01f", 1},
	} {
		p, _ := ParseProfile(c.stream)
		q, _ := ParseProfile(c.decoder)
		if got := p.Fit(q); got != c.want {
			t.Errorf("%v for a decoder of %v: %d, want %d", c.stream, c.decoder, got, c.want)
		}
	}
}

func TestParseProfile(t *testing.T) {
	if p, ok := ParseProfile("42E01f"); !ok || p != Baseline() || p.String() != "42e01f" || p.Level() != 31 {
		t.Errorf("42E01f is %v", p)
	}
	for _, s := range []string{"", "42e0", "42e01f00", "zz001f"} {
		if _, ok := ParseProfile(s); ok {
			t.Errorf("%q is taken", s)
		}
	}
}

func TestProfileOf(t *testing.T) {
	if p, ok := ProfileOf([][]byte{{0x09, 0xf0}, {0x67, 0x4d, 0x40, 0x28, 1}}); !ok || p.String() != "4d4028" {
		t.Errorf("the profile is %v", p)
	}
	if _, ok := ProfileOf([][]byte{{0x67, 0x4d}, {0x41, 1, 2, 3}}); ok {
		t.Error("a profile was found where none is")
	}
}
