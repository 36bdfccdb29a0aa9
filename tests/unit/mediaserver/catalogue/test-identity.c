/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ROB-006: ids of items that come, move, change places and go, before and after the catalogue is built anew. */
#include <glib/gstdio.h>
#include <string.h>

#include "catalogue-fixture.h"
#include "mediaserver/catalogue/disk.h"

typedef struct {
	House house;
	char *root;
	int64_t ids[256]; /* by letter: the id a name had when it first came */
} Fixture;

static void
open_catalogue(Fixture *f)
{
	house_open_again(&f->house);
	f->root = house_dup_root(&f->house);
}

static void
close_catalogue(Fixture *f)
{
	house_close(&f->house);
	g_clear_pointer(&f->root, g_free);
}

static void
drop(const Fixture *f, const char *prefix)
{
	static const char *const ends[] = { "", "-wal", "-shm" };

	for (size_t i = 0; i < G_N_ELEMENTS(ends); i++) {
		g_autofree char *path = g_strconcat(f->house.directory, "/", prefix, ends[i], NULL);

		(void)g_unlink(path);
	}
}

static int64_t
put(Fixture *f, const char *name, int64_t id)
{
	const CatalogueFolder folder = { f->root, "Music", "" };
	g_autoptr(GError) error = NULL;
	Item item;

	item_init(&item);
	item.id = id;
	item.inode = name[0];
	item.kind = ITEM_AUDIO;
	item.name = item.title = name;
	item.sort_name = item.sort_title = name;
	item.mime = "audio/flac";
	g_assert_true(catalogue_begin(f->house.catalogue, &error));
	g_assert_true(catalogue_put_folder(f->house.catalogue, &folder, &error));
	g_assert_true(catalogue_put_item(f->house.catalogue, &folder, &item, &error));
	g_assert_true(catalogue_commit(f->house.catalogue, &error));
	g_assert_no_error(error);
	return item.id;
}

static void
take_away(Fixture *f, int64_t id)
{
	g_assert_true(catalogue_begin(f->house.catalogue, NULL));
	g_assert_true(catalogue_remove_item(f->house.catalogue, id, NULL));
	g_assert_true(catalogue_commit(f->house.catalogue, NULL));
}

/* Steps, each a word: "+a" a file comes; "a>b" it moves; "-a" it goes; "*" the catalogue is lost, and
 * what is there is found again in the order of the words that follow: "?a". "a=b": a, now, has the id
 * that b first had; "a!b": another one. */
static const struct {
	const char *steps;
	bool has_rows; /* state.db has something to remember in the end */
	const char *why;
} rows[] = {
	{ "+a +b a=a b=b * ?b ?a a=a b=b", false, "what never moved needs no row" },
	{ "+a a>b b=a * ?b b=a", true, "the id goes along" },
	{ "+a a>b b>c c=a * ?c c=a", true, "twice" },
	{ "+a a>b b>a a=a * ?a a=a", false, "back where it was" },
	{ "+a a>b ?a a!b * ?a ?b b=a a!b", true, "another file at the old place gets another id" },
	{ "+a a>b ?a -b a!b * ?a a!b", true, "which it keeps when the first is gone" },
	{ "+a a>b -b * ?b", false, "what is gone for good is forgotten" },
	{ "+a +b a>t b>a t>b a=b b=a * ?a ?b a=b b=a", true, "two change places" },
};

static void
run_step(Fixture *f, int64_t now[256], const char *step)
{
	guchar name = (guchar)(step[0] >= 'a' ? step[0] : step[1]);
	guchar other = (guchar)step[strlen(step) - 1];
	const char text[] = { (char)name, '\0' };
	const char moved[] = { (char)other, '\0' };

	if (step[0] == '*') {
		close_catalogue(f);
		drop(f, "library.db");
		open_catalogue(f);
	} else if (step[0] == '+') {
		now[name] = f->ids[name] = put(f, text, 0);
	} else if (step[0] == '?') {
		now[name] = put(f, text, 0);
	} else if (step[0] == '-') {
		take_away(f, now[name]);
	} else if (step[1] == '>') {
		now[other] = put(f, moved, now[name]);
	} else if (step[1] == '=') {
		g_assert_cmpint(now[name], ==, f->ids[other]);
	} else {
		g_assert_cmpint(now[name], !=, f->ids[other]);
		g_assert_cmpint(now[name], !=, now[other]);
	}
}

static void
test_rows(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(GStrv) steps = g_strsplit(rows[i].steps, " ", -1);
		Fixture f = { .house.directory = g_dir_make_tmp("identity-XXXXXX", NULL) };
		int64_t now[256] = { 0 };

		g_test_message("%s: %s", rows[i].steps, rows[i].why);
		open_catalogue(&f);
		for (size_t s = 0; steps[s] != NULL; s++) {
			run_step(&f, now, steps[s]);
		}
		close_catalogue(&f);
		f.house.state = state_open(f.house.directory, NULL);
		bool has_rows = false;

		for (guint c = 'a'; c <= 'z'; c++) {
			has_rows = has_rows ||
				   (now[c] != 0 && state_is_settled(f.house.state, now[c]));
		}
		g_assert_cmpint(has_rows, ==, rows[i].has_rows);
		house_clear(&f.house);
	}
}

static void
note_companion(const CatalogueCompanion *companion, void *data)
{
	g_string_append_printf(data, "%s/%d/%d ", companion->name, (int)companion->kind,
		(int)companion->size_bytes);
}

static void
test_disk(void)
{
	bool more;
	Fixture f = { .house.directory = g_dir_make_tmp("identity-XXXXXX", NULL) };
	const CatalogueCompanion companions[] = { { "b.nfo", 3, 1, 20, 5 },
		{ "a.srt", 4, 2, 30, 5 }, { "a.srt", 4, 2, 31, 6 } };
	g_autoptr(GString) text = g_string_new(NULL);

	open_catalogue(&f);
	const CatalogueFolder folder = { f.root, "Music", "" };
	int64_t parent = catalogue_folder_id(&folder);
	int64_t id = put(&f, "x\xff", 0);
	CatalogueKnown known;

	g_assert_true(catalogue_find_entry(f.house.catalogue, parent, "x\xff", &known, NULL));
	g_assert_cmpint(known.id, ==, id);
	g_assert_true(catalogue_find_entry(f.house.catalogue, parent, "y", &known, NULL));
	g_assert_cmpint(known.id, ==, 0);
	{
		g_autoptr(GArray) places = catalogue_find_by_inode(f.house.catalogue, 'x', NULL);
		g_auto(CataloguePlace) place = { 0 };

		g_assert_cmpuint(places->len, ==, 1);
		g_assert_cmpstr(g_array_index(places, CataloguePlace, 0).name, ==, "x\xff");
		g_assert_true(catalogue_begin(f.house.catalogue, NULL));
		g_assert_true(catalogue_find_place(f.house.catalogue, id, &place, NULL));
		g_assert_cmpstr(place.root, ==, f.root);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(companions); i++) {
		g_assert_true(
			catalogue_put_companion(f.house.catalogue, parent, &companions[i], NULL));
	}
	g_assert_true(catalogue_commit(f.house.catalogue, NULL));
	g_assert_true(
		catalogue_list_companions(f.house.catalogue, parent, note_companion, text, NULL));
	g_assert_cmpstr(text->str, ==, "a.srt/4/31 b.nfo/3/20 ");
	g_assert_true(catalogue_begin(f.house.catalogue, NULL));
	g_assert_true(catalogue_remove_companion(f.house.catalogue, parent, "a.srt", NULL));
	g_assert_true(catalogue_remove_folder(f.house.catalogue, parent, true, &more, NULL));
	g_assert_false(more);
	g_assert_true(catalogue_commit(f.house.catalogue, NULL));
	g_string_truncate(text, 0);
	g_assert_true(
		catalogue_list_companions(f.house.catalogue, parent, note_companion, text, NULL));
	g_assert_cmpstr(text->str, ==, "");
	close_catalogue(&f);
	house_clear(&f.house);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/identity/rows", test_rows);
	g_test_add_func("/identity/disk", test_disk);
	return g_test_run();
}
