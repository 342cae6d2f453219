package config

import (
	"fmt"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// lines says on which line of a file a key stands.
type lines map[string]int

// of returns the line of key, or else of the nearest table around it; 0 where
// there is none.
func (l lines) of(key string) int {
	for key != "" {
		if line, ok := l[key]; ok {
			return line
		}
		key = key[:max(strings.LastIndexAny(key, ".["), 0)]
	}
	return 0
}

// findLines notes where each key of a TOML document stands. A document with
// bad syntax gives the lines before the fault.
func findLines(doc []byte) lines {
	found := lines{}
	count := map[string]int{}
	table := ""
	var p unstable.Parser
	p.Reset(doc)
	for p.NextExpression() {
		e := p.Expression()
		switch e.Kind {
		case unstable.Table:
			table, _ = found.note(&p, e.Key(), "", count)
		case unstable.ArrayTable:
			name, line := found.note(&p, e.Key(), "", nil)
			table = fmt.Sprintf("%s[%d]", name, count[name])
			found[table] = line
			count[name]++
		case unstable.KeyValue:
			found.note(&p, e.Key(), table, count)
		}
	}
	return found
}

// note records the first line of a dotted key inside table, and of the tables
// that it names by the way. It returns the key's full name and its line here. A
// table of an array that count knows is named with its last index.
func (l lines) note(p *unstable.Parser, key unstable.Iterator, table string, count map[string]int) (name string, line int) {
	name = table
	for key.Next() {
		n := key.Node()
		line = p.Shape(n.Raw).Start.Line
		if seen := count[name]; name != table && seen > 0 {
			name = fmt.Sprintf("%s[%d]", name, seen-1)
		}
		name = strings.TrimPrefix(name+"."+string(n.Data), ".")
		if _, ok := l[name]; !ok {
			l[name] = line
		}
	}
	return name, line
}

// LineOf returns the line of a TOML document on which a dotted key stands; 0
// where it does not.
func LineOf(doc []byte, key string) int { return findLines(doc)[key] }
