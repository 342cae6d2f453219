package qr

import (
	"encoding/xml"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"rsc.io/qr"
)

// TestSVGShowsEveryModule paints the picture again and compares it with the
// code module by module.
func TestSVGShowsEveryModule(t *testing.T) {
	const text = "http://babymonitor.local/#code=1234-5678"
	svg, err := SVG(text)
	if err != nil {
		t.Fatal(err)
	}
	if err := xml.Unmarshal([]byte(svg), new(struct{})); err != nil {
		t.Fatal(err)
	}
	want, err := qr.Encode(text, qr.M)
	if err != nil {
		t.Fatal(err)
	}
	painted := map[[2]int]bool{}
	for _, m := range regexp.MustCompile(`M(\d+) (\d+)h(\d+)v1h-\d+z`).FindAllStringSubmatch(svg, -1) {
		n := make([]int, 3)
		for i := range n {
			n[i], _ = strconv.Atoi(m[i+1])
		}
		for x := range n[2] {
			painted[[2]int{n[0] + x - quiet, n[1] - quiet}] = true
		}
	}
	for y := -quiet; y < want.Size+quiet; y++ {
		for x := -quiet; x < want.Size+quiet; x++ {
			inside := x >= 0 && y >= 0 && x < want.Size && y < want.Size
			if painted[[2]int{x, y}] != (inside && want.Black(x, y)) {
				t.Fatalf("module %d,%d is wrong", x, y)
			}
		}
	}
}

func TestTooLong(t *testing.T) {
	if _, err := SVG(strings.Repeat("x", 3000)); err == nil {
		t.Error("3000 letters became a code")
	}
}

func TestWiFi(t *testing.T) {
	for _, tt := range [][3]string{
		{"Home", "secret password", "WIFI:T:WPA;S:Home;P:secret password;;"},
		{`a;b,c:d"e\`, `;:`, `WIFI:T:WPA;S:a\;b\,c\:d\"e\\;P:\;\:;;`},
		{"Café", "", "WIFI:T:nopass;S:Café;;"},
	} {
		if got := WiFi(tt[0], tt[1]); got != tt[2] {
			t.Errorf("got %s, want %s", got, tt[2])
		}
	}
}
