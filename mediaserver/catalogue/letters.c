/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Letters between a view and its groups. Writer's thread. */
#include "mediaserver/catalogue/letters.h"

#include <string.h>

#include <av-upnp/hash.h>
#include <av-upnp/text.h>

#include "mediaserver/catalogue/sort-key.h"
#include "mediaserver/catalogue/view-sql.h"

#define CONTAINER "object.container"
/* From here on scripts have too many letters for a list of them. */
#define FIRST_IDEOGRAPH 0x2e80
#define SIGNS "#"
#define DIGITS "0\xe2\x80\x93"
#define OTHERS "\xe2\x80\xa6"

void
letter_of(const char *sort_key, char letter[LETTER_MAX])
{
	gunichar first = g_utf8_get_char_validated(sort_key, -1);
	gunichar own = sort_key_get_letter(sort_key);
	gunichar upper = g_unichar_toupper(own != 0 ? own : first);

	memset(letter, 0, LETTER_MAX);
	if (g_ascii_isdigit(*sort_key)) {
		(void)g_strlcpy(letter, DIGITS "9", LETTER_MAX);
	} else if (first >= (gunichar)-2 || !g_unichar_isalpha(first)) {
		(void)g_strlcpy(letter, SIGNS, LETTER_MAX);
	} else if (first >= FIRST_IDEOGRAPH) {
		(void)g_strlcpy(letter, OTHERS, LETTER_MAX);
	} else {
		(void)g_unichar_to_utf8(upper, letter);
	}
}

char *
letter_dup_sort_key(const char *letter)
{
	return g_str_equal(letter, SIGNS)    ? g_strdup("!")
	       : g_str_equal(letter, OTHERS) ? g_strdup("\xf4\x8f\xbf\xbf")
					     : sort_key_dup(letter);
}

static int64_t
letter_id(const View *view, const char *letter)
{
	return avu_hash_strings(60, "letter", view->id, letter, NULL);
}

static bool
has_letters(const View *view)
{
	return view->n_levels > 0 && view->levels[0].letters;
}

static bool
is_split(Catalogue *catalogue, int64_t view)
{
	return g_hash_table_contains(catalogue->split, &view);
}

static void
set_split(Catalogue *catalogue, int64_t view)
{
	(void)g_hash_table_add(catalogue->split, g_memdup2(&view, sizeof(view)));
}

bool
letters_load(Catalogue *catalogue, GError **error)
{
	Statement *statement = database_prepare(catalogue->writer,
		"SELECT DISTINCT parent FROM container WHERE made = " CONTAINER_LETTER_SQL, error);
	StatementStep step;

	g_hash_table_remove_all(catalogue->split);
	if (statement == NULL) {
		return false;
	}
	while ((step = statement_step(catalogue->writer, statement, error)) == STATEMENT_ROW) {
		set_split(catalogue, statement_get_int(statement, 0));
	}
	return step == STATEMENT_DONE;
}

/* @param ret_new  it was not there */
static bool
put_letter(
	Catalogue *catalogue, const View *view, const char *letter, bool *ret_new, GError **error)
{
	Statement *statement = database_prepare(catalogue->writer,
		"INSERT OR IGNORE INTO container (id, parent, view, level, title, class, position,"
		" sort_title, children, update_id, fold_title, object_update_id, made)"
		" VALUES (?1, ?2, ?3, 1, ?4, ?5, 0, ?6, 0, ?7, ?8, ?7, " CONTAINER_LETTER_SQL ")",
		error);

	if (statement == NULL) {
		return false;
	}
	g_autofree char *sort = letter_dup_sort_key(letter);
	g_autofree char *fold = avu_text_fold(letter);

	statement_bind_int(statement, 1, letter_id(view, letter));
	statement_bind_int(statement, 2, view_get_container(view));
	statement_bind_text(statement, 3, view->id);
	statement_bind_text(statement, 4, letter);
	statement_bind_text(statement, 5, CONTAINER);
	statement_bind_blob(statement, 6, sort, strlen(sort));
	statement_bind_int(statement, 7, catalogue->stamp + 1);
	statement_bind_text(statement, 8, fold);
	if (!statement_finish(catalogue->writer, statement, error)) {
		return false;
	}
	*ret_new = database_get_changes(catalogue->writer) > 0;
	if (*ret_new) {
		catalogue_note_container(catalogue, CATALOGUE_ADDED, letter_id(view, letter),
			view_get_container(view), CONTAINER, catalogue_stamp(catalogue));
	}
	return true;
}

bool
letters_place(Catalogue *catalogue, const Group *group, int64_t *ret_parent, GError **error)
{
	char letter[LETTER_MAX];
	bool is_new;

	*ret_parent = group->parent;
	if (group->level != 1 || !is_split(catalogue, group->parent)) {
		return true;
	}
	letter_of(group->sort, letter);
	*ret_parent = letter_id(group->view, letter);
	return put_letter(catalogue, group->view, letter, &is_new, error) &&
	       (!is_new || catalogue_enter_container(catalogue, group->parent, error));
}

/* Splitting and joining */

static bool
run(Catalogue *catalogue, const char *sql, int64_t first, int64_t second, GError **error)
{
	Statement *statement = database_prepare(catalogue->writer, sql, error);

	if (statement == NULL) {
		return false;
	}
	statement_bind_int(statement, 1, first);
	statement_bind_int(statement, 2, second);
	return statement_finish(catalogue->writer, statement, error);
}

static bool
get_number(Catalogue *catalogue, const char *sql, int64_t id, int64_t *ret_value, GError **error)
{
	Statement *statement = database_prepare(catalogue->writer, sql, error);

	*ret_value = 0;
	if (statement == NULL) {
		return false;
	}
	statement_bind_int(statement, 1, id);
	StatementStep step = statement_step(catalogue->writer, statement, error);

	if (step == STATEMENT_ROW) {
		*ret_value = statement_get_int(statement, 0);
		return statement_finish(catalogue->writer, statement, error);
	}
	return step == STATEMENT_DONE;
}

/* Children are counted anew where groups were moved. */
static const char count_sql[] =
	"UPDATE container SET update_id = ?2, object_update_id = ?2, children ="
	" (SELECT count(*) FROM container AS child WHERE child.parent = container.id"
	"  AND (child.children > 0 OR child.made > 0)) WHERE id = ?1";

static bool
recount(Catalogue *catalogue, int64_t id, int64_t parent, GError **error)
{
	uint32_t stamp = catalogue_stamp(catalogue);

	catalogue_note_container(catalogue, CATALOGUE_MODIFIED, id, parent, CONTAINER, stamp);
	return run(catalogue, count_sql, id, stamp, error);
}

typedef struct {
	int64_t id;
	char letter[LETTER_MAX];
} Child;

static GArray *
list_children(Catalogue *catalogue, int64_t view, GError **error)
{
	g_autoptr(GArray) children = g_array_new(FALSE, FALSE, sizeof(Child));
	Statement *statement = database_prepare(catalogue->writer,
		"SELECT id, sort_title FROM container WHERE parent = ?1 AND level = 1"
		" AND made = 0 ORDER BY sort_title",
		error);
	StatementStep step;

	if (statement == NULL) {
		return NULL;
	}
	statement_bind_int(statement, 1, view);
	while ((step = statement_step(catalogue->writer, statement, error)) == STATEMENT_ROW) {
		Child child = { .id = statement_get_int(statement, 0) };
		const char *key = statement_get_text(statement, 1);

		letter_of(key != NULL ? key : "", child.letter);
		g_array_append_val(children, child);
	}
	return step == STATEMENT_DONE ? g_steal_pointer(&children) : NULL;
}

static bool
split(Catalogue *catalogue, const View *view, GError **error)
{
	int64_t top = view_get_container(view);
	g_autoptr(GArray) children = list_children(catalogue, top, error);
	g_autoptr(GHashTable) letters =
		g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	GHashTableIter iter;
	void *letter;

	if (children == NULL) {
		return false;
	}
	set_split(catalogue, top);
	for (guint i = 0; i < children->len; i++) {
		const Child *child = &g_array_index(children, Child, i);
		int64_t id = letter_id(view, child->letter);
		bool is_new;

		if (!put_letter(catalogue, view, child->letter, &is_new, error) ||
			!run(catalogue, "UPDATE container SET parent = ?2 WHERE id = ?1", child->id,
				id, error)) {
			return false;
		}
		(void)g_hash_table_add(letters, g_memdup2(&id, sizeof(id)));
	}
	g_hash_table_iter_init(&iter, letters);
	while (g_hash_table_iter_next(&iter, &letter, NULL)) {
		if (!recount(catalogue, *(const int64_t *)letter, top, error)) {
			return false;
		}
	}
	const View *above = view_find(view->parent);

	return recount(catalogue, top, view_get_container(above), error);
}

static bool
join(Catalogue *catalogue, const View *view, GError **error)
{
	int64_t top = view_get_container(view);
	const View *above = view_find(view->parent);

	(void)g_hash_table_remove(catalogue->split, &top);
	return run(catalogue,
		       "UPDATE container SET parent = ?1 WHERE parent IN (SELECT id FROM container"
		       " WHERE parent = ?1 AND made = " CONTAINER_LETTER_SQL ") AND ?2 = 0",
		       top, 0, error) &&
	       run(catalogue,
		       "DELETE FROM container WHERE parent = ?1 AND made = " CONTAINER_LETTER_SQL
		       " AND ?2 = 0",
		       top, 0, error) &&
	       recount(catalogue, top, view_get_container(above), error);
}

bool
letters_differ(const char *first, const char *last)
{
	char letters[2][LETTER_MAX];

	letter_of(first != NULL ? first : "", letters[0]);
	letter_of(last != NULL ? last : "", letters[1]);
	return !g_str_equal(letters[0], letters[1]);
}

/* The key at one end of the order of the groups. g_free() it; NULL: there are none */
static bool
get_key(Catalogue *catalogue, const char *sql, int64_t view, char **ret_key, GError **error)
{
	Statement *statement = database_prepare(catalogue->writer, sql, error);

	*ret_key = NULL;
	if (statement == NULL) {
		return false;
	}
	statement_bind_int(statement, 1, view);
	StatementStep step = statement_step(catalogue->writer, statement, error);

	if (step == STATEMENT_ROW) {
		*ret_key = g_strdup(statement_get_text(statement, 0));
		return statement_finish(catalogue->writer, statement, error);
	}
	return step == STATEMENT_DONE;
}

/* One letter with all in it would be a step more for nothing. */
static bool
split_if_several(Catalogue *catalogue, const View *view, GError **error)
{
#define KEY "SELECT sort_title FROM container WHERE parent = ?1 AND position = 0 ORDER BY position"
	const int64_t top = view_get_container(view);
	g_autofree char *first = NULL;
	g_autofree char *last = NULL;

	if (!get_key(catalogue, KEY ", sort_title LIMIT 1", top, &first, error) ||
		!get_key(catalogue, KEY " DESC, sort_title DESC LIMIT 1", top, &last, error)) {
		return false;
	}
#undef KEY
	return !letters_differ(first, last) || split(catalogue, view, error);
}

static bool
balance(Catalogue *catalogue, const View *view, GError **error)
{
	int64_t top = view_get_container(view);
	bool divided = is_split(catalogue, top);
	const int64_t above = catalogue->letters_above;
	int64_t groups, n_letters = 0;

	if (!get_number(catalogue,
		    divided ? "SELECT total(children) FROM container WHERE parent = ?1"
			      " AND made = " CONTAINER_LETTER_SQL
			    : "SELECT children FROM container WHERE id = ?1",
		    top, &groups, error)) {
		return false;
	}
	if (!divided) {
		return above == 0 || groups <= above || split_if_several(catalogue, view, error);
	}
	if (!get_number(catalogue, "SELECT children FROM container WHERE id = ?1", top, &n_letters,
		    error)) {
		return false;
	}
	return (above > 0 && groups >= above - above / 4 && n_letters > 1) ||
	       join(catalogue, view, error);
}

bool
letters_balance(Catalogue *catalogue, GError **error)
{
	for (const View *view = views(); view->id != NULL; view++) {
		if (has_letters(view) && !balance(catalogue, view, error)) {
			return false;
		}
	}
	return true;
}

void
letters_append_items(GString *sql, const Container *letter)
{
	const ViewProperty *property = letter->view->levels[0].property;

	/* groups of the letter, by their first value; the number is our own */
	g_string_append_printf(sql,
		" AND (%s IN (SELECT value1 FROM container WHERE parent = %" G_GINT64_FORMAT ")",
		view_sql_get_columns(property)->columns[0], letter->id);
	if (property->several) {
		g_string_append_printf(sql,
			" OR id IN (SELECT item FROM item_value WHERE property = %d AND value IN"
			" (SELECT value1 FROM container WHERE parent = %" G_GINT64_FORMAT "))",
			view_property_get_number(property), letter->id);
	}
	g_string_append_c(sql, ')');
}
