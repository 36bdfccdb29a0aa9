/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/local/local.h: all that programs of this host have of the renderer: verbs, MPRIS, hooks */
#pragma once

#include <av-upnp/settings.h>
#include <av-upnp/state-dir.h>

#include "deeds.h"
#include "hooks.h"
#include "mpris.h"
#include "television.h"

G_BEGIN_DECLS

typedef struct Local Local;

/** After avu_device_host_start(). @param device  copied; what it points at outlives the result
 *  @param television  outlives it; NULL: there is none
 *  @return NULL with the error of the control socket */
Local *local_new(const LocalDevice *device, const AvuSettings *settings, AvuStateDir *state,
	AvuSpawner *spawner, Television *television, GError **error);
/** Something that is told to programs, and is no variable of a service, became another. */
void local_note_change(Local *local);
void local_free(Local *local);

G_END_DECLS
