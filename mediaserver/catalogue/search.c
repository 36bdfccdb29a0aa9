/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Searching: one count and one page over everything below a container. Runs on the threads of
 * connections; a query that takes longer than AVU_LIMIT_QUERY_NS ends in 720 (SEC-103). */
#include <av-upnp/error.h>

#include "mediaserver/catalogue/search-sql.h"

#define NO_SUCH_CONTAINER 710

AvuPropertySet
catalogue_get_search_properties(void)
{
	return search_sql_get_properties();
}

static bool
count(Database *reader, const SearchSql *sql, uint32_t *ret_n, GError **error)
{
	int next;
	Statement *statement = search_sql_prepare(sql, reader, "SELECT count(*)", "", &next, error);

	if (statement == NULL || statement_step(reader, statement, error) != STATEMENT_ROW) {
		return false;
	}
	*ret_n = (uint32_t)statement_get_int(statement, 0);
	return statement_finish(reader, statement, error);
}

static bool
list(Database *reader, const SearchSql *sql, const CataloguePage *page, GArray *found,
	GError **error)
{
	g_autofree char *order = search_sql_order(page);
	int next;
	Statement *statement = search_sql_prepare(sql, reader, "SELECT c, id", order, &next, error);

	if (statement == NULL) {
		return false;
	}
	statement_bind_int(statement, next, page->count);
	statement_bind_int(statement, next + 1, page->start);
	return catalogue_collect(reader, statement, found, error);
}

static bool
run(Database *reader, int64_t id, const AvuQuery *query, const CataloguePage *page, GArray *found,
	AvuContentResult *ret_result, bool *ret_there, GError **error)
{
	Container container;
	Statement *row;
	StatementStep step = catalogue_read_container(reader, id, &container, &row, error);
	g_auto(SearchSql) sql = { NULL };

	*ret_there = step == STATEMENT_ROW;
	if (step != STATEMENT_ROW) {
		return step == STATEMENT_DONE;
	}
	ret_result->update_id = container.update_id;
	search_sql_init(&sql, &container, query);
	return statement_finish(reader, row, error) &&
	       count(reader, &sql, &ret_result->total, error) &&
	       list(reader, &sql, page, found, error);
}

bool
catalogue_search(Catalogue *catalogue, int64_t container, const AvuQuery *query,
	const CataloguePage *page, const CatalogueSink *sink, AvuContentResult *ret_result,
	GError **error)
{
	g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(CatalogueFound));
	g_autoptr(GError) cause = NULL;
	Database *reader = catalogue_begin_read(catalogue, error);
	bool there = false;

	if (reader == NULL) {
		return false;
	}
	bool good = run(reader, container, query, page, found, ret_result, &there, &cause) &&
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
