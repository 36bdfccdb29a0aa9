/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* catalogue/overlay-state.h: the tables of state.db behind overlay.h. Each function that changes
 * something is one synced transaction, and moves the version of the overlay. Any thread. */
#pragma once

#include "mediaserver/catalogue/overlay.h"

G_BEGIN_DECLS

/** Changes with each change of the overlay: the catalogue keeps which one it has. */
int64_t overlay_state_get_version(State *state);

bool overlay_state_put_edits(
	State *state, int64_t item, const OverlayEdit *edits, unsigned n, GError **error);
/** @param add  value lives until it returns; it may not call back */
bool overlay_state_list_edits(State *state, int64_t item,
	void (*add)(AvuProperty property, const char *value, void *data), void *data,
	GError **error);

bool overlay_state_put_play(
	State *state, int64_t item, const char *user, const OverlayPlay *play, GError **error);
bool overlay_state_get_play(State *state, int64_t item, const char *user, OverlayPlay *ret_play);

/** Files that are not to be shown, by a hash of where they are. */
bool overlay_state_hide(State *state, int64_t place, GError **error);
/** Takes that back. */
bool overlay_state_show(State *state, int64_t place, GError **error);
bool overlay_state_is_hidden(State *state, int64_t place);

/** Items with edits or play state, as int64_t. */
bool overlay_state_list_items(State *state, GArray *ids, GError **error);
/** May an item have something? Cheap; never wrongly false. */
bool overlay_state_has_any(State *state);

/* What is promised, with all that is needed to show it in a new catalogue. */
typedef struct {
	int64_t id;
	const char *root, *root_title, *folder, *name, *title, *mime;
	int64_t kind, expires_s;
} StatePromise;
bool overlay_state_put_promise(State *state, const StatePromise *promise, GError **error);
bool overlay_state_extend_promise(State *state, int64_t id, int64_t expires_s, GError **error);
bool overlay_state_drop_promise(State *state, int64_t id, GError **error);
/** @param add  may ask the state; strings live until it returns. The same for containers */
bool overlay_state_list_promises(State *state, void (*add)(const StatePromise *promise, void *data),
	void *data, GError **error);

/* Containers made: a folder (root, path, kind) or a list (parent, title, class). */
typedef struct {
	int64_t id, parent;
	int64_t kind;                         /* of a folder; 0: a list */
	const char *root, *root_title, *path; /* of a folder */
	const char *title, *upnp_class;       /* of a list */
} StateContainer;
bool overlay_state_put_container(State *state, const StateContainer *container, GError **error);
bool overlay_state_set_title(State *state, int64_t id, const char *title, GError **error);
bool overlay_state_has_container(State *state, int64_t id);
/** With its references. */
bool overlay_state_drop_container(State *state, int64_t id, GError **error);
bool overlay_state_list_containers(State *state,
	void (*add)(const StateContainer *container, void *data), void *data, GError **error);

bool overlay_state_add_reference(
	State *state, int64_t container, int64_t item, int64_t *ret_position, GError **error);
bool overlay_state_drop_reference(State *state, int64_t container, int64_t item, GError **error);
/** @param item  0: of all */
bool overlay_state_list_references(State *state, int64_t item,
	void (*add)(int64_t container, int64_t position, int64_t item, void *data), void *data,
	GError **error);

G_END_DECLS
