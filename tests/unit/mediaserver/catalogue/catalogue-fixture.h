/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A catalogue in a folder of its own, items by name, and its tree as a text. */
#pragma once

#include <glib/gstdio.h>
#include <string.h>

#include <av-upnp/text.h>

#include "catalogue-backends.h"
#include "mediaserver/catalogue/view-file.h"

typedef struct {
	char *directory;
	State *state;
	Catalogue *catalogue;
} House;

#define HOUSE_ROOT "11111111-2222-3333-4444-555555555555"

/* One view of folders for each kind, without which no item has a home. */
#define HOUSE_FOLDERS                                      \
	"[a-folders]\nTitle=A\nItems=audio\nFolders=yes\n" \
	"[v-folders]\nTitle=V\nItems=video\nFolders=yes\n" \
	"[p-folders]\nTitle=P\nItems=image\nFolders=yes\n"

static inline ViewSet *
house_views(const char *text)
{
	g_autoptr(GError) error = NULL;
	ViewSet *set = view_set_new();

	(void)view_set_add(set, "F", HOUSE_FOLDERS, strlen(HOUSE_FOLDERS), &error);
	g_assert_no_error(error);
	(void)view_set_add(set, "V", text, strlen(text), &error);
	g_assert_no_error(error);
	(void)view_set_finish(set, &error);
	g_assert_no_error(error);
	return set;
}

static inline void
house_open_again(House *house)
{
	g_autoptr(GError) error = NULL;

	house->state = state_open(house->directory, &error);
	g_assert_no_error(error);
	house->catalogue = catalogue_backend()->open(house->directory, house->state, &error);
	g_assert_no_error(error);
}

static inline void
house_open(House *house)
{
	house->directory = g_dir_make_tmp("house-XXXXXX", NULL);
	house_open_again(house);
}

static inline void
house_close(House *house)
{
	g_clear_pointer(&house->catalogue, catalogue_close);
	g_clear_pointer(&house->state, state_close);
}

/** The uuid of a root, which a library names its folders by. g_free() it. */
static inline char *
house_dup_root(House *house)
{
	g_autoptr(GError) error = NULL;
	char *root = state_dup_root(house->state, "/srv/music", &error);

	g_assert_no_error(error);
	return root;
}

static inline void
house_clear(House *house)
{
	g_autoptr(GDir) dir = NULL;
	const char *name;

	house_close(house);
	dir = g_dir_open(house->directory, 0, NULL);
	while ((name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *path = g_build_filename(house->directory, name, NULL);

		(void)g_unlink(path);
	}
	g_assert_cmpint(g_rmdir(house->directory), ==, 0);
	g_free(house->directory);
}

typedef struct {
	const char *title, *artist, *album, *genre; /* "+" between values; NULL: none */
	ItemKind kind;                              /* ITEM_NONE: audio */
	int64_t year, rating, added;                /* 0: unknown */
} HouseItem;

/** A file of that title in the root's folder, within a transaction. @return its id */
static inline int64_t
house_put_within(House *house, const HouseItem *what)
{
	static const char *const mimes[] = { NULL, "audio/flac", "video/mp4", "image/jpeg" };
	const CatalogueFolder folder = { HOUSE_ROOT, "Files", "" };
	g_autoptr(GPtrArray) strings = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GError) error = NULL;
	const char *const values[] = { what->artist, what->genre };
	char *joined[G_N_ELEMENTS(values)];
	Item item;

	for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
		joined[i] = values[i] != NULL
				    ? g_strdelimit(g_strdup(values[i]), "+", ITEM_VALUE_SEPARATOR)
				    : NULL;
		g_ptr_array_add(strings, joined[i]);
	}
	item_init(&item);
	item.kind = what->kind != ITEM_NONE ? what->kind : ITEM_AUDIO;
	item.mime = mimes[item.kind];
	item.name = item.title = what->title;
	item.sort_name = item.sort_title = avu_text_sort_key(what->title);
	g_ptr_array_add(strings, (char *)item.sort_title);
	item.artist = joined[0];
	item.album = what->album;
	item.genre = joined[1];
	item.year = what->year != 0 ? what->year : -1;
	item.rating = what->rating != 0 ? what->rating : -1;
	item.added = what->added;
	item_set_groups(&item, strings);
	item.id = 0;
	g_assert_true(catalogue_put_folder(house->catalogue, &folder, &error));
	g_assert_true(catalogue_put_item(house->catalogue, &folder, &item, &error));
	g_assert_no_error(error);
	return item.id;
}

static inline int64_t
house_put(House *house, const HouseItem *what)
{
	g_assert_true(catalogue_begin(house->catalogue, NULL));
	const int64_t id = house_put_within(house, what);

	g_assert_true(catalogue_commit(house->catalogue, NULL));
	return id;
}

static inline void
house_remove(House *house, int64_t item)
{
	g_assert_true(catalogue_begin(house->catalogue, NULL));
	g_assert_true(catalogue_remove_item(house->catalogue, item, NULL));
	g_assert_true(catalogue_commit(house->catalogue, NULL));
}

/* Listing: "Title(what is in it) title" */

typedef struct {
	GPtrArray *titles;
	GArray *containers; /* ids, those of items 0 */
} HouseListing;

static inline void
house_note_container(const Container *container, void *data)
{
	HouseListing *listing = data;

	g_ptr_array_add(listing->titles, g_strdup(container->title));
	g_array_append_val(listing->containers, container->id);
}

static inline void
house_note_item(const Item *item, void *data)
{
	HouseListing *listing = data;
	const int64_t none = 0;

	g_ptr_array_add(listing->titles, g_strdup(item->title));
	g_array_append_val(listing->containers, none);
}

/** What is in a container, and in those in it, in order. Each count is checked against the listing. */
static inline char *
house_list(House *house, int64_t container)
{
	static const CataloguePage whole = { .count = 1000 };
	HouseListing listing = { g_ptr_array_new_with_free_func(g_free),
		g_array_new(FALSE, FALSE, sizeof(int64_t)) };
	const CatalogueSink sink = { house_note_container, house_note_item, &listing };
	g_autoptr(GError) error = NULL;
	AvuContentResult result = { 0 };
	GString *text = g_string_new(NULL);

	(void)catalogue_get_children(house->catalogue, container, &whole, &sink, &result, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(result.total, ==, listing.titles->len);
	for (guint i = 0; i < listing.titles->len; i++) {
		const int64_t below = g_array_index(listing.containers, int64_t, i);

		g_string_append_printf(text, "%s%s", i > 0 ? " " : "",
			(const char *)g_ptr_array_index(listing.titles, i));
		if (below != 0) {
			g_autofree char *inner = house_list(house, below);

			g_string_append_printf(text, "(%s)", inner);
		}
	}
	g_ptr_array_unref(listing.titles);
	g_array_unref(listing.containers);
	return g_string_free(text, FALSE);
}

static inline char *
house_list_view(House *house, const char *view)
{
	return house_list(house, view_get_container(view_find(view)));
}
