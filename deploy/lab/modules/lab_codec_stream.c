// SPDX-License-Identifier: GPL-2.0
/* How pictures go through the fake encoder. */
#include <linux/module.h>
#include <media/videobuf2-vmalloc.h>
#include "lab_codec.h"

static bool hang;
module_param(hang, bool, 0644);
static bool spoil;
module_param(spoil, bool, 0644);

/* --- encoding ------------------------------------------------------------------- */

static size_t encode(struct session *s, struct vb2_buffer *from, struct vb2_buffer *to)
{
	const u8 *y = vb2_plane_vaddr(from, 0);
	unsigned int stride = s->raw.plane_fmt[0].bytesperline, height = s->raw.height;
	struct lab_picture p = { y, y + stride * height, y + stride * height * 5 / 4, stride, stride / 2 };
	struct lab_h264_order o;

	if (READ_ONCE(s->force_key) || (s->period->val && s->since_key >= s->period->val))
		s->since_key = 0;
	s->force_key = false;
	o.key = s->since_key++ == 0;
	o.headers = s->sequence == 0 || (o.key && s->headers->val);
	o.budget = div_u64((u64)s->bitrate->val * s->interval.numerator, 8 * s->interval.denominator);
	return lab_h264_encode(&s->h264, &p, &o, vb2_plane_vaddr(to, 0), vb2_plane_size(to, 0));
}

void lab_codec_work(struct work_struct *w)
{
	struct session *s = container_of(to_delayed_work(w), struct session, work);
	struct vb2_v4l2_buffer *from, *to;
	bool key;
	size_t used;

	if (hang) { /* look again until it is over */
		schedule_delayed_work(&s->work, HZ / 20);
		return;
	}
	from = v4l2_m2m_src_buf_remove(s->fh.m2m_ctx);
	to = v4l2_m2m_dst_buf_remove(s->fh.m2m_ctx);
	used = encode(s, &from->vb2_buf, &to->vb2_buf);
	key = s->since_key == 1;
	v4l2_m2m_buf_copy_metadata(from, to, false);
	to->flags |= key ? V4L2_BUF_FLAG_KEYFRAME : V4L2_BUF_FLAG_PFRAME;
	to->sequence = from->sequence = s->sequence++;
	to->field = V4L2_FIELD_NONE;
	vb2_set_plane_payload(&to->vb2_buf, 0, used);
	v4l2_m2m_buf_done(from, VB2_BUF_STATE_DONE);
	v4l2_m2m_buf_done(to, spoil || !used ? VB2_BUF_STATE_ERROR : VB2_BUF_STATE_DONE);
	s->running = false;
	v4l2_m2m_job_finish(s->m2m, s->fh.m2m_ctx);
}

static void job(void *data)
{
	struct session *s = data;

	s->running = true;
	schedule_delayed_work(&s->work, 0);
}

/* Ends a job that hangs, so that the session can be closed. */
static void abort_job(void *data)
{
	struct session *s = data;

	cancel_delayed_work_sync(&s->work);
	if (!s->running)
		return;
	s->running = false;
	v4l2_m2m_job_finish(s->m2m, s->fh.m2m_ctx);
}

const struct v4l2_m2m_ops lab_codec_m2m_ops = { .device_run = job, .job_abort = abort_job };

/* --- the queues of buffers --------------------------------------------------------- */

static int queue_setup(struct vb2_queue *q, unsigned int *buffers, unsigned int *planes, unsigned int sizes[], struct device *devs[])
{
	u32 size = format_of(vb2_get_drv_priv(q), q->type)->plane_fmt[0].sizeimage;

	if (*planes)
		return sizes[0] < size ? -EINVAL : 0;
	*planes = 1;
	sizes[0] = size;
	return 0;
}

static int buf_out_validate(struct vb2_buffer *vb)
{
	to_vb2_v4l2_buffer(vb)->field = V4L2_FIELD_NONE;
	return 0;
}

static int buf_prepare(struct vb2_buffer *vb)
{
	struct vb2_queue *q = vb->vb2_queue;

	return vb2_plane_size(vb, 0) < format_of(vb2_get_drv_priv(q), q->type)->plane_fmt[0].sizeimage ? -EINVAL : 0;
}

static void buf_queue(struct vb2_buffer *vb)
{
	struct session *s = vb2_get_drv_priv(vb->vb2_queue);

	v4l2_m2m_buf_queue(s->fh.m2m_ctx, to_vb2_v4l2_buffer(vb));
}

static void give_back(struct session *s, struct vb2_queue *q, enum vb2_buffer_state state)
{
	struct vb2_v4l2_buffer *b;

	while ((b = V4L2_TYPE_IS_OUTPUT(q->type) ? v4l2_m2m_src_buf_remove(s->fh.m2m_ctx) : v4l2_m2m_dst_buf_remove(s->fh.m2m_ctx)))
		v4l2_m2m_buf_done(b, state);
}

static int start_streaming(struct vb2_queue *q, unsigned int count)
{
	struct session *s = vb2_get_drv_priv(q);
	int err;

	if (!V4L2_TYPE_IS_OUTPUT(q->type))
		return 0;
	s->sequence = 0;
	s->since_key = 0;
	lab_h264_free(&s->h264);
	err = lab_h264_init(&s->h264, s->coded.width, s->coded.height);
	if (err)
		give_back(s, q, VB2_BUF_STATE_QUEUED);
	return err;
}

static void stop_streaming(struct vb2_queue *q)
{
	give_back(vb2_get_drv_priv(q), q, VB2_BUF_STATE_ERROR);
}

static const struct vb2_ops queue_ops = {
	.queue_setup = queue_setup,
	.buf_out_validate = buf_out_validate,
	.buf_prepare = buf_prepare,
	.buf_queue = buf_queue,
	.start_streaming = start_streaming,
	.stop_streaming = stop_streaming,
	.wait_prepare = vb2_ops_wait_prepare,
	.wait_finish = vb2_ops_wait_finish,
};

static int init_queue(struct session *s, struct vb2_queue *q, u32 type)
{
	q->type = type;
	q->io_modes = VB2_MMAP | VB2_DMABUF;
	q->drv_priv = s;
	q->buf_struct_size = sizeof(struct v4l2_m2m_buffer);
	q->ops = &queue_ops;
	q->mem_ops = &vb2_vmalloc_memops;
	q->timestamp_flags = V4L2_BUF_FLAG_TIMESTAMP_COPY;
	q->lock = s->lock;
	return vb2_queue_init(q);
}

int lab_codec_queues(void *data, struct vb2_queue *in, struct vb2_queue *out)
{
	int err = init_queue(data, in, V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE);

	return err ?: init_queue(data, out, V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE);
}
