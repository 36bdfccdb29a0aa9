/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Searching: all that the query holds for below a container, as one listing, of which pages are cut; so
 * the number of matches is exact, and the next page is there already. Runs on the threads of
 * connections; a query that takes longer than AVU_LIMIT_QUERY_NS ends in 720 (SEC-103). */
#include <av-upnp/error.h>

#include "mediaserver/catalogue/search-property.h"
#include "mediaserver/catalogue/search-sql.h"

#define NO_SUCH_CONTAINER 710
/* Results without a sort order stand by title, unless they are so many that nobody reads them so. */
#define ORDERED_MAX 5000

AvuPropertySet
catalogue_get_search_properties(void)
{
	return search_property_get_search_set();
}

typedef struct {
	int64_t row;
	const char *title; /* sort key */
} Titled;

/* What was found, as long as it is few enough to be put in order. */
typedef struct {
	GArray *rows;   /* int64_t */
	GArray *titled; /* Titled */
	GStringChunk *titles;
} Found;

static void
found_init(Found *found, GArray *rows)
{
	found->rows = g_array_ref(rows);
	found->titled = g_array_new(FALSE, FALSE, sizeof(Titled));
	found->titles = g_string_chunk_new(4096);
}

static void
found_clear(Found *found)
{
	g_array_unref(found->rows);
	g_array_unref(found->titled);
	g_string_chunk_free(found->titles);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Found, found_clear)

static void
keep_title(Found *found, int64_t row, const char *title)
{
	const Titled one = { row,
		g_string_chunk_insert(found->titles, title != NULL ? title : "") };

	g_array_append_val(found->titled, one);
}

/* Items first. */
static int
by_title(const void *a, const void *b)
{
	const Titled *one = a, *other = b;

	if ((one->row < 0) != (other->row < 0)) {
		return one->row < 0 ? 1 : -1;
	}
	int order = strcmp(one->title, other->title);

	return order != 0 ? order : (one->row > other->row) - (one->row < other->row);
}

static bool
read_title(Database *reader, Found *found, int64_t row, GError **error)
{
	Statement *statement = database_prepare(reader,
		row < 0 ? "SELECT sort_title FROM container WHERE row = ?1"
			: "SELECT sort_title FROM item WHERE row = ?1",
		error);

	if (statement == NULL) {
		return false;
	}
	statement_bind_int(statement, 1, row < 0 ? -row : row);
	StatementStep step = statement_step(reader, statement, error);

	keep_title(found, row, step == STATEMENT_ROW ? statement_get_text(statement, 0) : NULL);
	if (step == STATEMENT_ROW) {
		statement_reset(statement); /* one row */
	}
	return step != STATEMENT_FAILED;
}

static bool
read_titles(Database *reader, Found *found, GError **error)
{
	for (guint i = 0; i < found->rows->len; i++) {
		if (!read_title(reader, found, g_array_index(found->rows, int64_t, i), error)) {
			return false;
		}
	}
	return true;
}

static void
order_by_title(Found *found)
{
	g_array_sort(found->titled, by_title);
	for (guint i = 0; i < found->rows->len; i++) {
		g_array_index(found->rows, int64_t, i) =
			g_array_index(found->titled, Titled, i).row;
	}
}

/* catalogue_collect(), with titles. */
static bool
collect_titled(Database *reader, Statement *statement, Found *found, GError **error)
{
	StatementStep step;

	while ((step = statement_step(reader, statement, error)) == STATEMENT_ROW) {
		int64_t row = statement_get_int(statement, 1);

		row = statement_get_int(statement, 0) != 0 ? -row : row;
		g_array_append_val(found->rows, row);
		if (found->rows->len <= ORDERED_MAX) {
			keep_title(found, row, statement_get_text(statement, 2));
		}
	}
	return step == STATEMENT_DONE;
}

typedef struct {
	Catalogue *catalogue;
	Database *reader;
	const AvuQuery *query;
	const CataloguePage *page;
} Request;

typedef struct {
	const Request *request;
	const SearchSql *sql;
} Search;

static bool
collect(const Search *search, Found *found, GError **error)
{
	Database *reader = search->request->reader;
	Statement *statement = search_sql_prepare(search->sql, reader, error);

	return statement != NULL &&
	       (search->sql->has_titles ? collect_titled(reader, statement, found, error)
					: catalogue_collect(reader, statement, found->rows, error));
}

static bool
find_all(GArray *rows, void *data, GError **error)
{
	const Search *search = data;
	g_auto(Found) found = { NULL };

	found_init(&found, rows);
	if (!collect(search, &found, error)) {
		return false;
	}
	if (search->request->page->n_sort > 0 || rows->len > ORDERED_MAX) {
		return true;
	}
	if (!search->sql->has_titles && !read_titles(search->request->reader, &found, error)) {
		return false;
	}
	order_by_title(&found);
	return true;
}

static Listing *
get_listing(const Request *request, const SearchSql *sql, GError **error)
{
	g_autofree char *key = search_sql_dup_key(sql);
	Search search = { request, sql };
	int64_t version;

	return catalogue_get_version(request->reader, &version, error)
		       ? listing_cache_get(request->catalogue->listings, key, version,
				 database_get_time_left(request->reader), find_all, &search, error)
		       : NULL;
}

static bool
run(const Request *request, int64_t id, GArray *rows, AvuContentResult *ret_result, bool *ret_there,
	GError **error)
{
	Container container;
	Statement *row;
	StatementStep step = catalogue_read_container(request->reader, id, &container, &row, error);
	g_auto(SearchSql) sql = { NULL };

	*ret_there = step == STATEMENT_ROW;
	if (step != STATEMENT_ROW) {
		return step == STATEMENT_DONE;
	}
	ret_result->update_id = container.update_id;
	search_sql_init(&sql, &container, request->query, request->page);
	statement_reset(row); /* at most one */
	g_autoptr(Listing) listing = get_listing(request, &sql, error);

	if (listing == NULL) {
		return false;
	}
	ret_result->total = listing->n;
	catalogue_cut_page(listing, request->page, rows);
	return true;
}

bool
catalogue_search(Catalogue *catalogue, int64_t container, const AvuQuery *query,
	const CataloguePage *page, const CatalogueSink *sink, AvuContentResult *ret_result,
	GError **error)
{
	g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(int64_t));
	g_autoptr(GError) cause = NULL;
	Database *reader = catalogue_begin_read(catalogue, error);
	const Request request = { catalogue, reader, query, page };
	bool there = false;

	if (reader == NULL) {
		return false;
	}
	bool good = run(&request, container, rows, ret_result, &there, &cause) &&
		    catalogue_emit_rows(reader, rows, page, sink, &cause);

	catalogue_end_read(catalogue, reader);
	if (!good) {
		return catalogue_cannot_process(g_steal_pointer(&cause), error);
	}
	if (!there) {
		g_set_error(error, AVU_UPNP_ERROR, NO_SUCH_CONTAINER, "no such container");
	}
	return there;
}
