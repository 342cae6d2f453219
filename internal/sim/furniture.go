package sim

import "math/rand/v2"

// Wood and other stuff, as 0xRRGGBB.
const (
	woodLight = 0xDDB88C
	wood      = 0xC99F70
	woodDark  = 0xA67C50
	white     = 0xF1EBDF
)

// The panes of the window; what is behind them is painted by [drawSky].
const (
	windowX, windowY = 84, 30
	windowW, windowH = 228, 184
)

// drawWindow draws frame and curtains around the sky.
func drawWindow(p *pen) {
	const x, y, w, h = windowX, windowY, windowW, windowH
	p.rect(x-20, y-20, w+40, h+40, 4).fill(solid(0xF4EFE5))
	p.rect(x-20, y-20, w+40, 4, 0).fill(veil(0x9A917F, 0.3))
	p.rect(x-5, y-5, w+10, h+10, 2).fill(solid(0xC9C1B2))
	p.rect(x-34, y+h+14, w+68, 16, 3).fill(fade(0xFAF6EE, 0xCFC7B8, 0, y+h+14, 0, y+h+30))
	shade(p, 0x55605C, 0.35, x+w/2, y+h+36, w/2+40, 14)
	p.limb(7, 7, x-90, -28, x+w/2, -28, x+w+90, -28).fill(solid(0x7D6348))
	p.ellipse(x-92, -28, 8, 8).fill(solid(0x8E7253))
	p.ellipse(x+w+92, -28, 8, 8).fill(solid(0x8E7253))
	curtain(p, x-84, x-4)
	curtain(p, x+w+4, x+w+84)
}

// curtain hangs one half between two edges.
func curtain(p *pen, left, right float32) {
	const top, bottom, folds = -24, 300, 5
	step := (right - left) / folds
	for i := range folds {
		x := left + float32(i)*step
		p.move(x, top)
		p.line(x+step+1, top)
		p.cube(x+step+4, 100, x+step-3, 200, x+step+2, bottom)
		p.cube(x+step*0.7, bottom+7, x+step*0.3, bottom+7, x-1, bottom)
		p.cube(x-4, 200, x+3, 100, x, top)
		p.fill(fade(0xD9A08A, 0xBC7F6B, x, 0, x+step, 0))
	}
	p.rect(left-2, top-4, right-left+6, 12, 4).fill(solid(0xC88B76))
}

// drawPictures hangs three frames on the wall.
func drawPictures(p *pen) {
	frame := func(x, y, w, h float32, paper uint32) {
		shade(p, 0x41524F, 0.4, x+w/2+5, y+h/2+9, w*0.72, h*0.72)
		p.rect(x, y, w, h, 3).fill(fade(woodLight, woodDark, x, y, x+w, y+h))
		p.rect(x+8, y+8, w-16, h-16, 1).fill(solid(0xF6F1E7))
		p.rect(x+16, y+16, w-32, h-32, 1).fill(solid(paper))
	}
	frame(912, 36, 112, 134, 0xDCE7E2)
	p.ellipse(948, 84, 11, 11).fill(solid(0xA97B56)) // a bear
	p.ellipse(988, 84, 11, 11).fill(solid(0xA97B56))
	p.ellipse(968, 106, 30, 27).fill(solid(0xB98A63))
	p.ellipse(968, 116, 13, 10).fill(solid(0xE5C9A8))
	p.ellipse(968, 111, 4.5, 3.5).fill(solid(0x4A3527))
	p.ellipse(957, 100, 3, 3).fill(solid(0x4A3527))
	p.ellipse(979, 100, 3, 3).fill(solid(0x4A3527))
	frame(1046, 20, 92, 92, 0x56708A)
	p.ellipse(1096, 62, 19, 19).fill(solid(0xF3E3B2)) // a moon
	p.ellipse(1105, 57, 17, 17).fill(solid(0x56708A))
	p.star(1074, 50, 7).fill(solid(0xF3E3B2))
	p.star(1080, 84, 4).fill(solid(0xF3E3B2))
	frame(1160, 52, 104, 84, 0xF0D9C2)
	p.poly(1176, 116, 1202, 78, 1228, 116).fill(solid(0x8FAEA4)) // hills
	p.poly(1206, 120, 1230, 92, 1248, 120, 1248, 120).fill(solid(0x6F948C))
	p.ellipse(1232, 80, 8, 8).fill(solid(0xE49A6C))
}

func drawDresser(p *pen) {
	shade(p, 0x2A1A0C, 0.5, 1230, 652, 300, 46)
	p.rect(1030, 606, 22, 44, 4).fill(solid(woodDark))
	p.rect(1420, 606, 22, 44, 4).fill(solid(woodDark))
	p.rect(1020, 338, 434, 280, 6).fill(fade(0xE9E1D3, 0xCBC1AF, 1020, 338, 1454, 618))
	p.poly(1040, 316, 1434, 316, 1464, 338, 1010, 338).fill(fade(0xD8B488, 0xC79E6E, 0, 316, 0, 338))
	p.rect(1010, 338, 454, 13, 3).fill(solid(0xB98F60))
	for i := range 6 {
		x, y := 1034+float32(i%2)*208, 366+float32(i/2)*82
		p.rect(x, y, 198, 72, 4).fill(veil(0x6B5F4B, 0.3))
		p.rect(x, y, 196, 70, 4).fill(fade(0xF1EADD, 0xDED5C5, x, y, x, y+70))
		p.ellipse(x+98, y+37, 9, 9).fill(solid(woodDark))
		p.ellipse(x+97, y+35, 8, 8).fill(solid(woodLight))
	}
	drawLamp(p)
	drawBunny(p, 1216, 322)
	for i, c := range []uint32{0x7C97A8, 0xC98F76, 0xE3C77F, 0x8FAE9C} {
		x := 1318 + float32(i)*24
		p.rect(x, 226-float32(i%2)*10, 22, 92+float32(i%2)*10, 2).fill(fade(c, c-0x1C1C1C, x, 0, x+22, 0))
		p.rect(x+4, 246, 14, 4, 0).fill(veil(0xFFFFFF, 0.5))
	}
}

// The bedside lamp; its light is in [light].
const lampX, lampY = 1092, 246

func drawLamp(p *pen) {
	shade(p, 0x4A3017, 0.5, lampX, 326, 46, 9)
	p.ellipse(lampX, 298, 24, 25).fill(fade(0x8FB0AE, 0x64807F, lampX-20, 0, lampX+24, 0))
	p.rect(lampX-4, 258, 8, 22, 2).fill(solid(0xB08D5E))
	p.poly(lampX-26, 206, lampX+26, 206, lampX+46, 270, lampX-46, 270).fill(fade(0xFFF0CC, 0xF3DDAE, lampX-40, 0, lampX+46, 0))
	p.rect(lampX-46, 266, 92, 5, 2).fill(solid(0xE3C68F))
	p.rect(lampX-26, 204, 52, 4, 2).fill(solid(0xE3C68F))
}

// drawBunny sits a plush rabbit down at (x, y).
func drawBunny(p *pen, x, y float32) {
	shade(p, 0x4A3017, 0.5, x, y, 52, 10)
	for _, side := range [2]float32{-1, 1} {
		p.limb(22, 17, x+side*12, y-84, x+side*18, y-122, x+side*(25+side*4), y-140).fill(solid(0xDCCDBB))
		p.limb(10, 7, x+side*13, y-90, x+side*18, y-120, x+side*(24+side*4), y-134).fill(solid(0xE3AFA3))
		p.ellipse(x+side*26, y-10, 20, 13).fill(solid(0xDCCDBB))
		p.limb(17, 15, x+side*20, y-52, x+side*38, y-44, x+side*36, y-26).fill(solid(0xD5C5B2))
	}
	p.ellipse(x, y-32, 31, 32).fill(fade(0xEADDCD, 0xCDBCA7, x-30, 0, x+34, 0))
	p.ellipse(x, y-28, 17, 19).fill(solid(0xF3EADE))
	p.ellipse(x, y-72, 28, 25).fill(fade(0xEDE1D2, 0xD2C2AE, x-28, 0, x+30, 0))
	p.ellipse(x-10, y-75, 3, 3.6).fill(solid(0x3B2C22))
	p.ellipse(x+10, y-75, 3, 3.6).fill(solid(0x3B2C22))
	p.ellipse(x, y-66, 4, 3).fill(solid(0xC98F82))
	p.limb(1.8, 1.8, x, y-63, x, y-59, x+5, y-58).fill(solid(0x7E5F4F))
	p.limb(1.8, 1.8, x, y-63, x, y-59, x-5, y-58).fill(solid(0x7E5F4F))
	p.poly(x-3, y-49, x-17, y-57, x-17, y-41).fill(solid(0xC77F6C))
	p.poly(x+3, y-49, x+17, y-57, x+17, y-41).fill(solid(0xC77F6C))
	p.ellipse(x, y-49, 5, 5).fill(solid(0xAF6857))
}

// drawShelf is a bookcase with toys, right of the dresser.
func drawShelf(p *pen, chance *rand.Rand) {
	const x, y, w, h = 1560, 40, 380, 590
	shade(p, 0x2A1A0C, 0.5, x+w/2, y+h+4, w*0.68, 40)
	p.rect(x, y, w, h, 6).fill(fade(wood, woodDark, x, 0, x+w, 0))
	books := [...]uint32{0xC98F76, 0x7C97A8, 0xE3C77F, 0x8FAE9C, 0xB27A8A, 0xE9DFCB, 0x5F7F86}
	for r := range 4 {
		row := float32(r)
		top := y + 16 + row*143
		p.rect(x+16, top, w-32, 128, 2).fill(fade(0x8A6640, 0xA47C52, 0, top, 0, top+128))
		at := x + 24 + chance.Float32()*20
		for n := r; at < x+w-120-row*12; n++ {
			bw, bh := 16+chance.Float32()*16, 74+chance.Float32()*40
			c := books[(n*3+r)%len(books)]
			p.rect(at, top+128-bh, bw, bh, 2).fill(fade(c, c-0x181818, at, 0, at+bw, 0))
			p.rect(at+3, top+128-bh*0.8, bw-6, 4, 0).fill(veil(0xFFFFFF, 0.45))
			at += bw + 1.5
		}
		cx := float32(x + w - 70)
		switch r {
		case 0:
			p.ellipse(cx, top+94, 34, 34).fill(fade(0xE9B7A0, 0xC58468, cx-30, 0, cx+34, 0))
			p.limb(8, 8, cx-33, top+94, cx, top+112, cx+33, top+94).fill(veil(0xF7EFE2, 0.9))
		case 1:
			drawBunny(p.scaled(0.8), cx/0.8, (top+126)/0.8)
			p.m = identity()
		case 2:
			for i, c := range []uint32{0x8FAE9C, 0xE3C77F, 0xC98F76} {
				d := float32(i) * 9
				p.ellipse(cx, top+112-float32(i)*28, 36-d, 16).fill(fade(c, c-0x202020, cx-36, 0, cx+36, 0))
			}
			p.ellipse(cx, top+36, 12, 12).fill(solid(0xC77F6C))
		default:
			p.rect(cx-44, top+58, 84, 70, 6).fill(fade(0xD9C7A6, 0xB79E76, cx-44, 0, cx+40, 0))
			p.rect(cx-20, top+76, 36, 10, 5).fill(solid(0x8A6E48))
		}
	}
}

// scaled makes the pen draw larger by k until its matrix is set again.
func (p *pen) scaled(k float32) *pen {
	p.m = identity().at(0, 0, 0, k)
	return p
}

func drawDoor(p *pen) {
	const x, y, w, h = 2130, -160, 330, 604
	p.rect(x-26, y-26, w+52, h+26, 3).fill(fade(0xF3EDE2, 0xDAD1C1, x-26, 0, x+w+26, 0))
	p.rect(x, y, w, h, 0).fill(fade(0xE3DBCC, 0xCFC5B3, x, 0, x+w, 0))
	p.rect(x-3, y-3, 3, h+3, 0).fill(veil(0x5D5342, 0.5))
	for i := range 4 {
		bx, by := x+36+float32(i%2)*140, y+46+float32(i/2)*276
		p.rect(bx, by, 118, 232, 4).fill(veil(0x6E6350, 0.35))
		p.rect(bx+4, by+4, 114, 228, 3).fill(veil(0xFFFFFF, 0.5))
		p.rect(bx+5, by+5, 109, 223, 3).fill(solid(0xDCD3C3))
	}
	p.ellipse(x+26, y+330, 13, 13).fill(fade(0xD2B377, 0x8F713C, x+14, y+318, x+38, y+342))
	p.ellipse(x+23, y+326, 4, 4).fill(veil(0xFFFFFF, 0.6))
	p.limb(3, 3, x+w/2-20, y+96, x+w/2, y+40, x+w/2+20, y+96).fill(solid(0xA67C50))
	p.rect(x+w/2-62, y+92, 124, 46, 8).fill(solid(0xC98F76))
	p.star(x+w/2-34, y+115, 13).fill(solid(0xF7EFD8))
	p.star(x+w/2, y+115, 13).fill(solid(0xF7EFD8))
	p.star(x+w/2+34, y+115, 13).fill(solid(0xF7EFD8))
}
