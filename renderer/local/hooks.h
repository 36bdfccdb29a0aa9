/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/local/hooks.h: a program of the operator's that is told what happens */
#pragma once

#include <av-upnp/spawner.h>

#include "device.h"

G_BEGIN_DECLS

#define HOOK_HELPER "hook"

typedef struct Hooks Hooks;

/** @param program  absolute path; NULL: nobody is told
 *  @param spawner,device  outlive it */
Hooks *hooks_new(AvuSpawner *spawner, const LocalDevice *device, const char *program);
void hooks_free(Hooks *hooks);
/** Something of the device may have changed. hooks may be NULL. */
void hooks_note_change(Hooks *hooks);

G_END_DECLS
