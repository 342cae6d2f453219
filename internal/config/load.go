package config

import (
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"

	"github.com/pelletier/go-toml/v2"
)

// maxFile is more than any sensible settings file holds.
const maxFile = 1 << 20

// Load reads the settings file at path over base. An error is [Faults] with
// everything that is wrong at once, or says why the file could not be read; it
// is fs.ErrNotExist where there is none. Base comes back unchanged then.
func Load(base Settings, path string) (Settings, error) {
	doc, err := read(path)
	if err != nil {
		return base, fmt.Errorf("the settings file cannot be read: %w", err)
	}
	return Parse(base, path, doc, nil)
}

// Parse reads a settings document that may hold more than settings: extra points
// to a struct with toml tags for the other tables, or is nil. file names the
// document in the faults. Base comes back unchanged where there are any.
func Parse(base Settings, file string, doc []byte, extra any) (Settings, error) {
	s := base.clone()
	into := []any{&s}
	if extra != nil {
		into = append(into, extra)
	}
	faults := decode(doc, into...)
	if len(faults) == 0 {
		faults = Check(s)
	}
	if len(faults) > 0 {
		return base, faults.in(file, findLines(doc))
	}
	return s, nil
}

func read(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	doc, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(doc) > maxFile {
		err = fmt.Errorf("%s is larger than %d bytes; it is not a settings file", path, maxFile)
	}
	return doc, err
}

// decode reads a TOML document strictly into the structs that into points to,
// over what is there: each key belongs to one of them. It writes into the lists
// there, which must belong to nobody else.
func decode(doc []byte, into ...any) Faults {
	var raw map[string]any
	if err := toml.Unmarshal(doc, &raw); err != nil {
		return Faults{tomlFault(err)}
	}
	known := map[string]reflect.Type{}
	for _, one := range into {
		addFields(known, reflect.TypeOf(one).Elem(), "toml")
	}
	if all := fitKnown("", raw, known, "toml"); len(all) > 0 {
		return all
	}
	for _, one := range into {
		if err := toml.Unmarshal(doc, one); err != nil {
			return Faults{tomlFault(err)}
		}
	}
	return nil
}

func tomlFault(err error) Fault {
	f := Fault{Reason: "is not TOML: " + err.Error(), Do: "see https://toml.io for how a value is written"}
	if at := (*toml.DecodeError)(nil); errors.As(err, &at) {
		f.Line, _ = at.Position()
	}
	return f
}
