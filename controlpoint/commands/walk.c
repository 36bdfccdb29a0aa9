/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Walking a server's tree. The way down is kept on a stack of its own, bounded by DEPTH_MAX; the
 * children of the containers on the way are held as records. Main thread. */
#include <string.h>

#include <av-upnp/error.h>
#include <av-upnp/object-path.h>

#include "commands/object-record.h"
#include "commands/walk.h"

#define DEPTH_MAX 32
#define OBJECTS_MAX 100000

typedef struct {
	json_t *children;
	size_t next;
	char *path; /* of the container, without slash at the end; NULL: it has none */
} Level;

typedef struct {
	Session *session;
	const Walk *walk;
	AvuRemoteDevice *server;
	GHashTable *entered;
	Level levels[DEPTH_MAX];
	unsigned n_levels;
	unsigned n_objects;
} Way;

static bool
collect(const AvuObject *object, void *data)
{
	json_t *children = data;

	(void)json_array_append_new(children, object_record(object));
	return json_array_size(children) < OBJECTS_MAX;
}

/* @param path  taken */
static bool
enter(Way *way, const char *id, char *path, GError **error)
{
	Level *level = &way->levels[way->n_levels++];
	g_autofree char *copy = g_strdup(id);
	const ContentPlace place = { way->server, copy };

	*level = (Level){ json_array(), 0, path };
	return content_browse(
		way->session, &place, OBJECT_RECORD_FILTER, collect, level->children, error);
}

static void
leave(Way *way)
{
	Level *level = &way->levels[--way->n_levels];

	json_decref(level->children);
	g_free(level->path);
}

static char *
path_below(const Level *level, const json_t *record)
{
	const char *title = json_string_value(json_object_get(record, "title"));
	g_autofree char *escaped = avu_object_path_escape(title != NULL ? title : "");

	return level->path != NULL ? g_strconcat(level->path, "/", escaped, NULL) : NULL;
}

static bool
is_to_be_entered(Way *way, const json_t *record)
{
	const unsigned max =
		way->walk->max_depth > 0 ? MIN(way->walk->max_depth, DEPTH_MAX) : DEPTH_MAX;
	const char *id = json_string_value(json_object_get(record, "id"));

	return way->n_levels < max && id != NULL &&
	       json_is_true(json_object_get(record, "container")) &&
	       g_hash_table_add(way->entered, g_strdup(id));
}

/* The next child of the deepest level. @return false: enough, or error is set */
static bool
step(Way *way, GError **error)
{
	Level *level = &way->levels[way->n_levels - 1];
	json_t *record = json_array_get(level->children, level->next++);
	g_autofree char *path = path_below(level, record);

	if (++way->n_objects > OBJECTS_MAX) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_LIMIT,
			"there are more than %d objects below it; only those were looked at",
			OBJECTS_MAX);
		return false;
	}
	record_set_text(record, "path", path);
	return way->walk->emit(record, way->n_levels, way->walk->data) &&
	       (!is_to_be_entered(way, record) ||
		       enter(way, json_string_value(json_object_get(record, "id")),
			       g_steal_pointer(&path), error));
}

bool
walk_below(Session *session, const ContentPlace *top, const Walk *walk, GError **error)
{
	g_autoptr(GHashTable) entered =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	Way way = { .session = session, .walk = walk, .server = top->server, .entered = entered };
	g_autoptr(GError) trouble = NULL;
	char *path = g_strdup(walk->path);

	for (size_t len = path != NULL ? strlen(path) : 0; len > 0 && path[len - 1] == '/'; len--) {
		path[len - 1] = '\0';
	}
	(void)g_hash_table_add(entered, g_strdup(top->id));
	bool more = enter(&way, top->id, path, &trouble);

	while (more && way.n_levels > 0) {
		const Level *level = &way.levels[way.n_levels - 1];

		if (level->next < json_array_size(level->children)) {
			more = step(&way, &trouble);
		} else {
			leave(&way);
		}
	}
	while (way.n_levels > 0) {
		leave(&way);
	}
	if (trouble != NULL) {
		g_propagate_error(error, g_steal_pointer(&trouble));
		return false;
	}
	return true;
}
