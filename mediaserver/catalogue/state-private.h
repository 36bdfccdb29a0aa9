/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* catalogue/state-private.h: state.db, as its files share it */
#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include "mediaserver/catalogue/database.h"
#include "mediaserver/catalogue/state.h"

G_BEGIN_DECLS

struct State {
	pthread_mutex_t lock;
	char *path;
	Database *database;       /* guarded by lock */
	int64_t copied_ns;        /* when the last copy was made; guarded by lock */
	bool uncopied;            /* changed since; guarded by lock */
	_Atomic bool has_overlay; /* there may be rows to lay over a file */
	/* there may be rows: libraries where nothing moved need no query */
	_Atomic bool has_settled;
	pthread_mutex_t values_lock; /* of moments: whoever reads a value waits for no disk */
	GHashTable *values;          /* key → value, as they were read or set; guarded by values_lock */
};

/** After a change is committed: makes a copy when one is due. The lock is held. */
void state_changed_locked(State *state);
/** Binds and runs a statement without rows; format: i (int64_t), t (const char *), o (octets as
 *  const char *). The lock is held. */
bool state_run_locked(State *state, GError **error, const char *sql, const char *format, ...);

G_END_DECLS
