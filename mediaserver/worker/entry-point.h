/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* worker/entry-point.h: from where a frame lies back to where a player must start to find it */
#pragma once

#include "mediaserver/worker/read-at.h"

G_BEGIN_DECLS

/** The PAT before a packet of a transport stream, so that its tables come before the picture; the
 *  start of the packet itself when there is none near. @param packet  188 or 192 */
uint64_t entry_point_ts(const ReadAt *file, uint64_t byte, unsigned packet);
/** The pack header before a PES packet of a program stream; byte itself when there is none near. */
uint64_t entry_point_ps(const ReadAt *file, uint64_t byte);

/* Where the fragments of an MP4 start. */
typedef struct {
	uint64_t *starts; /* of moof boxes, rising; owned */
	size_t n;
} Fragments;

/** Walks the outermost boxes. @return false when there is no fragment */
bool fragments_read(const ReadAt *file, Fragments *ret_fragments);
/** Start of the fragment that byte lies in; byte itself before the first. */
uint64_t fragments_find(const Fragments *fragments, uint64_t byte);
void fragments_clear(Fragments *fragments);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Fragments, fragments_clear)

G_END_DECLS
