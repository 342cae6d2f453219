package rtc

import (
	"strings"
)

// frag is a fragment of SDP that carries ICE's news (RFC 8840).
type frag struct {
	ufrag, pwd string
	candidates []string
	end        bool // there are no more
}

// maxCandidates is how many candidates of one fragment are looked at.
const maxCandidates = 64

// readFrag reads a fragment. Lines it does not know are skipped.
func readFrag(text string) frag {
	var f frag
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if v, ok := strings.CutPrefix(line, "a=ice-ufrag:"); ok {
			f.ufrag = v
		} else if v, ok := strings.CutPrefix(line, "a=ice-pwd:"); ok {
			f.pwd = v
		} else if strings.HasPrefix(line, "a=candidate:") && len(f.candidates) < maxCandidates {
			f.candidates = append(f.candidates, line)
		} else if line == "a=end-of-candidates" {
			f.end = true
		}
	}
	return f
}

// candidates adds those of a fragment.
func (v *viewer) candidates(f frag) *refusal {
	for _, c := range f.candidates {
		if why := v.candidate(c); why != nil {
			return why
		}
	}
	return nil
}

// credentials is the entity tag of the session's ICE as it is now.
func (v *viewer) credentials() string {
	v.negotiating.Lock()
	defer v.negotiating.Unlock()
	if d := v.pc.LocalDescription(); d != nil {
		return etag(d.SDP)
	}
	return ""
}

// etag names an ICE session by its user name.
func etag(answer string) string { return `"` + readFrag(answer).ufrag + `"` }

// answerFrag makes the fragment that answers a restart.
func answerFrag(answer string) string {
	var b strings.Builder
	seen := make(map[string]bool)
	media := false
	for line := range strings.Lines(answer) {
		switch {
		case strings.HasPrefix(line, "m="):
			if media { // all sections are bundled into the first
				return b.String()
			}
			media = true
		case strings.HasPrefix(line, "a=ice-lite"), strings.HasPrefix(line, "a=ice-options:"), strings.HasPrefix(line, "a=ice-ufrag:"),
			strings.HasPrefix(line, "a=ice-pwd:"), strings.HasPrefix(line, "a=mid:"),
			strings.HasPrefix(line, "a=candidate:"), strings.HasPrefix(line, "a=end-of-candidates"):
		default:
			continue
		}
		if !seen[line] {
			seen[line] = true
			b.WriteString(line)
		}
	}
	return b.String()
}
