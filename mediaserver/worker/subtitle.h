/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* worker/subtitle.h: text of a subtitle file, or of a track in a film, in the form that a player reads */
#pragma once

#include <libavcodec/codec_id.h>

#include "mediaserver/workers/job.h"

G_BEGIN_DECLS

/** Loads what FFmpeg and iconv need files for. Before the sandbox. */
void subtitle_warm(void);
/** Is it text that can be had of a film? */
bool subtitle_is_read(enum AVCodecID id);
/** A WORKER_SUBTITLE job: see workers/subtitle-request.h. */
WorkerOutcome subtitle_run(
	int fd, const char *hint, AvuFrameReader *question, AvuFrameWriter *answer);
/** A WORKER_SUBTITLE_LONG job. */
WorkerOutcome subtitle_run_long(
	int fd, const char *hint, AvuFrameReader *question, AvuFrameWriter *answer);

G_END_DECLS
