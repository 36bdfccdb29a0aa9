/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* workers/thumb-request.h: the question and the answer of WORKER_THUMB: u32 form, u32 width, u32 height;
 * the coded picture as octets. Compiled into both ends. */
#pragma once

#include <av-upnp/limits.h>

#include "mediaserver/workers/job.h"

G_BEGIN_DECLS

typedef enum {
	THUMB_JPEG,
	THUMB_PNG,
	THUMB_PPM, /* binary, 8 bits a colour: its pixels need no decoder */
} ThumbForm;

typedef struct {
	ThumbForm form;
	uint32_t width, height; /* the box that it fits into; smaller pictures stay as they are */
} ThumbBox;

#define THUMB_SIDE_MAX 4096
/* What fits into one answer (LIM-44). */
#define THUMB_OCTETS_MAX (AVU_LIMIT_FRAME - 1024)

GBytes *thumb_box_to_question(const ThumbBox *box);
/** @return false: not what it should be */
bool thumb_box_take(AvuFrameReader *reader, ThumbBox *ret_box);
/** Whether the answer begins as such a picture does, and has a size that fits (SEC-144). */
bool thumb_answer_is_good(GBytes *answer, ThumbForm form);

G_END_DECLS
