/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Questions to the catalogue: one object, and rows in full. Runs on the threads of connections, each
 * call with a connection of its own and one snapshot. A page is first a list of row numbers
 * (children.c, search.c), then rows. */
#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/limits.h>

#include "mediaserver/catalogue/catalogue-private.h"

#define NO_SUCH_OBJECT 701
#define CANNOT_PROCESS 720

#define CONTAINER_COLUMNS                                                                          \
	"container.id, container.view, container.level, container.value1, container.value2,"       \
	" container.value3, container.value4, container.title, container.class, container.parent," \
	" container.children, container.update_id, above.level, above.view,"                       \
	" container.object_update_id, container.deleted_children, container.further, "             \
	"container.made, container.art"

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
	if (view != NULL && view->folders) {
		ret_container->root = ret_container->values[CONTAINER_ROOT];
		ret_container->path = ret_container->values[CONTAINER_PATH];
	}
	if (!statement_is_null(row, 12) && statement_get_int(row, 12) == 0) {
		ret_container->parent_view = view_find(statement_get_text(row, 13));
	}
}

#define CONTAINER_FROM \
	" FROM container LEFT JOIN container AS above ON above.id = container.parent WHERE "
static const char container_by_id[] =
	"SELECT " CONTAINER_COLUMNS CONTAINER_FROM "container.id = ?1";
static const char container_by_row[] =
	"SELECT " CONTAINER_COLUMNS CONTAINER_FROM "container.row = ?1";

static StatementStep
read_container(Database *reader, const char *sql, int64_t parameter, Container *ret_container,
	Statement **ret_row, GError **error)
{
	Statement *row = database_prepare(reader, sql, error);

	if (row == NULL) {
		return STATEMENT_FAILED;
	}
	statement_bind_int(row, 1, parameter);
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

StatementStep
catalogue_read_container(
	Database *reader, int64_t id, Container *ret_container, Statement **ret_row, GError **error)
{
	return read_container(reader, container_by_id, id, ret_container, ret_row, error);
}

bool
catalogue_get_version(Database *reader, int64_t *ret_version, GError **error)
{
	Statement *row =
		database_prepare(reader, "SELECT value FROM meta WHERE key = 'update_id'", error);

	if (row == NULL || !statement_step_to_row(reader, row, error)) {
		return false;
	}
	*ret_version = statement_get_int(row, 0);
	statement_reset(row); /* one row */
	return true;
}

/* One row by what "?1" of the statement is. Reset by the caller when it is there. */
static StatementStep
read_shown(
	Database *reader, Statement *statement, int64_t parameter, Item *ret_item, GError **error)
{
	statement_bind_int(statement, 1, parameter);
	StatementStep step = statement_step(reader, statement, error);

	if (step == STATEMENT_ROW) {
		item_from_shown(ret_item, statement);
	}
	return step;
}

static bool
emit_container_row(Database *reader, int64_t row, const CatalogueSink *sink, GError **error)
{
	Container container;
	Statement *statement;
	StatementStep step =
		read_container(reader, container_by_row, row, &container, &statement, error);

	if (step == STATEMENT_ROW) {
		sink->container(&container, sink->data);
		statement_reset(statement); /* at most one */
	}
	return step != STATEMENT_FAILED;
}

/* The statement is looked up once: its text is long. */
bool
catalogue_emit_rows(Database *reader, const GArray *page_rows, const CataloguePage *page,
	const CatalogueSink *sink, GError **error)
{
	Statement *statement =
		database_prepare(reader, item_sql_get_shown_row(!page->no_roots), error);
	const int64_t *rows = (const int64_t *)(const void *)page_rows->data;
	Item item;

	if (statement == NULL) {
		return false;
	}
	for (guint i = 0; i < page_rows->len; i++) {
		if (rows[i] < 0) {
			if (!emit_container_row(reader, -rows[i], sink, error)) {
				return false;
			}
			continue;
		}
		StatementStep step = read_shown(reader, statement, rows[i], &item, error);

		if (step == STATEMENT_FAILED) {
			return false;
		}
		if (step == STATEMENT_ROW) {
			sink->item(&item, sink->data);
			statement_reset(statement); /* at most one */
		}
	}
	return true;
}

static bool
emit_item(Database *reader, int64_t id, const CatalogueSink *sink, bool *ret_found, GError **error)
{
	Statement *statement = database_prepare(reader, item_sql_get_shown(), error);
	Item item;

	if (statement == NULL) {
		return false;
	}
	StatementStep step = read_shown(reader, statement, id, &item, error);

	*ret_found = step == STATEMENT_ROW;
	if (step == STATEMENT_ROW) {
		sink->item(&item, sink->data);
		statement_reset(statement); /* at most one */
	}
	return step != STATEMENT_FAILED;
}

bool
catalogue_collect(Database *reader, Statement *statement, GArray *rows, GError **error)
{
	StatementStep step;

	while ((step = statement_step(reader, statement, error)) == STATEMENT_ROW) {
		int64_t row = statement_get_int(statement, 1);

		row = statement_get_int(statement, 0) != 0 ? -row : row;
		g_array_append_val(rows, row);
	}
	return step == STATEMENT_DONE;
}

static bool
run_kept(Database *reader, const char *sql, GError **error)
{
	Statement *statement = database_prepare(reader, sql, error);

	return statement != NULL && statement_finish(reader, statement, error);
}

Database *
catalogue_begin_read(Catalogue *catalogue, GError **error)
{
	Database *reader = catalogue_borrow(catalogue, error);
	g_autoptr(GError) cause = NULL;

	if (reader != NULL && !run_kept(reader, "BEGIN", &cause)) {
		catalogue_return(catalogue, reader);
		(void)catalogue_cannot_process(g_steal_pointer(&cause), error);
		return NULL;
	}
	return reader;
}

void
catalogue_end_read(Catalogue *catalogue, Database *reader)
{
	database_set_deadline(reader, avu_clock_monotonic(), AVU_TIME_NONE);
	(void)run_kept(reader, "ROLLBACK", NULL); /* nothing was written */
	catalogue_return(catalogue, reader);
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
	bool good = (container == 0 || catalogue_is_in(reader, id, container, &there, &cause)) &&
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
