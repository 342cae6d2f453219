package emulator

import (
	"crypto/tls"
	"regexp"
	"strings"
	"testing"
)

// TestImageTwoCards boots two cards with the same image: they share no secret,
// and nobody has a password.
func TestImageTwoCards(t *testing.T) {
	var all [2]map[string]string
	for i := range all {
		r := newRoom(t)
		m := r.start(Virt())
		newPhone(t, m).healthy()
		secrets := map[string]string{}
		out := r.shell(m, `cat /etc/machine-id; cut -d' ' -f2 /etc/ssh/keys/*.pub; cat /boot/firmware/babymonitor-setup.txt | grep -o '[0-9]\{4\}-[0-9]\{4\}'; `+
			`sha256sum /var/lib/systemd/random-seed /var/lib/NetworkManager/secret_key /var/lib/babymonitor/*.json /var/lib/babymonitor/*.pem /var/lib/babymonitor/*/*.pem 2>/dev/null | grep -v ' /var/lib/babymonitor/settings' ; true`)
		for n, line := range strings.Split(out, "\n") {
			name, value := []string{"machine-id", "SSH key", "set-up code"}[min(n, 2)], line
			if sum, file, ok := strings.Cut(line, "  "); ok {
				name, value = file, sum
			}
			secrets[name] = value
		}
		c, err := tls.Dial("tcp", m.At(HTTPS), &tls.Config{InsecureSkipVerify: true, ServerName: "babymonitor.local"})
		if err != nil {
			t.Fatal(err)
		}
		secrets["certificate"] = string(c.ConnectionState().PeerCertificates[0].RawSubjectPublicKeyInfo)
		c.Close()
		if shadow := r.shell(m, "cut -d: -f2 /etc/shadow | sort -u | tr '\\n' ' '"); regexp.MustCompile(`[^!* ]`).MatchString(shadow) {
			t.Errorf("somebody has a password: %s", shadow)
		}
		all[i] = secrets
		m.Cut()
	}
	for _, name := range []string{"machine-id", "SSH key", "set-up code", "certificate"} {
		if all[0][name] == "" {
			t.Errorf("found no %s", name)
		}
	}
	for name, value := range all[0] {
		if all[1][name] == value {
			t.Errorf("both cards have the same %s", name)
		}
	}
	t.Logf("compared: %d secrets", len(all[0]))
}
