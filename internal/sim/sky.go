package sim

// outside returns a colour of luma t (0 the darkest thing outside, 1 the
// brightest) with the chroma of a colour, made up for the dim light by which
// chroma is taken.
func outside(t float32, hex uint32, l light) colour {
	c := rgb(hex)
	boost := min(1/max(l.ambient*l.colour, 0.15), 3)
	c.cb = min(max(128+(c.cb-128)*boost, 20), 236)
	c.cr = min(max(128+(c.cr-128)*boost, 20), 236)
	c.y = glass + t*(255-glass)
	return c
}

// skySheet returns the paper for what is behind the window.
func skySheet() *sheet { return newSheet(windowX, windowY, windowW, windowH) }

// drawSky draws the view through the window, and the window's bars before it.
func drawSky(p *pen, l light) {
	const x, y, w, h = windowX, windowY, windowW, windowH
	top, low := skyHues(l)
	k := ink{from: top, to: low, alpha: 1, kind: gradient, ay: 1.0 / (h * 0.8), a0: -float32(y) / (h * 0.8)}
	p.rect(x, y, w, h, 0).fill(k)
	dark := 1 - l.day
	if dark > 0.6 {
		drawNightSky(p, l, (dark-0.6)/0.4)
	}
	if l.day > 0.55 {
		drawClouds(p, l, (l.day-0.55)/0.45)
	}
	hill := func(t float32, hex uint32, y0, y1, y2 float32) {
		p.move(x, y+y0)
		p.cube(x+w*0.3, y+y1, x+w*0.6, y+y2, x+w, y+y1)
		p.line(x+w, y+h)
		p.line(x, y+h)
		dim := outside(t, 0x5E6A80, l)
		p.fill(ink{from: dim.mix(outside(t, hex, l), l.day*l.day), alpha: 1})
	}
	hill(0.32*l.day+0.06, 0x86A6A0, h*0.74, h*0.62, h*0.86)
	hill(0.16*l.day+0.02, 0x6D9A72, h*0.86, h*0.84, h*0.78)
	const bar = 77 // whole numbers keep the bars' edges sharp
	p.rect(x+w/2-5, y, 10, h, 0).fill(solid(0xE9E3D7))
	p.rect(x+w/2+3, y, 2, h, 0).fill(solid(0xC0B8A8))
	p.rect(x, y+bar-4, w, 8, 0).fill(solid(0xE9E3D7))
	p.rect(x, y+bar+2, w, 2, 0).fill(solid(0xC0B8A8))
}

// skyHues returns the sky's colours overhead and at the horizon.
func skyHues(l light) (top, low colour) {
	night := outside(0.10, 0x33466E, l)
	nightLow := outside(0.20, 0x4A5A80, l)
	day := outside(0.78, 0x8FBCE0, l)
	dayLow := outside(0.98, 0xDCEBF2, l)
	dusk := outside(0.30, 0x6F6FA8, l)
	duskLow := outside(0.88, 0xF2A878, l)
	top, low = night.mix(day, l.day), nightLow.mix(dayLow, l.day)
	return top.mix(dusk, 0.9*l.evening), low.mix(duskLow, 0.9*l.evening)
}

func drawNightSky(p *pen, l light, strength float32) {
	const x, y = windowX, windowY
	star := ink{from: outside(0.75, 0xFFFFFF, l), alpha: strength}
	for i := range 17 {
		sx, sy := float32(i*67%223)+3, float32(i*41%113)+4
		r := 0.9 + float32(i%3)*0.4
		p.ellipse(x+sx, y+sy, r, r).fill(star)
	}
	shadeWith(p, outside(0.4, 0x8E9CC0, l), strength*0.5, x+170, y+40, 44, 44)
	p.move(x+174, y+20)
	p.cube(x+148, y+20, x+148, y+60, x+174, y+60)
	p.cube(x+161, y+52, x+161, y+28, x+174, y+20)
	p.fill(ink{from: outside(1, 0xFFF6DC, l), alpha: strength})
}

func drawClouds(p *pen, l light, strength float32) {
	c := ink{from: outside(1, 0xFFFFFF, l), alpha: 0.8 * strength}
	for _, at := range [2][2]float32{{50, 52}, {166, 34}} {
		x, y := windowX+at[0], windowY+at[1]
		p.ellipse(x-16, y+4, 18, 9)
		p.ellipse(x+14, y+4, 22, 10)
		p.ellipse(x, y-3, 16, 13)
		p.fill(c)
	}
}
