package openh264

/*
// OpenH264's decoder. The library comes with mediadevices, its headers do not;
// this is the part of its C interface that is used here (codec_api.h and
// codec_app_def.h of version 2.1).

#include <stdbool.h>
#include <stdlib.h>

typedef struct {
	unsigned int size;
	int type; // of the bitstream: 0 is AVC
} videoProperty;

typedef struct {
	char *reconstructed;
	unsigned int cpuLoad;
	unsigned char targetLayer;
	int concealment; // of errors: 0 is none
	bool parseOnly;
	videoProperty property;
} decodingParam;

typedef struct {
	int ready; // 1: a picture is ready
	unsigned long long inTime, outTime;
	struct {
		int width, height, format, stride[2];
	} picture;
	unsigned char *planes[3]; // since 2.0
} bufferInfo;

typedef const struct decoderCalls *decoder;
struct decoderCalls {
	long (*initialize)(decoder *, const decodingParam *);
	long (*uninitialize)(decoder *);
	int (*decodeFrame)(decoder *, const unsigned char *, int, unsigned char **, int *, int *, int *);
	int (*decodeNoDelay)(decoder *, const unsigned char *, int, unsigned char **, bufferInfo *);
	int (*decode2)(decoder *, const unsigned char *, int, unsigned char **, bufferInfo *);
	int (*flush)(decoder *, unsigned char **, bufferInfo *);
	int (*parse)(decoder *, const unsigned char *, int, void *);
	int (*decodeEx)(decoder *, const unsigned char *, int, unsigned char *, int, int *, int *, int *, int *);
	long (*setOption)(decoder *, int, void *);
	long (*getOption)(decoder *, int, void *);
};

typedef struct {
	unsigned int major, minor, revision, reserved;
} version;

long WelsCreateDecoder(decoder **);
void WelsDestroyDecoder(decoder *);
void WelsGetCodecVersionEx(version *);

// The vtable is called from C because cgo cannot.
static decoder *openDecoder(void) {
	decoder *d = NULL;
	decodingParam p = {0};
	int quiet = 0; // DECODER_OPTION_TRACE_LEVEL
	p.targetLayer = 0xff;
	if (WelsCreateDecoder(&d) != 0 || d == NULL)
		return NULL;
	(*d)->setOption(d, 9, &quiet);
	if ((*d)->initialize(d, &p) != 0) {
		WelsDestroyDecoder(d);
		return NULL;
	}
	return d;
}

static void closeDecoder(decoder *d) {
	(*d)->uninitialize(d);
	WelsDestroyDecoder(d);
}

static int decodeUnit(decoder *d, const unsigned char *data, int length, bufferInfo *info) {
	unsigned char *planes[3] = {0};
	int state = (*d)->decodeNoDelay(d, data, length, planes, info);
	if (state == 0 && info->ready != 1) // profiles with B pictures keep it back
		state = (*d)->flush(d, planes, info);
	info->planes[0] = planes[0];
	info->planes[1] = planes[1];
	info->planes[2] = planes[2];
	return state;
}
*/
import "C"

import (
	"errors"
	"fmt"
	"image"
	"unsafe"

	codec "github.com/bluenviron/mediacommon/v2/pkg/codecs/h264"

	"babymonitor/camera/h264"
)

// The largest picture that DecodeKey takes, in luma samples.
const (
	maxWidth  = 1920
	maxHeight = 1920
)

// DecodeKey makes a picture of a key unit: its SPS, its PPS and its IDR slices.
// Anything else among the NALUs is left out. The picture belongs to the caller.
// It implements camera.DecodeKey.
func DecodeKey(nalus [][]byte) (*image.YCbCr, error) {
	stream, err := keyStream(nalus)
	if err != nil {
		return nil, err
	}
	// A decoder for each picture: none has to be kept for pictures that are
	// seldom asked for, and a broken one spoils no other.
	d := C.openDecoder()
	if d == nil {
		return nil, errors.New("the H.264 decoder cannot be opened: out of memory")
	}
	defer C.closeDecoder(d)
	var info C.bufferInfo
	state := C.decodeUnit(d, (*C.uchar)(unsafe.Pointer(&stream[0])), C.int(len(stream)), &info)
	if state != 0 || info.ready != 1 || info.planes[0] == nil || info.planes[1] == nil || info.planes[2] == nil {
		return nil, fmt.Errorf("the keyframe is broken (decoder state %#x)", int(state))
	}
	return picture(&info)
}

// picture copies what the decoder has decoded.
func picture(info *C.bufferInfo) (*image.YCbCr, error) {
	w, h := int(info.picture.width), int(info.picture.height)
	strideY, strideC := int(info.picture.stride[0]), int(info.picture.stride[1])
	if w <= 0 || h <= 0 || w > maxWidth || h > maxHeight || strideY < w || strideC < w/2 {
		return nil, fmt.Errorf("the decoder yields a picture of %d×%d", w, h)
	}
	p := image.NewYCbCr(image.Rect(0, 0, w, h), image.YCbCrSubsampleRatio420)
	fill := func(to []byte, stride int, from *C.uchar, fromStride, width, height int) {
		in := unsafe.Slice((*byte)(from), fromStride*(height-1)+width)
		for y := range height {
			copy(to[y*stride:][:width], in[y*fromStride:])
		}
	}
	fill(p.Y, p.YStride, info.planes[0], strideY, w, h)
	fill(p.Cb, p.CStride, info.planes[1], strideC, w/2, h/2)
	fill(p.Cr, p.CStride, info.planes[2], strideC, w/2, h/2)
	return p, nil
}

// keyStream returns the byte stream of what is needed of a key unit. It checks
// the parameter sets, because the decoder believes them.
func keyStream(nalus [][]byte) (stream []byte, err error) {
	var sps, pps, slices int
	for _, nalu := range nalus {
		switch h264.Type(nalu) {
		case h264.TypeSPS:
			if err := checkSPS(nalu); err != nil {
				return nil, err
			}
			sps++
		case h264.TypePPS:
			pps++
		case h264.TypeIDR:
			slices++
		default:
			continue
		}
		stream = append(append(stream, 0, 0, 0, 1), nalu...)
	}
	switch {
	case sps != 1 || pps == 0:
		return nil, errors.New("the keyframe comes without its parameter sets (SPS and PPS)")
	case slices == 0:
		return nil, errors.New("not a keyframe (IDR picture)")
	}
	return stream, nil
}

// checkSPS refuses what no camera sends and the decoder need not see.
func checkSPS(nalu []byte) error {
	var sps codec.SPS
	if err := sps.Unmarshal(nalu); err != nil {
		return fmt.Errorf("the sequence parameter set is broken: %w", err)
	}
	w, h := sps.Width(), sps.Height()
	switch {
	case sps.ProfileIdc != 66 && sps.ProfileIdc != 77 && sps.ProfileIdc != 100:
		return fmt.Errorf("profile %d is not decoded; constrained baseline, main and high are", sps.ProfileIdc)
	case w < 16 || h < 16 || w > maxWidth || h > maxHeight:
		return fmt.Errorf("pictures of %d×%d are not decoded", w, h)
	case !sps.FrameMbsOnlyFlag:
		return errors.New("interlaced pictures are not decoded")
	case sps.ChromaFormatIdc > 1 || sps.BitDepthLumaMinus8 > 0 || sps.BitDepthChromaMinus8 > 0:
		return errors.New("only 4:2:0 with 8 bits a sample is decoded")
	case sps.MaxNumRefFrames > 16:
		return errors.New("the sequence parameter set is broken: more than 16 reference pictures")
	}
	return nil
}
