/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A new token first, on the disk; then all numbers in one transaction; then the ceiling goes down. Killed
 * in between, the next start does it again. At the start, one thread. */
#include "mediaserver/catalogue/renumber.h"

bool
renumber_is_due(const Catalogue *catalogue)
{
	return atomic_load(&catalogue->update_id) > UINT32_MAX - RENUMBER_LEFT;
}

/* In the order of the last changes: who asks for what changed lately gets the same. */
static const char items_sql[] =
	"UPDATE item SET object_update_id = r.n FROM (SELECT id, row_number() OVER"
	" (ORDER BY object_update_id, id) AS n FROM item) AS r WHERE r.id = item.id";
static const char containers_sql[] =
	"UPDATE container SET object_update_id = r.n, update_id = r.n, deleted_children = 0"
	" FROM (SELECT id, (SELECT count(*) FROM item) + row_number() OVER"
	" (ORDER BY object_update_id, id) AS n FROM container) AS r WHERE r.id = container.id";

static bool
count(Catalogue *catalogue, int64_t *ret_n, GError **error)
{
	Statement *statement = database_prepare(catalogue->writer,
		"SELECT (SELECT count(*) FROM item) + (SELECT count(*) FROM container)", error);

	if (statement == NULL || !statement_step_to_row(catalogue->writer, statement, error)) {
		return false;
	}
	*ret_n = statement_get_int(statement, 0);
	return statement_finish(catalogue->writer, statement, error);
}

static bool
renumber_within(Catalogue *catalogue, GError **error)
{
	int64_t n;

	if (!database_run(catalogue->writer, items_sql, error) ||
		!database_run(catalogue->writer, containers_sql, error) ||
		!count(catalogue, &n, error)) {
		return false;
	}
	catalogue->stamp = (uint32_t)n;
	return true;
}

bool
renumber(Catalogue *catalogue, GError **error)
{
	g_message("the numbers of changes are used up: they begin anew");
	if (!catalogue_renew_reset_token(catalogue->state, error) ||
		!catalogue_begin(catalogue, error)) {
		return false;
	}
	if (!renumber_within(catalogue, error)) {
		catalogue_rollback(catalogue);
		return false;
	}
	if (!catalogue_commit(catalogue, error)) {
		return false;
	}
	catalogue->ceiling = atomic_load(&catalogue->update_id);
	return state_reserve_update_ids(catalogue->state, catalogue->ceiling, error);
}
