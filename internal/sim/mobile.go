package sim

import (
	"math"
	"time"
)

// drawMobileArm bends from the headboard's left post over the crib; what hangs
// from it turns and is drawn by [drawMobile].
func drawMobileArm(p *pen) {
	p.limb(9, 8, 436, 330, 436, 200, 436, 120).fill(solid(0xEFE8DB))
	p.move(431.7, 120)
	p.cube(432, 40, 500, 18, 640, 22)
	p.line(640, 29)
	p.cube(510, 26, 441, 48, 440.3, 120)
	p.fill(solid(0xEFE8DB))
	p.ellipse(640, 26, 8, 8).fill(solid(0xD8CDBB))
}

// mobileSheet returns the paper for what turns.
func mobileSheet() *sheet { return newSheet(500, 16, 280, 196) }

// drawMobile draws the mobile turned by angle (radians).
func drawMobile(p *pen, angle float64) {
	const cx, cy, rx, ry = 640, 62, 104, 20
	p.limb(2, 2, cx, 30, cx, 44, cx, cy-6).fill(solid(0xCFC3AF))
	figures := [...]uint32{0xE7C56F, 0xF3EFE6, 0xC98F76, 0xA9C3CF, 0xB7A3C4}
	drawFigure := func(i int, back bool) {
		sin, cos := math.Sincos(angle + float64(i)*2*math.Pi/float64(len(figures)))
		if back != (sin < 0) {
			return
		}
		x, y := cx+float32(cos)*rx, cy+float32(sin)*ry
		drop := 66 + float32(i%3)*12
		p.limb(1.6, 1.6, x, y, x, y+drop/2, x, y+drop).fill(veil(0xCFC3AF, 0.9))
		p.m = identity().at(x, y+drop, float32(math.Sin(angle*2+float64(i)))*8, 1+0.14*float32(sin))
		drawPendant(p, i, figures[i])
		p.m = identity()
	}
	for i := range figures {
		drawFigure(i, true)
	}
	p.ellipse(cx, cy, rx+6, ry+5).fill(fade(0xE6CBA0, 0xB98F60, cx-rx, cy, cx+rx, cy))
	p.ellipse(cx, cy-3, rx+4, ry+2).fill(fade(0xF2E2C6, 0xD9BC90, cx-rx, cy, cx+rx, cy))
	p.ellipse(cx, cy-6, 12, 7).fill(solid(0xD8CDBB))
	for i := range figures {
		drawFigure(i, false)
	}
}

// drawPendant draws one of the things that hang from the mobile, around the
// origin.
func drawPendant(p *pen, i int, c uint32) {
	switch i {
	case 0, 4:
		p.star(0, 14, 23).fill(fade(c, c-0x202020, -20, 0, 20, 30))
	case 1:
		p.ellipse(-14, 14, 13, 11).fill(solid(c - 0x0C0C0C))
		p.ellipse(12, 14, 16, 12).fill(solid(c - 0x0C0C0C))
		p.ellipse(-2, 8, 14, 13).fill(solid(c))
	case 2:
		p.move(6, -6)
		p.cube(-26, -6, -26, 34, 6, 34)
		p.cube(-10, 24, -10, 4, 6, -6)
		p.fill(fade(c+0x101010, c-0x101010, -20, 0, 6, 30))
	default:
		p.ellipse(0, 14, 18, 13).fill(solid(c))
		p.poly(14, 14, 28, 3, 28, 25).fill(solid(c - 0x141414))
		p.ellipse(-9, 11, 2.4, 2.4).fill(solid(0x3F5560))
	}
}

// A spin is the motion of the mobile: it turns while the speaker plays and
// comes to rest by itself.
type spin struct {
	angle, speed float64 // radians, radians a second
	at           time.Time
}

func (s *spin) turn(now time.Time, playing bool) {
	const top, inertia = 0.5, 1.2 // radians a second, seconds
	dt := min(max(now.Sub(s.at).Seconds(), 0), 0.2)
	s.at = now
	goal := 0.0
	if playing {
		goal = top
	}
	s.speed += (goal - s.speed) * (1 - math.Exp(-dt/inertia))
	if !playing && s.speed < 0.004 {
		s.speed = 0
	}
	s.angle = math.Mod(s.angle+s.speed*dt, 2*math.Pi)
}
