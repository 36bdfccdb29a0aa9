/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/media/cues.h: what subtitles say, and when */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

#define CUES_BYTES_MAX (2u * 1024 * 1024) /* of a file */
#define CUES_MAX 20000
#define CUES_TEXT_MAX 600 /* octets of one, without markup */
#define CUES_AT_ONCE 3

typedef struct Cues Cues;

Cues *cues_new(void);
/** SubRip, WebVTT, SSA and ASS, SAMI; of any encoding.
 *  @return NULL: nothing of the kind is in it; cues_free() it */
Cues *cues_parse(const char *data, size_t len);
void cues_free(Cues *cues);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Cues, cues_free)

/** Markup is taken out of text. What is empty then, too much, or there already, is left out.
 *  @param len  of text */
void cues_add(Cues *cues, int64_t start_ns, int64_t end_ns, const char *text, size_t len);
size_t cues_get_count(const Cues *cues);
/** @param ret_texts  UTF-8 of one line or more; borrowed until something is added
 *  @return how many are to be seen at this time */
size_t cues_find(const Cues *cues, int64_t time_ns, const char *ret_texts[CUES_AT_ONCE]);

G_END_DECLS
