/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* worker/mp4-tags.h: tags of MP4 with all their values; FFmpeg keeps the first */
#pragma once

#include "mediaserver/worker/read-at.h"

G_BEGIN_DECLS

/** People and genres of moov/udta/meta/ilst, and all that have names of their own ("----").
 *  @param value  not checked to be UTF-8 */
void mp4_tags_read(const ReadAt *file,
	void (*take)(const char *name, const char *value, void *data), void *data);

G_END_DECLS
