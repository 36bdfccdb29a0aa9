/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Random samples of groups. Writer's thread. */
#include "mediaserver/catalogue/sample.h"

#include <av-upnp/clock.h>
#include <av-upnp/hash.h>
#include <av-upnp/random.h>

#define DAY_S (24 * 60 * 60)
#define ID_BITS 60

static Statement *
prepare_for_view(Catalogue *catalogue, const char *sql, const char *view, GError **error)
{
	Statement *statement = database_prepare(catalogue->writer, sql, error);

	if (statement != NULL) {
		statement_bind_text(statement, 1, view);
	}
	return statement;
}

static bool
collect_ids(Catalogue *catalogue, Statement *statement, GArray *ids, GError **error)
{
	StatementStep step;

	while ((step = statement_step(catalogue->writer, statement, error)) == STATEMENT_ROW) {
		int64_t id = statement_get_int(statement, 0);

		g_array_append_val(ids, id);
	}
	return step == STATEMENT_DONE;
}

static bool
list_chosen(Catalogue *catalogue, const View *view, GArray *ids, GError **error)
{
	Statement *statement = prepare_for_view(catalogue,
		"SELECT id FROM container WHERE parent = ?2 AND view = ?1", view->id, error);

	if (statement == NULL) {
		return false;
	}
	statement_bind_int(statement, 2, view_get_container(view));
	return collect_ids(catalogue, statement, ids, error);
}

bool
samples_load(Catalogue *catalogue, GError **error)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int64_t));

	g_hash_table_remove_all(catalogue->chosen);
	for (const View *view = views(); view->id != NULL; view++) {
		if (view->sample > 0 && !list_chosen(catalogue, view, ids, error)) {
			return false;
		}
	}
	for (guint i = 0; i < ids->len; i++) {
		const int64_t *id = &g_array_index(ids, int64_t, i);

		(void)g_hash_table_add(catalogue->chosen, g_memdup2(id, sizeof(*id)));
	}
	Statement *statement = database_prepare(
		catalogue->writer, "SELECT value FROM meta WHERE key = 'sampled'", error);

	catalogue->sampled_s = 0;
	if (statement == NULL) {
		return false;
	}
	StatementStep step = statement_step(catalogue->writer, statement, error);

	if (step == STATEMENT_ROW) {
		catalogue->sampled_s = statement_get_int(statement, 0);
		return statement_finish(catalogue->writer, statement, error);
	}
	return step == STATEMENT_DONE;
}

/* Groups of the other view from a random place on, and from the beginning when that is not enough. */
static bool
draw(Catalogue *catalogue, const View *view, GArray *ids, GError **error)
{
	const int64_t from = (int64_t)avu_random_below(UINT32_MAX) << (ID_BITS - 32);
	static const char *const parts[] = {
		"SELECT id FROM container WHERE view = ?1 AND level = 1 AND made = 0 AND id >= ?2"
		" ORDER BY id LIMIT ?3",
		"SELECT id FROM container WHERE view = ?1 AND level = 1 AND made = 0 AND id < ?2"
		" ORDER BY id LIMIT ?3",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(parts) && ids->len < view->sample; i++) {
		Statement *statement = prepare_for_view(catalogue, parts[i], view->of, error);

		if (statement == NULL) {
			return false;
		}
		statement_bind_int(statement, 2, from);
		statement_bind_int(statement, 3, view->sample - ids->len);
		if (!collect_ids(catalogue, statement, ids, error)) {
			return false;
		}
	}
	return true;
}

/* The id that the group has in the sample, as places.c makes it. */
static bool
sample_id(Catalogue *catalogue, const View *view, int64_t original, int64_t *ret_id, GError **error)
{
	Statement *statement = database_prepare(catalogue->writer,
		"SELECT value1, value2, value3, value4 FROM container WHERE id = ?1", error);

	if (statement == NULL) {
		return false;
	}
	statement_bind_int(statement, 1, original);
	if (!statement_step_to_row(catalogue->writer, statement, error)) {
		return false;
	}
	*ret_id = avu_hash_strings(ID_BITS, view->id, statement_get_text(statement, 0),
		statement_get_text(statement, 1), statement_get_text(statement, 2),
		statement_get_text(statement, 3), NULL);
	return statement_finish(catalogue->writer, statement, error);
}

static bool
choose_one(Catalogue *catalogue, const View *view, int64_t original, GError **error)
{
	int64_t id;

	if (!sample_id(catalogue, view, original, &id, error)) {
		return false;
	}
	Statement *statement = database_prepare(catalogue->writer,
		"INSERT OR IGNORE INTO container (id, parent, view, level, value1, value2, value3,"
		" value4, title, class, position, sort_title, children, update_id, fold_title,"
		" object_update_id, further, art) SELECT ?1, ?2, ?3, 1, value1, value2, value3,"
		" value4, title, class, 0, sort_title, children, ?4, fold_title, ?4, further, art"
		" FROM container WHERE id = ?5",
		error);

	if (statement == NULL) {
		return false;
	}
	statement_bind_int(statement, 1, id);
	statement_bind_int(statement, 2, view_get_container(view));
	statement_bind_text(statement, 3, view->id);
	statement_bind_int(statement, 4, catalogue->stamp + 1);
	statement_bind_int(statement, 5, original);
	if (!statement_finish(catalogue->writer, statement, error)) {
		return false;
	}
	catalogue_note_container(catalogue, CATALOGUE_ADDED, id, view_get_container(view),
		view->levels[0].upnp_class, catalogue_stamp(catalogue));
	(void)g_hash_table_add(catalogue->chosen, g_memdup2(&id, sizeof(id)));
	return catalogue_enter_container(catalogue, view_get_container(view), error);
}

static bool
forget_one(Catalogue *catalogue, const View *view, int64_t id, GError **error)
{
	Statement *statement =
		database_prepare(catalogue->writer, "DELETE FROM container WHERE id = ?1", error);

	if (statement == NULL) {
		return false;
	}
	statement_bind_int(statement, 1, id);
	catalogue_note_container(catalogue, CATALOGUE_DELETED, id, view_get_container(view),
		view->levels[0].upnp_class, catalogue_stamp(catalogue));
	(void)g_hash_table_remove(catalogue->chosen, &id);
	return statement_finish(catalogue->writer, statement, error) &&
	       catalogue_leave_container(catalogue, view_get_container(view), error);
}

static bool
choose(Catalogue *catalogue, const View *view, GArray *old, GError **error)
{
	g_autoptr(GArray) drawn = g_array_new(FALSE, FALSE, sizeof(int64_t));

	if (!draw(catalogue, view, drawn, error)) {
		return false;
	}
	for (guint i = 0; i < old->len; i++) {
		if (!forget_one(catalogue, view, g_array_index(old, int64_t, i), error)) {
			return false;
		}
	}
	for (guint i = 0; i < drawn->len; i++) {
		if (!choose_one(catalogue, view, g_array_index(drawn, int64_t, i), error)) {
			return false;
		}
	}
	return true;
}

/* Can there be more than were chosen? The first of the other view's groups, as many as may be. */
static bool
could_be_more(Catalogue *catalogue, const View *view, guint n, bool *ret_more, GError **error)
{
	Statement *statement = prepare_for_view(catalogue,
		"SELECT count(*) FROM (SELECT 1 FROM container WHERE view = ?1 AND level = 1"
		" AND made = 0 LIMIT ?2)",
		view->of, error);

	*ret_more = false;
	if (statement == NULL) {
		return false;
	}
	statement_bind_int(statement, 2, view->sample);
	if (!statement_step_to_row(catalogue->writer, statement, error)) {
		return false;
	}
	*ret_more = statement_get_int(statement, 0) > (int64_t)n;
	return statement_finish(catalogue->writer, statement, error);
}

static bool
refresh(Catalogue *catalogue, const View *view, bool due, GError **error)
{
	g_autoptr(GArray) old = g_array_new(FALSE, FALSE, sizeof(int64_t));
	bool more = due;

	if (!list_chosen(catalogue, view, old, error) ||
		(!due && old->len < view->sample &&
			!could_be_more(catalogue, view, old->len, &more, error))) {
		return false;
	}
	return !more || choose(catalogue, view, old, error);
}

bool
samples_refresh(Catalogue *catalogue, GError **error)
{
	int64_t now_s = avu_wall_ns() / AVU_NS_PER_S;
	bool due = now_s - catalogue->sampled_s >= DAY_S || now_s < catalogue->sampled_s;

	for (const View *view = views(); view->id != NULL; view++) {
		if (view->sample > 0 && !refresh(catalogue, view, due, error)) {
			return false;
		}
	}
	if (!due) {
		return true;
	}
	Statement *statement = database_prepare(
		catalogue->writer, "INSERT OR REPLACE INTO meta VALUES ('sampled', ?1)", error);

	if (statement == NULL) {
		return false;
	}
	statement_bind_int(statement, 1, now_s);
	catalogue->sampled_s = now_s;
	return statement_finish(catalogue->writer, statement, error);
}

void
samples_keep_chosen(const Catalogue *catalogue, Places *places)
{
	for (guint i = places->leaves->len; i-- > 0;) {
		if (!g_hash_table_contains(
			    catalogue->chosen, &g_array_index(places->leaves, Group, i).id)) {
			(void)g_array_remove_index(places->leaves, i);
		}
	}
	(void)g_array_set_size(places->groups, 0); /* none is made */
}
