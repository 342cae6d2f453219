package config

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// fit says where a decoded document does not have the shape of t: unknown keys
// and values of a wrong type, all of them at once, under their dotted keys. The
// document is what TOML or JSON (with json.Number) decodes to without a type;
// tag is "toml" or "json".
func fit(key string, doc any, t reflect.Type, tag string) Faults {
	switch t.Kind() {
	case reflect.Struct:
		table, ok := doc.(map[string]any)
		if !ok {
			return wrongType(key, doc, "a table of settings")
		}
		return fitTable(key, table, t, tag)
	case reflect.Slice:
		list, ok := doc.([]any)
		if !ok {
			return wrongType(key, doc, "a list")
		}
		var all Faults
		for i, element := range list {
			all = append(all, fit(fmt.Sprintf("%s[%d]", key, i), element, t.Elem(), tag)...)
		}
		return all
	default:
		return fitValue(key, doc, t.Kind())
	}
}

func fitTable(key string, table map[string]any, t reflect.Type, tag string) Faults {
	known := map[string]reflect.Type{}
	addFields(known, t, tag)
	return fitKnown(key, table, known, tag)
}

// addFields notes the fields of the struct t by their names.
func addFields(known map[string]reflect.Type, t reflect.Type, tag string) {
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get(tag), ",")
		known[name] = t.Field(i).Type
	}
}

func fitKnown(key string, table map[string]any, known map[string]reflect.Type, tag string) Faults {
	var all Faults
	for _, name := range slices.Sorted(maps.Keys(table)) {
		full := strings.TrimPrefix(key+"."+name, ".")
		if inner, ok := known[name]; ok {
			all = append(all, fit(full, table[name], inner, tag)...)
			continue
		}
		all = append(all, Fault{Key: full, Reason: "is not a setting", Do: advice(name, known)})
	}
	return all
}

func fitValue(key string, doc any, want reflect.Kind) Faults {
	switch v := doc.(type) {
	case string:
		if want == reflect.String {
			return nil
		}
	case bool:
		if want == reflect.Bool {
			return nil
		}
	case int64:
		if want == reflect.Int || want == reflect.Float64 {
			return nil
		}
	case float64:
		if want == reflect.Float64 {
			return nil
		}
	case json.Number:
		_, notWhole := v.Int64()
		_, notNumber := v.Float64()
		if want == reflect.Int && notWhole == nil || want == reflect.Float64 && notNumber == nil {
			return nil
		}
	}
	words := map[reflect.Kind]string{
		reflect.String: "a text in quotes", reflect.Bool: "true or false",
		reflect.Int: "a whole number", reflect.Float64: "a number",
	}
	return wrongType(key, doc, words[want])
}

func wrongType(key string, doc any, want string) Faults {
	is := "of another type"
	switch v := doc.(type) {
	case nil:
		is = "null"
	case map[string]any:
		is = "a table"
	case []any:
		is = "a list"
	case string:
		is = fmt.Sprintf("the text %q", clip(v))
	case bool, int64, float64, json.Number:
		is = fmt.Sprint(v)
	}
	return Faults{{Key: key, Reason: "is " + is, Do: "it must be " + want}}
}

// advice says what to do about an unknown name: the known one that is most
// alike, or else that the line goes.
func advice(name string, known map[string]reflect.Type) string {
	best, distance := "", 3
	for _, k := range slices.Sorted(maps.Keys(known)) {
		if d := editDistance(strings.ToLower(name), k); d < distance {
			best, distance = k, d
		}
	}
	if best != "" {
		return fmt.Sprintf("did you mean %s?", best)
	}
	return "remove it; the settings here are " + strings.Join(slices.Sorted(maps.Keys(known)), ", ")
}

// editDistance is Levenshtein's: how many letters must be put in, left out or
// exchanged. Names that differ much in length are far apart without counting.
func editDistance(a, b string) int {
	if len(a) > len(b)+3 || len(b) > len(a)+3 {
		return 4
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		corner := row[0]
		row[0]++
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			corner, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, corner+cost)
		}
	}
	return row[len(b)]
}

// clip keeps a strange text short enough for a message.
func clip(text string) string {
	if r := []rune(text); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return text
}
