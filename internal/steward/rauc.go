package steward

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
)

// Rauc installs bundles with RAUC (https://rauc.readthedocs.io), which keeps two
// root file systems and writes to the one that is not in use.
type Rauc struct {
	Command string // "" is rauc
	Conf    string // "" is /etc/rauc/system.conf
}

func (r Rauc) conf() string {
	if r.Conf == "" {
		return "/etc/rauc/system.conf"
	}
	return r.Conf
}

func (r Rauc) command(ctx context.Context, args ...string) *exec.Cmd {
	name := r.Command
	if name == "" {
		name = "rauc"
	}
	cmd := exec.CommandContext(ctx, name, append([]string{"--conf=" + r.conf()}, args...)...)
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	return cmd
}

// Check implements [Installer] by `rauc info`, which verifies the signature
// against the keyring of the device.
func (r Rauc) Check(ctx context.Context, path string) (string, error) {
	cmd := r.command(ctx, "info", "--output-format=json", path)
	var out, complaint bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaint
	if err := cmd.Run(); err != nil {
		return "", explain(complaint.String(), err)
	}
	var bundle struct{ Compatible, Version string }
	if err := json.Unmarshal(out.Bytes(), &bundle); err != nil {
		return "", &Refusal{Broken, "this file says nothing about itself; download the update again"}
	}
	want, err := r.compatible()
	if err != nil {
		return "", err
	}
	if bundle.Compatible != want {
		return bundle.Version, &Refusal{OtherDevice, fmt.Sprintf("this update is for %q, and this monitor is %q; download the one for this monitor", bundle.Compatible, want)}
	}
	return bundle.Version, nil
}

// compatible reads what kind of device this is.
func (r Rauc) compatible() (string, error) {
	text, err := os.ReadFile(r.conf())
	if err != nil {
		return "", fmt.Errorf("it is not known which updates fit this device: %w", err)
	}
	found := regexp.MustCompile(`(?m)^\s*compatible\s*=\s*(.*?)\s*$`).FindSubmatch(text)
	if found == nil {
		return "", fmt.Errorf("%s does not say which updates fit this device", r.conf())
	}
	return string(found[1]), nil
}

// Install implements [Installer] by `rauc install`.
func (r Rauc) Install(ctx context.Context, path string, progress func(int)) error {
	cmd := r.command(ctx, "install", path)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	if err := cmd.Start(); err != nil {
		return explain("", err)
	}
	said := "" // by the service that does the work
	step := regexp.MustCompile(`^\s*(\d{1,3})%`)
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if found := step.FindStringSubmatch(lines.Text()); found != nil {
			percent, _ := strconv.Atoi(found[1])
			progress(min(percent, 100))
			continue
		}
		if words, ok := strings.CutPrefix(lines.Text(), "LastError: "); ok {
			said = "\n" + words
		}
	}
	if err := cmd.Wait(); err != nil {
		return explain(complaint.String()+said, err)
	}
	return nil
}

// explain finds words for what RAUC complains about.
func explain(complaint string, err error) error {
	if errors.Is(err, exec.ErrNotFound) {
		return &Refusal{Other, "this system cannot install updates by itself: the program rauc is missing"}
	}
	low := strings.ToLower(complaint)
	has := func(any ...string) bool {
		for _, words := range any {
			if strings.Contains(low, words) {
				return true
			}
		}
		return false
	}
	switch {
	case has("not yet valid", "has expired"):
		return &Refusal{ClockWrong, "the signature cannot be checked, because the monitor's clock is wrong; let it reach the internet once, or wait until it knows the time"}
	case has("no space left"):
		return &Refusal{NoSpace, "there is no room to install the update"}
	case has("signature verification failed", "verify error", "no signature"):
		return &Refusal{BadSignature, "this file is not signed by those who make this monitor, so it is not installed; download it again from where you got the monitor"}
	case has("invalid bundle format", "failed to load manifest", "failed to parse", "no such file", "checksum", "mismatching", "squashfs", "dm-verity", "i/o error", "input/output error"):
		return &Refusal{Broken, "this file is no update, or it was damaged on the way; download it again"}
	case has("compatible"):
		return &Refusal{OtherDevice, "this update is for another kind of device"}
	}
	return &Refusal{Other, strings.TrimSpace("the update could not be installed: " + last(complaint, err))}
}

// last returns the last thing that was complained about.
func last(complaint string, err error) string {
	lines := strings.Split(strings.TrimSpace(complaint), "\n")
	if words := strings.TrimSpace(lines[len(lines)-1]); words != "" {
		return words
	}
	return err.Error()
}
