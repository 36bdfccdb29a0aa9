/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* worker/convert-child.h: the process in which one conversion runs, without any right */
#pragma once

#include "mediaserver/workers/convert-request.h"

G_BEGIN_DECLS

/* Of a conversion that has begun to send, and of a measurement: plain streaming goes first. Until then
 * somebody waits for a first picture. Reading from the disk follows (ioprio_set(2): 20 + nice, by 5). */
#define CONVERT_NICENESS 10

/** Called behind fork(): gives up all rights, converts and exits with the WorkerOutcome.
 *  @param file  -1: nothing is converted, the machine is measured
 *  @param alive  kept open until the end; gets an octet with the first that goes into the pipe */
G_NORETURN void convert_child(const ConvertRequest *request, int file, int pipe, int alive);

G_END_DECLS
