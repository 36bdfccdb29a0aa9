/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Search and sort against a simple model: random items, random criteria, the standard's rules applied
 * to the values as ContentDirectory shows them, one item after the other. Seeds are fixed per round, so
 * that a failure comes again; the message has the criteria. */
#include <glib/gstdio.h>
#include <string.h>

#include <av-upnp/duration.h>
#include <av-upnp/error.h>
#include <av-upnp/text.h>

#include "catalogue-backends.h"
#include "mediaserver/catalogue/catalogue.h"

#define N_ITEMS 60
#define N_QUERIES 600
#define N_SORTS 120
#define MS (AVU_NS_PER_S / 1000)
#define SEPARATOR "\037"

typedef struct {
	int64_t id;
	char *title, *artist, *album, *genre, *actor, *composer, *date;
	int64_t track, size, duration_ms, rating;
	ItemKind kind;
} Model;

typedef struct {
	char *directory;
	State *state;
	Catalogue *catalogue;
	Model items[N_ITEMS];
	GRand *rand;
} Fixture;

static const char *const words[] = { "Änne", "anne", "Blue", "blue moon", "Moon", "7", "007", "10",
	"100%", "_x_", "say \"hi\"", "a\\b", "Ω mega", "日本語", "日本", "The End", "O'Neil",
	"Straße", "x", "or", "and" };
static const char *const dates[] = { "1999-01-01", "2004-05-14", "2004-05-14T10:00:00",
	"2010-12-31" };

static unsigned
below(Fixture *f, unsigned bound)
{
	return (unsigned)g_rand_int_range(f->rand, 0, (gint32)bound);
}

static const char *
pick(Fixture *f)
{
	return words[below(f, G_N_ELEMENTS(words))];
}

/* None, one, or several values. */
static char *
pick_values(Fixture *f)
{
	switch (below(f, 4)) {
	case 0:
		return NULL;
	case 1:
		return g_strconcat(pick(f), SEPARATOR "second ", pick(f), NULL);
	default:
		return g_strdup(pick(f));
	}
}

static void
put(Fixture *f, unsigned i)
{
	static const char *const mimes[] = { NULL, "audio/flac", "video/mp4", "image/jpeg" };
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) strings = g_ptr_array_new_with_free_func(g_free);
	const CatalogueFolder folder = { "11111111-2222-3333-4444-555555555555", "Files", "" };
	Model *model = &f->items[i];
	g_autofree char *name = g_strdup_printf("file %u", i);
	g_autofree char *sort_title = avu_text_sort_key(model->title);
	Item item;

	item_init(&item);
	item.kind = model->kind;
	item.name = name;
	item.title = model->title;
	item.artist = model->artist;
	item.album = model->album;
	item.genre = model->genre;
	item.actor = model->actor;
	item.composer = model->composer;
	item.date = model->date;
	item.track = model->track;
	item.size_bytes = model->size;
	item.rating = model->rating;
	item.duration_ns = model->duration_ms < 0 ? AVU_TIME_NONE : model->duration_ms * MS;
	item.mime = mimes[model->kind];
	item.sort_title = item.sort_name = sort_title;
	item_set_groups(&item, strings);
	g_assert_true(catalogue_put_item(f->catalogue, &folder, &item, &error));
	g_assert_no_error(error);
	model->id = item.id;
}

static void
fill(Fixture *f)
{
	const CatalogueFolder folder = { "11111111-2222-3333-4444-555555555555", "Files", "" };

	g_assert_true(catalogue_begin(f->catalogue, NULL));
	g_assert_true(catalogue_put_folder(f->catalogue, &folder, NULL));
	for (unsigned i = 0; i < N_ITEMS; i++) {
		f->items[i] = (Model){
			.title = g_strdup(pick(f)),
			.artist = pick_values(f),
			.album = below(f, 3) == 0 ? NULL : g_strdup(pick(f)),
			.genre = pick_values(f),
			.actor = pick_values(f),
			.composer = pick_values(f),
			.date = below(f, 3) == 0 ? NULL
						 : g_strdup(dates[below(f, G_N_ELEMENTS(dates))]),
			.track = (int64_t)below(f, 15) - 1,
			.size = below(f, 5),
			.duration_ms = below(f, 4) == 0 ? -1 : 1000 * (int64_t)below(f, 5000),
			.rating = (int64_t)below(f, 6) * 20 - 20,
			.kind = (ItemKind)(1 + below(f, 3)),
		};
		put(f, i);
	}
	g_assert_true(catalogue_commit(f->catalogue, NULL));
}

/* The values of a property as DIDL-Lite shows them; NULL-ended, g_strfreev() it. */
static char **
values_of(const Model *model, AvuProperty property)
{
	static const char *const classes[] = { NULL, "object.item.audioItem.musicTrack",
		"object.item.videoItem", "object.item.imageItem.photo" };
	g_autofree char *made = NULL;
	const char *text = NULL;

	switch (property) {
	case AVU_PROPERTY_TITLE:
		text = model->title;
		break;
	case AVU_PROPERTY_ARTIST:
		text = model->artist;
		break;
	case AVU_PROPERTY_CREATOR:
		text = made = model->artist == NULL
				      ? NULL
				      : g_strndup(model->artist, strcspn(model->artist, SEPARATOR));
		break;
	case AVU_PROPERTY_ALBUM:
		text = model->album;
		break;
	case AVU_PROPERTY_GENRE:
		text = model->genre;
		break;
	case AVU_PROPERTY_ACTOR:
		text = model->actor;
		break;
	case AVU_PROPERTY_AUTHOR:
		text = model->composer;
		break;
	case AVU_PROPERTY_DATE:
		text = model->date;
		break;
	case AVU_PROPERTY_CLASS:
		text = classes[model->kind];
		break;
	case AVU_PROPERTY_TRACK:
		text = made = model->track < 0 ? NULL : g_strdup_printf("%d", (int)model->track);
		break;
	case AVU_PROPERTY_RATING:
		text = made = model->rating < 0 ? NULL : g_strdup_printf("%d", (int)model->rating);
		break;
	case AVU_PROPERTY_RES_SIZE:
		text = made = g_strdup_printf("%d", (int)model->size);
		break;
	case AVU_PROPERTY_RES_DURATION:
		text = made = model->duration_ms < 0
				      ? NULL
				      : avu_duration_format(model->duration_ms * MS, true);
		break;
	default:
		break; /* @refID: results are the items themselves */
	}
	return text == NULL ? g_new0(char *, 1) : g_strsplit(text, SEPARATOR, -1);
}

static const AvuProperty searched[] = { AVU_PROPERTY_TITLE, AVU_PROPERTY_ARTIST,
	AVU_PROPERTY_CREATOR, AVU_PROPERTY_ALBUM, AVU_PROPERTY_GENRE, AVU_PROPERTY_ACTOR,
	AVU_PROPERTY_AUTHOR, AVU_PROPERTY_DATE, AVU_PROPERTY_CLASS, AVU_PROPERTY_TRACK,
	AVU_PROPERTY_RATING, AVU_PROPERTY_RES_SIZE, AVU_PROPERTY_RES_DURATION,
	AVU_PROPERTY_REF_ID };

static bool
is_integer(const char *text)
{
	const char *digits = text + strspn(text, "+-");

	return digits - text <= 1 && digits[0] != '\0' &&
	       strspn(digits, "0123456789") == strlen(digits);
}

/* Text is compared without case and accents; what is no text for people, without case. */
static char *
fold_as(AvuProperty property, const char *text)
{
	return property == AVU_PROPERTY_CLASS || property == AVU_PROPERTY_DATE
		       ? g_ascii_strdown(text, -1)
		       : avu_text_fold(text);
}

/* @clause ContentDirectory:4 5.3.16: numbers when both sides are integers, else text without case */
static int
compare(AvuProperty property, const char *a, const char *b)
{
	if (is_integer(a) && is_integer(b)) {
		int64_t one = g_ascii_strtoll(a, NULL, 10), other = g_ascii_strtoll(b, NULL, 10);

		return (one > other) - (one < other);
	}
	g_autofree char *one = fold_as(property, a);
	g_autofree char *other = fold_as(property, b);

	return strcmp(one, other);
}

static bool
holds_one(AvuProperty property, AvuQueryOperator relation, const char *value, const char *wanted)
{
	g_autofree char *folded = fold_as(property, value);
	g_autofree char *word = fold_as(property, wanted);
	int order = compare(property, value, wanted);

	switch (relation) {
	case AVU_QUERY_EQUAL:
		return order == 0;
	case AVU_QUERY_NOT_EQUAL:
		return order != 0;
	case AVU_QUERY_LESS:
		return order < 0;
	case AVU_QUERY_LESS_EQUAL:
		return order <= 0;
	case AVU_QUERY_GREATER:
		return order > 0;
	case AVU_QUERY_GREATER_EQUAL:
		return order >= 0;
	case AVU_QUERY_CONTAINS:
		return strstr(folded, word) != NULL;
	case AVU_QUERY_DOES_NOT_CONTAIN:
		return strstr(folded, word) == NULL;
	case AVU_QUERY_STARTS_WITH:
		return g_str_has_prefix(folded, word);
	case AVU_QUERY_DERIVED_FROM:
		return g_str_has_prefix(folded, word) &&
		       (folded[strlen(word)] == '\0' || folded[strlen(word)] == '.');
	case AVU_QUERY_EXISTS:
	case AVU_QUERY_EXISTS_NOT:
		break;
	}
	g_assert_not_reached();
}

static bool
holds(const Model *model, const AvuQueryNode *node)
{
	switch (node->kind) {
	case AVU_QUERY_ALL:
		return true;
	case AVU_QUERY_AND:
		return holds(model, node->left) && holds(model, node->right);
	case AVU_QUERY_OR:
		return holds(model, node->left) || holds(model, node->right);
	case AVU_QUERY_RELATION:
		break;
	}
	g_auto(GStrv) values = values_of(model, node->property);

	if (node->relation >= AVU_QUERY_EXISTS) {
		return (values[0] != NULL) == (node->relation == AVU_QUERY_EXISTS);
	}
	for (char **value = values; *value != NULL; value++) {
		if (holds_one(node->property, node->relation, *value, node->value)) {
			return true;
		}
	}
	return false;
}

/* A value that some item has, or a part of it, or something else. */
static char *
make_value(Fixture *f, AvuProperty property)
{
	g_auto(GStrv) values = values_of(&f->items[below(f, N_ITEMS)], property);

	if (values[0] == NULL || below(f, 5) == 0) {
		return g_strdup(pick(f));
	}
	const char *value = values[below(f, g_strv_length(values))];
	glong len = g_utf8_strlen(value, -1);

	/* parts of a duration are other durations: "0:45:48.0" */
	switch (property == AVU_PROPERTY_RES_DURATION ? 3 : below(f, 4)) {
	case 0:
		return g_utf8_substring(value, 0, (glong)below(f, (unsigned)len + 1));
	case 1:
		return g_utf8_substring(value, (glong)below(f, (unsigned)len), len);
	case 2:
		return g_utf8_strup(value, -1);
	default:
		return g_strdup(value);
	}
}

static void
make_criteria(Fixture *f, GString *text, unsigned depth)
{
	static const char *const operators[] = { "=", "!=", "<", "<=", ">", ">=", "contains",
		"doesNotContain", "startsWith", "derivedfrom" };

	if (depth > 0 && below(f, 2) == 0) {
		g_string_append_c(text, '(');
		make_criteria(f, text, depth - 1);
		g_string_append(text, below(f, 2) == 0 ? " and " : " or ");
		make_criteria(f, text, depth - 1);
		g_string_append_c(text, ')');
		return;
	}
	AvuProperty property = searched[below(f, G_N_ELEMENTS(searched))];
	const char *name = avu_property_get_name(property);

	if (below(f, 8) == 0) {
		g_string_append_printf(
			text, "%s exists %s", name, below(f, 2) == 0 ? "true" : "false");
		return;
	}
	/* durations are compared as durations: as text only where both ways say the same */
	unsigned n = property == AVU_PROPERTY_RES_DURATION ? 2 : G_N_ELEMENTS(operators);
	g_autofree char *value = make_value(f, property);
	g_autofree char *quoted = avu_query_quote(value);

	g_string_append_printf(text, "%s %s %s", name, operators[below(f, n)], quoted);
}

static void
note_id(const Item *item, void *data)
{
	GArray *ids = data;

	g_array_append_val(ids, item->id);
}

static void
note_container(const Container *container, void *data)
{
	(void)container, (void)data;
	g_assert_not_reached(); /* the criteria ask for items */
}

static uint32_t
search(Fixture *f, const char *criteria, const CataloguePage *page, GArray *ids)
{
	const AvuPropertySet known = catalogue_get_search_properties();
	g_autoptr(GError) error = NULL;
	g_autoptr(AvuQuery) query = avu_query_parse(criteria, &known, &error);
	const CatalogueSink sink = { note_container, note_id, ids };
	AvuContentResult result = { 0 };

	g_assert_no_error(error);
	g_assert_true(catalogue_search(f->catalogue, view_get_container(view_find("0")), query,
		page, &sink, &result, &error));
	g_assert_no_error(error);
	return result.total;
}

static bool
has_id(const GArray *ids, int64_t id)
{
	for (guint i = 0; i < ids->len; i++) {
		if (g_array_index(ids, int64_t, i) == id) {
			return true;
		}
	}
	return false;
}

static void
test_search(Fixture *f, const void *unused)
{
	const CataloguePage whole = { .count = 1000 };
	const AvuPropertySet known = catalogue_get_search_properties();

	(void)unused;
	for (unsigned q = 0; q < N_QUERIES; q++) {
		g_autoptr(GString) text =
			g_string_new("upnp:class derivedfrom \"object.item\" and (");
		g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
		uint32_t expected = 0;

		make_criteria(f, text, 2);
		g_string_append_c(text, ')');
		uint32_t total = search(f, text->str, &whole, ids);
		g_autoptr(AvuQuery) query = avu_query_parse(text->str, &known, NULL);

		for (unsigned i = 0; i < N_ITEMS; i++) {
			bool should = holds(&f->items[i], avu_query_get_root(query));

			expected += should ? 1 : 0;
			if (should != has_id(ids, f->items[i].id)) {
				g_error("%s: %s '%s'", text->str, should ? "misses" : "finds",
					f->items[i].title);
			}
		}
		g_assert_cmpuint(total, ==, expected);
		g_assert_cmpuint(ids->len, ==, expected);
	}
}

/* Sort */

static const AvuProperty sorted[] = { AVU_PROPERTY_TITLE, AVU_PROPERTY_TRACK, AVU_PROPERTY_DATE,
	AVU_PROPERTY_RES_SIZE, AVU_PROPERTY_RES_DURATION, AVU_PROPERTY_RATING, AVU_PROPERTY_CLASS };

/* Missing is less than anything. */
static int
compare_by(const Model *a, const Model *b, AvuProperty property)
{
	g_auto(GStrv) one = values_of(a, property);
	g_auto(GStrv) other = values_of(b, property);

	if (one[0] == NULL || other[0] == NULL) {
		return (one[0] != NULL) - (other[0] != NULL);
	}
	if (property == AVU_PROPERTY_TITLE) {
		g_autofree char *key = avu_text_sort_key(one[0]);
		g_autofree char *other_key = avu_text_sort_key(other[0]);

		return strcmp(key, other_key);
	}
	if (property == AVU_PROPERTY_RES_DURATION) {
		return (a->duration_ms > b->duration_ms) - (a->duration_ms < b->duration_ms);
	}
	return compare(property, one[0], other[0]);
}

static const Model *
find(Fixture *f, int64_t id)
{
	for (unsigned i = 0; i < N_ITEMS; i++) {
		if (f->items[i].id == id) {
			return &f->items[i];
		}
	}
	g_assert_not_reached();
}

static void
test_sort(Fixture *f, const void *unused)
{
	(void)unused;
	for (unsigned s = 0; s < N_SORTS; s++) {
		AvuSortKey keys[2];
		CataloguePage page = { .count = 1000, .sort = keys, .n_sort = 1 + below(f, 2) };
		g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
		g_autoptr(GArray) part = g_array_new(FALSE, FALSE, sizeof(int64_t));

		for (unsigned k = 0; k < page.n_sort; k++) {
			keys[k] = (AvuSortKey){ .property = sorted[below(f, G_N_ELEMENTS(sorted))],
				.descending = below(f, 2) == 0 };
		}
		g_assert_cmpuint(search(f, "upnp:class derivedfrom \"object.item\"", &page, ids),
			==, N_ITEMS);
		g_assert_cmpuint(ids->len, ==, N_ITEMS);
		for (guint i = 1; i < ids->len; i++) {
			const Model *before = find(f, g_array_index(ids, int64_t, i - 1));
			const Model *after = find(f, g_array_index(ids, int64_t, i));
			int order = 0;

			for (unsigned k = 0; k < page.n_sort && order == 0; k++) {
				order = compare_by(before, after, keys[k].property);
				order = keys[k].descending ? -order : order;
			}
			g_assert_cmpint(order, <=, 0);
		}
		/* a page is a part of the whole */
		page.start = below(f, N_ITEMS + 5);
		page.count = 1 + below(f, 20);
		(void)search(f, "upnp:class derivedfrom \"object.item\"", &page, part);
		g_assert_cmpuint(part->len, ==,
			page.start >= N_ITEMS ? 0 : MIN(page.count, N_ITEMS - page.start));
		for (guint i = 0; i < part->len; i++) {
			g_assert_cmpint(g_array_index(part, int64_t, i), ==,
				g_array_index(ids, int64_t, page.start + i));
		}
	}
}

static void
note_date(const Item *item, void *data)
{
	g_string_append_printf(data, "%s ", item->date);
}

/* Zones other than ours are applied: the tests run in UTC. */
static void
test_time_of_day(Fixture *f, const void *unused)
{
	static const char *const times[] = { "2004-05-14", "2001-01-01T23:00:00",
		"2009-01-01T09:30:00", "2002-01-01T11:00:00+09:00", "2003-01-01T05:00:00Z" };
	static const AvuSortKey up = { .property = AVU_PROPERTY_DATE, .time_of_day = true };
	static const AvuSortKey down = {
		.property = AVU_PROPERTY_DATE, .time_of_day = true, .descending = true
	};
	g_autoptr(GString) seen = g_string_new(NULL);
	const CatalogueSink sink = { note_container, note_date, seen };
	CataloguePage page = { .count = 10, .sort = &up, .n_sort = 1 };
	AvuContentResult result = { 0 };
	const int64_t all = view_get_container(view_find("video-all"));

	(void)unused;
	g_assert_true(catalogue_begin(f->catalogue, NULL));
	for (unsigned i = 0; i < N_ITEMS; i++) {
		g_assert_true(catalogue_remove_item(f->catalogue, f->items[i].id, NULL));
	}
	for (unsigned i = 0; i < G_N_ELEMENTS(times); i++) {
		g_free(f->items[i].date);
		f->items[i].date = g_strdup(times[i]);
		f->items[i].kind = ITEM_VIDEO;
		put(f, i);
	}
	g_assert_true(catalogue_commit(f->catalogue, NULL));
	g_assert_true(catalogue_get_children(f->catalogue, all, &page, &sink, &result, NULL));
	g_assert_cmpstr(seen->str, ==,
		"2004-05-14 2002-01-01T11:00:00+09:00 2003-01-01T05:00:00Z 2009-01-01T09:30:00"
		" 2001-01-01T23:00:00 ");
	g_string_truncate(seen, 0);
	page.sort = &down;
	g_assert_true(catalogue_get_children(f->catalogue, all, &page, &sink, &result, NULL));
	g_assert_cmpstr(seen->str, ==,
		"2001-01-01T23:00:00 2009-01-01T09:30:00 2003-01-01T05:00:00Z"
		" 2002-01-01T11:00:00+09:00 2004-05-14 ");
}

static void
set_up(Fixture *f, const void *seed)
{
	g_autoptr(GError) error = NULL;

	f->rand = g_rand_new_with_seed(GPOINTER_TO_UINT(seed));
	f->directory = g_dir_make_tmp("model-XXXXXX", NULL);
	f->state = state_open(f->directory, &error);
	g_assert_no_error(error);
	f->catalogue = catalogue_backend()->open(f->directory, f->state, &error);
	g_assert_no_error(error);
	fill(f);
}

static void
tear_down(Fixture *f, const void *unused)
{
	(void)unused;
	catalogue_close(f->catalogue);
	state_close(f->state);

	g_autoptr(GDir) dir = g_dir_open(f->directory, 0, NULL);
	const char *name;

	while ((name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *path = g_build_filename(f->directory, name, NULL);

		g_assert_cmpint(g_unlink(path), ==, 0);
	}
	g_assert_cmpint(g_rmdir(f->directory), ==, 0);
	for (unsigned i = 0; i < N_ITEMS; i++) {
		Model *model = &f->items[i];

		g_free(model->title);
		g_free(model->artist);
		g_free(model->album);
		g_free(model->genre);
		g_free(model->actor);
		g_free(model->composer);
		g_free(model->date);
	}
	g_rand_free(f->rand);
	g_free(f->directory);
}

int
main(int argc, char **argv)
{
	(void)g_setenv("TZ", "UTC", TRUE);
	g_test_init(&argc, &argv, NULL);
	g_test_add("/model/time-of-day", Fixture, GUINT_TO_POINTER(9), set_up, test_time_of_day,
		tear_down);
	for (unsigned seed = 1; seed <= 3; seed++) {
		g_autofree char *search_name = g_strdup_printf("/model/search-%u", seed);
		g_autofree char *sort_name = g_strdup_printf("/model/sort-%u", seed);

		g_test_add(search_name, Fixture, GUINT_TO_POINTER(seed), set_up, test_search,
			tear_down);
		g_test_add(
			sort_name, Fixture, GUINT_TO_POINTER(seed), set_up, test_sort, tear_down);
	}
	return g_test_run();
}
