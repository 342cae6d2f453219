package servo

import (
	"encoding/json"
	"maps"
	"testing"
)

// FuzzPresets reads presets files: whatever is accepted is sane, has a home
// and survives being written and read again.
func FuzzPresets(f *testing.F) {
	f.Add([]byte(`{"home":{"pan":0,"tilt":0},"crib":{"pan":-30.5,"tilt":1e1}}`))
	f.Add([]byte(`{}`))
	f.Add([]byte(`null`))
	f.Add([]byte(`{"a":{"pan":1e999}}`))
	f.Add([]byte(`{"\u0000":{}} x`))
	f.Fuzz(func(t *testing.T, data []byte) {
		presets, err := decodePresets(data)
		if err != nil {
			return
		}
		if _, ok := presets[Home]; !ok || len(presets) > MaxPresets {
			t.Fatalf("accepted %v", presets)
		}
		for name, p := range presets {
			if checkName(name) != nil || sane(p) != nil {
				t.Fatalf("accepted %q: %v", name, p)
			}
		}
		written, err := json.Marshal(presets)
		if err != nil {
			t.Fatal(err)
		}
		again, err := decodePresets(written)
		if err != nil || !maps.Equal(again, presets) {
			t.Fatalf("%v became %v, %v", presets, again, err)
		}
	})
}
