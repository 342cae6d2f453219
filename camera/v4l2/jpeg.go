package v4l2

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"math"

	"babymonitor/camera"
)

// jpegDecoder makes I420 of Motion JPEG. JPEG has luma 0 to 255 and a camera's
// frames 16 to 235 (BT.601).
type jpegDecoder struct {
	tables      []byte // Huffman tables for streams without their own
	luma, chrom *[256]byte
	y, cb, cr   []byte
	whole       []byte // the picture with its tables put in
}

// i420 decodes one picture, into memory that is used again for the next. It
// refuses one that is larger than l.
func (d *jpegDecoder) i420(l layout, data []byte) (camera.Frame, error) {
	if err := d.prepare(); err != nil {
		return camera.Frame{}, err
	}
	size, err := jpeg.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return camera.Frame{}, err
	}
	if size.Width > l.width || size.Height > l.height || size.Width < 2 || size.Height < 2 {
		return camera.Frame{}, fmt.Errorf("a JPEG picture of %d×%d where %d×%d was agreed", size.Width, size.Height, l.width, l.height)
	}
	picture, err := jpeg.Decode(bytes.NewReader(d.withTables(data)))
	if err != nil {
		return camera.Frame{}, err
	}
	switch p := picture.(type) {
	case *image.YCbCr:
		return d.limited(p)
	case *image.Gray:
		return d.grey(p), nil
	}
	return camera.Frame{}, fmt.Errorf("a JPEG picture in colours other than YCbCr")
}

// prepare makes the tables that every picture needs.
func (d *jpegDecoder) prepare() error {
	if d.luma != nil {
		return nil
	}
	// Motion JPEG leaves out the tables of ITU-T T.81, annex K; every encoder
	// without ideas of its own writes them, image/jpeg too.
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewYCbCr(image.Rect(0, 0, 8, 8), image.YCbCrSubsampleRatio420), nil); err != nil {
		return err
	}
	for marker, segment := range segments(b.Bytes()) {
		if marker == markerDHT {
			d.tables = append(d.tables, segment...)
		}
	}
	d.luma, d.chrom = new([256]byte), new([256]byte)
	for i := range 256 {
		d.luma[i] = byte(16 + (i*219+127)/255)
		d.chrom[i] = byte(math.Round(128 + float64(i-128)*224/255))
	}
	return nil
}

// JPEG markers (ITU-T T.81, table B.1).
const (
	markerDHT = 0xc4
	markerSOS = 0xda
)

// segments yields the segments of a picture by their markers, up to the start
// of its scan. Each begins with its marker.
func segments(data []byte) func(yield func(byte, []byte) bool) {
	return func(yield func(byte, []byte) bool) {
		for at := 2; at+4 <= len(data) && data[at] == 0xff; {
			marker := data[at+1]
			end := at + 2 + int(data[at+2])<<8 + int(data[at+3])
			if end > len(data) || end <= at+2 || !yield(marker, data[at:end]) || marker == markerSOS {
				return
			}
			at = end
		}
	}
}

// withTables returns data with Huffman tables, put in where it has none.
func (d *jpegDecoder) withTables(data []byte) []byte {
	scan := -1
	at := 2
	for marker, segment := range segments(data) {
		switch marker {
		case markerDHT:
			return data
		case markerSOS:
			scan = at
		}
		at += len(segment)
	}
	if scan < 0 {
		return data
	}
	d.whole = append(append(append(d.whole[:0], data[:scan]...), d.tables...), data[scan:]...)
	return d.whole
}

// limited brings p into limited range and 4:2:0.
func (d *jpegDecoder) limited(p *image.YCbCr) (camera.Frame, error) {
	var dx, dy int // chroma samples for one of 4:2:0
	switch p.SubsampleRatio {
	case image.YCbCrSubsampleRatio444:
		dx, dy = 2, 2
	case image.YCbCrSubsampleRatio422:
		dx, dy = 1, 2
	case image.YCbCrSubsampleRatio440:
		dx, dy = 2, 1
	case image.YCbCrSubsampleRatio420:
		dx, dy = 1, 1
	default:
		return camera.Frame{}, fmt.Errorf("JPEG pictures of %v cannot be converted", p.SubsampleRatio)
	}
	f := d.frame(p.Rect.Dx()&^1, p.Rect.Dy()&^1)
	for y := range f.Height {
		translate(d.y[y*f.StrideY:][:f.Width], p.Y[y*p.YStride:], 1, d.luma)
	}
	for y := range f.Height / 2 {
		translate(d.cb[y*f.StrideC:][:f.StrideC], p.Cb[y*dy*p.CStride:], dx, d.chrom)
		translate(d.cr[y*f.StrideC:][:f.StrideC], p.Cr[y*dy*p.CStride:], dx, d.chrom)
	}
	return f, nil
}

func (d *jpegDecoder) grey(p *image.Gray) camera.Frame {
	f := d.frame(p.Rect.Dx()&^1, p.Rect.Dy()&^1)
	for y := range f.Height {
		translate(d.y[y*f.StrideY:][:f.Width], p.Pix[y*p.Stride:], 1, d.luma)
	}
	for i := range d.cb {
		d.cb[i], d.cr[i] = 128, 128
	}
	return f
}

// frame returns a frame of this size in the decoder's memory.
func (d *jpegDecoder) frame(w, h int) camera.Frame {
	if len(d.y) != w*h {
		d.y, d.cb, d.cr = make([]byte, w*h), make([]byte, w*h/4), make([]byte, w*h/4)
	}
	return camera.Frame{Width: w, Height: h, Y: d.y, Cb: d.cb, Cr: d.cr, StrideY: w, StrideC: w / 2}
}

// translate writes every step-th byte of in by the table.
func translate(out, in []byte, step int, table *[256]byte) {
	if step == 1 {
		in = in[:len(out)]
		for i, v := range in {
			out[i] = table[v]
		}
		return
	}
	for i := range out {
		out[i] = table[in[i*step]]
	}
}
