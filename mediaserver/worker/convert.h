/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* worker/convert.h: a worker that does nothing but convert: several at once, each in a child */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

/** Says what it can, then serves until the channel is gone.
 *  @return true when the server ended it; else error says what was wrong */
bool convert_serve(int channel, GError **error);

G_END_DECLS
