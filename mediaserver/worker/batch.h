/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* worker/batch.h: the files of one request, probed in a forked and sandboxed child */
#pragma once

#include <av-upnp/frame.h>

G_BEGIN_DECLS

/** Answers every file of the request on channel, then WORKER_DONE. A child that dies costs the file
 *  it was reading: the unanswered rest is done again, one child per file.
 *  @param request  WORKER_PROBE; its descriptors are closed
 *  @return false when the request is nonsense or the channel is gone: the worker ends */
bool batch_serve(int channel, AvuFrame *request, GError **error);

G_END_DECLS
