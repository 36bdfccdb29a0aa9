/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How many children containers have. Items of a scan come by the thousand and stand in few containers:
 * they are counted together at the end of their transaction, as long as nothing leaves one of them.
 * Writer's thread. */
#include "mediaserver/catalogue/counts.h"

static const ContainerCounts container_counts; /* of a child that is a container */

/* Adds delta to a container's children; its own properties change with that.
 * @param counts  of all delta together; to be added or, with delta, taken away
 * @param ret_parent  to go on with: the container came to be seen or is empty now; else -1 */
static bool
count_child(Catalogue *catalogue, int64_t id, int delta, ContainerCounts counts, bool *ret_drop,
	int64_t *ret_parent, GError **error)
{
	Statement *statement = database_prepare(catalogue->writer,
		"UPDATE container SET children = children + ?2, update_id = ?3,"
		" object_update_id = ?3, deleted_children = deleted_children + (?2 < 0),"
		" further = further + ?4, art = art + ?5"
		" WHERE id = ?1 RETURNING children, level, parent, class, made",
		error);
	uint32_t stamp = catalogue_stamp(catalogue);
	int sign = delta < 0 ? -1 : 1;

	*ret_drop = false;
	*ret_parent = -1;
	if (statement == NULL) {
		return false;
	}
	statement_bind_int(statement, 1, id);
	statement_bind_int(statement, 2, delta);
	statement_bind_int(statement, 3, stamp);
	statement_bind_int(statement, 4, sign * counts.further);
	statement_bind_int(statement, 5, sign * counts.art);
	StatementStep step = statement_step(catalogue->writer, statement, error);

	if (step != STATEMENT_ROW) {
		return step == STATEMENT_DONE;
	}
	int64_t children = statement_get_int(statement, 0);
	bool is_group = statement_get_int(statement, 1) > 0;
	bool stays = statement_get_int(statement, 4) > CONTAINER_FOUND;

	/* a group entered its parent when it was made; a view does when it gets its first child */
	if (delta > 0 ? children == delta && !is_group : children <= 0 && !stays) {
		*ret_parent = statement_get_int(statement, 2);
		*ret_drop = delta < 0 && is_group;
	}
	catalogue_note_container(catalogue, *ret_drop ? CATALOGUE_DELETED : CATALOGUE_MODIFIED, id,
		statement_get_int(statement, 2), statement_get_text(statement, 3), stamp);
	return statement_finish(catalogue->writer, statement, error);
}

/* One child more. Views without children are not shown, so the first one shows the view. */
static bool
enter(Catalogue *catalogue, int64_t id, int n, ContainerCounts counts, GError **error)
{
	while (id >= 0) {
		bool drops;

		if (!count_child(catalogue, id, n, counts, &drops, &id, error)) {
			return false;
		}
		n = 1; /* its parents have containers as children */
		counts = container_counts;
	}
	return true;
}

/* What is to be counted at the end of the transaction. */
typedef struct {
	int n;
	ContainerCounts counts;
} Later;

void
counts_enter_later(Catalogue *catalogue, int64_t id, ContainerCounts counts)
{
	Later *later = g_hash_table_lookup(catalogue->later, &id);

	if (later == NULL) {
		later = g_new0(Later, 1);
		(void)g_hash_table_insert(catalogue->later, g_memdup2(&id, sizeof(id)), later);
	}
	later->n++;
	later->counts.further += counts.further;
	later->counts.art += counts.art;
}

/* What is known of this container only here goes first. */
static bool
flush_of(Catalogue *catalogue, int64_t id, GError **error)
{
	const Later *waiting = g_hash_table_lookup(catalogue->later, &id);

	if (waiting == NULL) {
		return true;
	}
	const Later later = *waiting;

	(void)g_hash_table_remove(catalogue->later, &id);
	return enter(catalogue, id, later.n, later.counts, error);
}

bool
counts_flush(Catalogue *catalogue, GError **error)
{
	GHashTableIter iter;
	void *id, *later;

	g_hash_table_iter_init(&iter, catalogue->later);
	while (g_hash_table_iter_next(&iter, &id, &later)) {
		const Later *waiting = later;

		if (!enter(catalogue, *(const int64_t *)id, waiting->n, waiting->counts, error)) {
			return false;
		}
	}
	g_hash_table_remove_all(catalogue->later);
	return true;
}

bool
catalogue_enter_container(Catalogue *catalogue, int64_t id, GError **error)
{
	return flush_of(catalogue, id, error) && enter(catalogue, id, 1, container_counts, error);
}

/* A child item changed: the container as a container is modified, its own properties are not.
 * @param counts  what to add */
bool
counts_touch(
	Catalogue *catalogue, int64_t id, ContainerCounts counts, uint32_t stamp, GError **error)
{
	Statement *statement = database_prepare(catalogue->writer,
		"UPDATE container SET update_id = ?2, further = further + ?3,"
		" art = art + ?4 WHERE id = ?1",
		error);

	if (statement == NULL) {
		return false;
	}
	statement_bind_int(statement, 1, id);
	statement_bind_int(statement, 2, stamp);
	statement_bind_int(statement, 3, counts.further);
	statement_bind_int(statement, 4, counts.art);
	catalogue_note_children(catalogue, id, stamp);
	return statement_finish(catalogue->writer, statement, error);
}

static bool
drop(Catalogue *catalogue, int64_t id, GError **error)
{
	Statement *statement =
		database_prepare(catalogue->writer, "DELETE FROM container WHERE id = ?1", error);

	(void)g_hash_table_remove(catalogue->known, &id);
	(void)g_hash_table_remove(catalogue->chosen, &id);
	if (statement == NULL) {
		return false;
	}
	statement_bind_int(statement, 1, id);
	return statement_finish(catalogue->writer, statement, error);
}

/* One child less. A group or folder that is empty goes, a view is hidden: both leave their parent. */
bool
counts_leave(Catalogue *catalogue, int64_t id, ContainerCounts counts, GError **error)
{
	while (id >= 0) {
		int64_t left = id;
		bool drops;

		/* a folder whose last folder goes may have items that were not counted yet */
		if (!flush_of(catalogue, left, error) ||
			!count_child(catalogue, left, -1, counts, &drops, &id, error) ||
			(drops && !drop(catalogue, left, error))) {
			return false;
		}
		counts = container_counts;
	}
	return true;
}

bool
catalogue_leave_container(Catalogue *catalogue, int64_t id, GError **error)
{
	return counts_leave(catalogue, id, container_counts, error);
}
