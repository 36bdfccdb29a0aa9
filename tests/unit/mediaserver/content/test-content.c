/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The catalogue as ContentDirectory sees it: what an item tells of itself, its changes with object ids,
 * the token that says whether numbers of changes still mean something. */
#include <glib/gstdio.h>
#include <string.h>

#include "mediaserver/content/content.h"

typedef struct {
	char *directory, *root;
	State *state;
	Catalogue *catalogue;
	Content *content;
	AvuContentStore store;
} Fixture;

static void
open_all(Fixture *f)
{
	g_autoptr(GError) error = NULL;

	f->state = state_open(f->directory, &error);
	g_assert_no_error(error);
	f->catalogue = catalogue_open(f->directory, f->state, &error);
	g_assert_no_error(error);
	f->root = state_dup_root(f->state, "/srv/music", &error);
	g_assert_no_error(error);
	f->content = content_new(f->catalogue);
	f->store = content_get_store(f->content);
}

static void
close_all(Fixture *f)
{
	content_free(f->content);
	catalogue_close(f->catalogue);
	state_close(f->state);
	g_free(f->root);
}

static void
set_up(Fixture *f, const void *unused)
{
	(void)unused;
	f->directory = g_dir_make_tmp("content-XXXXXX", NULL);
	open_all(f);
}

static void
remove_library(Fixture *f)
{
	static const char *const ends[] = { "", "-wal", "-shm" };

	for (size_t e = 0; e < G_N_ELEMENTS(ends); e++) {
		g_autofree char *path = g_strconcat(f->directory, "/library.db", ends[e], NULL);

		(void)g_unlink(path);
	}
}

static void
tear_down(Fixture *f, const void *unused)
{
	g_autoptr(GDir) directory = g_dir_open(f->directory, 0, NULL);
	const char *name;

	(void)unused;
	close_all(f);
	while ((name = g_dir_read_name(directory)) != NULL) {
		g_autofree char *path = g_build_filename(f->directory, name, NULL);

		g_assert_cmpint(g_unlink(path), ==, 0);
	}
	g_assert_cmpint(g_rmdir(f->directory), ==, 0);
	g_free(f->directory);
}

/* @return its id */
static int64_t
put(Fixture *f, const char *title)
{
	g_autoptr(GError) error = NULL;
	const CatalogueFolder folder = { f->root, "Music", "" };
	Item item;

	item_init(&item);
	item.kind = ITEM_AUDIO;
	item.name = "a.mp3";
	item.mime = "audio/mpeg";
	item.title = title;
	item.artist = "A\037B";
	item.conductor = "C";
	item.group_artist = "A";
	item.group_album = "L";
	item.album_owner = "A";
	item.sort_name = item.sort_title = "a";
	item.fold_title = title;
	item.size_bytes = 10;
	item.rating = 80;
	item.position = 61 * AVU_NS_PER_S;
	item.played = 86400;
	item.play_count = 2;
	g_assert_true(catalogue_begin(f->catalogue, &error));
	g_assert_true(catalogue_put_folder(f->catalogue, &folder, &error));
	g_assert_true(catalogue_put_item(f->catalogue, &folder, &item, &error));
	g_assert_true(catalogue_commit(f->catalogue, &error));
	g_assert_no_error(error);
	return item.id;
}

typedef struct {
	char *text;     /* the last object, as a document */
	AvuObject last; /* numbers only: strings are gone */
	unsigned n;
} Seen;

static void
see(const AvuObject *object, void *data)
{
	Seen *seen = data;

	g_free(seen->text);
	seen->text = avu_didl_format(object);
	seen->last = *object;
	seen->n++;
}

static void
assert_has(const Seen *seen, const char *part)
{
	g_test_message("%s", part);
	g_assert_nonnull(strstr(seen->text, part));
}

static void
test_item(Fixture *f, const void *unused)
{
	static const char *const urls[] = { "http://192.0.2.1:8200", "http://198.51.100.1:8200",
		NULL };
	AvuContentQuery query = {
		.object_id = "music-tracks", .count = 10, .base_url = "http://192.0.2.1:8200"
	};
	AvuContentResult result;
	Seen seen = { 0 };

	(void)unused;
	(void)put(f, "One");
	content_set_urls(f->content, urls);
	g_assert_true(f->store.get_children(f->content, &query, see, &seen, &result, NULL));
	g_assert_cmpuint(seen.n, ==, 1);
	g_assert_cmpuint(result.total, ==, 1);
	assert_has(&seen, "<dc:creator>A</dc:creator>");
	assert_has(&seen, "<upnp:artist>A</upnp:artist><upnp:artist>B</upnp:artist>");
	assert_has(&seen, "<upnp:artist role=\"Conductor\">C</upnp:artist>");
	assert_has(&seen, "<upnp:rating>80</upnp:rating>");
	assert_has(&seen, "<upnp:playbackCount>2</upnp:playbackCount>");
	assert_has(&seen, "<upnp:lastPlaybackTime>1970-01-02T00:00:00Z</upnp:lastPlaybackTime>");
	assert_has(&seen, "<upnp:lastPlaybackPosition>P00:01:01</upnp:lastPlaybackPosition>");
	g_assert_cmpuint(seen.last.n_resources, ==, 1);
	query.all_addresses = true;
	g_assert_true(f->store.get_children(f->content, &query, see, &seen, &result, NULL));
	g_assert_cmpuint(seen.last.n_resources, ==, 2);
	assert_has(&seen, ">http://198.51.100.1:8200/media/i");
	g_free(seen.text);
}

/* What was told, as text: kind, id, parent of what is new. */
typedef struct {
	GString *changes;
	GHashTable *containers; /* id → update id */
	uint32_t last;
} Told;

static void
on_change(const AvuContentChange *change, void *data)
{
	Told *told = data;

	/* an item and its references share a number */
	g_assert_cmpuint(change->update_id, >=, told->last);
	told->last = change->update_id;
	g_string_append_printf(told->changes, "%c %s %s\n", "AMD"[change->kind], change -> id,
		change -> kind == AVU_CONTENT_ADDED ? change -> parent_id : "");
}

static void
on_container(const char *id, uint32_t update_id, void *data)
{
	Told *told = data;

	g_assert_true(
		g_hash_table_insert(told->containers, g_strdup(id), GUINT_TO_POINTER(update_id)));
}

static char *
take(Fixture *f, Told *told)
{
	const AvuContentChangeSink sink = { on_change, on_container, told };

	told->changes = g_string_new(NULL);
	g_clear_pointer(&told->containers, g_hash_table_unref);
	told->containers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_assert_true(f->store.take_changes(f->content, &sink));
	return g_string_free(told->changes, FALSE);
}

static void
test_changes(Fixture *f, const void *unused)
{
	Told told = { NULL };
	const int64_t id = put(f, "One");
	g_autofree char *own = g_strdup_printf("i%015" G_GINT64_MODIFIER "x", id);
	g_autofree char *reference = g_strdup_printf("A music-tracks.%s music-tracks\n", own);
	g_autofree char *item = g_strdup_printf("A %s c", own);
	g_autofree char *gone = g_strdup_printf("D %s \n", own);
	g_autofree char *first = take(f, &told);

	(void)unused;
	g_test_message("%s", first);
	g_assert_nonnull(strstr(first, item));
	g_assert_nonnull(strstr(first, reference));
	g_assert_true(g_hash_table_contains(told.containers, "music-tracks"));
	g_assert_cmpuint(f->store.get_system_update_id(f->content), >=, told.last);

	g_autofree char *nothing = take(f, &told);

	g_assert_cmpstr(nothing, ==, "");
	g_assert_true(catalogue_begin(f->catalogue, NULL));
	g_assert_true(catalogue_remove_item(f->catalogue, id, NULL));
	g_assert_true(catalogue_commit(f->catalogue, NULL));

	g_autofree char *last = take(f, &told);

	g_test_message("%s", last);
	g_assert_nonnull(strstr(last, gone));
	g_assert_true(g_hash_table_contains(told.containers, "music-tracks"));
	g_hash_table_unref(told.containers);
}

static void
test_reset_token(Fixture *f, const void *unused)
{
	g_autofree char *first = f->store.dup_reset_token(f->content);

	(void)unused;
	g_assert_nonnull(first);
	g_assert_cmpuint(strlen(first), ==, 36);
	close_all(f);
	open_all(f);

	g_autofree char *after_restart = f->store.dup_reset_token(f->content);

	g_assert_cmpstr(after_restart, ==, first);
	close_all(f);
	remove_library(f);
	open_all(f);

	g_autofree char *after_loss = f->store.dup_reset_token(f->content);

	g_assert_cmpstr(after_loss, !=, first);
}

#define ADD(path, function) g_test_add(path, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("/content/item", test_item);
	ADD("/content/changes", test_changes);
	ADD("/content/reset-token", test_reset_token);
	return g_test_run();
}
