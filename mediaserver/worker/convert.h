/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* worker/convert.h: a worker that does nothing but convert: several at once, each in a child */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

/** Says what it can, then serves until the channel is gone.
 *  @param niceness  0 to 19, of a conversion that has begun to send: plain streaming goes first. Until then
 *  somebody waits for a first picture. Reading from the disk follows (ioprio_set(2): 20 + nice, by 5)
 *  @param device  of VAAPI, tried first; NULL: none is to be used
 *  @return true when the server ended it; else error says what was wrong */
bool convert_serve(int channel, int niceness, const char *device, GError **error);

G_END_DECLS
