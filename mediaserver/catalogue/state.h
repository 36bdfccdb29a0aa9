/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* catalogue/state.h: what cannot be rebuilt: device identity, roots, update ids, ids that moved */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

typedef struct State State;

/** Opens DIRECTORY/state.db, fully synced. A file written by a newer version is refused untouched.
 *  All functions may be called from any thread. */
State *state_open(const char *directory, GError **error);
void state_close(State *state);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(State, state_close)

/** A value that was read or set before waits for no disk. @return g_free() it; NULL when there is none */
char *state_dup(State *state, const char *key);
bool state_set(State *state, const char *key, const char *value, GError **error);
/** One that is not there is no error. */
bool state_drop(State *state, const char *key, GError **error);
/** Those whose keys begin so. @param add  asks nothing of the state */
bool state_list(State *state, const char *prefix,
	void (*add)(const char *key, const char *value, void *data), void *data, GError **error);

/** The root's uuid, given at its first sight and kept when it is no longer shared. g_free() it. */
char *state_dup_root(State *state, const char *path, GError **error);

/* Ids of items that are not the hash of where they are: they moved, or another item had that hash. */
typedef struct {
	int64_t id;
	const char *root, *path; /* path NULL: the id is free again */
} SettledId;

/** All or none, on the disk when this returns. A path and an id have one row each: the last counts. */
bool state_settle(State *state, const SettledId *ids, size_t n, GError **error);
/** @return the id of what is there, or 0 */
int64_t state_find_settled(State *state, const char *root, const char *path);
/** Something has this id that is not at its hash's place. */
bool state_is_settled(State *state, int64_t id);

/** Where update ids go on from: after an unclean stop above everything ever used (ROB-005). */
uint32_t state_get_update_id(State *state);
/** From now on ids up to value may be used; on the disk when this returns. */
bool state_reserve_update_ids(State *state, uint32_t value, GError **error);

G_END_DECLS
