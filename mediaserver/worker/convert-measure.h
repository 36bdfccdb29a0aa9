/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* worker/convert-measure.h: how many pixels this machine codes in a second */
#pragma once

#include "mediaserver/workers/job.h"

G_BEGIN_DECLS

/** Takes some seconds; writes MACHINE_FIGURES int64 (convert/machine.h) into the pipe. */
WorkerOutcome convert_measure(int64_t threads, int pipe);

G_END_DECLS
