package opus

import "testing"

func TestSmoke(t *testing.T) {
	e, err := NewEncoder()
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	p, err := e.Encode(make([]int16, 960))
	if err != nil {
		t.Fatal(err)
	}
	d, err := NewDecoder()
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	out := make([]int16, 5760)
	n, err := d.Decode(p, out)
	t.Log(len(p), n, err)
	n, err = d.Decode(nil, out)
	t.Log(n, err)
}
