// SPDX-License-Identifier: GPL-2.0
/*
 * A very plain H.264 encoder (ITU-T H.264, constrained baseline): it sends
 * macroblocks uncompressed (I_PCM) or not at all (P_Skip). A keyframe has all
 * of them, so that what a decoder shows can be compared with what was encoded;
 * the pictures between have as many of the changed ones as the bitrate allows,
 * going round.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include "lab_h264.h"

enum { MB_BYTES = 384, MB_COST = MB_BYTES + 2 };
enum { NAL_SLICE = 0x61, NAL_IDR = 0x65, NAL_SPS = 0x67, NAL_PPS = 0x68 };

size_t lab_h264_largest(unsigned int width, unsigned int height)
{
	/* emulation prevention can add a byte to every two */
	return 256 + DIV_ROUND_UP(width, 16) * DIV_ROUND_UP(height, 16) * MB_COST * 3 / 2;
}

/* --- bits (clauses 7.3.1 and 9.1) ----------------------------------------- */

static void raw(struct lab_h264 *h, u8 byte)
{
	if (h->at < h->size)
		h->out[h->at] = byte;
	h->at++;
}

static void put_byte(struct lab_h264 *h, u8 byte)
{
	if (h->zeros >= 2 && byte <= 3) { /* emulation prevention */
		raw(h, 3);
		h->zeros = 0;
	}
	raw(h, byte);
	h->zeros = byte ? 0 : h->zeros + 1;
}

static void u(struct lab_h264 *h, int n, u32 value)
{
	while (n--) {
		h->byte = h->byte << 1 | (value >> n & 1);
		if (++h->bits == 8) {
			put_byte(h, h->byte);
			h->bits = 0;
		}
	}
}

static void ue(struct lab_h264 *h, u32 value)
{
	int n = fls(value + 1);

	u(h, n - 1, 0);
	u(h, n, value + 1);
}

static void align(struct lab_h264 *h)
{
	if (h->bits)
		u(h, 8 - h->bits, 0);
}

static void begin(struct lab_h264 *h, u8 nal)
{
	h->bits = 0;
	raw(h, 0);
	raw(h, 0);
	raw(h, 0);
	raw(h, 1);
	raw(h, nal);
	h->zeros = 0;
}

static void end(struct lab_h264 *h)
{
	u(h, 1, 1);
	align(h);
}

/* --- parameter sets and slices (clause 7.3) -------------------------------- */

static void parameter_sets(struct lab_h264 *h)
{
	unsigned int right = (h->mb_width * 16 - h->width) / 2;
	unsigned int bottom = (h->mb_height * 16 - h->height) / 2;

	begin(h, NAL_SPS);
	u(h, 24, 0x42c028);	/* constrained baseline, level 4.0 */
	ue(h, 0);		/* seq_parameter_set_id */
	ue(h, 0);		/* frame_num has 4 bits */
	ue(h, 2);		/* output order is coding order */
	ue(h, 1);		/* one reference picture */
	u(h, 1, 0);		/* no gaps in frame_num */
	ue(h, h->mb_width - 1);
	ue(h, h->mb_height - 1);
	u(h, 2, 3);		/* frames only, direct_8x8_inference */
	u(h, 1, right || bottom);
	if (right || bottom) {
		ue(h, 0);
		ue(h, right);
		ue(h, 0);
		ue(h, bottom);
	}
	u(h, 1, 0);		/* no VUI */
	end(h);

	begin(h, NAL_PPS);
	ue(h, 0);		/* pic_parameter_set_id */
	ue(h, 0);		/* seq_parameter_set_id */
	u(h, 2, 0);		/* CAVLC, no field order */
	ue(h, 0);		/* one slice group */
	ue(h, 0);		/* one reference in list 0 */
	ue(h, 0);		/* and in list 1 */
	u(h, 3, 0);		/* no weighted prediction */
	ue(h, 0);		/* quantisers and chroma offset as they are */
	ue(h, 0);
	ue(h, 0);
	u(h, 3, 4);		/* deblocking_filter_control_present_flag */
	end(h);
}

static void slice_header(struct lab_h264 *h, bool key)
{
	begin(h, key ? NAL_IDR : NAL_SLICE);
	ue(h, 0);		/* first_mb_in_slice */
	ue(h, key ? 7 : 5);	/* all slices are I, or P */
	ue(h, 0);		/* pic_parameter_set_id */
	u(h, 4, h->frame_num);
	if (key)
		ue(h, h->idr_id);
	u(h, 2, 0);		/* I: reference marking; P: no overrides */
	if (!key)
		u(h, 1, 0);	/* P: sliding window */
	ue(h, 0);		/* slice_qp_delta */
	ue(h, 1);		/* no deblocking */
}

/* --- macroblocks ------------------------------------------------------------ */

static u8 *block(u8 *to, const u8 *from, unsigned int stride, const unsigned int at[4], int side)
{
	/* at: left, top, width and height of the plane; edges are repeated */
	int x, y;

	for (y = 0; y < side; y++) {
		const u8 *line = from + min(at[1] + y, at[3] - 1) * stride;

		for (x = 0; x < side; x++)
			*to++ = line[min(at[0] + x, at[2] - 1)];
	}
	return to;
}

static void gather(struct lab_h264 *h, const struct lab_picture *p)
{
	unsigned int x, y;
	u8 *to = h->now;

	for (y = 0; y < h->mb_height; y++)
		for (x = 0; x < h->mb_width; x++) {
			unsigned int luma[4] = { x * 16, y * 16, h->width, h->height };
			unsigned int chroma[4] = { x * 8, y * 8, h->width / 2, h->height / 2 };

			to = block(to, p->y, p->stride_y, luma, 16);
			to = block(to, p->cb, p->stride_c, chroma, 8);
			to = block(to, p->cr, p->stride_c, chroma, 8);
		}
}

/* Chooses the changed macroblocks that fit the budget, at least one. */
static void choose(struct lab_h264 *h, size_t budget)
{
	unsigned int i, all = h->mb_width * h->mb_height;
	size_t spent = 0;

	memset(h->coded, 0, all);
	for (i = 0; i < all && (!spent || spent + MB_COST <= budget); i++) {
		unsigned int mb = h->next_mb;

		h->next_mb = (mb + 1) % all;
		if (!memcmp(h->now + mb * MB_BYTES, h->reference + mb * MB_BYTES, MB_BYTES))
			continue;
		h->coded[mb] = 1;
		spent += MB_COST;
	}
}

static void macroblocks(struct lab_h264 *h, bool key)
{
	unsigned int mb, skipped = 0, all = h->mb_width * h->mb_height;

	for (mb = 0; mb < all; mb++) {
		u8 *to = h->reference + mb * MB_BYTES;
		int i;

		if (!h->coded[mb]) {
			skipped++;
			continue;
		}
		if (!key)
			ue(h, skipped);
		skipped = 0;
		ue(h, key ? 25 : 30); /* I_PCM */
		align(h);
		memcpy(to, h->now + mb * MB_BYTES, MB_BYTES);
		for (i = 0; i < MB_BYTES; i++)
			put_byte(h, to[i]);
	}
	if (skipped)
		ue(h, skipped);
}

size_t lab_h264_encode(struct lab_h264 *h, const struct lab_picture *p, const struct lab_h264_order *o, u8 *out, size_t size)
{
	h->out = out;
	h->size = size;
	h->at = 0;
	gather(h, p);
	if (o->key) {
		h->frame_num = 0;
		h->idr_id ^= 1;
		memset(h->coded, 1, h->mb_width * h->mb_height);
	} else {
		h->frame_num = (h->frame_num + 1) & 15;
		choose(h, o->budget);
	}
	if (o->headers)
		parameter_sets(h);
	slice_header(h, o->key);
	macroblocks(h, o->key);
	end(h);
	return h->at <= size ? h->at : 0;
}

int lab_h264_init(struct lab_h264 *h, unsigned int width, unsigned int height)
{
	size_t all;

	memset(h, 0, sizeof(*h));
	h->width = width;
	h->height = height;
	h->mb_width = DIV_ROUND_UP(width, 16);
	h->mb_height = DIV_ROUND_UP(height, 16);
	all = h->mb_width * h->mb_height;
	h->reference = vzalloc(all * MB_BYTES);
	h->now = vzalloc(all * MB_BYTES);
	h->coded = vzalloc(all);
	if (h->reference && h->now && h->coded)
		return 0;
	lab_h264_free(h);
	return -ENOMEM;
}

void lab_h264_free(struct lab_h264 *h)
{
	vfree(h->reference);
	vfree(h->now);
	vfree(h->coded);
	memset(h, 0, sizeof(*h));
}
