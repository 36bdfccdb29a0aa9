/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* worker/job.h: one question about one file, answered by a child */
#pragma once

#include <av-upnp/frame.h>

G_BEGIN_DECLS

/** Serves a WORKER_JOB; the frame's descriptor is closed.
 *  @return false when the request is none or the channel is gone: the worker ends */
bool job_serve(int channel, AvuFrame *request, GError **error);

G_END_DECLS
