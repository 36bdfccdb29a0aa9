/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What stands in the containers of views of one's own: several values, filters that play state moves,
 * limits, names and orders of groups. Counts and listings come from different places; each listing is
 * checked against its container's count. */
#include <glib/gstdio.h>
#include <string.h>

#include <av-upnp/error.h>
#include <av-upnp/text.h>

#include "catalogue-backends.h"
#include "mediaserver/catalogue/catalogue.h"
#include "mediaserver/catalogue/view-file.h"

static const char view_text[] =
	"[a-folders]\nTitle=A\nItems=audio\nFolders=yes\n"
	"[v-folders]\nTitle=V\nItems=video\nFolders=yes\n"
	"[p-folders]\nTitle=P\nItems=image\nFolders=yes\n"
	"[genre]\nTitle=G\nItems=audio\nLevel1=genre\nSort=title\n"
	"[artist]\nTitle=R\nItems=audio\nLevel1=artist\n"
	"Level1.Missing=Nobody\nLevel2=genre\nSort=-title\n"
	"[new]\nTitle=N\nItems=audio\nFilter=play-count = 0\nSort=title\n"
	"[last]\nTitle=L\nItems=audio\nSort=-added\nLimit=2\n"
	"[years]\nTitle=Y\nItems=audio\nLevel1=year\nLevel1.Sort=-year\n"
	"Level1.Name=In %.\n"
	"[lettered]\nTitle=T\nItems=audio\nLevel1=artist\n"
	"Level1.Letters=yes\n"
	"[some]\nTitle=Z\nItems=audio\nLevel1=genre\nSample=2\nOf=genre\n"
	"[dirs]\nTitle=D\nItems=audio\nLevel1=folder\n"
	"[stars]\nTitle=S\nItems=audio\nLevel1=stars\nLevel1.Missing=None\n";

typedef struct {
	char *directory, *root;
	State *state;
	Catalogue *catalogue;
} Fixture;

static void
set_up(Fixture *f, const void *unused)
{
	g_autoptr(GError) error = NULL;
	ViewSet *set = view_set_new();

	(void)unused;
	g_assert_true(view_set_add(set, "F", view_text, strlen(view_text), &error));
	g_assert_true(view_set_finish(set, &error));
	views_use(set);
	f->directory = g_dir_make_tmp("groups-XXXXXX", NULL);
	f->state = state_open(f->directory, &error);
	f->catalogue = catalogue_backend()->open(f->directory, f->state, &error);
	g_assert_no_error(error);
	f->root = state_dup_root(f->state, "/srv/music", &error);
}

static void
tear_down(Fixture *f, const void *unused)
{
	static const char *const files[] = { "state.db", "state.db-wal", "state.db-shm",
		"state.db.copy", "library.db", "library.db-wal", "library.db-shm" };

	(void)unused;
	catalogue_close(f->catalogue);
	state_close(f->state);
	for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
		g_autofree char *path = g_build_filename(f->directory, files[i], NULL);

		(void)g_unlink(path);
	}
	g_assert_cmpint(g_rmdir(f->directory), ==, 0);
	g_free(f->directory);
	g_free(f->root);
}

typedef struct {
	const char *title, *artist, *genre; /* "+" between values */
	int64_t year, added, play_count, rating;
} Song;

static int64_t
put(Fixture *f, const Song *song)
{
	const CatalogueFolder folder = { f->root, "Music", "" };
	g_autoptr(GError) error = NULL;
	g_autofree char *artist = g_strdelimit(g_strdup(song->artist), "+", ITEM_VALUE_SEPARATOR);
	g_autofree char *genre = g_strdelimit(g_strdup(song->genre), "+", ITEM_VALUE_SEPARATOR);
	g_autofree char *first_artist = g_strndup(artist, strcspn(artist, "\x1f"));
	g_autofree char *first_genre = g_strndup(genre, strcspn(genre, "\x1f"));
	g_autofree char *key = avu_text_sort_key(song->title);
	Item item;

	item_init(&item);
	item.kind = ITEM_AUDIO;
	item.name = item.title = song->title;
	item.sort_name = item.sort_title = key;
	item.artist = artist[0] != '\0' ? artist : NULL;
	item.genre = genre[0] != '\0' ? genre : NULL;
	item.group_artist = first_artist;
	item.group_genre = first_genre;
	item.year = song->year;
	item.added = song->added;
	item.play_count = song->play_count;
	item.rating = song->rating;
	item.mime = "audio/flac";
	g_assert_true(catalogue_begin(f->catalogue, &error));
	g_assert_true(catalogue_put_folder(f->catalogue, &folder, &error));
	g_assert_true(catalogue_put_item(f->catalogue, &folder, &item, &error));
	g_assert_true(catalogue_commit(f->catalogue, &error));
	g_assert_no_error(error);
	return item.id;
}

static void
take_away(Fixture *f, int64_t id)
{
	g_assert_true(catalogue_begin(f->catalogue, NULL));
	g_assert_true(catalogue_remove_item(f->catalogue, id, NULL));
	g_assert_true(catalogue_commit(f->catalogue, NULL));
}

/* "Title(what is in it) title" */
typedef struct {
	Fixture *f;
	GString *text;
	GArray *below; /* containers: id, where their brackets belong */
} Listing;

static void
note_container(const Container *container, void *data)
{
	Listing *listing = data;

	g_string_append_printf(
		listing->text, "%s%s", listing->text->len > 0 ? " " : "", container->title);
	g_array_append_val(listing->below, container->id);
}

static void
note_item(const Item *item, void *data)
{
	Listing *listing = data;

	g_string_append_printf(
		listing->text, "%s%s", listing->text->len > 0 ? " " : "", item->title);
}

static char *
list(Fixture *f, int64_t container)
{
	static const CataloguePage whole = { .count = 100 };
	g_autoptr(GError) error = NULL;
	Listing listing = { f, g_string_new(NULL), g_array_new(FALSE, FALSE, sizeof(int64_t)) };
	const CatalogueSink sink = { note_container, note_item, &listing };
	AvuContentResult result = { 0 };

	g_assert_true(
		catalogue_get_children(f->catalogue, container, &whole, &sink, &result, &error));
	g_assert_no_error(error);
	g_auto(GStrv) words = g_strsplit(listing.text->str, " ", -1);
	GString *text = g_string_new(NULL);

	g_assert_cmpuint(result.total, ==, g_strv_length(words));
	for (guint i = 0; words[i] != NULL; i++) {
		g_string_append_printf(text, "%s%s", i > 0 ? " " : "", words[i]);
		if (i < listing.below->len) {
			g_autofree char *inner = list(f, g_array_index(listing.below, int64_t, i));

			g_string_append_printf(text, "(%s)", inner);
		}
	}
	(void)g_string_free(listing.text, TRUE);
	g_array_unref(listing.below);
	return g_string_free(text, FALSE);
}

static void
expect(Fixture *f, const char *view, const char *text)
{
	g_autofree char *found = list(f, view_get_container(view_find(view)));

	g_test_message("%s", view);
	g_assert_cmpstr(found, ==, text);
}

static void
test_several(Fixture *f, const void *unused)
{
	Song duet = { "Duet", "Ann+Bob", "Pop+Jazz+Pop", 2001, 1, 0, -1 };
	const Song solo = { "Solo", "Bob", "Jazz", 2002, 2, 0, -1 };
	const Song trio = { "Trio", "Cy+Ann+Bob", "", 2003, 3, 0, -1 };

	(void)unused;
	int64_t duet_id = put(f, &duet);
	int64_t solo_id = put(f, &solo);

	(void)put(f, &trio);
	expect(f, "genre", "Jazz(Duet Solo) Pop(Duet)");
	expect(f, "artist", "Ann(Jazz(Duet) Pop(Duet)) Bob(Jazz(Solo Duet) Pop(Duet))");
	/* other values, in another order */
	duet.artist = "Bob+Ann";
	duet.genre = "Jazz+Rock";
	g_assert_cmpint(put(f, &duet), ==, duet_id);
	expect(f, "genre", "Jazz(Duet Solo) Rock(Duet)");
	expect(f, "artist", "Ann(Jazz(Duet) Rock(Duet)) Bob(Jazz(Solo Duet) Rock(Duet))");
	duet.artist = "";
	(void)put(f, &duet);
	expect(f, "artist", "Bob(Jazz(Solo)) Nobody(Jazz(Duet) Rock(Duet))");
	take_away(f, duet_id);
	expect(f, "genre", "Jazz(Solo)");
	take_away(f, solo_id);
	expect(f, "genre", "");
	expect(f, "artist", "");
}

static void
test_play_state(Fixture *f, const void *unused)
{
	Song a = { "A", "X", "Pop", 2001, 1, -1, -1 };
	const Song b = { "B", "X", "Pop", 2001, 2, 0, 90 };

	(void)unused;
	(void)put(f, &a);
	(void)put(f, &b);
	expect(f, "new", "A B");
	expect(f, "stars", "5(B) None(A)");
	a.play_count = 1;
	a.rating = 21;
	(void)put(f, &a);
	expect(f, "new", "B");
	expect(f, "stars", "2(A) 5(B)");
	a.play_count = 0;
	a.rating = 20;
	(void)put(f, &a);
	expect(f, "new", "A B");
	expect(f, "stars", "1(A) 5(B)");
}

/* Titles of the children alone, which may have blanks in them. */
static void
expect_titles(Fixture *f, const char *view, const char *text)
{
	static const CataloguePage whole = { .count = 100 };
	Listing listing = { f, g_string_new(NULL), g_array_new(FALSE, FALSE, sizeof(int64_t)) };
	const CatalogueSink sink = { note_container, note_item, &listing };
	AvuContentResult result = { 0 };
	g_autoptr(GError) error = NULL;

	g_assert_true(catalogue_get_children(
		f->catalogue, view_get_container(view_find(view)), &whole, &sink, &result, &error));
	g_assert_no_error(error);
	g_assert_cmpuint(result.total, ==, listing.below->len);
	g_assert_cmpstr(listing.text->str, ==, text);
	(void)g_string_free(listing.text, TRUE);
	g_array_unref(listing.below);
}

static void
test_limit_order_names(Fixture *f, const void *unused)
{
	static const Song songs[] = { { "A", "X", "Pop", 2001, 30, 0, -1 },
		{ "B", "X", "Pop", 1999, 10, 0, -1 }, { "C", "X", "Pop", 2010, 20, 0, -1 } };

	(void)unused;
	for (size_t i = 0; i < G_N_ELEMENTS(songs); i++) {
		(void)put(f, &songs[i]);
	}
	expect(f, "last", "A C");
	expect(f, "dirs", "Music(A B C)");
	expect_titles(f, "years", "In 2010. In 2001. In 1999.");
}

static void
test_letters(Fixture *f, const void *unused)
{
	static const char *const names[] = { "Ann", "\303\204rger", "Bob", "9Lives", "10Years",
		"!!!", "\320\226\320\260\320\275\320\275\320\260", "\344\270\255" };
	int64_t ids[G_N_ELEMENTS(names)];
	Song song = { NULL, NULL, "", 2001, 1, 0, -1 };

	(void)unused;
	catalogue_set_letters_above(f->catalogue, 4);
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		if (i == 4) { /* as many as may be: not yet */
			expect_titles(f, "lettered", "9Lives Ann \303\204rger Bob");
		}
		song.title = song.artist = names[i];
		ids[i] = put(f, &song);
	}
	/* signs, digits, letters without their accents, other scripts */
	expect(f, "lettered",
		"#(!!!(!!!)) 0\342\200\2239(9Lives(9Lives) 10Years(10Years))"
		" A(Ann(Ann) \303\204rger(\303\204rger)) B(Bob(Bob))"
		" \320\226(\320\226\320\260\320\275\320\275\320\260"
		"(\320\226\320\260\320\275\320\275\320\260))"
		" \342\200\246(\344\270\255(\344\270\255))");
	take_away(f, ids[2]); /* nobody is left under B */
	expect_titles(f, "lettered", "# 0\342\200\2239 A \320\226 \342\200\246");
	song.artist = song.title = "Bix";
	int64_t bix = put(f, &song);

	expect_titles(f, "lettered", "# 0\342\200\2239 A B \320\226 \342\200\246");
	take_away(f, bix);
	for (size_t i = 3; i < G_N_ELEMENTS(names) - 1; i++) {
		take_away(f, ids[i]);
	}
	/* three are not a quarter less than too many; two are: as they were, without letters */
	expect_titles(f, "lettered", "A \342\200\246");
	take_away(f, ids[G_N_ELEMENTS(names) - 1]);
	expect(f, "lettered", "Ann(Ann) \303\204rger(\303\204rger)");
	catalogue_set_letters_above(f->catalogue, 1);
	bix = put(f, &song);
	expect_titles(f, "lettered", "A B");
	take_away(f, bix); /* a letter with all in it is none */
	expect_titles(f, "lettered", "Ann \303\204rger");
	(void)put(f, &song);
	expect_titles(f, "lettered", "A B");
	catalogue_set_letters_above(f->catalogue, 0);
	song.rating = 20;
	(void)put(f, &song);
	expect_titles(f, "lettered", "Ann \303\204rger Bix");
}

/* Which it is, is left to chance; how many, and what is in them, is not. */
static void
test_sample(Fixture *f, const void *unused)
{
	static const char *const genres[] = { "Jazz", "Pop", "Rock", "Soul" };
	Song song = { NULL, "X", NULL, 2001, 1, 0, -1 };
	int64_t ids[G_N_ELEMENTS(genres)];

	(void)unused;
	for (size_t i = 0; i < G_N_ELEMENTS(genres); i++) {
		song.title = song.genre = genres[i];
		ids[i] = put(f, &song);
		g_autofree char *found = list(f, view_get_container(view_find("some")));
		g_auto(GStrv) groups = g_strsplit(found, " ", -1);

		g_assert_cmpuint(g_strv_length(groups), ==, MIN(i + 1, 2));
		for (size_t g = 0; groups[g] != NULL; g++) { /* "Jazz(Jazz)" */
			size_t len = strcspn(groups[g], "(");

			g_assert_cmpuint(strlen(groups[g]), ==, 2 * len + 2);
			g_assert_cmpint(strncmp(groups[g], groups[g] + len + 1, len), ==, 0);
		}
	}
	/* what goes is followed by another, as long as there is one */
	for (size_t i = 0; i < G_N_ELEMENTS(genres); i++) {
		take_away(f, ids[i]);
		g_autofree char *found = list(f, view_get_container(view_find("some")));
		g_auto(GStrv) groups = g_strsplit(found, " ", -1);

		g_assert_cmpuint(g_strv_length(groups), ==, MIN(G_N_ELEMENTS(genres) - i - 1, 2));
	}
}

/* Items are counted at the end of a transaction; what leaves meanwhile must not take their folder. */
static void
test_one_transaction(Fixture *f, const void *unused)
{
	const CatalogueFolder root = { f->root, "Music", "" };
	const CatalogueFolder below = { f->root, "Music", "Sub" };
	g_autoptr(GError) error = NULL;
	Item first, second;

	(void)unused;
	item_init(&first);
	first.kind = ITEM_AUDIO;
	first.name = first.title = first.sort_name = first.sort_title = "first";
	first.mime = "audio/flac";
	second = first;
	second.name = second.title = second.sort_name = second.sort_title = "second";
	g_assert_true(catalogue_begin(f->catalogue, &error));
	g_assert_true(catalogue_put_folder(f->catalogue, &root, &error));
	g_assert_true(catalogue_put_folder(f->catalogue, &below, &error));
	g_assert_true(catalogue_put_item(f->catalogue, &below, &first, &error));
	g_assert_true(catalogue_commit(f->catalogue, &error));
	expect(f, "a-folders", "Music(Sub(first))");
	g_assert_true(catalogue_begin(f->catalogue, &error));
	g_assert_true(catalogue_put_item(f->catalogue, &root, &second, &error));
	g_assert_true(catalogue_remove_item(f->catalogue, first.id, &error));
	g_assert_true(catalogue_commit(f->catalogue, &error));
	g_assert_no_error(error);
	expect(f, "a-folders", "Music(second)");
	expect(f, "new", "second");
}

#define N_SLOTS 4 /* few, so that folders and groups are often empty */
#define N_STEPS 80

/* Of one slot: a file somewhere, or none. */
typedef struct {
	int64_t id; /* 0: none */
	unsigned folder;
} Slot;

static const char *
pick(GRand *rand, const char *const *words, unsigned n)
{
	return words[g_rand_int_range(rand, 0, (gint32)n)];
}

/* A new file, or the same with other values, or elsewhere. Within a transaction. */
static void
put_anyhow(Fixture *f, GRand *rand, unsigned number, Slot *slot)
{
	static const char *const folders[] = { "", "One", "One/Two", "Three" };
	static const char *const artists[] = { "Ann", "Bob", "Cy",
		"Ann\x1f"
		"Bob",
		"Bob\x1f"
		"Cy" };
	static const char *const genres[] = { "Pop", "Jazz",
		"Pop\x1f"
		"Jazz",
		NULL };
	g_autofree char *name = g_strdup_printf("n%u", number);
	Item item;

	if (slot->id == 0 || g_rand_boolean(rand)) {
		slot->folder = (unsigned)g_rand_int_range(rand, 0, G_N_ELEMENTS(folders));
	}
	const CatalogueFolder folder = { f->root, "Music", folders[slot->folder] };

	item_init(&item);
	item.id = slot->id;
	item.kind = ITEM_AUDIO;
	item.name = item.title = item.sort_name = item.sort_title = name;
	item.artist = pick(rand, artists, G_N_ELEMENTS(artists));
	item.genre = pick(rand, genres, G_N_ELEMENTS(genres));
	g_autofree char *artist = g_strndup(item.artist, strcspn(item.artist, "\x1f"));
	g_autofree char *genre =
		item.genre != NULL ? g_strndup(item.genre, strcspn(item.genre, "\x1f")) : NULL;
	item.group_artist = artist;
	item.group_genre = genre;
	item.added = number;
	item.play_count = g_rand_int_range(rand, 0, 2);
	item.has_cover = g_rand_int_range(rand, 0, 2);
	item.mime = "audio/flac";
	g_assert_true(catalogue_put_folder(f->catalogue, &folder, NULL));
	g_assert_true(catalogue_put_item(f->catalogue, &folder, &item, NULL));
	slot->id = item.id;
}

/* Some files in one transaction: come, change, move, go. */
static void
do_anything(Fixture *f, GRand *rand, Slot *slots)
{
	gint32 n = g_rand_int_range(rand, 1, 9);

	g_assert_true(catalogue_begin(f->catalogue, NULL));
	for (gint32 i = 0; i < n; i++) {
		unsigned number = (unsigned)g_rand_int_range(rand, 0, N_SLOTS);
		Slot *slot = &slots[number];

		if (slot->id != 0 && g_rand_int_range(rand, 0, 3) == 0) {
			g_assert_true(catalogue_remove_item(f->catalogue, slot->id, NULL));
			slot->id = 0;
		} else {
			put_anyhow(f, rand, number, slot);
		}
	}
	g_assert_true(catalogue_commit(f->catalogue, NULL));
}

/* What is counted as things come and go is what is there: list() compares. */
static void
test_counts(Fixture *f, const void *unused)
{
	static const char *const names[] = { "a-folders", "genre", "artist", "new", "last",
		"lettered", "dirs", "stars" };
	Slot slots[N_SLOTS] = { { 0, 0 } };
	GRand *rand = g_rand_new_with_seed(20240501);

	(void)unused;
	catalogue_set_letters_above(f->catalogue, 2);
	for (int step = 0; step < N_STEPS; step++) {
		g_test_message("step %d", step);
		do_anything(f, rand, slots);
		for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
			g_free(list(f, view_get_container(view_find(names[i]))));
		}
	}
	for (int i = 0; i < N_SLOTS; i++) {
		if (slots[i].id != 0) {
			take_away(f, slots[i].id);
		}
	}
	expect(f, "0", "");
	g_rand_free(rand);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/groups/several", Fixture, NULL, set_up, test_several, tear_down);
	g_test_add("/groups/play-state", Fixture, NULL, set_up, test_play_state, tear_down);
	g_test_add("/groups/limit-order-names", Fixture, NULL, set_up, test_limit_order_names,
		tear_down);
	g_test_add("/groups/letters", Fixture, NULL, set_up, test_letters, tear_down);
	g_test_add("/groups/sample", Fixture, NULL, set_up, test_sample, tear_down);
	g_test_add(
		"/groups/one-transaction", Fixture, NULL, set_up, test_one_transaction, tear_down);
	g_test_add("/groups/counts", Fixture, NULL, set_up, test_counts, tear_down);
	return g_test_run();
}
