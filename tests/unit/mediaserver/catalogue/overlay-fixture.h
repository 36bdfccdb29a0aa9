/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* overlay-fixture.h: a catalogue with one song, that is scanned, lost and made again, and words for what is to be seen
 * of it */
#pragma once

#include <glib/gstdio.h>
#include <string.h>

#include <av-upnp/error.h>
#include <av-upnp/text.h>

#include "catalogue-backends.h"
#include "mediaserver/catalogue/overlay.h"

typedef struct {
	char *directory;
	State *state;
	Catalogue *catalogue;
	CatalogueFolder folder;
	int64_t item;
} Fixture;

static inline void
open_catalogue(Fixture *f)
{
	g_autoptr(GError) error = NULL;

	f->state = state_open(f->directory, &error);
	g_assert_no_error(error);
	f->catalogue = catalogue_backend()->open(f->directory, f->state, &error);
	g_assert_no_error(error);
}

static inline void
close_catalogue(Fixture *f)
{
	catalogue_close(f->catalogue);
	state_close(f->state);
}

/* As the scan does, from the tags of the file. */
static inline int64_t
scan(Fixture *f, const char *name, const char *title, const char *artist)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) strings = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *sort = avu_text_sort_key(title);
	g_autofree char *fold = avu_text_fold(title);
	Item item;

	item_init(&item);
	item.kind = ITEM_AUDIO;
	item.name = name;
	item.title = title;
	item.artist = artist;
	item.track = 3;
	item.mime = "audio/flac";
	item.sort_title = item.sort_name = sort;
	item.fold_title = fold;
	item.fold_artist = item_fold_values(artist, strings);
	item_set_groups(&item, strings);
	g_assert_true(catalogue_begin(f->catalogue, &error));
	g_assert_true(catalogue_put_folder(f->catalogue, &f->folder, &error));
	g_assert_true(catalogue_put_item(f->catalogue, &f->folder, &item, &error));
	g_assert_true(catalogue_commit(f->catalogue, &error));
	return item.id;
}

static inline void
set_up(Fixture *f, const void *unused)
{
	(void)unused;
	f->directory = g_dir_make_tmp("overlay-XXXXXX", NULL);
	f->folder = (CatalogueFolder){ "11111111-2222-3333-4444-555555555555", "Music", "" };
	open_catalogue(f);
	f->item = scan(f, "a.flac", "Song", "Can");
}

static inline void
tear_down(Fixture *f, const void *unused)
{
	g_autoptr(GDir) dir = g_dir_open(f->directory, 0, NULL);
	const char *name;

	(void)unused;
	close_catalogue(f);
	while ((name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *path = g_build_filename(f->directory, name, NULL);

		g_assert_cmpint(g_unlink(path), ==, 0);
	}
	g_assert_cmpint(g_rmdir(f->directory), ==, 0);
	g_free(f->directory);
}

/* Everything a user sees of it after the catalogue was lost. */
static inline void
rebuild(Fixture *f)
{
	static const char *const parts[] = { "", "-wal", "-shm" };

	close_catalogue(f);
	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
		g_autofree char *path = g_strconcat(f->directory, "/library.db", parts[i], NULL);

		(void)g_unlink(path);
	}
	open_catalogue(f);
}

static inline void
note_item(const Item *item, void *data)
{
	g_string_append_printf(data, "%s/%s/%d/%d ", item->title,
		item->artist != NULL ? item->artist : "-", (int)item->track, (int)item->play_count);
}

static inline void
note_container(const Container *container, void *data)
{
	g_string_append_printf(data, "%s[%d] ", container->title, (int)container->children);
}

static inline void
expect_item(Fixture *f, const char *text)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GString) seen = g_string_new(NULL);
	const CatalogueSink sink = { note_container, note_item, seen };

	(void)catalogue_get_item(f->catalogue, f->item, 0, &sink, &error);
	g_assert_cmpstr(seen->str, ==, text);
}

/* @return what is in it, or "none": there is no such container */
static inline GString *
look_into(Fixture *f, int64_t container)
{
	g_autoptr(GError) error = NULL;
	GString *seen = g_string_new(NULL);
	const CatalogueSink sink = { note_container, note_item, seen };
	const CataloguePage page = { .count = 100 };
	AvuContentResult result = { 0 };

	if (!catalogue_get_children(f->catalogue, container, &page, &sink, &result, &error)) {
		g_string_assign(seen, "none");
	}
	return seen;
}

static inline void
expect(Fixture *f, int64_t container, const char *text)
{
	g_autoptr(GString) seen = look_into(f, container);

	g_assert_cmpstr(seen->str, ==, text);
}

static inline int64_t
container_of_view(const char *name)
{
	return view_get_container(view_find(name));
}

static inline void
edit(Fixture *f, AvuProperty property, const char *value)
{
	g_autoptr(GError) error = NULL;
	const OverlayEdit one = { property, value };

	g_assert_true(overlay_edit(f->catalogue, f->item, &one, 1, &error));
	g_assert_no_error(error);
}
