/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is in a container: its SQL, its pages. The first pages in a container's own order are read from
 * an index; deep pages and other orders cut from a listing, which is made once (listing.h). SQL is
 * built from the views and the table of properties and nothing else (SEC-100). Any thread. */
#include <av-upnp/error.h>

#include "mediaserver/catalogue/catalogue-private.h"
#include "mediaserver/catalogue/search-property.h"
#include "mediaserver/catalogue/view-sql.h"

#define NO_SUCH_CONTAINER 710
/* From here on walking an index takes longer than the page itself. */
#define DEEP 500

typedef enum { LIST_ITEMS, LIST_CONTAINERS, LIST_MIXED } ListKind;

AvuPropertySet
catalogue_get_sort_properties(void)
{
	return search_property_get_sort_set();
}

static ListKind
list_kind(const Container *container)
{
	const View *view = container->view;

	if ((view->folders && container->level > 0) || container->made != CONTAINER_FOUND) {
		return LIST_MIXED;
	}
	return view->kind != ITEM_NONE && !view->folders &&
			       container->level == view_get_n_levels(view)
		       ? LIST_ITEMS
		       : LIST_CONTAINERS;
}

/* + puts objects without the property first, - last: SQLite's NULLs do just that. */
static void
append_order(GString *sql, const CataloguePage *page, bool containers, const char *own_order)
{
	g_string_append(sql, " ORDER BY ");
	for (unsigned i = 0; i < page->n_sort; i++) {
		g_string_append_printf(sql, "%s %s, ",
			search_property_sort_sql(&page->sort[i], containers),
			page->sort[i].descending ? "DESC" : "ASC");
	}
	g_string_append(sql, own_order);
}

static void
append_keys(GString *sql, const CataloguePage *page, bool containers)
{
	for (unsigned i = 0; i < page->n_sort; i++) {
		g_string_append_printf(sql, ", %s AS k%u",
			search_property_sort_sql(&page->sort[i], containers), i);
	}
}

/* Folders hold both kinds, and references like lists do, in their own order. */
static void
append_mixed(GString *sql, const CataloguePage *page)
{
	g_string_append(
		sql, "SELECT c, row FROM (SELECT 1 AS c, row, 0 AS place, sort_title AS name, id");
	append_keys(sql, page, /* containers = */ true);
	g_string_append(sql, " FROM container WHERE parent = ?1 UNION ALL"
			     " SELECT 0, row, iif(list = ?1, track, 0), sort_name, id");
	append_keys(sql, page, /* containers = */ false);
	g_string_append(sql,
		" FROM item WHERE home = ?1 UNION ALL SELECT 0, row, (SELECT member.position"
		" FROM member WHERE member.container = ?1 AND member.item = item.id), sort_name, "
		"id");
	append_keys(sql, page, /* containers = */ false);
	g_string_append(sql,
		" FROM item WHERE id IN (SELECT item FROM member WHERE container = ?1))"
		" ORDER BY ");
	for (unsigned i = 0; i < page->n_sort; i++) {
		g_string_append_printf(
			sql, "k%u %s, ", i, page->sort[i].descending ? "DESC" : "ASC");
	}
	g_string_append(sql, "c DESC, place, name, id");
}

static char *
listing_sql(const Container *container, const CataloguePage *page)
{
	GString *sql = g_string_new(NULL);

	switch (list_kind(container)) {
	case LIST_MIXED:
		append_mixed(sql, page);
		break;
	case LIST_ITEMS:
		g_string_append(sql, "SELECT 0, row FROM item WHERE ");
		catalogue_append_items(sql, container);
		append_order(sql, page, /* containers = */ false, container->view->plan->order);
		break;
	case LIST_CONTAINERS:
		g_string_append(sql, "SELECT 1, row FROM container WHERE parent = ?1"
				     " AND (children > 0 OR made > 0)");
		append_order(sql, page, /* containers = */ true, "position, sort_title, id");
		break;
	}
	g_string_append(sql, " LIMIT ?7 OFFSET ?8");
	return g_string_free(sql, FALSE);
}

static void
bind_listing(Statement *statement, const Container *container, int64_t start, int64_t count)
{
	if (list_kind(container) != LIST_ITEMS) {
		statement_bind_int(statement, 1, container->id);
	}
	for (int i = 0; list_kind(container) == LIST_ITEMS && i < VIEW_VALUES_MAX &&
			container->values[i] != NULL;
		i++) {
		statement_bind_text(statement, 1 + i, container->values[i]);
	}
	statement_bind_int(statement, 7, count);
	statement_bind_int(statement, 8, start);
}

typedef struct {
	Catalogue *catalogue;
	Database *reader;
	const CataloguePage *page;
	GArray *rows; /* of the page */
	AvuContentResult *result;
} Request;

/* Its own number says that something changed in a container of items; what changes in containers
 * below shows in the catalogue's number only. */
static bool
get_version(
	const Request *request, const Container *container, int64_t *ret_version, GError **error)
{
	*ret_version = container->update_id;
	return list_kind(container) == LIST_ITEMS ||
	       catalogue_get_version(request->reader, ret_version, error);
}

typedef struct {
	const Request *request;
	const Container *container;
	const char *sql;
} Whole;

static bool
list_whole(GArray *rows, void *data, GError **error)
{
	const Whole *whole = data;
	Statement *statement = database_prepare(whole->request->reader, whole->sql, error);

	if (statement == NULL) {
		return false;
	}
	bind_listing(statement, whole->container, /* start = */ 0, /* count = */ -1);
	return catalogue_collect(whole->request->reader, statement, rows, error);
}

static Listing *
get_listing(const Request *request, const Container *container, const char *sql, GError **error)
{
	g_autofree char *key = g_strdup_printf("%" G_GINT64_MODIFIER "x %s", container->id, sql);
	Whole whole = { request, container, sql };
	int64_t version;

	return get_version(request, container, &version, error)
		       ? listing_cache_get(request->catalogue->listings, key, version,
				 database_get_time_left(request->reader), list_whole, &whole, error)
		       : NULL;
}

void
catalogue_cut_page(const Listing *listing, const CataloguePage *page, GArray *rows)
{
	if (page->start < listing->n) {
		g_array_append_vals(rows, listing->rows + page->start,
			MIN(page->count, listing->n - page->start));
	}
}

/* While the container's row, whose strings it uses, is open. */
static bool
find_rows(const Request *request, const Container *container, GError **error)
{
	const CataloguePage *page = request->page;
	g_autofree char *sql = listing_sql(container, page);
	/* folders and other orders are sorted as a whole */
	bool sorts = page->n_sort > 0 || list_kind(container) == LIST_MIXED;
	bool deep = page->start >= DEEP || (sorts && container->children > DEEP);

	if (deep) {
		g_autoptr(Listing) listing = get_listing(request, container, sql, error);

		if (listing != NULL) {
			catalogue_cut_page(listing, page, request->rows);
		}
		return listing != NULL;
	}
	Statement *statement = database_prepare(request->reader, sql, error);

	if (statement == NULL) {
		return false;
	}
	bind_listing(statement, container, page->start, page->count);
	return catalogue_collect(request->reader, statement, request->rows, error);
}

static bool
list_children(const Request *request, int64_t id, bool *ret_there, GError **error)
{
	Container container;
	Statement *row;
	StatementStep step = catalogue_read_container(request->reader, id, &container, &row, error);

	*ret_there = step == STATEMENT_ROW;
	if (step != STATEMENT_ROW) {
		return step == STATEMENT_DONE;
	}
	request->result->total = (uint32_t)container.children;
	request->result->update_id = container.update_id;
	bool good = find_rows(request, &container, error);

	statement_reset(row); /* at most one */
	return good;
}

bool
catalogue_get_children(Catalogue *catalogue, int64_t container, const CataloguePage *page,
	const CatalogueSink *sink, AvuContentResult *ret_result, GError **error)
{
	g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(int64_t));
	g_autoptr(GError) cause = NULL;
	Database *reader = catalogue_begin_read(catalogue, error);
	const Request request = { catalogue, reader, page, rows, ret_result };
	bool there = false;

	if (reader == NULL) {
		return false;
	}
	bool good = list_children(&request, container, &there, &cause) &&
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

bool
catalogue_is_in(Database *reader, int64_t item, int64_t id, bool *ret_in, GError **error)
{
	Container container;
	Statement *row;
	StatementStep step = catalogue_read_container(reader, id, &container, &row, error);

	*ret_in = false;
	if (step != STATEMENT_ROW) {
		return step == STATEMENT_DONE;
	}
	ListKind kind = list_kind(&container);

	if (kind == LIST_CONTAINERS) {
		return statement_finish(reader, row, error);
	}
	GString *sql = g_string_new(kind == LIST_ITEMS ? "SELECT 0, row FROM item WHERE "
						       : "SELECT 0, item FROM member WHERE "
							 "container = ?1 AND item = ?9");

	if (kind == LIST_ITEMS) {
		catalogue_append_items(sql, &container);
		g_string_append(sql, " AND id = ?9");
	}
	g_string_append(sql, " LIMIT ?7 OFFSET ?8");
	g_autofree char *text = g_string_free(sql, FALSE);
	Statement *statement = database_prepare(reader, text, error);
	g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(int64_t));

	if (statement == NULL) {
		return false;
	}
	bind_listing(statement, &container, /* start = */ 0, /* count = */ 1);
	statement_bind_int(statement, 9, item);
	bool good = catalogue_collect(reader, statement, rows, error);

	statement_reset(row); /* at most one */
	*ret_in = good && rows->len > 0;
	return good;
}
