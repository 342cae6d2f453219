package rtc

import (
	"net/http"
	"strings"

	"github.com/pion/webrtc/v4"
)

// renegotiate answers a further offer on a session: an ICE restart, because the
// phone has changed its network, or the same again. The media stay what they
// are.
func (v *viewer) renegotiate(text string) (string, *refusal) {
	o, why := readOffer(text, v.server.picture.streamProfile(), v.talk)
	if why != nil {
		return "", why
	}
	if (o.video != nil) != (v.video != nil) || (o.audio != nil) != (v.audio != nil) {
		return "", &refusal{status: http.StatusUnprocessableEntity, code: "bad_sdp",
			detail: "A session keeps its picture and sound: end it and open a new one to change them."}
	}
	v.negotiating.Lock()
	defer v.negotiating.Unlock()
	v.hear()
	answer, err := v.answer(o.sdp)
	if err != nil {
		return "", badSDP(err.Error())
	}
	v.offer = o
	return answer, nil
}

// restart begins ICE anew with the phone's new credentials (WHEP sends only
// those) and returns the answer.
func (v *viewer) restart(ufrag, pwd string) (string, *refusal) {
	v.negotiating.Lock()
	text := withCredentials(v.offer.sdp, ufrag, pwd)
	v.negotiating.Unlock()
	return v.renegotiate(text)
}

// withCredentials replaces the ICE credentials of an SDP and drops its
// candidates, which belong to the old ones.
func withCredentials(text, ufrag, pwd string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		switch {
		case strings.HasPrefix(line, "a=ice-ufrag:"):
			line = "a=ice-ufrag:" + ufrag + "\r\n"
		case strings.HasPrefix(line, "a=ice-pwd:"):
			line = "a=ice-pwd:" + pwd + "\r\n"
		case strings.HasPrefix(line, "a=candidate:"), strings.HasPrefix(line, "a=end-of-candidates"):
			continue
		}
		b.WriteString(line)
	}
	return b.String()
}

// candidate adds one of the phone's addresses; an empty one says that there are
// no more.
func (v *viewer) candidate(text string) *refusal {
	text = strings.TrimPrefix(strings.TrimSpace(text), "a=")
	if text == "" {
		return nil
	}
	if len(text) > 1024 || !strings.HasPrefix(text, "candidate:") {
		return &refusal{status: http.StatusBadRequest, code: "bad_candidate",
			detail: "A candidate begins with \"candidate:\" and has one line."}
	}
	v.negotiating.Lock()
	defer v.negotiating.Unlock()
	mid := ""
	if err := v.pc.AddICECandidate(webrtc.ICECandidateInit{Candidate: text, SDPMid: &mid}); err != nil {
		return &refusal{status: http.StatusBadRequest, code: "bad_candidate", detail: "The candidate cannot be understood: " + err.Error() + "."}
	}
	return nil
}
