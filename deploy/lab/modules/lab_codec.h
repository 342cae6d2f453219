/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of the fake encoder share. */
#ifndef LAB_CODEC_H
#define LAB_CODEC_H
#include <linux/workqueue.h>
#include <media/v4l2-ctrls.h>
#include <media/v4l2-device.h>
#include <media/v4l2-fh.h>
#include <media/v4l2-mem2mem.h>
#include "lab_h264.h"

/* What somebody who has opened the encoder has of it. */
struct session {
	struct v4l2_fh fh;
	struct v4l2_m2m_dev *m2m;
	struct mutex *lock;		/* of the ioctls and the queues */
	struct v4l2_ctrl_handler controls;
	struct v4l2_ctrl *bitrate, *period, *headers, *profile;
	struct delayed_work work;
	struct v4l2_pix_format_mplane raw, coded;
	struct v4l2_fract interval;	/* of a picture, s */
	struct lab_h264 h264;
	unsigned int sequence, since_key;
	bool force_key, running;
};

static inline struct v4l2_pix_format_mplane *format_of(struct session *s, u32 type)
{
	return V4L2_TYPE_IS_OUTPUT(type) ? &s->raw : &s->coded;
}

extern const struct v4l2_m2m_ops lab_codec_m2m_ops;
void lab_codec_work(struct work_struct *w);
int lab_codec_queues(void *session, struct vb2_queue *in, struct vb2_queue *out);
#endif
