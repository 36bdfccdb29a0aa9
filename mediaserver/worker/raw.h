/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* worker/raw.h: the JPEG that a camera put into its raw file */
#pragma once

#include "mediaserver/worker/read-at.h"

G_BEGIN_DECLS

typedef struct {
	uint64_t offset, len; /* in the file; len may reach beyond its end of image */
	uint32_t width, height;
} RawPreview;

/** The largest of those that are there: CR2, NEF, ARW, DNG and others of TIFF's structure, RW2, ORF,
 *  RAF, CR3. @return false: there is none */
bool raw_find_preview(const ReadAt *file, RawPreview *ret_preview);

G_END_DECLS
