/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* worker/thumb.h: a picture that stands for a file */
#pragma once

#include "mediaserver/workers/job.h"

G_BEGIN_DECLS

/** Loads what decoders need files or first-time work for. Before the sandbox. */
void thumb_warm(void);
/** A WORKER_THUMB job: see workers/thumb-request.h. */
WorkerOutcome thumb_run(int fd, const char *hint, AvuFrameReader *question, AvuFrameWriter *answer);

G_END_DECLS
