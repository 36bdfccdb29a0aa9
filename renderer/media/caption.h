/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/media/caption.h: subtitles on the frames of a pipeline */
#pragma once

#include <gst/gst.h>

#include "cues.h"

G_BEGIN_DECLS

typedef struct Caption Caption;

Caption *caption_new(void);
void caption_free(Caption *caption);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Caption, caption_free)

/** Of the next item: what was there goes. @param data  a file of subtitles; NULL: none */
void caption_set_file(Caption *caption, const char *data, size_t len);
/** Frames that pass this pad carry what is to be seen at their time. While the pad lives, caption has
 *  to. @thread any */
void caption_paint_on(Caption *caption, GstPad *pad);
/** Texts that pass this pad are to be seen at their time. @thread any */
void caption_hear(Caption *caption, GstPad *pad);

G_END_DECLS
