/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Search and sort against a simple model: random items, random criteria, the standard's rules applied
 * to the values as ContentDirectory shows them, one item after the other. Seeds are fixed per round, so
 * that a failure comes again; the message has the criteria. */
#include <glib/gstdio.h>
#include <string.h>

#include <av-upnp/error.h>

#include "search-model.h"

#define N_QUERIES 600
#define N_SORTS 120

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
