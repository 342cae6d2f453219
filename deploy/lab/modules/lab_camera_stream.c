// SPDX-License-Identifier: GPL-2.0
/* The pictures of the fake camera, and how they get into buffers. */
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/vmalloc.h>
#include "lab_camera.h"

static bool hang;
module_param(hang, bool, 0644);
static bool spoil;
module_param(spoil, bool, 0644);

/* --- pictures ----------------------------------------------------------------- */

static void draw(struct camera *c)
{
	unsigned int w = c->format.width, h = c->format.height, x, y;
	unsigned int bar = c->sequence * 4 % w;
	u8 red = c->effect->val == V4L2_COLORFX_BW ? 128 : 160;

	for (x = 0; x < w; x++)
		c->picture[x] = x - bar < 16 ? 235 : 32 + x * 128 / w;
	for (y = 1; y < h; y++)
		memcpy(c->picture + y * w, c->picture, w);
	memset(c->picture + w * h, 128, w * h / 4);
	memset(c->picture + w * h * 5 / 4, red, w * h / 4);
}

static size_t fill(struct camera *c, u8 *to, size_t size)
{
	unsigned int w = c->format.width, h = c->format.height;
	struct lab_picture p = { c->picture, c->picture + w * h, c->picture + w * h * 5 / 4, w, w / 2 };
	struct lab_h264_order o;

	draw(c);
	if (c->format.pixelformat == V4L2_PIX_FMT_YUV420) {
		memcpy(to, c->picture, w * h * 3 / 2);
		return w * h * 3 / 2;
	}
	o.key = c->since_key == 0;
	o.headers = c->sequence == 0 || (o.key && c->headers->val);
	o.budget = div_u64((u64)c->bitrate->val * c->interval.numerator, 8 * c->interval.denominator);
	if (++c->since_key >= c->period->val && c->period->val)
		c->since_key = 0;
	return lab_h264_encode(&c->h264, &p, &o, to, size);
}

static struct buffer *next_buffer(struct camera *c)
{
	struct buffer *b;

	spin_lock(&c->waiting_lock);
	b = list_first_entry_or_null(&c->waiting, struct buffer, list);
	if (b)
		list_del(&b->list);
	spin_unlock(&c->waiting_lock);
	return b;
}

static int run(void *data)
{
	struct camera *c = data;
	u64 interval = div_u64((u64)NSEC_PER_SEC * c->interval.numerator, c->interval.denominator);
	ktime_t next = ktime_get();

	while (!kthread_should_stop()) {
		struct buffer *b;
		size_t used;

		next = ktime_add_ns(next, interval);
		set_current_state(TASK_INTERRUPTIBLE);
		if (!kthread_should_stop())
			schedule_hrtimeout(&next, HRTIMER_MODE_ABS);
		__set_current_state(TASK_RUNNING);
		if (ktime_before(next, ktime_sub_ns(ktime_get(), interval)))
			next = ktime_get(); /* a slow machine: do not catch up */
		if (hang)
			continue;
		b = next_buffer(c);
		if (!b)
			continue;
		used = fill(c, vb2_plane_vaddr(&b->vb.vb2_buf, 0), vb2_plane_size(&b->vb.vb2_buf, 0));
		vb2_set_plane_payload(&b->vb.vb2_buf, 0, used);
		b->vb.vb2_buf.timestamp = ktime_get_ns();
		b->vb.sequence = c->sequence++;
		b->vb.field = V4L2_FIELD_NONE;
		vb2_buffer_done(&b->vb.vb2_buf, spoil || !used ? VB2_BUF_STATE_ERROR : VB2_BUF_STATE_DONE);
	}
	return 0;
}

/* --- the queue of buffers -------------------------------------------------------- */

static int queue_setup(struct vb2_queue *q, unsigned int *buffers, unsigned int *planes, unsigned int sizes[], struct device *devs[])
{
	struct camera *c = vb2_get_drv_priv(q);

	if (*planes)
		return sizes[0] < c->format.sizeimage ? -EINVAL : 0;
	*planes = 1;
	sizes[0] = c->format.sizeimage;
	return 0;
}

static int buf_prepare(struct vb2_buffer *vb)
{
	struct camera *c = vb2_get_drv_priv(vb->vb2_queue);

	return vb2_plane_size(vb, 0) < c->format.sizeimage ? -EINVAL : 0;
}

static void buf_queue(struct vb2_buffer *vb)
{
	struct camera *c = vb2_get_drv_priv(vb->vb2_queue);
	struct buffer *b = container_of(to_vb2_v4l2_buffer(vb), struct buffer, vb);

	spin_lock(&c->waiting_lock);
	list_add_tail(&b->list, &c->waiting);
	spin_unlock(&c->waiting_lock);
}

static void give_back(struct camera *c, enum vb2_buffer_state state)
{
	struct buffer *b;

	while ((b = next_buffer(c)))
		vb2_buffer_done(&b->vb.vb2_buf, state);
	lab_h264_free(&c->h264);
	vfree(c->picture);
	c->picture = NULL;
}

static int start_streaming(struct vb2_queue *q, unsigned int count)
{
	struct camera *c = vb2_get_drv_priv(q);
	int err = lab_h264_init(&c->h264, c->format.width, c->format.height);

	c->sequence = 0;
	c->since_key = 0;
	c->picture = vmalloc(c->format.width * c->format.height * 3 / 2);
	if (!err && !c->picture)
		err = -ENOMEM;
	if (!err) {
		c->thread = kthread_run(run, c, "lab-camera");
		err = PTR_ERR_OR_ZERO(c->thread);
	}
	if (err)
		give_back(c, VB2_BUF_STATE_QUEUED);
	return err;
}

static void stop_streaming(struct vb2_queue *q)
{
	struct camera *c = vb2_get_drv_priv(q);

	kthread_stop(c->thread);
	give_back(c, VB2_BUF_STATE_ERROR);
}

const struct vb2_ops lab_camera_queue_ops = {
	.queue_setup = queue_setup,
	.buf_prepare = buf_prepare,
	.buf_queue = buf_queue,
	.start_streaming = start_streaming,
	.stop_streaming = stop_streaming,
	.wait_prepare = vb2_ops_wait_prepare,
	.wait_finish = vb2_ops_wait_finish,
};
