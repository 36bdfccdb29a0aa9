/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/local/mpris.h: the renderer on the session's D-Bus, as desktops and playerctl know players
 * (MPRIS 2.2). The one place where GIO comes in. Main thread. */
#pragma once

#include "device.h"

G_BEGIN_DECLS

typedef struct Mpris Mpris;

/** Connects to the session's bus, if this user has one; where there is none, nothing happens.
 *  @param device  outlives it */
Mpris *mpris_new(const LocalDevice *device);
void mpris_free(Mpris *mpris);
/** Something of the device may have changed; what did is told soon. mpris may be NULL. */
void mpris_note_change(Mpris *mpris);

G_END_DECLS
