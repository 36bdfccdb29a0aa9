/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* worker/ape-tag.h: APEv2 tags with all values of an item; FFmpeg keeps the first */
#pragma once

#include "mediaserver/worker/read-at.h"

G_BEGIN_DECLS

/** The tag at the end of the file, also in front of an ID3v1 tag.
 *  @param value  of a text item, not checked to be UTF-8 */
void ape_tag_read(const ReadAt *file, void (*take)(const char *name, const char *value, void *data),
	void *data);

G_END_DECLS
