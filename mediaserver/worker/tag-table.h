/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* worker/tag-table.h: names of tags, whoever wrote them, as fields of a probe answer */
#pragma once

#include "mediaserver/workers/probe-result.h"

G_BEGIN_DECLS

#define TAG_FIELDS_MAX 64

/* What was taken so far. Of several tags for one field the one with the better name wins (a date of
 * release over the date of a file); equal ones are further values. Of several sources the first. */
typedef struct {
	ProbeResult *result;
	const char *container; /* of worker/sniff.c: some names mean another thing there */
	unsigned source;
	unsigned ranks[TAG_FIELDS_MAX]; /* of the taken value, 0: none */
} TagTaker;

/** @param result  borrowed */
void tag_taker_init(TagTaker *taker, ProbeResult *result, const char *container);
/** What is added from now on only fills fields that are still empty. */
void tag_taker_next_source(TagTaker *taker);
/** @param name   of a Vorbis comment, an ID3v2 frame, an MP4 atom as FFmpeg calls it …; in any case
 *  @param value  UTF-8, or octets that are taken for Latin-1 */
void tag_taker_add(TagTaker *taker, const char *name, const char *value);

G_END_DECLS
