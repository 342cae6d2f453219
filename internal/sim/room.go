package sim

import "math/rand/v2"

// The panorama is everything the head can look at, in samples of the full
// picture at its native size. The origin is the upper left corner of the
// picture with the head straight ahead.
const (
	nativeW, nativeH = 1280, 720
	panoLeft         = -1408
	panoTop          = -936
	panoW            = 4096
	panoH            = 2280
	// pixelsPerDegree is chosen so that the panorama holds ±90° of pan and
	// -40° to 60° of tilt.
	pixelsPerDegree = 15.6
)

// Heights in the drawing.
const (
	ceilingY = -330
	dadoY    = 244 // where the panelling begins
	floorY   = 440
)

// drawRoom draws all that does not move, in the colours that things have in
// white light; light is added when the picture is taken.
func drawRoom(seed uint64) *sheet {
	s := newSheet(panoLeft, panoTop, panoW, panoH)
	p := newPen(s)
	chance := rand.New(rand.NewPCG(seed, 1))
	drawShell(p)
	drawWallpaper(p, chance)
	drawCeiling(p, chance)
	drawFloor(p, chance)
	drawWindow(p)
	drawPictures(p)
	drawMobileArm(p)
	drawWardrobe(p)
	drawArmchair(p)
	drawDresser(p)
	drawShelf(p, chance)
	drawDoor(p)
	drawRug(p)
	drawToys(p)
	drawCribBack(p)
	drawCribFront(p)
	for i, v := range s.y { // nothing in the room shines by itself
		s.y[i] = min(v, glass-1)
	}
	return s
}

// drawShell draws ceiling, wall and panelling.
func drawShell(p *pen) {
	p.rect(panoLeft, panoTop, panoW, ceilingY-panoTop, 0).fill(fade(0xE9E4DA, 0xDCD6CA, 0, panoTop, 0, ceilingY))
	p.rect(panoLeft, ceilingY, panoW, floorY-ceilingY, 0).fill(fade(0xA9C4C4, 0xBBD0CB, 0, ceilingY, 0, dadoY))
	p.rect(panoLeft, ceilingY-22, panoW, 26, 0).fill(fade(0xF2EDE3, 0xCFC8BA, 0, ceilingY-22, 0, ceilingY+4))
	p.rect(panoLeft, ceilingY+4, panoW, 10, 0).fill(veil(0x5F7674, 0.25))
	p.rect(panoLeft, dadoY, panoW, floorY-dadoY, 0).fill(fade(0xE6DED0, 0xD6CCBB, 0, dadoY, 0, floorY))
	for x := float32(panoLeft + 20); x < panoLeft+panoW; x += 46 {
		p.rect(x, dadoY+14, 2, floorY-dadoY-40, 0).fill(veil(0x8A7F6C, 0.28))
		p.rect(x+2, dadoY+14, 2, floorY-dadoY-40, 0).fill(veil(0xFFFFFF, 0.4))
	}
	p.rect(panoLeft, dadoY-4, panoW, 13, 0).fill(fade(0xF3EDE2, 0xDDD4C4, 0, dadoY-4, 0, dadoY+9))
	p.rect(panoLeft, dadoY+9, panoW, 6, 0).fill(veil(0x6E6350, 0.22))
	p.rect(panoLeft, floorY-28, panoW, 28, 0).fill(fade(0xEFE8DB, 0xD9D0BF, 0, floorY-28, 0, floorY))
	p.rect(panoLeft, floorY-30, panoW, 2, 0).fill(veil(0x6E6350, 0.25))
}

// drawWallpaper strews small moons, stars and dots over the wall.
func drawWallpaper(p *pen, chance *rand.Rand) {
	row := 0
	for y := float32(ceilingY + 40); y < dadoY-16; y += 54 {
		x := float32(panoLeft + 20 + row%2*36)
		for n := row; x < panoLeft+panoW; n++ {
			cx, cy := x+chance.Float32()*8-4, y+chance.Float32()*8-4
			switch n % 3 {
			case 0:
				p.star(cx, cy, 7).fill(veil(0xF4F7EE, 0.62))
			case 1:
				p.ellipse(cx, cy, 2.6, 2.6).fill(veil(0xF4F7EE, 0.55))
			default:
				p.move(cx+3, cy-7)
				p.cube(cx-9, cy-7, cx-9, cy+7, cx+3, cy+7)
				p.cube(cx-3, cy+4, cx-3, cy-4, cx+3, cy-7)
				p.fill(veil(0xF4F7EE, 0.55))
			}
			x += 72
		}
		row++
	}
}

// drawFloor lays boards that run away from the viewer.
func drawFloor(p *pen, chance *rand.Rand) {
	const bottom = panoTop + panoH
	p.rect(panoLeft, floorY, panoW, bottom-floorY, 0).fill(fade(0xB78C60, 0xC79C6C, 0, floorY, 0, bottom))
	// Boards meet at a point far behind the wall, above the middle.
	const vanishX, vanishY = 640, -420
	at := func(x, y float32) float32 { return vanishX + (x-vanishX)*(y-vanishY)/(floorY-vanishY) }
	for x := float32(panoLeft - 200); x < panoLeft+panoW+200; x += 62 {
		a, b := at(x, floorY), at(x, bottom)
		c, d := at(x+62, floorY), at(x+62, bottom)
		p.poly(a, floorY, c, floorY, d, bottom, b, bottom).fill(veil(0x7A5531, chance.Float32()*0.16))
		p.poly(a-0.7, floorY, a+0.7, floorY, b+2, bottom, b-2, bottom).fill(veil(0x5C3E22, 0.42))
		for y := floorY + 30 + chance.Float32()*160; y < bottom; y += 190 + chance.Float32()*120 {
			p.poly(at(x, y), y, at(x+62, y), y, at(x+62, y), y+2.4, at(x, y), y+2.4).fill(veil(0x5C3E22, 0.4))
		}
	}
	p.rect(panoLeft, floorY, panoW, 34, 0).fill(ink{
		from: rgb(0x3A2615), to: rgb(0xB78C60), alpha: 0.35, kind: gradient, ay: 1.0 / 34, a0: -floorY / 34.0,
	})
}

// shade lays a soft shadow, or with a bright colour a glow, on the drawing.
func shade(p *pen, hex uint32, alpha, cx, cy, rx, ry float32) {
	shadeWith(p, rgb(hex), alpha, cx, cy, rx, ry)
}

func shadeWith(p *pen, c colour, alpha, cx, cy, rx, ry float32) {
	k := ink{from: c, alpha: alpha, kind: spot}
	k.cx, k.cy = p.m.apply(cx, cy)
	k.rx, k.ry = rx*scaleOf(p.m), ry*scaleOf(p.m)
	p.ellipse(cx, cy, rx, ry).fill(k)
}

// drawCeiling sticks stars to the ceiling and hangs a paper lantern from it.
func drawCeiling(p *pen, chance *rand.Rand) {
	for y := float32(panoTop + 60); y < ceilingY-90; y += 88 {
		for x := panoLeft + 60 + chance.Float32()*120; x < panoLeft+panoW; x += 110 + chance.Float32()*130 {
			p.m = identity().at(x, y+chance.Float32()*50-25, chance.Float32()*72, 1)
			p.star(0, 0, 9+chance.Float32()*11).fill(veil(0xC9C387, 0.75))
		}
	}
	p.m = identity()
	const x, y, r = 640, -452, 108
	shade(p, 0x5A5346, 0.35, x, ceilingY+30, 190, 46)
	p.rect(x-2, panoTop, 4, y-r-panoTop, 0).fill(solid(0x8E8577))
	p.ellipse(x, y, r, r*0.94).fill(fade(0xF4EEE1, 0xD2C7B2, x-60, y-90, x+70, y+90))
	for i := range 7 { // the lantern's hoops
		h := (float32(i) - 3) * 26
		bow := 16 * (1 - h*h/11000)
		half := r * 0.98 * (1 - h*h/24000)
		p.limb(1.6, 1.6, x-half, y+h, x, y+h+bow, x+half, y+h).fill(veil(0x9A8F7B, 0.4))
	}
	p.rect(x-20, y-r*0.94-5, 40, 10, 4).fill(solid(0xB9AD98))
	p.rect(x-20, y+r*0.94-5, 40, 10, 4).fill(solid(0xA79B86))
}

func drawRug(p *pen) {
	shade(p, 0x2A1A0C, 0.4, 640, 905, 700, 190)
	for i, c := range []uint32{0xE7DAC3, 0xC98F76, 0xEBDFC9, 0x8FAEAA, 0xEBDFC9} {
		d := float32(i) * 52
		p.ellipse(640, 890, 660-d*1.9, 170-d*0.62).fill(solid(c))
	}
}
