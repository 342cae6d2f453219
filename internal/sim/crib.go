package sim

// middle is the crib's axis of symmetry.
const middle = 640

// drawCribBack draws the headboard, the sides and the mattress: all that is
// behind the baby.
func drawCribBack(p *pen) {
	shade(p, 0x24160A, 0.62, middle, 792, 480, 84)
	p.move(428, 420)
	p.line(428, 252)
	p.cube(478, 168, 802, 168, 852, 252)
	p.line(852, 420)
	p.fill(fade(woodLight, woodDark, 428, 0, 852, 0))
	p.move(450, 420)
	p.line(450, 266)
	p.cube(498, 194, 782, 194, 830, 266)
	p.line(830, 420)
	p.fill(fade(0xE6C69C, 0xCFA675, 450, 200, 830, 420))
	for x := float32(486); x < 820; x += 44 {
		p.rect(x, 222, 2, 190, 0).fill(veil(0x7E5A34, 0.3))
	}
	p.move(646, 236) // a moon cut into the board
	p.cube(612, 236, 612, 286, 646, 286)
	p.cube(630, 276, 630, 246, 646, 236)
	p.fill(veil(0x8C663C, 0.75))
	p.star(660, 258, 11).fill(veil(0x8C663C, 0.75))
	for _, side := range [2]float32{-1, 1} {
		x := middle + side*212
		p.rect(x-13, 226, 26, 250, 8).fill(fade(woodLight, woodDark, x-13, 0, x+13, 0))
		p.ellipse(x, 226, 15, 13).fill(fade(0xE9CBA2, wood, x-13, 214, x+13, 240))
	}
	drawMattress(p)
	drawSide(p, -1)
	drawSide(p, 1)
}

func drawMattress(p *pen) {
	p.poly(446, 352, 834, 352, 996, 740, 284, 740).fill(solid(0x8D7350))
	p.move(452, 356)
	p.line(828, 356)
	p.cube(850, 440, 940, 600, 976, 716)
	p.line(304, 716)
	p.cube(340, 600, 430, 440, 452, 356)
	p.fill(fade(0xD8DEE0, 0xF2EFE9, 0, 356, 0, 640))
	for i := range 11 { // the sheet's pattern, smaller towards the back
		t := float32(i) / 10
		y := 372 + t*t*180 + t*150
		half := 176 + (y-356)*0.38
		for j := range 9 {
			x := middle + (float32(j)-4+float32(i%2)*0.5)*half/4.4
			p.ellipse(x, y, 2.5+t*2.5, 1.5+t*2).fill(veil(0x9DB7C4, 0.55))
		}
	}
	shade(p, 0x5A5348, 0.3, middle, 352, 240, 34)
	p.poly(304, 716, 976, 716, 984, 740, 296, 740).fill(solid(0xC9CDCB))
}

// drawSide draws the left (-1) or right (1) side of the crib.
func drawSide(p *pen, side float32) {
	at := func(x float32) float32 { return middle + side*x }
	shade(p, 0x43505A, 0.35, at(300), 600, 70, 170)
	for i := range 9 {
		s := (float32(i) + 0.6) / 9
		t := s * (0.62 + 0.38*s)
		w := 3.4 + t*3.4
		x0, y0 := at(206+t*150), 262+t*232
		x1, y1 := at(196+t*150), 376+t*350
		p.poly(x0-w, y0, x0+w, y0, x1+w, y1, x1-w, y1).fill(fade(0xE2C094, 0xB58B5C, x0-w, 0, x0+w, 0))
	}
	p.poly(at(192), 368, at(202), 366, at(362), 738, at(340), 738).fill(solid(0xB98F60))
	p.poly(at(200), 252, at(216), 250, at(372), 486, at(348), 494).fill(fade(0xE9CBA2, 0xC79C6C, at(200), 0, at(372), 0))
	p.poly(at(200), 252, at(348), 494, at(348), 508, at(200), 264).fill(solid(0xA67C50))
}

// The upper edge of the footboard, which hides what is behind it.
const footY = 606

// drawCribFront draws the footboard: all that is before the baby.
func drawCribFront(p *pen) {
	for x := float32(-300); x <= 300; x += 50 {
		p.rect(middle+x-8, footY+20, 16, 132, 4).fill(fade(0xE6C69C, 0xB58B5C, middle+x-8, 0, middle+x+8, 0))
	}
	p.move(276, footY+8)
	p.cube(440, footY-10, 840, footY-10, 1004, footY+8)
	p.line(1004, footY+36)
	p.cube(840, footY+20, 440, footY+20, 276, footY+36)
	p.fill(fade(0xECCFA7, 0xBD9363, 0, footY-6, 0, footY+34))
	p.rect(276, 742, 728, 30, 6).fill(fade(0xD9B385, 0xA87E50, 0, 742, 0, 772))
	for _, side := range [2]float32{-1, 1} {
		x := middle + side*364
		p.rect(x-18, 482, 36, 334, 10).fill(fade(0xE2C094, 0xA67C50, x-18, 0, x+18, 0))
		p.ellipse(x, 482, 22, 19).fill(fade(0xF0D6B2, wood, x-18, 466, x+20, 500))
	}
}
