// SPDX-License-Identifier: GPL-2.0
/*
 * A memory-to-memory H.264 encoder with the formats and the live controls of
 * the Raspberry Pi's (bcm2835-codec): multi-planar, I420 in lines of a multiple
 * of 64 bytes, buffers mapped or as DMABUF, keyframes on request.
 *
 * Module parameters, to be changed while it runs:
 *   hang    1: it takes pictures and gives nothing back
 *   spoil   1: what it gives is marked as spoilt (V4L2_BUF_FLAG_ERROR)
 */
#include <linux/module.h>
#include <linux/platform_device.h>
#include <media/v4l2-event.h>
#include <media/v4l2-ioctl.h>
#include "lab_codec.h"

/* There is one encoder, and a session for each time that it is open. */
static struct platform_device *device;
static struct v4l2_device v4l2;
static struct video_device video;
static struct v4l2_m2m_dev *m2m;
static DEFINE_MUTEX(lock);

static struct session *session_of(struct file *file)
{
	return container_of(file->private_data, struct session, fh);
}

/* --- formats -------------------------------------------------------------------------- */

static int querycap(struct file *file, void *fh, struct v4l2_capability *cap)
{
	strscpy(cap->driver, "lab_codec", sizeof(cap->driver));
	strscpy(cap->card, "lab codec", sizeof(cap->card));
	return 0;
}

static int enum_fmt(struct file *file, void *fh, struct v4l2_fmtdesc *f)
{
	if (f->index)
		return -EINVAL;
	f->pixelformat = V4L2_TYPE_IS_OUTPUT(f->type) ? V4L2_PIX_FMT_YUV420 : V4L2_PIX_FMT_H264;
	return 0;
}

static int try_fmt(struct file *file, void *fh, struct v4l2_format *f)
{
	struct v4l2_pix_format_mplane *p = &f->fmt.pix_mp;
	struct v4l2_plane_pix_format *plane = &p->plane_fmt[0];

	v4l_bound_align_image(&p->width, 32, 1920, 1, &p->height, 32, 1920, 1, 0);
	p->field = V4L2_FIELD_NONE;
	p->num_planes = 1;
	p->colorspace = p->colorspace ?: V4L2_COLORSPACE_SMPTE170M;
	if (V4L2_TYPE_IS_OUTPUT(f->type)) {
		p->pixelformat = V4L2_PIX_FMT_YUV420;
		plane->bytesperline = ALIGN(p->width, 64);
		plane->sizeimage = plane->bytesperline * p->height * 3 / 2;
	} else {
		p->pixelformat = V4L2_PIX_FMT_H264;
		plane->bytesperline = 0;
		plane->sizeimage = max_t(size_t, plane->sizeimage, lab_h264_largest(p->width, p->height));
	}
	return 0;
}

static int g_fmt(struct file *file, void *fh, struct v4l2_format *f)
{
	f->fmt.pix_mp = *format_of(session_of(file), f->type);
	return 0;
}

static int s_fmt(struct file *file, void *fh, struct v4l2_format *f)
{
	struct session *s = session_of(file);
	struct v4l2_format coded = { .type = V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE };

	if (vb2_is_busy(v4l2_m2m_get_vq(s->fh.m2m_ctx, f->type)))
		return -EBUSY;
	try_fmt(file, fh, f);
	*format_of(s, f->type) = f->fmt.pix_mp;
	if (V4L2_TYPE_IS_OUTPUT(f->type)) { /* the coded picture is as large as the raw one */
		coded.fmt.pix_mp = s->coded;
		coded.fmt.pix_mp.width = s->raw.width;
		coded.fmt.pix_mp.height = s->raw.height;
		try_fmt(file, fh, &coded);
		s->coded = coded.fmt.pix_mp;
	}
	return 0;
}

static int enum_framesizes(struct file *file, void *fh, struct v4l2_frmsizeenum *f)
{
	static const struct v4l2_frmsize_stepwise sizes = { 32, 1920, 2, 32, 1920, 2 };

	if (f->index || (f->pixel_format != V4L2_PIX_FMT_YUV420 && f->pixel_format != V4L2_PIX_FMT_H264))
		return -EINVAL;
	f->type = V4L2_FRMSIZE_TYPE_STEPWISE;
	f->stepwise = sizes;
	return 0;
}

static int g_parm(struct file *file, void *fh, struct v4l2_streamparm *p)
{
	if (p->type != V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE)
		return -EINVAL;
	p->parm.output.capability = V4L2_CAP_TIMEPERFRAME;
	p->parm.output.timeperframe = session_of(file)->interval;
	return 0;
}

static int s_parm(struct file *file, void *fh, struct v4l2_streamparm *p)
{
	struct v4l2_fract *t = &p->parm.output.timeperframe;

	if (p->type != V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE)
		return -EINVAL;
	if (t->numerator && t->denominator)
		session_of(file)->interval = *t;
	return g_parm(file, fh, p);
}

static const struct v4l2_ioctl_ops ioctls = {
	.vidioc_querycap = querycap,
	.vidioc_enum_fmt_vid_cap = enum_fmt,
	.vidioc_enum_fmt_vid_out = enum_fmt,
	.vidioc_try_fmt_vid_cap_mplane = try_fmt,
	.vidioc_try_fmt_vid_out_mplane = try_fmt,
	.vidioc_g_fmt_vid_cap_mplane = g_fmt,
	.vidioc_g_fmt_vid_out_mplane = g_fmt,
	.vidioc_s_fmt_vid_cap_mplane = s_fmt,
	.vidioc_s_fmt_vid_out_mplane = s_fmt,
	.vidioc_enum_framesizes = enum_framesizes,
	.vidioc_g_parm = g_parm,
	.vidioc_s_parm = s_parm,
	.vidioc_reqbufs = v4l2_m2m_ioctl_reqbufs,
	.vidioc_querybuf = v4l2_m2m_ioctl_querybuf,
	.vidioc_create_bufs = v4l2_m2m_ioctl_create_bufs,
	.vidioc_prepare_buf = v4l2_m2m_ioctl_prepare_buf,
	.vidioc_qbuf = v4l2_m2m_ioctl_qbuf,
	.vidioc_dqbuf = v4l2_m2m_ioctl_dqbuf,
	.vidioc_expbuf = v4l2_m2m_ioctl_expbuf,
	.vidioc_streamon = v4l2_m2m_ioctl_streamon,
	.vidioc_streamoff = v4l2_m2m_ioctl_streamoff,
	.vidioc_subscribe_event = v4l2_ctrl_subscribe_event,
	.vidioc_unsubscribe_event = v4l2_event_unsubscribe,
};

/* --- sessions --------------------------------------------------------------------------- */

static int set_control(struct v4l2_ctrl *control)
{
	struct session *s = container_of(control->handler, struct session, controls);

	if (control->id == V4L2_CID_MPEG_VIDEO_FORCE_KEY_FRAME)
		WRITE_ONCE(s->force_key, true);
	return 0; /* the rest is read where it is used */
}

static const struct v4l2_ctrl_ops control_ops = { .s_ctrl = set_control };

static int add_controls(struct session *s)
{
	struct v4l2_ctrl_handler *all = &s->controls;

	v4l2_ctrl_handler_init(all, 16);
	s->bitrate = v4l2_ctrl_new_std(all, &control_ops, V4L2_CID_MPEG_VIDEO_BITRATE, 25000, 25000000, 25000, 10000000);
	s->period = v4l2_ctrl_new_std(all, &control_ops, V4L2_CID_MPEG_VIDEO_H264_I_PERIOD, 0, 0x7fffffff, 1, 60);
	s->headers = v4l2_ctrl_new_std(all, &control_ops, V4L2_CID_MPEG_VIDEO_REPEAT_SEQ_HEADER, 0, 1, 1, 0);
	v4l2_ctrl_new_std(all, &control_ops, V4L2_CID_MPEG_VIDEO_FORCE_KEY_FRAME, 0, 0, 0, 0);
	v4l2_ctrl_new_std(all, &control_ops, V4L2_CID_MPEG_VIDEO_B_FRAMES, 0, 0, 1, 0);
	v4l2_ctrl_new_std(all, &control_ops, V4L2_CID_MPEG_VIDEO_H264_MIN_QP, 0, 51, 1, 20);
	v4l2_ctrl_new_std(all, &control_ops, V4L2_CID_MPEG_VIDEO_H264_MAX_QP, 0, 51, 1, 51);
	v4l2_ctrl_new_std(all, &control_ops, V4L2_CID_HFLIP, 0, 1, 1, 0);
	v4l2_ctrl_new_std(all, &control_ops, V4L2_CID_VFLIP, 0, 1, 1, 0);
	v4l2_ctrl_new_std_menu(all, &control_ops, V4L2_CID_MPEG_VIDEO_BITRATE_MODE,
			       V4L2_MPEG_VIDEO_BITRATE_MODE_CBR, 0, V4L2_MPEG_VIDEO_BITRATE_MODE_VBR);
	v4l2_ctrl_new_std_menu(all, &control_ops, V4L2_CID_MPEG_VIDEO_HEADER_MODE,
			       V4L2_MPEG_VIDEO_HEADER_MODE_JOINED_WITH_1ST_FRAME, 0, V4L2_MPEG_VIDEO_HEADER_MODE_JOINED_WITH_1ST_FRAME);
	v4l2_ctrl_new_std_menu(all, &control_ops, V4L2_CID_MPEG_VIDEO_H264_PROFILE,
			       V4L2_MPEG_VIDEO_H264_PROFILE_HIGH, BIT(3), V4L2_MPEG_VIDEO_H264_PROFILE_HIGH);
	v4l2_ctrl_new_std_menu(all, &control_ops, V4L2_CID_MPEG_VIDEO_H264_LEVEL,
			       V4L2_MPEG_VIDEO_H264_LEVEL_5_1, 0, V4L2_MPEG_VIDEO_H264_LEVEL_4_0);
	return all->error;
}

static void close_session(struct session *s)
{
	v4l2_ctrl_handler_free(&s->controls);
	lab_h264_free(&s->h264);
	kfree(s);
}

static int open(struct file *file)
{
	struct session *s = kzalloc(sizeof(*s), GFP_KERNEL);
	struct v4l2_format f = { .fmt.pix_mp = { .width = 640, .height = 480 } };
	int err;

	if (!s)
		return -ENOMEM;
	INIT_DELAYED_WORK(&s->work, lab_codec_work);
	s->m2m = m2m;
	s->lock = &lock;
	s->interval = (struct v4l2_fract){ 1, 30 };
	f.type = V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE;
	try_fmt(file, NULL, &f);
	s->raw = f.fmt.pix_mp;
	f.type = V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE;
	try_fmt(file, NULL, &f);
	s->coded = f.fmt.pix_mp;
	err = add_controls(s);
	if (err)
		goto fail;
	v4l2_fh_init(&s->fh, &video);
	s->fh.ctrl_handler = &s->controls;
	s->fh.m2m_ctx = v4l2_m2m_ctx_init(m2m, s, lab_codec_queues);
	if (IS_ERR(s->fh.m2m_ctx)) {
		err = PTR_ERR(s->fh.m2m_ctx);
		v4l2_fh_exit(&s->fh);
		goto fail;
	}
	file->private_data = &s->fh;
	v4l2_fh_add(&s->fh);
	return 0;
fail:
	close_session(s);
	return err;
}

static int release(struct file *file)
{
	struct session *s = session_of(file);

	mutex_lock(&lock);
	v4l2_m2m_ctx_release(s->fh.m2m_ctx);
	mutex_unlock(&lock);
	v4l2_fh_del(&s->fh);
	v4l2_fh_exit(&s->fh);
	close_session(s);
	return 0;
}

static const struct v4l2_file_operations file_ops = {
	.owner = THIS_MODULE,
	.open = open,
	.release = release,
	.poll = v4l2_m2m_fop_poll,
	.mmap = v4l2_m2m_fop_mmap,
	.unlocked_ioctl = video_ioctl2,
};

static int __init lab_codec_init(void)
{
	int err;

	device = platform_device_register_simple("lab_codec", -1, NULL, 0);
	if (IS_ERR(device))
		return PTR_ERR(device);
	strscpy(v4l2.name, "lab_codec", sizeof(v4l2.name));
	err = v4l2_device_register(&device->dev, &v4l2);
	if (err)
		goto no_v4l2;
	m2m = v4l2_m2m_init(&lab_codec_m2m_ops);
	if (IS_ERR(m2m)) {
		err = PTR_ERR(m2m);
		goto no_m2m;
	}
	video = (struct video_device){
		.fops = &file_ops,
		.ioctl_ops = &ioctls,
		.v4l2_dev = &v4l2,
		.vfl_dir = VFL_DIR_M2M,
		.lock = &lock,
		.release = video_device_release_empty,
		.device_caps = V4L2_CAP_VIDEO_M2M_MPLANE | V4L2_CAP_STREAMING,
	};
	strscpy(video.name, "lab codec", sizeof(video.name));
	err = video_register_device(&video, VFL_TYPE_VIDEO, 11); /* as on the Pi */
	if (!err)
		return 0;
	v4l2_m2m_release(m2m);
no_m2m:
	v4l2_device_unregister(&v4l2);
no_v4l2:
	platform_device_unregister(device);
	return err;
}

static void __exit lab_codec_exit(void)
{
	video_unregister_device(&video);
	v4l2_m2m_release(m2m);
	v4l2_device_unregister(&v4l2);
	platform_device_unregister(device);
}

module_init(lab_codec_init);
module_exit(lab_codec_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("memory-to-memory H.264 encoder");
