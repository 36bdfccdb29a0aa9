/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* worker/convert-scale.h: decoded pictures into the size, shape and pixels that an encoder wants */
#pragma once

#include <libavutil/frame.h>

#include "mediaserver/workers/convert-request.h"

G_BEGIN_DECLS

typedef struct ConvertScale ConvertScale;

/* What comes out. */
typedef struct {
	int width, height;
	AVRational sample_aspect;
} ConvertShape;

/** By the first frame. @param quarter_turns  clockwise, 0 to 3: how it is to be turned
 *  @param sample_aspect  of the source; 0/1: square */
ConvertScale *convert_scale_new(const Recipe *recipe, const ConvertRequest *request,
	const AVFrame *first, AVRational sample_aspect, unsigned quarter_turns);
void convert_scale_free(ConvertScale *scale);
ConvertShape convert_scale_get_shape(const ConvertScale *scale);
/** @return a new frame in YUV 4:2:0 without time; NULL: it cannot be scaled */
AVFrame *convert_scale_run(ConvertScale *scale, const AVFrame *frame);

G_END_DECLS
