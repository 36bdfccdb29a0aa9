/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/media/living.h: elements that follow values set on the main thread. A thread of GStreamer's may
 * be the last to let go of one, so they are held weakly, and what is got of them is referenced. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Each function: under the lock of who has it. */
typedef struct Living Living;

Living *living_new(void);
/** Accepts NULL. */
void living_free(Living *living);
void living_add(Living *living, GstElement *element);
/** @return those that are not on their way out; g_ptr_array_unref() it without that lock */
GPtrArray *living_get(const Living *living);

G_END_DECLS
