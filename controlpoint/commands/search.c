/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* avcp search: objects whose title has all of the words, or that meet criteria of UPnP. Main thread.
 *
 * Servers that can search titles are asked to; the others are walked, breadth first, at most
 * WALK_OBJECTS_MAX objects and WALK_DEPTH_MAX levels, which is said when it was not enough. */
#include <string.h>

#include <av-upnp/error.h>
#include <av-upnp/limits.h>
#include <av-upnp/text.h>

#include "address/content.h"
#include "address/finder.h"
#include "commands/command.h"
#include "commands/object-record.h"
#include "commands/search-words.h"

#define WALK_OBJECTS_MAX 20000
#define WALK_DEPTH_MAX 8

typedef struct {
	Run *run;
	char *const *words;
	const ContentPlace *place;
	int64_t left;       /* records still wanted; below 0: all */
	GHashTable *shown;  /* ids: views of a server list the same object several times */
	GQueue *containers; /* char *id with the depth in front, of a walk; NULL: searching */
	unsigned depth;
	unsigned visited;
} Search;

static void
show(Search *search, const AvuObject *object)
{
	/* A reference counts as what it refers to. */
	const char *id =
		object->ref_id != NULL && object->ref_id[0] != '\0' ? object->ref_id : object->id;

	if (id == NULL || !g_hash_table_add(search->shown, g_strdup(id))) {
		return;
	}
	json_t *record = object_record(object);

	record_set_text(record, "server", avu_remote_device_get_name(search->place->server));
	record_set_text(record, "server_udn", avu_remote_device_get_udn(search->place->server));
	output_record(search->run->output, record);
	if (search->left > 0) {
		search->left--;
	}
}

static bool
emit_found(const AvuObject *object, void *data)
{
	Search *search = data;

	show(search, object);
	return search->left != 0;
}

typedef struct {
	char *id;
	unsigned depth;
} Level;

static void
level_free(void *data)
{
	Level *level = data;

	g_free(level->id);
	g_free(level);
}

static bool
emit_walked(const AvuObject *object, void *data)
{
	Search *search = data;

	if (search_words_match(search->words, object->title)) {
		show(search, object);
	}
	if (object->container && object->id != NULL && search->depth < WALK_DEPTH_MAX) {
		Level *level = g_new0(Level, 1);

		level->id = g_strdup(object->id);
		level->depth = search->depth + 1;
		g_queue_push_tail(search->containers, level);
	}
	return search->left != 0 && ++search->visited < WALK_OBJECTS_MAX;
}

static bool
walk(Search *search, GError **error)
{
	GQueue containers = G_QUEUE_INIT;
	g_autoptr(GHashTable) walked = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	Level *level = g_new0(Level, 1);
	bool done = true;

	level->id = g_strdup(CONTENT_ROOT);
	search->containers = &containers;
	for (; done && level != NULL; level = g_queue_pop_head(&containers)) {
		ContentPlace place = { search->place->server, level->id };

		search->depth = level->depth;
		if (search->left != 0 && search->visited < WALK_OBJECTS_MAX &&
			g_hash_table_add(walked, g_strdup(level->id))) {
			done = content_browse(search->run->session, &place, OBJECT_RECORD_FILTER,
				emit_walked, search, error);
		}
		level_free(level);
	}
	g_queue_clear_full(&containers, level_free);
	if (level != NULL) {
		level_free(level);
	}
	search->containers = NULL;
	if (done && search->visited >= WALK_OBJECTS_MAX) {
		g_message("\"%s\" cannot search titles; only its first %d objects were looked at",
			avu_remote_device_get_name(search->place->server), WALK_OBJECTS_MAX);
	}
	return done;
}

static bool
can_search_titles(Run *run, AvuRemoteDevice *server)
{
	g_autoptr(AvuRemoteAnswer) answer = session_call(run->session, server,
		&avu_service_content_directory, "GetSearchCapabilities", NULL, NULL);

	return answer != NULL &&
	       search_words_supported(avu_remote_answer_get(answer, "SearchCaps"));
}

static bool
search_server(Run *run, AvuRemoteDevice *server, GError **error)
{
	char root[] = CONTENT_ROOT;
	const ContentPlace place = { server, root };
	const int64_t limit = avu_settings_get_int(run->settings, "Limit");
	g_autoptr(GHashTable) shown = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	Search search = { .run = run,
		.words = run->operands,
		.place = &place,
		.left = limit > 0 ? limit : -1,
		.shown = shown };

	const bool raw = avu_settings_get_bool(run->settings, "Criteria");

	if (!raw && !can_search_titles(run, server)) {
		return walk(&search, error);
	}
	g_autofree char *criteria = raw ? g_strjoinv(" ", (char **)run->operands)
					: search_words_criteria(run->operands);

	return content_search(
		run->session, &place, criteria, OBJECT_RECORD_FILTER, emit_found, &search, error);
}

static GPtrArray *
servers_of(Run *run, GError **error)
{
	const char *wanted = run_get_server(run);

	if (wanted == NULL) {
		return finder_list(run->session, AVU_DEVICE_SERVER, error);
	}
	AvuRemoteDevice *server = finder_find(run->session, AVU_DEVICE_SERVER, wanted, error);

	if (server == NULL) {
		return NULL;
	}
	GPtrArray *servers =
		g_ptr_array_new_with_free_func((GDestroyNotify)avu_remote_device_unref);

	g_ptr_array_add(servers, server);
	return servers;
}

static bool
run_search(Run *run, GError **error)
{
	g_autoptr(GPtrArray) servers = servers_of(run, error);
	g_autoptr(GError) first = NULL;

	if (servers == NULL) {
		return false;
	}
	if (servers->len == 0) {
		g_set_error(
			error, AVU_ERROR, AVU_ERROR_NOT_FOUND, "no server found on the network");
		return false;
	}
	output_begin(run->output, &run->command->schema);
	for (guint i = 0; i < servers->len; i++) {
		/* One server's failure does not keep the others from being asked. */
		(void)search_server(run, servers->pdata[i], first == NULL ? &first : NULL);
	}
	output_end(run->output);
	if (first != NULL) {
		g_propagate_error(error, g_steal_pointer(&first));
		return false;
	}
	return true;
}

static const char *const options[] = { "Criteria", "Limit", NULL };

static const OutputColumn columns[] = {
	{ "title", "title", object_cell_title },
	{ "class", "class", output_cell_text },
	{ "server", "server", output_cell_text },
	{ "id", "id", output_cell_text },
	{ NULL },
};

const Command command_search = {
	.name = "search",
	.operands = "WORD…",
	.summary = "find objects by words of their titles",
	.help = "Lists folders and items whose title has all of the words, whatever their case, on "
		"the\n"
		"server of -s or on all there are. An id from the list is what ls and play take, "
		"together\n"
		"with -s. Servers that cannot search are walked, as far as is reasonable.\n"
		"\n"
		"  --criteria   the words are search criteria of UPnP, sent as they are\n"
		"  --limit N    stop after N objects of each server\n"
		"\n"
		"With --json: an array of objects as from ls, with server and server_udn added.\n"
		"\n"
		"Examples:\n"
		"  avcp -s NAS search hyper ballad\n"
		"  avcp search --criteria 'upnp:artist = \"Björk\" and dc:date >= \"1997\"'\n",
	.min_operands = 1,
	.max_operands = 16,
	.options = options,
	.schema = { OUTPUT_LIST, columns },
	.run = run_search,
};
