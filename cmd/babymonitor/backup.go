package main

import (
	"errors"
	"io"
	"net/http"
	"syscall"
	"time"

	"babymonitor/audio/lullaby"
	"babymonitor/internal/backup"
	"babymonitor/servo"
	"babymonitor/web"
	"babymonitor/web/access"
	"babymonitor/web/cert"
)

// How much of the own lullabies a back-up holds, and how much may be in one.
const (
	mostSongs  = 64 << 20
	mostBackup = mostSongs + 8<<20
)

// family is what a back-up holds: what cannot be made anew and is not a matter of
// this card or this place, as its Wi-Fi is.
func (h *house) family() backup.Archive {
	return backup.Archive{
		Dir: h.place.data,
		Parts: []backup.Part{
			{Name: "users.json", Must: true, Check: access.CheckPeople},
			{Name: "settings.toml", Check: h.book.Accepts},
			{Name: "presets.json", None: "{}", Check: servo.CheckPresets},
			{Name: "chosen.json", None: "{}", Check: checkKept},
			{Name: "tls/root.pem", Must: true, Check: cert.CheckRoot},
		},
		Folder: backup.Folder{Name: "lullabies", Files: h.library.Files(mostSongs), Known: lullaby.OwnFile},
		Most:   mostBackup,
	}
}

// Backup implements web.Care.
func (p parentsCare) Backup(to io.Writer) error {
	return p.h.family().Write(to, backup.Head{Version: version, Name: p.h.book.Get().Name, Made: time.Now().UTC().Truncate(time.Second)})
}

// Restore implements web.Care. What it brings comes into force with a new house,
// once the answer is on its way.
func (p parentsCare) Restore(from io.Reader) error {
	head, err := p.h.family().Receive(from)
	if refused := backup.Refusal(""); errors.As(err, &refused) {
		return &web.Problem{Status: http.StatusUnprocessableEntity, Detail: refused.Error()}
	}
	if errors.Is(err, syscall.ENOSPC) {
		return &web.Problem{Status: http.StatusInsufficientStorage, Detail: "there is no room for this back-up on the monitor's card; remove lullabies of your own, then bring it again"}
	}
	if err != nil {
		return err
	}
	p.h.log.Info("A back-up was brought.", "name", head.Name, "version", head.Version, "made", head.Made)
	p.h.rebuildSoon()
	return nil
}
