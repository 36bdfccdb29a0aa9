/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* catalogue/state.h: what cannot be rebuilt: device identity, roots, update ids, settled ids */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

typedef struct State State;

/** Opens DIRECTORY/state.db, fully synced. A file written by a newer version is refused untouched.
 *  All functions may be called from any thread. */
State *state_open(const char *directory, GError **error);
void state_close(State *state);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(State, state_close)

/** @return g_free() it; NULL when there is none */
char *state_dup(State *state, const char *key);
bool state_set(State *state, const char *key, const char *value, GError **error);

/** The root's uuid, given at its first sight and kept when it is no longer shared. g_free() it. */
char *state_dup_root(State *state, const char *path, GError **error);

/** An item whose hash another item already has was given another id: @return it, or 0. */
int64_t state_find_settled(State *state, const char *root, const char *path);
bool state_settle(State *state, const char *root, const char *path, int64_t id, GError **error);

/** Where update ids go on from: after an unclean stop above everything ever used (ROB-005). */
uint32_t state_get_update_id(State *state);
/** From now on ids up to value may be used; on the disk when this returns. */
bool state_reserve_update_ids(State *state, uint32_t value, GError **error);

G_END_DECLS
