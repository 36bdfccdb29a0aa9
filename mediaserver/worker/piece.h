/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* worker/piece.h: a track of a CUE sheet as octets of its recording */
#pragma once

#include "mediaserver/workers/job.h"

G_BEGIN_DECLS

/** A WORKER_PIECE job; the answer is a PieceResult. */
WorkerOutcome piece_run(int fd, const char *hint, AvuFrameReader *question, AvuFrameWriter *answer);

G_END_DECLS
