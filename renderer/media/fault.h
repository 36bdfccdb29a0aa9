/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/media/fault.h: what went wrong in a pipeline, in words for people */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/** Whose fault it is: an output's that is not there, is used by another or takes no such samples or
 *  pictures, or that of what is played.
 *  @param message  an error of an element of the pipeline  @return g_free() it. @thread any, without locks
 *                  of its elements */
char *fault_describe(GstElement *pipeline, GstMessage *message);

G_END_DECLS
