/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of the fake camera share. */
#ifndef LAB_CAMERA_H
#define LAB_CAMERA_H
#include <media/v4l2-ctrls.h>
#include <media/v4l2-device.h>
#include <media/videobuf2-v4l2.h>
#include "lab_h264.h"

struct camera {
	struct v4l2_device v4l2;
	struct video_device video;
	struct v4l2_ctrl_handler controls;
	struct v4l2_ctrl *bitrate, *period, *headers, *effect;
	struct vb2_queue queue;
	struct mutex lock;		/* of the ioctls and the queue */
	spinlock_t waiting_lock;
	struct list_head waiting;	/* buffers to fill */
	struct task_struct *thread;
	struct v4l2_pix_format format;
	struct v4l2_fract interval;	/* of a picture, s */
	struct lab_h264 h264;
	u8 *picture;			/* I420 */
	unsigned int sequence, since_key;
};

struct buffer {
	struct vb2_v4l2_buffer vb;
	struct list_head list;
};

extern const struct vb2_ops lab_camera_queue_ops;
#endif
