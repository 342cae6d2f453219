package main

import "path/filepath"

// manifest is a list of operating systems as Raspberry Pi Imager 2 reads it
// (its repository's doc/json-schema), with one entry.
type manifest struct {
	List []system `json:"os_list"`
}

// system is one entry. Sizes are in bytes, sums in hexadecimal.
type system struct {
	Name         string   `json:"name"`
	Description  string   `json:"description"`
	Icon         string   `json:"icon"`
	URL          string   `json:"url"`
	ExtractSize  int64    `json:"extract_size"`
	ExtractSum   string   `json:"extract_sha256"`
	DownloadSize int64    `json:"image_download_size"`
	DownloadSum  string   `json:"image_download_sha256"`
	Date         string   `json:"release_date"`
	Devices      []string `json:"devices"`
	Init         string   `json:"init_format"`
	Architecture string   `json:"architecture"`
}

// icon is the picture in Imager's list: a moon.
const icon = "data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIHZpZXdCb3g9IjAgMCA0MCA0MCI+PHBhdGggZmlsbD0iIzU1NzciIGQ9Ik0yNiA0YTE2IDE2IDAgMSAwIDEwIDIyQTE0IDE0IDAgMCAxIDI2IDR6Ii8+PC9zdmc+"

// devices are Imager's words for the boards that the image is for: the
// Zero 2 W counts as a Pi 3.
func (m image) devices() []string {
	all := []string{"pi3-64bit", "pi4-64bit"}
	if m.base == "raspios" {
		all = append(all, "pi5-64bit")
	}
	return all
}

// manifest measures the files. What Imager then writes to the boot partition
// for Wi-Fi, name and time zone (cloud-init's files) the monitor reads itself.
func (m image) manifest() (manifest, error) {
	size, sum, err := measure(m.card)
	if err != nil {
		return manifest{}, err
	}
	packedSize, packedSum, err := measure(m.packed)
	if err != nil {
		return manifest{}, err
	}
	url := m.url
	if url == "" {
		url = filepath.Base(m.packed)
	}
	return manifest{[]system{{
		Name:         "Baby monitor " + m.version,
		Description:  "Watch, hear and comfort your baby from any phone, without any cloud",
		Icon:         icon,
		URL:          url,
		ExtractSize:  size,
		ExtractSum:   sum,
		DownloadSize: packedSize,
		DownloadSum:  packedSum,
		Date:         m.date.Format("2006-01-02"),
		Devices:      m.devices(),
		Init:         "cloudinit-rpi",
		Architecture: "armv8",
	}}}, nil
}
