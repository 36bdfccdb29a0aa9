/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Operands of queue and play as entries of a queue. Items of a container that the renderer cannot play
 * are left out with a word; one that was named itself is an error. Main thread. */
#include <string.h>

#include <av-upnp/error.h>

#include "address/content.h"
#include "commands/queue-items.h"
#include "convert/convert.h"
#include "item/play-item.h"
#include "item/local-file.h"
#include "queue/queue.h"

typedef struct {
	Run *run;
	AvuRemoteDevice *renderer;
	Taste *taste;
	json_t *entries;
	bool transcode;
} Collection;

/* The container that is listed. */
typedef struct {
	Collection *collection;
	GQueue below; /* char *: ids of the containers in it */
	unsigned n_left_out;
} Folder;

static void
add_entry(Collection *collection, const PlayItem *item, int64_t duration_ns)
{
	const QueueEntry entry = {
		.title = item->title,
		.uri = item->uri,
		.metadata = item->metadata,
		.duration_ns = duration_ns,
	};

	(void)json_array_append_new(collection->entries, queue_entry_to_json(&entry));
}

static void
add_conversion(Collection *collection, const Conversion *conversion)
{
	const QueueEntry entry = {
		.title = conversion->item.title,
		.uri = conversion->item.uri,
		.metadata = conversion->item.metadata,
		.staged = conversion->staged,
		.duration_ns = conversion->duration_ns,
	};

	(void)json_array_append_new(collection->entries, queue_entry_to_json(&entry));
}

/* Only what has no form that suits is converted here. */
static bool
add_converted_object(Collection *collection, const AvuObject *object, GError **error)
{
	g_auto(Conversion) conversion = { .staged = NULL };

	if (!convert_object(collection->run->session, collection->renderer, collection->taste,
		    object, &conversion, error)) {
		return false;
	}
	add_conversion(collection, &conversion);
	return true;
}

static bool
add_object(Collection *collection, const AvuObject *object, GError **error)
{
	g_auto(PlayItem) item = { .uri = NULL };
	g_autofree char *text = avu_didl_format(object);
	g_autoptr(GError) why = NULL;

	if (!play_item_from_object(object, text, collection->taste, &item, &why)) {
		if (collection->transcode &&
			g_error_matches(why, AVU_ERROR, AVU_ERROR_UNSUPPORTED)) {
			return add_converted_object(collection, object, error);
		}
		g_propagate_error(error, g_steal_pointer(&why));
		return false;
	}
	add_entry(collection, &item,
		object->n_resources > 0 ? object->resources[0].duration_ns : AVU_TIME_NONE);
	return true;
}

static bool
on_child(const AvuObject *object, void *data)
{
	Folder *folder = data;

	if (object->container && object->id != NULL) {
		g_queue_push_tail(&folder->below, g_strdup(object->id));
	} else if (!object->container && !add_object(folder->collection, object, NULL)) {
		folder->n_left_out++;
	}
	return json_array_size(folder->collection->entries) < QUEUE_ENTRIES_MAX;
}

/* Items of a container first, then those of the containers in it, one after the other. */
static bool
add_folder(Collection *collection, const ContentPlace *top, GError **error)
{
	GQueue containers = G_QUEUE_INIT;
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	Folder folder = { .collection = collection, .below = G_QUEUE_INIT };
	bool good = true;

	g_queue_push_head(&containers, g_strdup(top->id));
	while (good && !g_queue_is_empty(&containers)) {
		g_autofree char *id = g_queue_pop_head(&containers);
		const ContentPlace place = { top->server, id };

		if (!g_hash_table_add(seen, g_strdup(id))) {
			continue;
		}
		good = content_browse(
			collection->run->session, &place, "*", on_child, &folder, error);
		while (!g_queue_is_empty(&folder.below)) {
			g_queue_push_head(&containers, g_queue_pop_tail(&folder.below));
		}
	}
	g_queue_clear_full(&containers, g_free);
	if (folder.n_left_out > 0) {
		g_message("%u items are left out: the renderer plays none of their forms",
			folder.n_left_out);
	}
	return good;
}

/* Files of this host */

typedef struct {
	Collection *collection;
	unsigned n_left_out;
	GError *trouble; /* of the first that could not be converted; NULL: none */
} Files;

static void
add_file(Collection *collection, const char *file, const char *title)
{
	/* the daemon knows where the renderer reaches it */
	const QueueEntry entry = {
		.title = (char *)title,
		.uri = (char *)"",
		.metadata = (char *)"",
		.file = (char *)file,
		.duration_ns = AVU_TIME_NONE,
	};

	(void)json_array_append_new(collection->entries, queue_entry_to_json(&entry));
}

static bool
add_converted_file(Files *files, const char *file)
{
	Collection *collection = files->collection;
	g_autofree char *path = g_filename_from_uri(file, NULL, NULL);
	g_auto(Conversion) conversion = { .staged = NULL };

	if (path == NULL ||
		!convert_file(collection->run->session, collection->renderer, collection->taste,
			path, &conversion, files->trouble == NULL ? &files->trouble : NULL)) {
		return false;
	}
	add_conversion(collection, &conversion);
	return true;
}

static bool
on_file(const char *file, const char *title, int64_t duration_ns, void *data)
{
	Files *files = data;
	Collection *collection = files->collection;
	g_auto(PlayItem) item = { .uri = NULL };

	if (play_item_is_url(file)) {
		if (play_item_from_url(file, &item, NULL)) {
			g_free(item.title);
			item.title = g_strdup(title);
			add_entry(collection, &item, duration_ns);
		}
	} else if (play_item_file_suits(file, collection->taste)) {
		add_file(collection, file, title);
	} else if (!collection->transcode || !add_converted_file(files, file)) {
		files->n_left_out++;
	}
	return json_array_size(collection->entries) < QUEUE_ENTRIES_MAX;
}

static bool
add_files(Collection *collection, const char *operand, GError **error)
{
	Files files = { collection, 0, NULL };
	const bool listed = local_file_list(operand, on_file, &files, error);

	if (listed && files.trouble != NULL && json_array_size(collection->entries) == 0) {
		g_propagate_error(error, files.trouble);
		return false;
	}
	g_clear_error(&files.trouble);
	if (!listed) {
		return false;
	}
	if (files.n_left_out > 0) {
		g_message("%s: %u files are left out, of kinds that the renderer does not play",
			operand, files.n_left_out);
	}
	return true;
}

bool
queue_names_url(const Run *run, const char *operand)
{
	return !run_names_objects(run) && play_item_is_url(operand);
}

bool
queue_names_object(const Run *run, const char *operand)
{
	return run_names_objects(run) ||
	       (!play_item_is_url(operand) &&
		       !local_file_is_meant(operand, run_get_server(run) != NULL));
}

static bool
add_operand(Collection *collection, const char *operand, GError **error)
{
	Run *run = collection->run;
	g_auto(ContentPlace) place = { NULL, NULL };
	g_auto(PlayItem) item = { .uri = NULL };

	if (queue_names_url(run, operand)) {
		if (!play_item_from_url(operand, &item, error)) {
			return false;
		}
		add_entry(collection, &item, AVU_TIME_NONE);
		return true;
	}
	if (!queue_names_object(run, operand)) {
		return add_files(collection, operand, error);
	}
	if (!run_find_object(run, operand, &place, error)) {
		return false;
	}
	g_autoptr(AvuDidl) didl = content_get(run->session, &place, NULL, error);

	if (didl == NULL) {
		return false;
	}
	return avu_didl_get(didl, 0)->container
		       ? add_folder(collection, &place, error)
		       : add_object(collection, avu_didl_get(didl, 0), error);
}

json_t *
queue_items(Run *run, AvuRemoteDevice *renderer, char *const *operands, unsigned n, GError **error)
{
	g_autoptr(AvuRemoteAnswer) protocols = session_call(run->session, renderer,
		&avu_service_connection_manager, "GetProtocolInfo", NULL, error);
	bool good = protocols != NULL;

	if (!good) {
		return NULL;
	}
	g_autoptr(Taste) taste = taste_new(avu_remote_answer_get(protocols, "Sink"),
		avu_remote_device_get_description(renderer));
	json_auto_t *entries = json_array();
	Collection collection = { run, renderer, taste, entries,
		avu_settings_get_bool(run->settings, "Transcode") };

	for (unsigned i = 0; good && i < n; i++) {
		good = add_operand(&collection, operands[i], error);
	}
	if (good && json_array_size(entries) == 0) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_NOT_FOUND,
			"there is nothing in it that \"%s\" can play%s",
			avu_remote_device_get_name(renderer),
			collection.transcode ? "" : "; --transcode converts it on this host");
		good = false;
	}
	return good ? json_incref(entries) : NULL;
}
