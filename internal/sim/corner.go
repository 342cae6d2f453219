package sim

import "math"

// drawWardrobe stands at the far left.
func drawWardrobe(p *pen) {
	const x, y, w, h = -1290, -190, 420, 800
	shade(p, 0x2A1A0C, 0.5, x+w/2, y+h+6, w*0.68, 46)
	p.rect(x+14, y+h-12, 30, 34, 4).fill(solid(woodDark))
	p.rect(x+w-44, y+h-12, 30, 34, 4).fill(solid(woodDark))
	p.rect(x-12, y-16, w+24, 22, 5).fill(fade(0xF4EEE3, 0xCFC6B5, 0, y-16, 0, y+6))
	p.rect(x, y, w, h, 4).fill(fade(0xE2D9C9, 0xC9BEAC, x, 0, x+w, 0))
	for col := range 2 {
		bx := x + 16 + float32(col)*(w/2-8)
		p.rect(bx, y+20, w/2-24, h-52, 4).fill(veil(0x6E6350, 0.35))
		p.rect(bx+2, y+22, w/2-27, h-56, 4).fill(fade(0xEEE6D9, 0xDDD3C3, 0, y, 0, y+h))
		p.rect(bx+30, y+56, w/2-84, h-124, 6).fill(veil(0x8FAEA8, 0.5))
	}
	p.ellipse(x+w/2-18, y+h/2, 7, 16).fill(solid(woodDark))
	p.ellipse(x+w/2+18, y+h/2, 7, 16).fill(solid(woodDark))
}

// drawArmchair and the plant beside it fill the left of the room.
func drawArmchair(p *pen) {
	const x, y = -470, 300
	shade(p, 0x2A1A0C, 0.55, x, y+306, 250, 46)
	for _, side := range [2]float32{-1, 1} {
		p.limb(20, 12, x+side*130, y+240, x+side*136, y+280, x+side*142, y+306).fill(solid(woodDark))
	}
	p.rect(x-140, y-150, 280, 340, 70).fill(fade(0x84A29E, 0x5F7F7C, x-140, 0, x+140, 0))
	p.rect(x-112, y-122, 224, 250, 54).fill(fade(0x93B0AB, 0x739490, 0, y-122, 0, y+128))
	for i := range 6 {
		bx, by := x-60+float32(i%3)*60, y-70+float32(i/3)*70
		p.ellipse(bx, by, 5, 5).fill(solid(0x587672))
	}
	p.rect(x-150, y+84, 300, 90, 30).fill(fade(0x9AB6B1, 0x6F908C, 0, y+84, 0, y+174))
	p.rect(x-160, y+160, 320, 96, 20).fill(fade(0x7A9995, 0x5B7976, 0, y+160, 0, y+256))
	for _, side := range [2]float32{-1, 1} {
		p.rect(x+side*150-36, y+20, 72, 232, 34).fill(fade(0x8DABA6, 0x668783, 0, y+20, 0, y+252))
		p.ellipse(x+side*150, y+54, 30, 30).fill(solid(0x98B5B0))
	}
	p.m = identity().at(x+20, y+52, 12, 1)
	p.rect(-58, -52, 116, 104, 18).fill(fade(0xE9CDA0, 0xD0A86E, -58, 0, 58, 0))
	p.star(0, 0, 26).fill(veil(0xF7EEDC, 0.9))
	p.m = identity()
	drawPlant(p, -190, 590)
}

func drawPlant(p *pen, x, y float32) {
	shade(p, 0x2A1A0C, 0.5, x, y+4, 84, 20)
	for i := range 9 {
		a := float64(i-4) * 0.3
		sin, cos := math.Sincos(a)
		reach := 190 - float32(i%3)*34
		tx, ty := x+float32(sin)*reach*1.1, y-90-float32(cos)*reach
		mx, my := x+float32(sin)*reach*0.35, y-90-float32(cos)*reach*0.75
		c := uint32(0x6E9478)
		if i%2 == 0 {
			c = 0x85A888
		}
		p.limb(10, 24, x, y-86, mx, my, (mx+tx)/2, (my+ty)/2).fill(solid(c))
		p.limb(26, 3, (mx+tx)/2, (my+ty)/2, tx, ty, tx+float32(sin)*14, ty+10).fill(solid(c))
	}
	p.poly(x-56, y-96, x+56, y-96, x+42, y, x-42, y).fill(fade(0xF0E6D6, 0xC7B69C, x-56, 0, x+56, 0))
	p.rect(x-60, y-104, 120, 20, 5).fill(fade(0xF6EEE0, 0xD3C4AC, x-60, 0, x+60, 0))
}

// drawToys leaves blocks and a ball on the floor.
func drawToys(p *pen) {
	shade(p, 0x2A1A0C, 0.5, -20, 812, 70, 18)
	p.ellipse(-20, 772, 44, 44).fill(fade(0xE8B49C, 0xB9745C, -60, 730, 20, 816))
	p.limb(9, 9, -62, 776, -20, 800, 22, 764).fill(veil(0xF7EFE2, 0.9))
	p.ellipse(-36, 750, 11, 8).fill(veil(0xFFFFFF, 0.5))
	block := func(x, y float32, c uint32) {
		shade(p, 0x2A1A0C, 0.4, x+34, y+64, 56, 14)
		p.rect(x, y, 62, 62, 7).fill(fade(c, c-0x202020, x, y, x+62, y+62))
		p.rect(x+9, y+9, 44, 44, 5).fill(veil(0xFFF8EA, 0.55))
		p.star(x+31, y+31, 15).fill(solid(c - 0x101010))
	}
	block(1180, 760, 0x8FAE9C)
	block(1252, 772, 0xE3C77F)
	block(1218, 700, 0xC98F76)
}
