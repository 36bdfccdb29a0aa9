/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* worker/index.h: which octet of a file belongs to which time */
#pragma once

#include "mediaserver/workers/job.h"

G_BEGIN_DECLS

/** A WORKER_INDEX job; the answer is an IndexResult. */
WorkerOutcome index_run(int fd, const char *hint, AvuFrameReader *question, AvuFrameWriter *answer);

G_END_DECLS
