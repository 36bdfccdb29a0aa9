/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* workers/subtitle-request.h: the question and the answer of WORKER_SUBTITLE and WORKER_SUBTITLE_LONG: which text of a file, in
 * which form; UTF-8 as octets. Compiled into both ends. */
#pragma once

#include <av-upnp/limits.h>

#include "mediaserver/workers/job.h"

G_BEGIN_DECLS

typedef enum {
	SUBTITLE_SAME, /* as it is, but in UTF-8; files only */
	SUBTITLE_SRT,
	SUBTITLE_VTT,
	SUBTITLE_FORMS,
} SubtitleForm;

#define SUBTITLE_LANGUAGE_MAX 7
#define SUBTITLE_TYPE_MAX 3
#define SUBTITLE_TRACKS_MAX 1024
#define SUBTITLE_WAIT_MAX_S 15
/* What fits into one answer (LIM-44); of a longer text the end is missing. */
#define SUBTITLE_OCTETS_MAX (AVU_LIMIT_FRAME - 1024)

typedef struct {
	int64_t track; /* stream of a film; -1: the file is text */
	SubtitleForm form;
	char type[SUBTITLE_TYPE_MAX + 1]; /* of a file: "srt" */
	int64_t charset;        /* of charsets_list(), when nothing else says it; -1: none */
	int64_t frame_rate_mhz; /* for those that count frames; -1: unknown */
	int64_t wait_s;         /* WORKER_SUBTITLE of a track: then it is UNFINISHED */
	char language[SUBTITLE_LANGUAGE_MAX + 1];
} SubtitleRequest;

GBytes *subtitle_request_to_question(const SubtitleRequest *request);
/** @return false: not what it should be */
bool subtitle_request_take(AvuFrameReader *reader, SubtitleRequest *ret_request);
/** The text: UTF-8 without control characters but tab and newline.
 *  @return NULL: it is none (SEC-144) */
GBytes *subtitle_answer_take(AvuFrameReader *reader);

G_END_DECLS
