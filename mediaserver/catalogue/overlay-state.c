/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Overlay tables of state.db. One connection behind the state's lock; what a function has written is
 * on the disk when it returns. */
#include "mediaserver/catalogue/overlay-state.h"

#include <stdarg.h>

#include <av-upnp/error.h>

#include "mediaserver/catalogue/state-private.h"

static bool
begin(State *state, GError **error)
{
	(void)pthread_mutex_lock(&state->lock);
	if (!database_run(state->database, "BEGIN IMMEDIATE", error)) {
		(void)pthread_mutex_unlock(&state->lock);
		return false;
	}
	return true;
}

static bool
end(State *state, bool good, GError **error)
{
	good = good && database_run(state->database,
			       "INSERT INTO value VALUES ('overlay', '1') ON CONFLICT DO UPDATE"
			       " SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT);"
			       "COMMIT",
			       error);

	if (good) {
		atomic_store(&state->has_overlay, true);
		state_changed_locked(state);
	} else {
		(void)database_run(state->database, "ROLLBACK", NULL); /* may be gone already */
	}
	(void)pthread_mutex_unlock(&state->lock);
	return good;
}

static Statement *
bind_list(State *state, GError **error, const char *sql, const char *format, va_list list)
{
	Statement *statement = database_prepare(state->database, sql, error);

	for (int at = 1; statement != NULL && format[at - 1] != '\0'; at++) {
		if (format[at - 1] == 'i') {
			statement_bind_int(statement, at, va_arg(list, int64_t));
			continue;
		}
		const char *text = va_arg(list, const char *);

		if (format[at - 1] == 'o' && text != NULL) {
			statement_bind_blob(statement, at, text, strlen(text));
		} else {
			statement_bind_text(statement, at, text);
		}
	}
	return statement;
}

bool
state_run_locked(State *state, GError **error, const char *sql, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	Statement *statement = bind_list(state, error, sql, format, list);

	va_end(list);
	return statement != NULL && statement_finish(state->database, statement, error);
}

/* One change of one statement, as a transaction. */
static bool
change(State *state, GError **error, const char *sql, const char *format, ...)
{
	va_list list;

	if (!begin(state, error)) {
		return false;
	}
	va_start(list, format);
	Statement *statement = bind_list(state, error, sql, format, list);

	va_end(list);
	return end(state, statement != NULL && statement_finish(state->database, statement, error),
		error);
}

int64_t
overlay_state_get_version(State *state)
{
	int64_t version = 0;

	(void)pthread_mutex_lock(&state->lock);
	Statement *statement = database_prepare(state->database,
		"SELECT CAST(value AS INTEGER) FROM value WHERE key = 'overlay'", NULL);

	if (statement != NULL &&
		statement_step(state->database, statement, NULL) == STATEMENT_ROW) {
		version = statement_get_int(statement, 0);
		(void)statement_finish(state->database, statement, NULL); /* one row */
	}
	(void)pthread_mutex_unlock(&state->lock);
	return version;
}

bool
overlay_state_has_any(State *state)
{
	return atomic_load(&state->has_overlay);
}

/* Edits */

bool
overlay_state_put_edits(
	State *state, int64_t item, const OverlayEdit *edits, unsigned n, GError **error)
{
	bool good = true;

	if (!begin(state, error)) {
		return false;
	}
	for (unsigned i = 0; good && i < n; i++) {
		const char *name = avu_property_get_name(edits[i].property);

		good = edits[i].value == NULL
			       ? state_run_locked(state, error,
					 "DELETE FROM edit WHERE object = ?1 AND property = ?2",
					 "it", item, name)
			       : state_run_locked(state, error,
					 "INSERT OR REPLACE INTO edit VALUES (?1, ?2, ?3)", "itt",
					 item, name, edits[i].value);
	}
	return end(state, good, error);
}

bool
overlay_state_list_edits(State *state, int64_t item,
	void (*add)(AvuProperty property, const char *value, void *data), void *data,
	GError **error)
{
	StatementStep step = STATEMENT_FAILED;

	(void)pthread_mutex_lock(&state->lock);
	Statement *statement = database_prepare(
		state->database, "SELECT property, value FROM edit WHERE object = ?1", error);

	if (statement != NULL) {
		statement_bind_int(statement, 1, item);
		while ((step = statement_step(state->database, statement, error)) ==
			STATEMENT_ROW) {
			const AvuCursor name = avu_cursor_string(statement_get_text(statement, 0));
			AvuProperty property;

			/* one of a later version stays where it is */
			if (avu_property_find(&name, &property)) {
				add(property, statement_get_text(statement, 1), data);
			}
		}
	}
	(void)pthread_mutex_unlock(&state->lock);
	return step == STATEMENT_DONE;
}

/* Hidden files: an edit under a name that no property has */

bool
overlay_state_hide(State *state, int64_t place, GError **error)
{
	return change(
		state, error, "INSERT OR REPLACE INTO edit VALUES (?1, 'hidden', '1')", "i", place);
}

bool
overlay_state_show(State *state, int64_t place, GError **error)
{
	return change(state, error, "DELETE FROM edit WHERE object = ?1 AND property = 'hidden'",
		"i", place);
}

bool
overlay_state_is_hidden(State *state, int64_t place)
{
	bool hidden = false;

	(void)pthread_mutex_lock(&state->lock);
	Statement *statement = database_prepare(state->database,
		"SELECT 1 FROM edit WHERE object = ?1 AND property = 'hidden'", NULL);

	if (statement != NULL) {
		statement_bind_int(statement, 1, place);
		hidden = statement_step(state->database, statement, NULL) == STATEMENT_ROW &&
			 statement_finish(state->database, statement, NULL);
	}
	(void)pthread_mutex_unlock(&state->lock);
	return hidden;
}

/* Play state */

bool
overlay_state_put_play(
	State *state, int64_t item, const char *user, const OverlayPlay *play, GError **error)
{
	return change(state, error, "INSERT OR REPLACE INTO play VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
		"itiiii", item, user, play->position_ns, play->count, play->played_s,
		(int64_t)play->watched);
}

bool
overlay_state_get_play(State *state, int64_t item, const char *user, OverlayPlay *ret_play)
{
	bool found = false;

	*ret_play = (OverlayPlay){ .position_ns = AVU_TIME_NONE, .count = -1, .played_s = -1 };
	(void)pthread_mutex_lock(&state->lock);
	Statement *statement = database_prepare(state->database,
		"SELECT position, count, played, watched FROM play WHERE item = ?1 AND user = ?2",
		NULL);

	if (statement != NULL) {
		statement_bind_int(statement, 1, item);
		statement_bind_text(statement, 2, user);
		found = statement_step(state->database, statement, NULL) == STATEMENT_ROW;
		if (found) {
			ret_play->position_ns = statement_get_int(statement, 0);
			ret_play->count = statement_get_int(statement, 1);
			ret_play->played_s = statement_get_int(statement, 2);
			ret_play->watched = statement_get_int(statement, 3) != 0;
			(void)statement_finish(state->database, statement, NULL); /* one row */
		}
	}
	(void)pthread_mutex_unlock(&state->lock);
	return found;
}

/* @param add  for each row; the lock is held */
static bool
list(State *state, const char *sql, int64_t parameter,
	void (*add)(Statement *row, const void *closure), const void *closure, GError **error)
{
	StatementStep step = STATEMENT_FAILED;

	(void)pthread_mutex_lock(&state->lock);
	Statement *statement = database_prepare(state->database, sql, error);

	if (statement != NULL) {
		statement_bind_int(statement, 1, parameter);
	}
	while (statement != NULL &&
		(step = statement_step(state->database, statement, error)) == STATEMENT_ROW) {
		add(statement, closure);
	}
	(void)pthread_mutex_unlock(&state->lock);
	return step == STATEMENT_DONE;
}

static void
add_id(Statement *row, const void *closure)
{
	GArray *const *ids = closure;
	int64_t id = statement_get_int(row, 0);

	g_array_append_val(*ids, id);
}

bool
overlay_state_list_items(State *state, GArray *ids, GError **error)
{
	return list(state, "SELECT object FROM edit UNION SELECT item FROM play WHERE user = ''", 0,
		add_id, &ids, error);
}

/* Promises */

bool
overlay_state_put_promise(State *state, const StatePromise *promise, GError **error)
{
	return change(state, error,
		"INSERT OR REPLACE INTO promise VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
		"ittoottii", promise->id, promise->root, promise->root_title, promise->folder,
		promise->name, promise->title, promise->mime, promise->kind, promise->expires_s);
}

bool
overlay_state_extend_promise(State *state, int64_t id, int64_t expires_s, GError **error)
{
	return change(
		state, error, "UPDATE promise SET expires = ?2 WHERE id = ?1", "ii", id, expires_s);
}

bool
overlay_state_drop_promise(State *state, int64_t id, GError **error)
{
	return change(state, error, "DELETE FROM promise WHERE id = ?1", "i", id);
}

/* Rows on their way to a call-back that may ask the state itself: the lock is not held while it is told of them.
 * Their texts are kept beside. */
typedef struct {
	GArray *rows;
	GStringChunk *texts;
} Kept;

static void
kept_init(Kept *kept, size_t row_size)
{
	kept->rows = g_array_new(FALSE, FALSE, (guint)row_size);
	kept->texts = g_string_chunk_new(1024);
}

static void
kept_clear(Kept *kept)
{
	g_array_unref(kept->rows);
	g_string_chunk_free(kept->texts);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Kept, kept_clear)

static const char *
keep_text(const Kept *kept, Statement *row, int column)
{
	const char *text = statement_get_text(row, column);

	return text != NULL ? g_string_chunk_insert(kept->texts, text) : NULL;
}

static void
add_promise(Statement *row, const void *closure)
{
	const Kept *kept = closure;
	const StatePromise promise = {
		.id = statement_get_int(row, 0),
		.root = keep_text(kept, row, 1),
		.root_title = keep_text(kept, row, 2),
		.folder = keep_text(kept, row, 3),
		.name = keep_text(kept, row, 4),
		.title = keep_text(kept, row, 5),
		.mime = keep_text(kept, row, 6),
		.kind = statement_get_int(row, 7),
		.expires_s = statement_get_int(row, 8),
	};

	g_array_append_val(kept->rows, promise);
}

bool
overlay_state_list_promises(State *state, void (*add)(const StatePromise *promise, void *data),
	void *data, GError **error)
{
	g_auto(Kept) kept = { NULL };

	kept_init(&kept, sizeof(StatePromise));
	bool good = list(state,
		"SELECT id, root, root_title, CAST(folder AS TEXT), CAST(name AS TEXT), title,"
		" mime, kind, expires FROM promise ORDER BY expires",
		0, add_promise, &kept, error);

	for (guint i = 0; good && i < kept.rows->len; i++) {
		add(&g_array_index(kept.rows, StatePromise, i), data);
	}
	return good;
}

/* Containers */

bool
overlay_state_put_container(State *state, const StateContainer *container, GError **error)
{
	return change(state, error,
		"INSERT OR REPLACE INTO made VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)", "iiittott",
		container->id, container->parent, container->kind, container->root,
		container->root_title, container->path, container->title, container->upnp_class);
}

bool
overlay_state_set_title(State *state, int64_t id, const char *title, GError **error)
{
	return change(state, error, "UPDATE made SET title = ?2 WHERE id = ?1", "it", id, title);
}

bool
overlay_state_has_container(State *state, int64_t id)
{
	bool has = false;

	(void)pthread_mutex_lock(&state->lock);
	Statement *statement =
		database_prepare(state->database, "SELECT 1 FROM made WHERE id = ?1", NULL);

	if (statement != NULL) {
		statement_bind_int(statement, 1, id);
		has = statement_step(state->database, statement, NULL) == STATEMENT_ROW &&
		      statement_finish(state->database, statement, NULL);
	}
	(void)pthread_mutex_unlock(&state->lock);
	return has;
}

bool
overlay_state_drop_container(State *state, int64_t id, GError **error)
{
	return begin(state, error) &&
	       end(state,
		       state_run_locked(state, error, "DELETE FROM reference WHERE container = ?1",
			       "i", id) &&
			       state_run_locked(
				       state, error, "DELETE FROM made WHERE id = ?1", "i", id),
		       error);
}

static void
add_container(Statement *row, const void *closure)
{
	const Kept *kept = closure;
	const StateContainer container = {
		.id = statement_get_int(row, 0),
		.parent = statement_get_int(row, 1),
		.kind = statement_get_int(row, 2),
		.root = keep_text(kept, row, 3),
		.root_title = keep_text(kept, row, 4),
		.path = keep_text(kept, row, 5),
		.title = keep_text(kept, row, 6),
		.upnp_class = keep_text(kept, row, 7),
	};

	g_array_append_val(kept->rows, container);
}

bool
overlay_state_list_containers(State *state,
	void (*add)(const StateContainer *container, void *data), void *data, GError **error)
{
	g_auto(Kept) kept = { NULL };

	kept_init(&kept, sizeof(StateContainer));
	bool good = list(state,
		"SELECT id, parent, kind, root, root_title, CAST(path AS TEXT), title, class FROM"
		" made ORDER BY rowid",
		0, add_container, &kept, error);

	for (guint i = 0; good && i < kept.rows->len; i++) {
		add(&g_array_index(kept.rows, StateContainer, i), data);
	}
	return good;
}

/* References */

bool
overlay_state_add_reference(
	State *state, int64_t container, int64_t item, int64_t *ret_position, GError **error)
{
	bool good = false;

	if (!begin(state, error)) {
		return false;
	}
	Statement *statement = database_prepare(state->database,
		"INSERT INTO reference VALUES (?1, (SELECT ifnull(max(position), 0) + 1 FROM"
		" reference WHERE container = ?1), ?2) RETURNING position",
		error);

	if (statement != NULL) {
		statement_bind_int(statement, 1, container);
		statement_bind_int(statement, 2, item);
		good = statement_step(state->database, statement, error) == STATEMENT_ROW;
		*ret_position = good ? statement_get_int(statement, 0) : 0;
		good = good && statement_finish(state->database, statement, error);
	}
	return end(state, good, error);
}

bool
overlay_state_drop_reference(State *state, int64_t container, int64_t item, GError **error)
{
	return change(state, error, "DELETE FROM reference WHERE container = ?1 AND item = ?2",
		"ii", container, item);
}

typedef struct {
	void (*add)(int64_t container, int64_t position, int64_t item, void *data);
	void *data;
} ReferenceClosure;

static void
add_reference(Statement *row, const void *closure)
{
	const ReferenceClosure *call = closure;

	call->add(statement_get_int(row, 0), statement_get_int(row, 1), statement_get_int(row, 2),
		call->data);
}

bool
overlay_state_list_references(State *state, int64_t item,
	void (*add)(int64_t container, int64_t position, int64_t item, void *data), void *data,
	GError **error)
{
	const ReferenceClosure closure = { add, data };

	return item != 0
		       ? list(state,
				 "SELECT container, position, item FROM reference WHERE item = ?1",
				 item, add_reference, &closure, error)
		       : list(state,
				 "SELECT container, position, item FROM reference"
				 " WHERE ?1 = 0 ORDER BY container, position",
				 0, add_reference, &closure, error);
}
