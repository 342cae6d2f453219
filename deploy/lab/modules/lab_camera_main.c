// SPDX-License-Identifier: GPL-2.0
/*
 * A camera that makes H.264 by itself, with the formats and the live controls
 * of the Raspberry Pi's firmware camera (bcm2835-v4l2). It sees a grey ramp
 * with a white bar that walks one step to the right with each picture; colour
 * is red unless the colour effect is black and white.
 *
 * Module parameters, to be changed while it runs:
 *   hang    1: no more pictures, without a word
 *   spoil   1: pictures are marked as spoilt (V4L2_BUF_FLAG_ERROR)
 */
#include <linux/module.h>
#include <linux/platform_device.h>
#include <media/v4l2-event.h>
#include <media/v4l2-ioctl.h>
#include <media/videobuf2-vmalloc.h>
#include "lab_camera.h"

/* --- formats ------------------------------------------------------------------------ */

static const u32 formats[] = { V4L2_PIX_FMT_YUV420, V4L2_PIX_FMT_H264 };

static int querycap(struct file *file, void *fh, struct v4l2_capability *cap)
{
	strscpy(cap->driver, "lab_camera", sizeof(cap->driver));
	strscpy(cap->card, "lab camera", sizeof(cap->card));
	return 0;
}

static int enum_fmt(struct file *file, void *fh, struct v4l2_fmtdesc *f)
{
	if (f->index >= ARRAY_SIZE(formats))
		return -EINVAL;
	f->pixelformat = formats[f->index];
	return 0;
}

static int try_fmt(struct file *file, void *fh, struct v4l2_format *f)
{
	struct v4l2_pix_format *p = &f->fmt.pix;
	bool h264 = p->pixelformat != V4L2_PIX_FMT_YUV420;

	v4l_bound_align_image(&p->width, 64, 1920, 1, &p->height, 32, 1080, 1, 0);
	p->pixelformat = h264 ? V4L2_PIX_FMT_H264 : V4L2_PIX_FMT_YUV420;
	p->field = V4L2_FIELD_NONE;
	p->bytesperline = h264 ? 0 : p->width;
	p->sizeimage = h264 ? lab_h264_largest(p->width, p->height) : p->width * p->height * 3 / 2;
	p->colorspace = V4L2_COLORSPACE_SMPTE170M;
	return 0;
}

static int g_fmt(struct file *file, void *fh, struct v4l2_format *f)
{
	struct camera *c = video_drvdata(file);

	f->fmt.pix = c->format;
	return 0;
}

static int s_fmt(struct file *file, void *fh, struct v4l2_format *f)
{
	struct camera *c = video_drvdata(file);

	if (vb2_is_busy(&c->queue))
		return -EBUSY;
	try_fmt(file, fh, f);
	c->format = f->fmt.pix;
	return 0;
}

static int enum_framesizes(struct file *file, void *fh, struct v4l2_frmsizeenum *f)
{
	static const struct v4l2_frmsize_stepwise sizes = { 64, 1920, 2, 32, 1080, 2 };

	if (f->index || (f->pixel_format != formats[0] && f->pixel_format != formats[1]))
		return -EINVAL;
	f->type = V4L2_FRMSIZE_TYPE_STEPWISE;
	f->stepwise = sizes;
	return 0;
}

static int enum_frameintervals(struct file *file, void *fh, struct v4l2_frmivalenum *f)
{
	if (f->index)
		return -EINVAL;
	f->type = V4L2_FRMIVAL_TYPE_CONTINUOUS;
	f->stepwise.min = (struct v4l2_fract){ 1, 90 };
	f->stepwise.max = (struct v4l2_fract){ 1, 1 };
	f->stepwise.step = (struct v4l2_fract){ 1, 1 };
	return 0;
}

static int g_parm(struct file *file, void *fh, struct v4l2_streamparm *p)
{
	struct camera *c = video_drvdata(file);

	p->parm.capture.capability = V4L2_CAP_TIMEPERFRAME;
	p->parm.capture.timeperframe = c->interval;
	p->parm.capture.readbuffers = 2;
	return 0;
}

static int s_parm(struct file *file, void *fh, struct v4l2_streamparm *p)
{
	struct camera *c = video_drvdata(file);
	struct v4l2_fract t = p->parm.capture.timeperframe;

	if (!t.numerator || !t.denominator || t.numerator > t.denominator)
		t = (struct v4l2_fract){ 1, 30 };
	if (t.denominator > 90 * t.numerator)
		t = (struct v4l2_fract){ 1, 90 };
	c->interval = t;
	return g_parm(file, fh, p);
}

static int enum_input(struct file *file, void *fh, struct v4l2_input *i)
{
	if (i->index)
		return -EINVAL;
	i->type = V4L2_INPUT_TYPE_CAMERA;
	strscpy(i->name, "lab camera", sizeof(i->name));
	return 0;
}

static int g_input(struct file *file, void *fh, unsigned int *i)
{
	*i = 0;
	return 0;
}

static int s_input(struct file *file, void *fh, unsigned int i)
{
	return i ? -EINVAL : 0;
}

static const struct v4l2_ioctl_ops ioctls = {
	.vidioc_querycap = querycap,
	.vidioc_enum_fmt_vid_cap = enum_fmt,
	.vidioc_try_fmt_vid_cap = try_fmt,
	.vidioc_g_fmt_vid_cap = g_fmt,
	.vidioc_s_fmt_vid_cap = s_fmt,
	.vidioc_enum_framesizes = enum_framesizes,
	.vidioc_enum_frameintervals = enum_frameintervals,
	.vidioc_g_parm = g_parm,
	.vidioc_s_parm = s_parm,
	.vidioc_enum_input = enum_input,
	.vidioc_g_input = g_input,
	.vidioc_s_input = s_input,
	.vidioc_reqbufs = vb2_ioctl_reqbufs,
	.vidioc_querybuf = vb2_ioctl_querybuf,
	.vidioc_create_bufs = vb2_ioctl_create_bufs,
	.vidioc_prepare_buf = vb2_ioctl_prepare_buf,
	.vidioc_qbuf = vb2_ioctl_qbuf,
	.vidioc_dqbuf = vb2_ioctl_dqbuf,
	.vidioc_expbuf = vb2_ioctl_expbuf,
	.vidioc_streamon = vb2_ioctl_streamon,
	.vidioc_streamoff = vb2_ioctl_streamoff,
	.vidioc_subscribe_event = v4l2_ctrl_subscribe_event,
	.vidioc_unsubscribe_event = v4l2_event_unsubscribe,
};

static const struct v4l2_file_operations file_ops = {
	.owner = THIS_MODULE,
	.open = v4l2_fh_open,
	.release = vb2_fop_release,
	.read = vb2_fop_read,
	.poll = vb2_fop_poll,
	.mmap = vb2_fop_mmap,
	.unlocked_ioctl = video_ioctl2,
};

/* --- the device ----------------------------------------------------------------------- */

static int set_control(struct v4l2_ctrl *control)
{
	return 0; /* remembering it is enough */
}

static const struct v4l2_ctrl_ops control_ops = { .s_ctrl = set_control };

/* The controls of bcm2835-camera/controls.c that a baby monitor has a use for. */
static int add_controls(struct camera *c)
{
	static const s64 iso[] = { 0, 100000, 200000, 400000, 800000 };
	static const struct { u32 id; s32 min, max, step, def; } numbers[] = {
		{ V4L2_CID_SATURATION, -100, 100, 1, 0 },
		{ V4L2_CID_SHARPNESS, -100, 100, 1, 0 },
		{ V4L2_CID_CONTRAST, -100, 100, 1, 0 },
		{ V4L2_CID_BRIGHTNESS, 0, 100, 1, 50 },
		{ V4L2_CID_EXPOSURE_ABSOLUTE, 1, 10000, 1, 1000 },
		{ V4L2_CID_EXPOSURE_AUTO_PRIORITY, 0, 1, 1, 0 },
		{ V4L2_CID_RED_BALANCE, 1, 7999, 1, 1000 },
		{ V4L2_CID_BLUE_BALANCE, 1, 7999, 1, 1000 },
		{ V4L2_CID_ROTATE, 0, 270, 90, 0 },
		{ V4L2_CID_HFLIP, 0, 1, 1, 0 },
		{ V4L2_CID_VFLIP, 0, 1, 1, 0 },
	};
	static const struct { u32 id; u8 max, def; u64 without; } menus[] = {
		{ V4L2_CID_EXPOSURE_AUTO, V4L2_EXPOSURE_APERTURE_PRIORITY, V4L2_EXPOSURE_AUTO, ~0x3ULL },
		{ V4L2_CID_ISO_SENSITIVITY_AUTO, V4L2_ISO_SENSITIVITY_AUTO, V4L2_ISO_SENSITIVITY_AUTO },
		{ V4L2_CID_AUTO_N_PRESET_WHITE_BALANCE, V4L2_WHITE_BALANCE_SHADE, V4L2_WHITE_BALANCE_AUTO },
		{ V4L2_CID_POWER_LINE_FREQUENCY, V4L2_CID_POWER_LINE_FREQUENCY_AUTO, V4L2_CID_POWER_LINE_FREQUENCY_50HZ },
		{ V4L2_CID_MPEG_VIDEO_BITRATE_MODE, V4L2_MPEG_VIDEO_BITRATE_MODE_CBR, V4L2_MPEG_VIDEO_BITRATE_MODE_VBR },
		{ V4L2_CID_MPEG_VIDEO_H264_PROFILE, V4L2_MPEG_VIDEO_H264_PROFILE_HIGH, V4L2_MPEG_VIDEO_H264_PROFILE_HIGH, BIT(3) },
		{ V4L2_CID_MPEG_VIDEO_H264_LEVEL, V4L2_MPEG_VIDEO_H264_LEVEL_4_0, V4L2_MPEG_VIDEO_H264_LEVEL_4_0 },
	};
	struct v4l2_ctrl_handler *all = &c->controls;
	int i;

	v4l2_ctrl_handler_init(all, 32);
	for (i = 0; i < ARRAY_SIZE(numbers); i++)
		v4l2_ctrl_new_std(all, &control_ops, numbers[i].id, numbers[i].min, numbers[i].max, numbers[i].step, numbers[i].def);
	for (i = 0; i < ARRAY_SIZE(menus); i++)
		v4l2_ctrl_new_std_menu(all, &control_ops, menus[i].id, menus[i].max, menus[i].without, menus[i].def);
	v4l2_ctrl_new_int_menu(all, &control_ops, V4L2_CID_ISO_SENSITIVITY, ARRAY_SIZE(iso) - 1, 0, iso);
	c->effect = v4l2_ctrl_new_std_menu(all, &control_ops, V4L2_CID_COLORFX, V4L2_COLORFX_SET_CBCR, 0, V4L2_COLORFX_NONE);
	c->bitrate = v4l2_ctrl_new_std(all, &control_ops, V4L2_CID_MPEG_VIDEO_BITRATE, 25000, 25000000, 25000, 10000000);
	c->period = v4l2_ctrl_new_std(all, &control_ops, V4L2_CID_MPEG_VIDEO_H264_I_PERIOD, 0, 0x7fffffff, 1, 60);
	c->headers = v4l2_ctrl_new_std(all, &control_ops, V4L2_CID_MPEG_VIDEO_REPEAT_SEQ_HEADER, 0, 1, 1, 0);
	return all->error;
}

static void release(struct v4l2_device *v4l2)
{
	struct camera *c = container_of(v4l2, struct camera, v4l2);

	v4l2_ctrl_handler_free(&c->controls);
	v4l2_device_unregister(&c->v4l2);
	kfree(c);
}

static int probe(struct platform_device *device)
{
	struct camera *c = kzalloc(sizeof(*c), GFP_KERNEL);
	struct v4l2_format format = { .fmt.pix = { .width = 640, .height = 480, .pixelformat = V4L2_PIX_FMT_H264 } };
	int err;

	if (!c)
		return -ENOMEM;
	mutex_init(&c->lock);
	spin_lock_init(&c->waiting_lock);
	INIT_LIST_HEAD(&c->waiting);
	c->interval = (struct v4l2_fract){ 1, 30 };
	try_fmt(NULL, NULL, &format);
	c->format = format.fmt.pix;

	err = v4l2_device_register(&device->dev, &c->v4l2);
	if (err) {
		kfree(c);
		return err;
	}
	c->v4l2.release = release;
	c->v4l2.ctrl_handler = &c->controls;
	err = add_controls(c);
	if (err)
		goto fail;

	c->queue = (struct vb2_queue){
		.type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
		.io_modes = VB2_MMAP | VB2_DMABUF | VB2_READ,
		.drv_priv = c,
		.buf_struct_size = sizeof(struct buffer),
		.ops = &lab_camera_queue_ops,
		.mem_ops = &vb2_vmalloc_memops,
		.timestamp_flags = V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC,
		.min_queued_buffers = 1,
		.lock = &c->lock,
	};
	err = vb2_queue_init(&c->queue);
	if (err)
		goto fail;

	c->video = (struct video_device){
		.fops = &file_ops,
		.ioctl_ops = &ioctls,
		.v4l2_dev = &c->v4l2,
		.queue = &c->queue,
		.lock = &c->lock,
		.release = video_device_release_empty,
		.device_caps = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING | V4L2_CAP_READWRITE,
	};
	strscpy(c->video.name, "lab camera", sizeof(c->video.name));
	video_set_drvdata(&c->video, c);
	platform_set_drvdata(device, c);
	err = video_register_device(&c->video, VFL_TYPE_VIDEO, -1);
	if (!err)
		return 0;
fail:
	v4l2_device_put(&c->v4l2);
	return err;
}

static void unplug(struct platform_device *device)
{
	struct camera *c = platform_get_drvdata(device);

	vb2_video_unregister_device(&c->video);
	v4l2_device_disconnect(&c->v4l2);
	v4l2_device_put(&c->v4l2);
}

static struct platform_driver driver = {
	.probe = probe,
	.remove = unplug,
	.driver.name = "lab_camera",
};
static struct platform_device *device;

static int __init lab_camera_init(void)
{
	int err = platform_driver_register(&driver);

	if (err)
		return err;
	device = platform_device_register_simple("lab_camera", 0, NULL, 0);
	if (IS_ERR(device))
		platform_driver_unregister(&driver);
	return PTR_ERR_OR_ZERO(device);
}

static void __exit lab_camera_exit(void)
{
	platform_device_unregister(device);
	platform_driver_unregister(&driver);
}

module_init(lab_camera_init);
module_exit(lab_camera_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("camera that makes H.264");
