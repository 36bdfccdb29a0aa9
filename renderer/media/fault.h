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
/** What AVTransport answers for such a sentence: 704, the format is not played here; 501 when an output is
 *  at fault, since with another format nothing would be better. @param sentence  may be NULL */
int fault_get_code(const char *sentence);

G_END_DECLS
