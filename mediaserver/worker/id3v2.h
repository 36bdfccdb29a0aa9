/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* worker/id3v2.h: what FFmpeg leaves out of ID3v2 tags: second values, ratings, words of a song */
#pragma once

#include "mediaserver/worker/read-at.h"

G_BEGIN_DECLS

/** Calls take for each value of a text frame (name: "TPE1", for TXXX its description), for comments
 *  without description, and for POPM (the rating as a number), USLT and SYLT ("1").
 *  @param offset  of the tag in the file  @param value  UTF-8
 *  @clause ID3v2.2, 2.3 and 2.4; a tag that is unsynchronised as a whole is left to FFmpeg */
void id3v2_read(const ReadAt *file, uint64_t offset,
	void (*take)(const char *name, const char *value, void *data), void *data);

/** Where the tag is: in front, in a chunk of its own, or where a header says.
 *  @param container  of worker/sniff.c  @return false: there is none */
bool id3v2_find(const ReadAt *file, const char *container, uint64_t *ret_offset);

G_END_DECLS
