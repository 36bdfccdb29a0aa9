/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* worker/convert-run.h: one file, one recipe, from a time on, into a pipe */
#pragma once

#include "mediaserver/worker/vaapi.h"
#include "mediaserver/workers/convert-request.h"
#include "mediaserver/workers/job.h"

G_BEGIN_DECLS

/** Loads what codecs need files or first-time work for. Before the sandbox. */
void convert_warm(void);
/** Returns at the end, or when nobody reads the pipe any more.
 *  @param told  as convert_output_open() has it  @param vaapi  NULL: the processor encodes */
WorkerOutcome convert_run(
	const ConvertRequest *request, int file, int pipe, int told, const Vaapi *vaapi);

G_END_DECLS
