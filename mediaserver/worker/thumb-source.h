/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* worker/thumb-source.h: the picture that stands for a file, decoded: the file itself, the cover in
 * it, or a frame of the film */
#pragma once

#include <libavutil/frame.h>

#include "mediaserver/workers/thumb-request.h"

G_BEGIN_DECLS

typedef struct {
	AVFrame *frame;
	unsigned orientation; /* EXIF, 1 to 8 */
} ThumbPicture;

/** @param box  what is wanted: larger pictures may come smaller than they are, where that is cheap
 *  @return OK with ret_picture, whose frame is the caller's; UNSUITABLE: nothing in it that can be shown;
 *  UNREADABLE */
WorkerOutcome thumb_source_read(int fd, const ThumbBox *box, ThumbPicture *ret_picture);

G_END_DECLS
