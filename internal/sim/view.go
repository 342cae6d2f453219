package sim

import (
	"image"
	"math"

	"babymonitor/camera"
	"babymonitor/servo"
)

// A viewport says which part of the panorama fills the picture.
type viewport struct {
	w, h   int     // of the picture
	x, y   float64 // upper left corner in the panorama
	sx, sy float64 // samples of the panorama for one of the picture
	// The whole picture without zoom, for what depends on the camera's axis.
	fullX, fullY, fullW, fullH float64
}

// viewportOf returns what a picture of w×h shows. The sides of another shape
// than 16:9 are cut off. Where the panorama ends the view stops.
func viewportOf(w, h int, pose servo.Pose, zoom camera.Rect) viewport {
	v := viewport{w: w, h: h, fullW: nativeW, fullH: nativeH}
	if shape := float64(w) / float64(h); shape < float64(nativeW)/nativeH {
		v.fullW = nativeH * shape
	} else {
		v.fullH = nativeW / shape
	}
	stop := func(x, low, size, full float64) float64 { return min(max(x, low), low+size-full) }
	v.fullX = stop((nativeW-v.fullW)/2+pose.Pan*pixelsPerDegree, panoLeft, panoW, v.fullW)
	v.fullY = stop((nativeH-v.fullH)/2-pose.Tilt*pixelsPerDegree, panoTop, panoH, v.fullH)
	v.x, v.y = v.fullX+zoom.X*v.fullW, v.fullY+zoom.Y*v.fullH
	v.sx, v.sy = zoom.W*v.fullW/float64(w), zoom.H*v.fullH/float64(h)
	return v
}

// shows returns the part of the picture, with even corners, that needs no
// samples but those of s.
func (v *viewport) shows(s *sheet) image.Rectangle {
	up := func(x float64) int { return (int(math.Ceil(x)) + 1) &^ 1 }
	down := func(x float64) int { return int(math.Floor(x)) &^ 1 }
	r := image.Rect(
		up((float64(s.x0)+1.5-v.x)/v.sx), up((float64(s.y0)+1.5-v.y)/v.sy),
		down((float64(s.x0+s.w)-2.5-v.x)/v.sx), down((float64(s.y0+s.h)-2.5-v.y)/v.sy))
	if r.Min.X >= r.Max.X || r.Min.Y >= r.Max.Y {
		return image.Rectangle{}
	}
	return r.Intersect(image.Rect(0, 0, v.w&^1, v.h&^1))
}
