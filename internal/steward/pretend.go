package steward

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"strings"
	"time"
)

// Pretend installs the updates of a simulated nursery, which are texts and
// change nothing. It takes and refuses them as [Rauc] does its own; their
// signature is an HMAC with a key that everybody knows.
type Pretend struct {
	Pace time.Duration // of each of ten steps
}

// What a pretended update says of itself.
const (
	pretendHead = "a pretended update of babymonitor"
	pretendKey  = "simulated nursery"
	pretendFor  = "simulation"
)

// PretendBundle makes an update for the device named; "simulation" is the
// simulated nursery. key is what it is signed with.
func PretendBundle(version, device, key string) []byte {
	text := fmt.Sprintf("%s\nversion=%s\ndevice=%s\n", pretendHead, version, device)
	return []byte(text + "signature=" + pretendSign(text, key) + "\n")
}

func pretendSign(text, key string) string {
	h := hmac.New(sha256.New, []byte(key))
	h.Write([]byte(text))
	return hex.EncodeToString(h.Sum(nil))
}

// Check implements [Installer].
func (p Pretend) Check(_ context.Context, path string) (string, error) {
	raw, err := os.ReadFile(path)
	text, signature, ok := strings.Cut(string(raw), "signature=")
	lines := strings.Split(text, "\n")
	if err != nil || !ok || len(lines) != 4 || lines[0] != pretendHead {
		return "", &Refusal{Broken, "this file is no update, or it was damaged on the way; download it again"}
	}
	version, device := strings.TrimPrefix(lines[1], "version="), strings.TrimPrefix(lines[2], "device=")
	if strings.TrimSpace(signature) != pretendSign(text, pretendKey) {
		return "", &Refusal{BadSignature, "this file is not signed by those who make this monitor, so it is not installed; download it again from where you got the monitor"}
	}
	if device != pretendFor {
		return version, &Refusal{OtherDevice, fmt.Sprintf("this update is for %q, and this monitor is a simulation", device)}
	}
	return version, nil
}

// Install implements [Installer].
func (p Pretend) Install(ctx context.Context, path string, progress func(int)) error {
	if _, err := p.Check(ctx, path); err != nil {
		return err
	}
	for step := range 10 {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(p.Pace):
			progress(10 * (step + 1))
		}
	}
	return nil
}
