// Package ui holds the page: TypeScript under src, built by Vite into dist,
// which is embedded in the program so that the monitor is one file.
package ui

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// FS returns the built page: index.html, sw.js, manifest.webmanifest, icons/
// and assets/, whose names carry a hash of their content and never change.
// A program that was built before the page holds only an empty folder, so that
// opening index.html fails; the caller says then that `make ui` is missing.
func FS() fs.FS {
	pages, err := fs.Sub(dist, "dist")
	if err != nil {
		return dist // cannot be: "dist" is a valid path
	}
	return pages
}
