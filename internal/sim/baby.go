package sim

// babySheet returns the paper for the baby and its surroundings in the crib.
func babySheet() *sheet { return newSheet(460, 328, 360, 376) }

// drawBaby draws the baby in its sleeping bag and the part of the footboard
// before it.
func drawBaby(p *pen, b posture) {
	const x, y = middle, 600 // the hips, about which the body leans
	p.m = identity().at(x, y, b.lean, 1)
	shade(p, 0x39464F, 0.5, 4, -26, 124, 104)
	shade(p, 0x39464F, 0.42, 4, -172, 86, 70)
	drawArm(p, -1, b.left)
	drawArm(p, 1, b.right)
	drawBag(p, b)
	p.m = identity().at(x, y, b.lean, 1).at(b.turn*5, -172-b.breath*0.7, b.turn*11, 1)
	drawHead(p, b)
	p.m = identity()
	drawCribFront(p)
}

func drawArm(p *pen, side float32, a arm) {
	// Asleep the hands lie beside the head, as babies' do.
	hx, hy := side*(112+8*a.swing+14*a.reach), -168-26*a.swing-20*a.reach
	ex, ey := side*(124+6*a.swing), -112-8*a.reach
	p.limb(44, 33, side*50, -104, ex, ey, hx, hy).fill(solid(0xAFC6D3))
	p.limb(30, 24, side*52, -109, ex-side*3, ey-5, hx-side*2, hy-3).fill(veil(0xCBDCE5, 0.8))
	p.limb(33, 33, hx+side*2, hy+6, hx+side*1, hy+3, hx, hy).fill(solid(0x93AFBF))
	p.ellipse(hx-side*1, hy-15, 16, 17).fill(solid(0xE9B592))
	p.ellipse(hx-side*3, hy-17, 12, 12).fill(solid(0xF2C5A5))
	p.limb(9, 8, hx-side*12, hy-12, hx-side*17, hy-18, hx-side*14, hy-24).fill(solid(0xEDBC9A))
	for i := range 3 {
		fx := hx + (float32(i)-1)*8
		p.limb(8, 7, fx, hy-26, fx, hy-30-4*a.swing, fx, hy-31-5*a.swing).fill(solid(0xF0C2A1))
	}
}

func drawBag(p *pen, b posture) {
	w := 1 + 0.020*b.breath
	top := -126 - 1.8*b.breath
	kick := b.legs * 7
	bag := func(grow float32) {
		p.move(0, top-grow)
		p.cube(44*w, top-grow, (66+grow)*w, top+6, (74+grow)*w, top+46)
		p.cube((84+grow)*w, -40, (104+grow)+kick, 20, 92+grow+kick, 62)
		p.cube(78, 92+grow, -78, 92+grow, -92-grow+kick, 62)
		p.cube(-(104+grow)+kick, 20, -(84+grow)*w, -40, -(74+grow)*w, top+46)
		p.cube(-(66+grow)*w, top+6, -44*w, top-grow, 0, top-grow)
	}
	bag(2)
	p.fill(solid(0xBE9450))
	bag(0)
	p.fill(inkIn(p.m, 0xEFD08C, 0xD3A961, -70, -60, 96, 20))
	shade(p, 0xF0E4BE, 0.55+0.16*b.breath, -12, -62-2*b.breath, 62, 50)
	shade(p, 0x9C7434, 0.3, 40, 30, 56, 60)
	p.limb(3, 3, 0, top+14, 1+kick*0.3, -20, kick, 70).fill(veil(0x9C7434, 0.7))
	for i, at := range [...][2]float32{{-44, -66}, {40, -56}, {-28, -8}, {54, 2}, {-62, 30}, {24, 40}, {-20, -96}, {28, -98}} {
		r := 8 + float32(i%3)*1.6
		p.star(at[0]*w+kick*(at[1]+100)/160, at[1]-b.breath*1.4, r).fill(veil(0xF1E8CC, 0.85))
	}
	p.move(-40*w, top+8) // the collar
	p.cube(-26, top+32, 26, top+32, 40*w, top+8)
	p.cube(24, top-12, -24, top-12, -40*w, top+8)
	p.fill(solid(0xC7D8E2))
}

// inkIn returns a gradient whose ends are given in the coordinates of m.
func inkIn(m matrix, from, to uint32, x0, y0, x1, y1 float32) ink {
	x0, y0 = m.apply(x0, y0)
	x1, y1 = m.apply(x1, y1)
	return fade(from, to, x0, y0, x1, y1)
}

func drawHead(p *pen, b posture) {
	for _, side := range [2]float32{-1, 1} {
		p.ellipse(side*60-b.turn*4, 6, 11, 15).fill(solid(0xE3AC89))
		p.ellipse(side*59-b.turn*4, 6, 6, 9).fill(solid(0xD2936F))
	}
	skin, shaded := rgb(0xF1CDB0), rgb(0xDFA582)
	flush := rgb(0xD9826C)
	k := inkIn(p.m, 0, 0, -44, -40, 52, 48)
	k.from, k.to = skin.mix(flush, 0.28*b.cry), shaded.mix(flush, 0.5*b.cry)
	p.move(0, -66)
	p.cube(40, -66, 62, -38, 61, -4)
	p.cube(60, 36, 34, 60, 0, 60)
	p.cube(-34, 60, -60, 36, -61, -4)
	p.cube(-62, -38, -40, -66, 0, -66)
	p.fill(k)
	drawHair(p, b.turn)
	f := b.turn * 13 // the face moves over the round head
	for _, side := range [2]float32{-1, 1} {
		shade(p, 0xD9705E, 0.5+0.4*b.cry, f+side*34, 22, 19, 15)
		drawEye(p, f+side*23, 2, side, b)
	}
	p.ellipse(f*1.2, 17, 6, 4.6).fill(solid(0xDB9C7B))
	p.ellipse(f*1.2-1, 15.4, 4, 2.8).fill(solid(0xF0C8AA))
	drawMouth(p, f*1.05, b)
}

func drawHair(p *pen, turn float32) {
	p.move(-60, -10)
	p.cube(-66, -52, -36, -74, 0, -74)
	p.cube(36, -74, 66, -52, 60, -10)
	p.cube(50, -34, 30, -48+turn*3, 6+turn*8, -46)
	p.cube(-14, -44, -46, -40, -60, -10)
	p.fill(inkIn(p.m, 0x9A6B45, 0x6E4729, -40, -70, 50, -20))
	p.limb(13, 3, turn*8-4, -56, turn*8+14, -56, turn*8+17, -40).fill(solid(0x85593A))
	p.limb(10, 3, turn*8-8, -58, turn*8-22, -52, turn*8-16, -42).fill(solid(0x8F6240))
	p.limb(5, 3, -34, -58, -8, -70, 22, -64).fill(veil(0xC99B70, 0.5))
}

func drawEye(p *pen, x, y, side float32, b posture) {
	brow := 3*b.eyes - 5*b.cry
	p.limb(3.4, 2.4, x-side*9, y-15-brow*0.2+5*b.cry, x, y-20-brow, x+side*10, y-14-brow*0.4).fill(veil(0x83593A, 0.85))
	if b.eyes > 0.15 {
		open := b.eyes
		p.ellipse(x, y, 11, 9.5*open).fill(solid(0xEFEAE2))
		p.ellipse(x+b.turn*2.5, y+0.5, 6.6, 7.4*open).fill(solid(0x5A7487))
		p.ellipse(x+b.turn*2.5, y+0.5, 3.8, 4.6*open).fill(solid(0x241C18))
		p.ellipse(x+b.turn*2.5-2, y-2*open, 1.8, 1.8*open).fill(solid(0xF0F0F0))
		p.limb(3, 3, x-11, y-1, x, y-11*open, x+11, y-1).fill(solid(0x6B4630))
		return
	}
	bow := 7 - 13*b.cry // shut in sleep bows down, screwed up bows up
	p.limb(3, 3, x-11, y, x, y+bow, x+11, y).fill(solid(0x6B4630))
	if b.cry > 0.5 {
		p.limb(2, 1.4, x+side*10, y-1, x+side*14, y-4, x+side*16, y-7).fill(veil(0x9A6548, 0.8))
		p.ellipse(x+side*9, y+12, 4, 6).fill(veil(0xDCECF3, 0.85*b.cry))
		return
	}
	for i := range 3 {
		d := (float32(i) - 1) * 6
		p.limb(1.8, 1.2, x+d, y+3, x+d*1.1, y+6, x+d*1.25, y+8).fill(solid(0x6B4630))
	}
}

func drawMouth(p *pen, x float32, b posture) {
	if b.mouth < 0.08 {
		p.limb(3, 3, x-8, 34, x, 39+1.2*b.breath, x+8, 34).fill(solid(0xB8695A))
		p.limb(4, 4, x-3, 38.5, x, 39.5, x+3, 38.5).fill(veil(0xD98C7B, 0.8))
		return
	}
	w, h := 13+9*b.mouth, 3+15*b.mouth
	p.ellipse(x, 36+h*0.25, w+2.5, h+2.5).fill(solid(0xC26F5F))
	p.ellipse(x, 36+h*0.25, w, h).fill(solid(0x6E2A2C))
	if b.mouth > 0.3 {
		p.ellipse(x, 36+h*0.62, w*0.62, h*0.48).fill(solid(0xCF6F72))
		p.limb(3, 3, x-w*0.62, 36-h*0.45, x, 36-h*0.62, x+w*0.62, 36-h*0.45).fill(solid(0xE5A197))
	}
}
