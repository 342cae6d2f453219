package sim

import (
	"image"
	"math"
	"math/rand/v2"
	"time"

	"babymonitor/camera"
	"babymonitor/servo"
)

// A painter makes the pictures of one capture. It draws again only what has
// changed: all of it when view or light change, else the baby and the mobile.
type painter struct {
	w              *World
	room           *sheet
	plate          *plate
	grain          *grain
	frame          camera.Frame
	sky            *pen
	baby           *pen
	mobile         *pen
	light          light
	posture        posture
	angle          float64
	begun          bool
	mean           float64 // luma, 0 to 1
	width          int
	babyR, mobileR image.Rectangle
}

// A scene is what a picture shows.
type scene struct {
	pose    servo.Pose
	zoom    camera.Rect
	light   light
	lux     float64
	posture posture
	angle   float64
}

func newPainter(w *World, width, height int) *painter {
	chance := rand.New(rand.NewPCG(w.seed, 2))
	return &painter{
		w: w, room: w.draw(), width: width,
		plate: newPlate(width, height), grain: newGrain(width, chance),
		sky: newPen(skySheet()), baby: newPen(babySheet()), mobile: newPen(mobileSheet()),
		frame: camera.Frame{
			Width: width, Height: height, StrideY: width, StrideC: width / 2,
			Y: make([]byte, width*height), Cb: make([]byte, width*height/4), Cr: make([]byte, width*height/4),
		},
	}
}

// scene returns what there is to see. The exposure time is not part of it.
func (w *World) scene(now time.Time) scene {
	w.mu.Lock()
	defer w.mu.Unlock()
	lux := w.luxAt(now)
	m := w.mood(now)
	w.spin.turn(now, w.tape.playing(now))
	return scene{
		pose: w.pose, zoom: w.zoom, lux: lux,
		light:   lightOf(lux, w.filterIn, w.lamps),
		posture: postureOf(m, now.Sub(w.began)),
		angle:   w.spin.angle,
	}
}

// paint takes the picture of the moment at. It is valid until the next.
func (p *painter) paint(at time.Time) camera.Frame {
	s := p.w.scene(at)
	view := viewportOf(p.width, p.frame.Height, s.pose, s.zoom)
	fresh := !p.begun || s.light != p.light
	if fresh {
		p.plate.curves.set(s.light)
		p.grain.set(s.light.grain, s.light.colour > 0)
		drawSky(p.sky, s.light)
	}
	if fresh = fresh || view != p.plate.view; fresh {
		p.plate.aim(view, s.light)
		p.plate.expose(p.room, image.Rect(0, 0, view.w, view.h))
		p.plate.expose(p.sky.on, view.shows(p.sky.on))
		p.babyR, p.mobileR = view.shows(p.baby.on), view.shows(p.mobile.on)
	}
	if (fresh || s.posture != p.posture) && !p.babyR.Empty() {
		p.baby.on.copyFrom(p.room)
		drawBaby(p.baby, s.posture)
		p.plate.expose(p.baby.on, p.babyR)
	}
	if (fresh || s.angle != p.angle) && !p.mobileR.Empty() {
		p.mobile.on.copyFrom(p.room)
		drawMobile(p.mobile, s.angle)
		p.plate.expose(p.mobile.on, p.mobileR)
	}
	p.begun, p.light, p.posture, p.angle = true, s.light, s.posture, s.angle
	if fresh {
		p.mean = meanOf(p.plate.y)
	}
	p.meter(at, s)
	p.grain.lay(p.frame.Y, p.plate.y, p.grain.luma, p.width)
	p.grain.lay(p.frame.Cb, p.plate.cb, p.grain.chroma, p.width/2)
	p.grain.lay(p.frame.Cr, p.plate.cr, p.grain.chroma, p.width/2)
	p.frame.At = at
	paintStrip(&p.frame, at)
	return p.frame
}

// meter tells the world what the camera measured.
func (p *painter) meter(at time.Time, s scene) {
	p.w.mu.Lock()
	defer p.w.mu.Unlock()
	p.w.seen = glance{at: at, light: camera.Light{
		Lux: s.lux + s.light.extra, Gain: float64(s.light.gain), Luma: p.mean,
		Exposure: time.Duration(float64(33*time.Millisecond) * math.Sqrt(float64(s.light.gain)/16)),
	}}
}

// meanOf returns the mean of a plate's luma, 0 to 1, from every 61st sample.
func meanOf(plane []byte) float64 {
	sum, n := 0, 0
	for i := 0; i < len(plane); i += 61 {
		sum += int(plane[i])
		n++
	}
	return float64(sum) / float64(n) / 219
}
