/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/volume-store.h: the volume outlives the program */
#pragma once

#include <av-upnp/state-dir.h>

G_BEGIN_DECLS

typedef struct VolumeStore VolumeStore;

/** @param state  borrowed, outlives the result */
VolumeStore *volume_store_new(AvuStateDir *state);
/** Stores what is pending. */
void volume_store_free(VolumeStore *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VolumeStore, volume_store_free)

unsigned volume_store_get(const VolumeStore *store); /* percent */
/** Written a little later, once for many changes. */
void volume_store_set(VolumeStore *store, unsigned percent);

G_END_DECLS
