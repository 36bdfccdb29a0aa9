/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* worker/convert-child.h: the process in which one conversion runs, without any right */
#pragma once

#include "mediaserver/workers/convert-request.h"

G_BEGIN_DECLS

typedef struct {
	int file;  /* -1: nothing is converted, the machine is measured */
	int sound; /* of a film that is in two parts; -1: it has none of its own */
	int pipe;  /* that octets go into */
	int alive; /* kept open until the end; gets an octet with the first that goes into the pipe */
} ConvertFds;

/** Called behind fork(): gives up all rights, converts and exits with the WorkerOutcome.
 *  @param niceness  of a measurement; a conversion gets it from the parent
 *  @param device  of VAAPI, which films of H.264 are encoded by; NULL: the processor does */
G_NORETURN void convert_child(
	const ConvertRequest *request, const char *device, int niceness, const ConvertFds *fds);

#define CONVERT_TRY_S 10 /* a driver that needs longer is ended */

/** Called behind fork(): opens the device, gives up the same rights, and tries it. Exits with WORKER_OK, or after
 *  it wrote what is wrong into the pipe. */
G_NORETURN void convert_child_try(const char *device, int pipe);

G_END_DECLS
