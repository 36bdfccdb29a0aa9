/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* worker/cue-text.h: cues written as SubRip or WebVTT */
#pragma once

#include <av-upnp/base.h>

#include "mediaserver/workers/subtitle-request.h"

G_BEGIN_DECLS

typedef struct {
	SubtitleForm form;
	GString *text; /* UTF-8 */
	size_t max_bytes;
	unsigned n;
	int64_t last_start_ms, last_end_ms;
	char *last; /* what it said */
	bool full;  /* no more room: what follows is left out */
} CueText;

void cue_text_init(CueText *cues, SubtitleForm form, size_t max_bytes);
void cue_text_clear(CueText *cues);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CueText, cue_text_clear)

/** One cue. What says nothing, or the same as the one before at the same time, is left out.
 *  @param event  text of an ASS event: "{\\i1}Yes{\\i0}\\NNo"; foreign, NUL-ended */
void cue_text_add(CueText *cues, int64_t start_ms, int64_t end_ms, const char *event);

G_END_DECLS
