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
	s := base.clone()
	faults := decode(doc, &s)
	if len(faults) == 0 {
		faults = Check(s)
	}
	if len(faults) > 0 {
		return base, faults.in(path, findLines(doc))
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

// decode reads a TOML document strictly into the struct at into, over what is
// there. It writes into the lists there, which must belong to nobody else.
func decode(doc []byte, into any) Faults {
	var raw map[string]any
	if err := toml.Unmarshal(doc, &raw); err != nil {
		return Faults{tomlFault(err)}
	}
	if all := fit("", raw, reflect.TypeOf(into).Elem(), "toml"); len(all) > 0 {
		return all
	}
	if err := toml.Unmarshal(doc, into); err != nil {
		return Faults{tomlFault(err)}
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
