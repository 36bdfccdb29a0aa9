/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* worker/convert-join.h: pictures from one pipe, sound from another, as they are, into one stream */
#pragma once

#include "mediaserver/workers/job.h"

G_BEGIN_DECLS

/** A transport stream, or Matroska when that does not take their codecs. Returns at the end of both, or when nobody
 *  reads the pipe any more. @param told  as convert_output_open() has it */
WorkerOutcome convert_join(int pictures, int sound, int pipe, int told);

G_END_DECLS
