/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Questions to the catalogue: what is in a container, one object, one file, a search. Runs on the
 * threads of connections, each call with a connection of its own and one snapshot. SQL is built from
 * the views table and the sort table here and nothing else (SEC-100); a page is first a list of ids
 * in index order, then rows. */
#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/limits.h>

#include "mediaserver/catalogue/catalogue-private.h"

#define NO_SUCH_OBJECT 701
#define NO_SUCH_CONTAINER 710
#define CANNOT_PROCESS 720

#define CONTAINER_COLUMNS                                                                          \
	"container.id, container.view, container.level, container.value1, container.value2,"       \
	" container.value3, container.value4, container.title, container.class, container.parent," \
	" container.children, container.update_id, above.level, above.view,"                       \
	" container.object_update_id, container.deleted_children, container.further, "             \
	"container.made, container.art"

typedef enum { LIST_ITEMS, LIST_CONTAINERS, LIST_MIXED } ListKind;

/* + puts objects without the property first, - last: SQLite's NULLs do just that. */
static const struct {
	AvuProperty property;
	const char *column[3]; /* by ListKind */
} sort_columns[] = {
	{ AVU_PROPERTY_TITLE, { "sort_title", "sort_title", "sort_title" } },
	{ AVU_PROPERTY_DATE, { "date", "NULL", "date" } },
	{ AVU_PROPERTY_ARTIST, { "sort_artist", "NULL", "sort_artist" } },
	{ AVU_PROPERTY_CREATOR, { "sort_artist", "NULL", "sort_artist" } },
	{ AVU_PROPERTY_ALBUM, { "sort_album", "NULL", "sort_album" } },
	{ AVU_PROPERTY_TRACK, { "track", "NULL", "track" } },
	{ AVU_PROPERTY_CLASS, { "'object.item'", "class", "class" } },
};

AvuPropertySet
catalogue_get_sort_properties(void)
{
	AvuPropertySet set = { 0 };

	for (size_t i = 0; i < G_N_ELEMENTS(sort_columns); i++) {
		avu_property_set_add(&set, sort_columns[i].property);
	}
	return set;
}

bool
catalogue_cannot_process(GError *cause, GError **error)
{
	g_info("a query failed: %s", cause->message);
	g_set_error(error, AVU_UPNP_ERROR, CANNOT_PROCESS, "the request could not be processed");
	g_error_free(cause);
	return false;
}

static void
container_from_row(Container *ret_container, Statement *row)
{
	*ret_container = (Container){
		.id = statement_get_int(row, 0),
		.view = view_find(statement_get_text(row, 1)),
		.level = (unsigned)statement_get_int(row, 2),
		.title = statement_get_text(row, 7),
		.upnp_class = statement_get_text(row, 8),
		.parent = statement_get_int(row, 9),
		.children = statement_get_int(row, 10),
		.update_id = (uint32_t)statement_get_int(row, 11),
		.object_update_id = (uint32_t)statement_get_int(row, 14),
		.deleted_children = statement_get_int(row, 15),
		.further = statement_get_int(row, 16) > 0,
		.made = (ContainerMade)statement_get_int(row, 17),
		.art = statement_get_int(row, 18),
	};
	const View *view = ret_container->view;

	if (view != NULL && view->limit > 0 && ret_container->level == view->n_levels) {
		ret_container->children = MIN(ret_container->children, view->limit);
	}
	for (int i = 0; i < VIEW_VALUES_MAX; i++) {
		ret_container->values[i] = statement_get_text(row, 3 + i);
	}
	if (!statement_is_null(row, 12) && statement_get_int(row, 12) == 0) {
		ret_container->parent_view = view_find(statement_get_text(row, 13));
	}
}

StatementStep
catalogue_read_container(
	Database *reader, int64_t id, Container *ret_container, Statement **ret_row, GError **error)
{
	Statement *row = database_prepare(reader,
		"SELECT " CONTAINER_COLUMNS " FROM container"
		" LEFT JOIN container AS above ON above.id = container.parent WHERE container.id = "
		"?1",
		error);

	if (row == NULL) {
		return STATEMENT_FAILED;
	}
	statement_bind_int(row, 1, id);
	StatementStep step = statement_step(reader, row, error);

	if (step == STATEMENT_ROW) {
		container_from_row(ret_container, row);
		*ret_row = row;
		/* written by another version of the views: not ours any more */
		if (ret_container->view == NULL) {
			(void)statement_finish(reader, row, NULL); /* at most one row */
			return STATEMENT_DONE;
		}
	}
	return step;
}

static bool
emit_item(Database *reader, int64_t id, const CatalogueSink *sink, bool *ret_found, GError **error)
{
	Statement *row = database_prepare(reader, item_sql_get(), error);
	Item item;

	if (row == NULL) {
		return false;
	}
	statement_bind_int(row, 1, id);
	StatementStep step = statement_step(reader, row, error);

	*ret_found = step == STATEMENT_ROW;
	if (step != STATEMENT_ROW) {
		return step == STATEMENT_DONE;
	}
	item_from_row(&item, row);
	sink->item(&item, sink->data);
	return statement_finish(reader, row, error);
}

bool
catalogue_emit_found(
	Database *reader, const GArray *found, const CatalogueSink *sink, GError **error)
{
	for (guint i = 0; i < found->len; i++) {
		const CatalogueFound *entry = &g_array_index(found, CatalogueFound, i);
		bool there;

		if (!entry->container) {
			if (!emit_item(reader, entry->id, sink, &there, error)) {
				return false;
			}
			continue;
		}
		Container container;
		Statement *row;
		StatementStep step =
			catalogue_read_container(reader, entry->id, &container, &row, error);

		if (step == STATEMENT_ROW) {
			sink->container(&container, sink->data);
			step = statement_finish(reader, row, error) ? STATEMENT_DONE
								    : STATEMENT_FAILED;
		}
		if (step == STATEMENT_FAILED) {
			return false;
		}
	}
	return true;
}

/* The SQL of a listing */

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

static void
append_order(GString *sql, const CataloguePage *page, ListKind kind, const char *own_order)
{
	g_string_append(sql, " ORDER BY ");
	for (unsigned i = 0; i < page->n_sort; i++) {
		for (size_t c = 0; c < G_N_ELEMENTS(sort_columns); c++) {
			if (sort_columns[c].property == page->sort[i].property) {
				g_string_append_printf(sql, "%s %s, ", sort_columns[c].column[kind],
					page->sort[i].descending ? "DESC" : "ASC");
			}
		}
	}
	g_string_append_printf(sql, "%s LIMIT ?7 OFFSET ?8", own_order);
}

/* Folders hold both kinds, and references like lists do, in their own order; the columns have the
 * items' names. */
static const char mixed_sql[] =
	"SELECT c, id FROM (SELECT 1 AS c, id, 0 AS place, sort_title AS sort_name, sort_title, "
	"NULL AS date,"
	" NULL AS sort_artist, NULL AS sort_album, NULL AS track, class FROM container WHERE "
	"parent = ?1"
	" UNION ALL SELECT 0, id, 0, sort_name, sort_title, date, sort_artist, sort_album, track,"
	" 'object.item' FROM item WHERE home = ?1"
	" UNION ALL SELECT 0, item.id, member.position, sort_name, sort_title, date, sort_artist,"
	" sort_album, track, 'object.item' FROM member JOIN item ON item.id = member.item"
	" WHERE member.container = ?1)";

static char *
listing_sql(const Container *container, const CataloguePage *page)
{
	GString *sql = g_string_new(NULL);
	ListKind kind = list_kind(container);

	switch (kind) {
	case LIST_MIXED:
		g_string_append(sql, mixed_sql);
		append_order(sql, page, kind, "c DESC, place, sort_name, id");
		break;
	case LIST_ITEMS:
		g_string_append(sql, "SELECT 0, id FROM item WHERE ");
		catalogue_append_items(sql, container);
		append_order(sql, page, kind, container->view->order);
		break;
	case LIST_CONTAINERS:
		g_string_append(sql, "SELECT 1, id FROM container WHERE parent = ?1"
				     " AND (children > 0 OR made > 0)");
		append_order(sql, page, kind, "position, sort_title, id");
		break;
	}
	return g_string_free(sql, FALSE);
}

static void
bind_listing(Statement *statement, const Container *container, const CataloguePage *page)
{
	if (list_kind(container) != LIST_ITEMS) {
		statement_bind_int(statement, 1, container->id);
	}
	for (int i = 0; list_kind(container) == LIST_ITEMS && i < VIEW_VALUES_MAX &&
			container->values[i] != NULL;
		i++) {
		statement_bind_text(statement, 1 + i, container->values[i]);
	}
	statement_bind_int(statement, 7, page->count);
	statement_bind_int(statement, 8, page->start);
}

bool
catalogue_collect(Database *reader, Statement *statement, GArray *found, GError **error)
{
	StatementStep step;

	while ((step = statement_step(reader, statement, error)) == STATEMENT_ROW) {
		CatalogueFound entry = { statement_get_int(statement, 0) != 0,
			statement_get_int(statement, 1) };

		g_array_append_val(found, entry);
	}
	return step == STATEMENT_DONE;
}

/* Prepares and binds while the container's row (whose strings it uses) is open. */
static bool
list_children(Database *reader, int64_t id, const CataloguePage *page, GArray *found,
	AvuContentResult *ret_result, bool *ret_there, GError **error)
{
	Container container;
	Statement *row;
	StatementStep step = catalogue_read_container(reader, id, &container, &row, error);

	*ret_there = step == STATEMENT_ROW;
	if (step != STATEMENT_ROW) {
		return step == STATEMENT_DONE;
	}
	g_autofree char *sql = listing_sql(&container, page);
	Statement *listing = database_prepare(reader, sql, error);

	if (listing == NULL) {
		return false;
	}
	bind_listing(listing, &container, page);
	ret_result->total = (uint32_t)container.children;
	ret_result->update_id = container.update_id;
	return statement_finish(reader, row, error) &&
	       catalogue_collect(reader, listing, found, error);
}

Database *
catalogue_begin_read(Catalogue *catalogue, GError **error)
{
	Database *reader = catalogue_borrow(catalogue, error);
	g_autoptr(GError) cause = NULL;

	if (reader != NULL && !database_run(reader, "BEGIN", &cause)) {
		catalogue_return(catalogue, reader);
		(void)catalogue_cannot_process(g_steal_pointer(&cause), error);
		return NULL;
	}
	return reader;
}

void
catalogue_end_read(Catalogue *catalogue, Database *reader)
{
	database_set_deadline(reader, AVU_TIME_NONE);
	(void)database_run(reader, "ROLLBACK", NULL); /* nothing was written */
	catalogue_return(catalogue, reader);
}

bool
catalogue_get_children(Catalogue *catalogue, int64_t container, const CataloguePage *page,
	const CatalogueSink *sink, AvuContentResult *ret_result, GError **error)
{
	g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(CatalogueFound));
	g_autoptr(GError) cause = NULL;
	Database *reader = catalogue_begin_read(catalogue, error);
	bool there = false;

	if (reader == NULL) {
		return false;
	}
	bool good = list_children(reader, container, page, found, ret_result, &there, &cause) &&
		    catalogue_emit_found(reader, found, sink, &cause);

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
catalogue_get_container(Catalogue *catalogue, int64_t id, const CatalogueSink *sink,
	uint32_t *ret_update_id, GError **error)
{
	g_autoptr(GError) cause = NULL;
	Database *reader = catalogue_begin_read(catalogue, error);
	Container container;
	Statement *row;

	if (reader == NULL) {
		return false;
	}
	StatementStep step = catalogue_read_container(reader, id, &container, &row, &cause);
	bool there = step == STATEMENT_ROW;

	if (there) {
		sink->container(&container, sink->data);
		*ret_update_id = container.update_id;
		(void)statement_finish(reader, row, NULL); /* at most one row */
	}
	catalogue_end_read(catalogue, reader);
	if (step == STATEMENT_FAILED) {
		return catalogue_cannot_process(g_steal_pointer(&cause), error);
	}
	if (!there) {
		g_set_error(error, AVU_UPNP_ERROR, NO_SUCH_OBJECT, "no such object");
	}
	return there;
}

/* Does the item stand in this container? */
static bool
is_in(Database *reader, int64_t item, int64_t id, bool *ret_in, GError **error)
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
	GString *sql = g_string_new(kind == LIST_ITEMS ? "SELECT 0, id FROM item WHERE "
						       : "SELECT 0, item FROM member WHERE "
							 "container = ?1 AND item = ?9");
	const CataloguePage page = { .start = 0, .count = 1 };

	if (kind == LIST_ITEMS) {
		catalogue_append_items(sql, &container);
		g_string_append(sql, " AND id = ?9");
	}
	g_string_append(sql, " LIMIT ?7 OFFSET ?8");
	g_autofree char *text = g_string_free(sql, FALSE);
	Statement *statement = database_prepare(reader, text, error);
	g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(CatalogueFound));

	if (statement == NULL) {
		return false;
	}
	bind_listing(statement, &container, &page);
	statement_bind_int(statement, 9, item);
	bool good = statement_finish(reader, row, error) &&
		    catalogue_collect(reader, statement, found, error);

	*ret_in = good && found->len > 0;
	return good;
}

bool
catalogue_get_item(Catalogue *catalogue, int64_t id, int64_t container, const CatalogueSink *sink,
	GError **error)
{
	g_autoptr(GError) cause = NULL;
	Database *reader = catalogue_begin_read(catalogue, error);
	bool there = true;

	if (reader == NULL) {
		return false;
	}
	bool good = (container == 0 || is_in(reader, id, container, &there, &cause)) &&
		    (!there || emit_item(reader, id, sink, &there, &cause));

	catalogue_end_read(catalogue, reader);
	if (!good) {
		return catalogue_cannot_process(g_steal_pointer(&cause), error);
	}
	if (!there) {
		g_set_error(error, AVU_UPNP_ERROR, NO_SUCH_OBJECT, "no such object");
	}
	return there;
}
