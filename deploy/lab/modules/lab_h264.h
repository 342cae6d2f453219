/* SPDX-License-Identifier: GPL-2.0 */
/* An H.264 encoder for the lab: see lab_h264.c. */
#ifndef LAB_H264_H
#define LAB_H264_H
#include <linux/types.h>

/* An I420 picture. */
struct lab_picture {
	const u8 *y, *cb, *cr;
	unsigned int stride_y, stride_c;
};

struct lab_h264 {
	unsigned int width, height;	/* of the picture; even */
	unsigned int mb_width, mb_height; /* in macroblocks */
	u8 *reference;			/* macroblocks as the decoder has them */
	u8 *now;			/* macroblocks of the new picture */
	u8 *coded;			/* which of them are sent */
	unsigned int next_mb;		/* where the next refresh goes on */
	u8 frame_num, idr_id;

	u8 *out;			/* the bit writer */
	size_t size, at;
	int zeros, bits;
	u8 byte;
};

/* What lab_h264_encode needs to know about one picture. */
struct lab_h264_order {
	bool key;		/* an IDR picture */
	bool headers;		/* with SPS and PPS */
	size_t budget;		/* bytes that a picture between keyframes may take */
};

int lab_h264_init(struct lab_h264 *h, unsigned int width, unsigned int height);
void lab_h264_free(struct lab_h264 *h);
/* Writes one access unit (Annex B) and returns its length, 0: out is too small. */
size_t lab_h264_encode(struct lab_h264 *h, const struct lab_picture *p, const struct lab_h264_order *o, u8 *out, size_t size);
/* The largest access unit that there can be, bytes. */
size_t lab_h264_largest(unsigned int width, unsigned int height);
#endif
