/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Search and sort against a simple model: random items, random criteria, the standard's rules applied
 * to the values as ContentDirectory shows them, one item after the other. Seeds are fixed per round, so
 * that a failure comes again; the message has the criteria. */
#include <string.h>

#include <av-upnp/error.h>

#include "search-model.h"

#define N_QUERIES 600
#define N_SORTS 120

/* Durations are compared as durations, and a part of one is another one: "0:45:48.0". */
static bool
is_period(AvuProperty property)
{
	return property == AVU_PROPERTY_RES_DURATION ||
	       property == AVU_PROPERTY_LAST_PLAYBACK_POSITION;
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

	switch (is_period(property) ? 3 : below(f, 4)) {
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
	/* as text only where both ways say the same */
	unsigned n = is_period(property) ? 2 : G_N_ELEMENTS(operators);
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

/* Properties of which nothing is known before they are stored, and those of containers. */
static const struct {
	AvuProperty property;
	const char *why;
} elsewhere[] = {
	{ AVU_PROPERTY_PARENT_ID, "test_places" },
	{ AVU_PROPERTY_RES, "test_places" },
	{ AVU_PROPERTY_RES_PROTOCOL_INFO, "test_places" },
	{ AVU_PROPERTY_OBJECT_UPDATE_ID, "test-search-numbers.c" },
	{ AVU_PROPERTY_CHILD_COUNT, "test-search-numbers.c" },
	{ AVU_PROPERTY_CONTAINER_UPDATE_ID, "test-search-numbers.c" },
	{ AVU_PROPERTY_TOTAL_DELETED_CHILDREN, "test-search-numbers.c" },
};

/* What is offered to control points is searched for here: whoever adds a property says where. */
static void
test_all_are_searched(void)
{
	const AvuPropertySet known = catalogue_get_search_properties();
	AvuPropertySet held = { 0 };

	for (size_t i = 0; i < G_N_ELEMENTS(searched); i++) {
		avu_property_set_add(&held, searched[i]);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(elsewhere); i++) {
		avu_property_set_add(&held, elsewhere[i].property);
	}
	for (unsigned property = 0; property < AVU_N_PROPERTIES; property++) {
		g_test_message("%s", avu_property_get_name((AvuProperty)property));
		g_assert_cmpint(avu_property_set_has(&held, (AvuProperty)property), ==,
			avu_property_set_has(&known, (AvuProperty)property));
	}
}

/* Where items are, and what their resource says. */
static void
test_places(Fixture *f, const void *unused)
{
	const CatalogueFolder folder = { "11111111-2222-3333-4444-555555555555", "Files", "" };
	const CataloguePage whole = { .count = 1000 };
	static const struct {
		ItemKind kind;
		const char *info;
	} rows[] = {
		{ ITEM_AUDIO, "http-get:*:audio/flac:*" },
		{ ITEM_VIDEO, "http-get:*:video/mp4:*" },
		{ ITEM_IMAGE, "HTTP-GET:*:image/JPEG:*" },
	};

	(void)unused;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		uint32_t wanted = 0;

		for (unsigned n = 0; n < N_ITEMS; n++) {
			wanted += f->items[n].kind == rows[i].kind ? 1 : 0;
		}
		g_assert_cmpuint(wanted, >, 0);
		char *queries[] = {
			g_strdup_printf(
				"@refID exists false and @parentID = \"c%015" G_GINT64_MODIFIER
				"x\" and upnp:class derivedfrom \"object.item\"",
				catalogue_folder_view_container(rows[i].kind, &folder)),
			g_strdup_printf("res@protocolInfo = \"%s\"", rows[i].info),
			g_strdup_printf("res = \"%s\"", rows[i].info),
		};

		for (size_t q = 0; q < G_N_ELEMENTS(queries); q++) {
			g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int64_t));

			g_test_message("%s", queries[q]);
			g_assert_cmpuint(search(f, queries[q], &whole, ids), ==, wanted);
			g_free(queries[q]);
		}
	}
}

/* Sort */

static const AvuProperty sorted[] = { AVU_PROPERTY_TITLE, AVU_PROPERTY_TRACK, AVU_PROPERTY_DATE,
	AVU_PROPERTY_RES_SIZE, AVU_PROPERTY_RES_DURATION, AVU_PROPERTY_RATING, AVU_PROPERTY_CLASS,
	AVU_PROPERTY_ARTIST, AVU_PROPERTY_CREATOR, AVU_PROPERTY_ALBUM, AVU_PROPERTY_GENRE,
	AVU_PROPERTY_ACTOR, AVU_PROPERTY_AUTHOR, AVU_PROPERTY_ALBUM_ARTIST,
	AVU_PROPERTY_SERIES_TITLE, AVU_PROPERTY_DIRECTOR, AVU_PROPERTY_PUBLISHER, AVU_PROPERTY_DISC,
	AVU_PROPERTY_EPISODE_NUMBER, AVU_PROPERTY_EPISODE_SEASON, AVU_PROPERTY_PLAYBACK_COUNT,
	AVU_PROPERTY_RES_SAMPLE_FREQUENCY, AVU_PROPERTY_RES_BITS_PER_SAMPLE,
	AVU_PROPERTY_RES_CHANNELS, AVU_PROPERTY_RES_BITRATE, AVU_PROPERTY_RES_RESOLUTION,
	AVU_PROPERTY_LAST_PLAYBACK_TIME, AVU_PROPERTY_LAST_PLAYBACK_POSITION };

/* Only containers have a number of changes; an item's is known when it is stored. */
static const AvuProperty sorted_elsewhere[] = { AVU_PROPERTY_OBJECT_UPDATE_ID,
	AVU_PROPERTY_CONTAINER_UPDATE_ID, AVU_PROPERTY_CHILD_COUNT };

static void
test_all_are_sorted(void)
{
	const AvuPropertySet known = catalogue_get_sort_properties();
	AvuPropertySet held = { 0 };

	for (size_t i = 0; i < G_N_ELEMENTS(sorted); i++) {
		avu_property_set_add(&held, sorted[i]);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(sorted_elsewhere); i++) {
		avu_property_set_add(&held, sorted_elsewhere[i]);
	}
	for (unsigned property = 0; property < AVU_N_PROPERTIES; property++) {
		g_test_message("%s", avu_property_get_name((AvuProperty)property));
		g_assert_cmpint(avu_property_set_has(&held, (AvuProperty)property), ==,
			avu_property_set_has(&known, (AvuProperty)property));
	}
}

/* What stands for the values when items are put in order: a key that is stored, or the values folded. "": none. */
static char *
order_of(const Model *model, AvuProperty property)
{
	g_auto(GStrv) values = values_of(model, property);
	const char *people = property == AVU_PROPERTY_ARTIST ? model->artist : people_of(model);

	switch (property) {
	case AVU_PROPERTY_ARTIST:  /* those without a role */
	case AVU_PROPERTY_CREATOR: /* all of them */
		return people != NULL ? avu_text_sort_key(people) : g_strdup("");
	case AVU_PROPERTY_GENRE:
	case AVU_PROPERTY_ACTOR:
	case AVU_PROPERTY_DIRECTOR:
	case AVU_PROPERTY_PUBLISHER:
		for (char **value = values; *value != NULL; value++) {
			char *folded = avu_text_fold(*value);

			g_free(*value);
			*value = g_steal_pointer(&folded);
		}
		return g_strjoinv(SEPARATOR, values);
	default:
		break;
	}
	g_autofree char *joined = g_strjoinv(SEPARATOR, values);

	return values[0] != NULL ? avu_text_sort_key(joined) : g_strdup("");
}

/* Missing is less than anything. */
static int
compare_by(const Model *a, const Model *b, AvuProperty property)
{
	g_auto(GStrv) one = values_of(a, property);
	g_auto(GStrv) other = values_of(b, property);

	if (avu_property_get_spec(property)->type == AVU_VALUE_TEXT) {
		g_autofree char *key = order_of(a, property);
		g_autofree char *other_key = order_of(b, property);

		return strcmp(key, other_key);
	}
	if (one[0] == NULL || other[0] == NULL) {
		return (one[0] != NULL) - (other[0] != NULL);
	}
	if (property == AVU_PROPERTY_RES_DURATION) {
		return (a->duration_ms > b->duration_ms) - (a->duration_ms < b->duration_ms);
	}
	if (property == AVU_PROPERTY_RES_RESOLUTION) {
		const int64_t area = a->width * a->height, other_area = b->width * b->height;

		return (area > other_area) - (area < other_area);
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
		g_test_message("%s, %s", avu_property_get_name(keys[0].property),
			page.n_sort > 1 ? avu_property_get_name(keys[1].property) : "");
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

int
main(int argc, char **argv)
{
	(void)g_setenv("TZ", "UTC", TRUE);
	g_test_init(&argc, &argv, NULL);
	g_test_add("/model/time-of-day", Fixture, GUINT_TO_POINTER(9), set_up, test_time_of_day,
		tear_down);
	g_test_add_func("/model/all-are-searched", test_all_are_searched);
	g_test_add_func("/model/all-are-sorted", test_all_are_sorted);
	g_test_add("/model/places", Fixture, GUINT_TO_POINTER(4), set_up, test_places, tear_down);
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
