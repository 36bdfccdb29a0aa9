/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An inbox over a catalogue of its own and one writable folder, and a library that believes names. */
#pragma once

#include <glib/gstdio.h>

#include <av-upnp/cursor.h>
#include <av-upnp/text.h>

#include "mediaserver/import/inbox.h"

/* The library's part, without probing. */
typedef struct {
	char *files, *directory;
	State *state;
	Catalogue *catalogue;
	Roots *roots;
	Rules *rules;
	Inbox *inbox;
	CatalogueFolder folder;
	int64_t seen_late; /* an item that the library has not looked at yet */
} House;

static inline void
fill(Item *item, const char *title, char **ret_sort)
{
	*ret_sort = avu_text_sort_key(title);
	item_init(item);
	item->kind = ITEM_AUDIO;
	item->title = title;
	item->mime = "audio/wav";
	item->sort_title = item->sort_name = *ret_sort;
}

static inline void
touch(const char *root, const char *path, void *data)
{
	House *h = data;
	g_autofree char *sort = NULL;
	Item item;

	(void)root;
	fill(&item, path, &sort);
	item.name = path;
	g_assert_true(catalogue_begin(h->catalogue, NULL));
	g_assert_true(catalogue_put_item(h->catalogue, &h->folder, &item, NULL));
	g_assert_true(catalogue_commit(h->catalogue, NULL));
	inbox_catalogue_changed(h->inbox);
}

static inline void
changed(void *data)
{
	(void)data;
}

static inline bool
open_house(House *h)
{
	static const AvuSettingSpec specs[] = {
		{ .section = "W", .key = "Writable", .flag = "writable", .type = AVU_SETTING_LIST },
		{ .section = "W",
			.key = "Allow",
			.type = AVU_SETTING_LIST,
			.fallback = "create;destroy" },
		{ .section = "W",
			.key = "UploadQuota",
			.type = AVU_SETTING_INT,
			.fallback = "100000" },
		{ .section = "W",
			.key = "UploadWait",
			.type = AVU_SETTING_DURATION,
			.fallback = "35s" },
		{ .section = "W",
			.key = "UploadResume",
			.type = AVU_SETTING_DURATION,
			.fallback = "1h" },
		{ .key = NULL },
	};
	const char *folders[] = { h->files, NULL };
	g_autoptr(AvuSettings) settings = avu_settings_new("test", specs);
	char program[] = "test", option[] = "--writable";
	char *words[] = { program, option, h->files, NULL };
	char **argv = words;
	int argc = 3;

	h->state = state_open(h->directory, NULL);
	h->catalogue = h->state != NULL ? catalogue_open(h->directory, h->state, NULL) : NULL;
	h->roots = h->catalogue != NULL ? roots_new(h->state, folders, NULL) : NULL;
	if (h->roots == NULL || !avu_settings_take_args(settings, false, &argc, &argv, NULL)) {
		return false;
	}
	h->rules = rules_new(settings, h->roots, NULL);
	h->folder = (CatalogueFolder){ roots_get(h->roots, 0)->uuid, "Files", "" };
	h->inbox = inbox_new(h->catalogue, h->state, h->roots, h->rules, touch, changed, h);
	return h->rules != NULL && catalogue_begin(h->catalogue, NULL) &&
	       catalogue_put_folder(h->catalogue, &h->folder, NULL) &&
	       catalogue_commit(h->catalogue, NULL);
}

static inline void
close_house(House *h)
{
	g_clear_pointer(&h->inbox, inbox_free);
	g_clear_pointer(&h->rules, rules_free);
	g_clear_pointer(&h->roots, roots_free);
	g_clear_pointer(&h->catalogue, catalogue_close);
	g_clear_pointer(&h->state, state_close);
}

static inline void
remove_all(const char *path)
{
	g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
	const char *name;

	while ((name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *child_path = g_build_filename(path, name, NULL);

		(void)g_unlink(child_path);
	}
	(void)g_rmdir(path);
}

/* In memory where there is such a place: a kill needs no disk, and syncs then take no time. */
static inline char *
make_folder(const char *name)
{
	g_autofree char *template = g_strconcat("/dev/shm/", name, NULL);

	return g_mkdtemp(template) != NULL ? g_steal_pointer(&template)
					   : g_dir_make_tmp(name, NULL);
}
