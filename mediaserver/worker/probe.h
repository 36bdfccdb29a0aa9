/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* worker/probe.h: what is in one file, asked of FFmpeg over a descriptor */
#pragma once

#include "mediaserver/workers/probe-result.h"

G_BEGIN_DECLS

/** Loads and initialises what a probe needs files or first-time work for: character converters,
 *  decoder tables. Before the sandbox. */
void probe_warm(void);

/** @param fd    regular file, read with pread from any position; stays the caller's
 *  @param hint  extension in lower case or NULL
 *  @param result  initialised; outcome, reason and all that was found are filled in */
void probe_file(int fd, const char *hint, ProbeResult *result);

G_END_DECLS
