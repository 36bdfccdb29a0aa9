/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/media/confine.h: what the media process may still do once it decodes foreign octets */
#pragma once

#include "sinks.h"

G_BEGIN_DECLS

/** No network, no exec, no tracing, no files but libraries, devices for sound and pictures, the
 *  runtime folder, and the folders a described sink writes to. Irrevocable; before the first track.
 *  @return false with AVU_ERROR: the process must not go on */
bool confine_media(const Sinks *sinks, GError **error);

G_END_DECLS
