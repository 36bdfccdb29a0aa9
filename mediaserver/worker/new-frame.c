/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any thread; runs in sandboxed children. */
#include "mediaserver/worker/new-frame.h"

AVFrame *
new_frame(int width, int height, enum AVPixelFormat format)
{
	AVFrame *frame = av_frame_alloc();

	if (frame == NULL) {
		return NULL;
	}
	frame->format = format;
	frame->width = width;
	frame->height = height;
	if (av_frame_get_buffer(frame, 0) < 0) {
		av_frame_free(&frame);
	}
	return frame;
}
