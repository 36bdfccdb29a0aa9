/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The visitor that turns SearchCriteria into SQL, once for items and once for containers. Text comes
 * from the tables here and in search-property.c only, every value is bound (SEC-100, 101); depth and
 * number of nodes are bounded by the parser. A property that an object lacks is NULL, which makes each
 * comparison false, as the standard wants. Words of three and more characters are looked up in the
 * index of texts first. Any thread. */
#include "mediaserver/catalogue/search-sql.h"

#include <av-upnp/duration.h>
#include <av-upnp/text.h>

#include "mediaserver/catalogue/grams.h"
#include "mediaserver/catalogue/listed.h"
#include "mediaserver/catalogue/search-property.h"
#include "mediaserver/catalogue/search-value.h"
#include "mediaserver/catalogue/view-sql.h"

#define NS_PER_MS 1000000

typedef struct {
	bool is_text;
	int64_t number;
	char *text;
} SqlValue;

typedef struct {
	SearchSql *sql;
	bool containers;
} Visitor;

/* %C: the expression, %V: the value, once more each time. */
static const char *const comparisons[] = {
	[AVU_QUERY_EQUAL] = "%C = %V",
	[AVU_QUERY_NOT_EQUAL] = "%C <> %V",
	[AVU_QUERY_LESS] = "%C < %V",
	[AVU_QUERY_LESS_EQUAL] = "%C <= %V",
	[AVU_QUERY_GREATER] = "%C > %V",
	[AVU_QUERY_GREATER_EQUAL] = "%C >= %V",
	[AVU_QUERY_CONTAINS] = "instr(%C, %V) > 0",
	[AVU_QUERY_DOES_NOT_CONTAIN] = "instr(%C, %V) = 0",
	[AVU_QUERY_STARTS_WITH] = "instr(%C, %V) = 1",
	[AVU_QUERY_DERIVED_FROM] = "(%C = %V OR instr(%C, %V || '.') = 1)",
};

/* With values between separators; the others one by one. */
static const char *const comparisons_several[] = {
	[AVU_QUERY_EQUAL] = "instr(%C, char(31) || %V || char(31)) > 0",
	[AVU_QUERY_CONTAINS] = "instr(%C, %V) > 0",
	[AVU_QUERY_STARTS_WITH] = "instr(%C, char(31) || %V) > 0",
	[AVU_QUERY_DERIVED_FROM] = NULL, /* the longest */
};

static void
add_text(SearchSql *sql, const char *text)
{
	const SqlValue value = { .is_text = true, .text = g_strdup(text) };

	g_array_append_val(sql->values, value);
}

static void
add_number(SearchSql *sql, int64_t number)
{
	const SqlValue value = { .number = number };

	g_array_append_val(sql->values, value);
}

/* @param text  NULL: the value is number */
static void
append_comparison(
	SearchSql *sql, const char *form, const char *expression, const char *text, int64_t number)
{
	for (const char *at = form; *at != '\0'; at++) {
		if (at[0] == '%' && at[1] == 'C') {
			g_string_append_printf(sql->text, "(%s)", expression);
			at++;
		} else if (at[0] == '%') {
			g_string_append_c(sql->text, '?');
			if (text != NULL) {
				add_text(sql, text);
			} else {
				add_number(sql, number);
			}
			at++;
		} else {
			g_string_append_c(sql->text, *at);
		}
	}
}

static void
append_any_value(SearchSql *sql, int relation, const char *expression, const char *text)
{
	g_string_append_printf(sql->text, "any_value(%d, %s, ?)", relation, expression);
	add_text(sql, text);
}

/* Only what the index has: a superset, which the comparison behind it makes exact. */
static void
append_index(Visitor *visitor, const SearchProperty *property, const char *word)
{
	SearchSql *sql = visitor->sql;
	g_autofree char *match = grams_dup_match(word);
	const char *table = visitor->containers ? "container" : "item";
	const char *name = visitor->containers ? "title" : property->index;

	if (match != NULL) {
		g_string_append_printf(sql->text,
			"%s.row IN (SELECT rowid FROM %s_text_%s WHERE %s_text_%s MATCH ?) AND ",
			table, table, name, table, name);
		add_text(sql, match);
		sql->has_titles = true;
	}
}

static void
append_text_relation(Visitor *visitor, const SearchProperty *property, const char *expression,
	const AvuQueryNode *node)
{
	SearchSql *sql = visitor->sql;
	bool several = property->form == SEARCH_SEVERAL;
	const char *form = !several ? comparisons[node->relation]
			   : node->relation < G_N_ELEMENTS(comparisons_several)
				   ? comparisons_several[node->relation]
				   : NULL;
	g_autofree char *word = avu_text_fold(node->value);
	bool finds_word = node->relation == AVU_QUERY_EQUAL ||
			  node->relation == AVU_QUERY_CONTAINS ||
			  node->relation == AVU_QUERY_STARTS_WITH;
	int64_t number;

	g_string_append_c(sql->text, '(');
	/* "007" equals "7" */
	if (node->relation <= AVU_QUERY_GREATER_EQUAL &&
		search_value_is_integer(node->value, &number)) {
		append_any_value(sql, node->relation, expression, word);
	} else {
		if (finds_word && property->index != NULL) {
			append_index(visitor, property, word);
		}
		if (form != NULL) {
			append_comparison(sql, form, expression, word, 0);
		} else {
			append_any_value(sql, node->relation, expression, word);
		}
	}
	g_string_append_c(sql->text, ')');
}

static void
append_as_text(
	SearchSql *sql, const char *function, const char *expression, const AvuQueryNode *node)
{
	g_autofree char *text = g_strdup_printf("%s(%s)", function, expression);
	g_autofree char *value = g_ascii_strdown(node->value, -1);

	append_comparison(sql, comparisons[node->relation], text, value, 0);
}

static void
append_number_relation(SearchSql *sql, const char *expression, const AvuQueryNode *node)
{
	int64_t number;

	if (node->relation <= AVU_QUERY_GREATER_EQUAL &&
		search_value_is_integer(node->value, &number)) {
		append_comparison(sql, comparisons[node->relation], expression, NULL, number);
	} else {
		g_autofree char *text = g_strdup_printf("CAST(%s AS TEXT)", expression);

		append_comparison(sql, comparisons[node->relation], text, node->value, 0);
	}
}

/* Times are compared as times, to the millisecond that is shown; others as they are shown. */
static void
append_time_relation(SearchSql *sql, const SearchProperty *property, const char *expression,
	const AvuQueryNode *node)
{
	bool is_duration = property->form == SEARCH_DURATION;
	int64_t unit = is_duration ? NS_PER_MS : AVU_NS_PER_S;
	int64_t ns;

	if (node->relation <= AVU_QUERY_GREATER_EQUAL &&
		(is_duration ? avu_duration_parse(node->value, false, &ns)
			     : avu_period_parse(node->value, &ns))) {
		g_autofree char *number =
			g_strdup_printf("(%s) / %" G_GINT64_FORMAT, expression, unit);

		append_comparison(sql, comparisons[node->relation], number, NULL, ns / unit);
	} else {
		append_as_text(
			sql, is_duration ? "duration_text" : "period_text", expression, node);
	}
}

/* Items have few classes, one for each kind: those for which the relation holds. */
static void
append_item_class(SearchSql *sql, const AvuQueryNode *node)
{
	g_autofree char *value = g_ascii_strdown(node->value != NULL ? node->value : "", -1);
	const char *joint = "";

	g_string_append_c(sql->text, '(');
	for (unsigned kind = 0; item_kind_get_class(kind) != NULL; kind++) {
		g_autofree char *name = g_ascii_strdown(item_kind_get_class(kind), -1);

		if (search_value_any((int)node->relation, name, value)) {
			g_string_append_printf(sql->text, "%skind = %u", joint, kind);
			joint = " OR ";
		}
	}
	g_string_append(sql->text, joint[0] == '\0' ? "0)" : ")");
}

static void
append_container_class(SearchSql *sql, const AvuQueryNode *node)
{
	g_autofree char *value = g_ascii_strdown(node->value, -1);

	/* none is an item: nothing to look through */
	if ((node->relation == AVU_QUERY_EQUAL || node->relation == AVU_QUERY_DERIVED_FROM) &&
		g_str_has_prefix(value, "object.item")) {
		g_string_append_c(sql->text, '0');
		return;
	}
	append_comparison(sql, comparisons[node->relation], "lower(class)", value, 0);
}

static void
append_form(Visitor *visitor, const SearchProperty *property, const char *expression,
	const AvuQueryNode *node)
{
	SearchSql *sql = visitor->sql;

	switch (property->form) {
	case SEARCH_FOLDED:
	case SEARCH_SEVERAL:
		append_text_relation(visitor, property, expression, node);
		return;
	case SEARCH_PLAIN:
		append_as_text(sql, "", expression, node);
		return;
	case SEARCH_NUMBER:
		append_number_relation(sql, expression, node);
		return;
	case SEARCH_DURATION:
	case SEARCH_PERIOD:
		append_time_relation(sql, property, expression, node);
		return;
	case SEARCH_CLASS:
		append_container_class(sql, node);
		return;
	}
}

static void
append_relation(Visitor *visitor, const AvuQueryNode *node)
{
	const SearchProperty *property = search_property_find(node->property);
	GString *text = visitor->sql->text;

	/* not one that we offer: nothing has it */
	if (property == NULL) {
		g_string_append_c(text, node->relation == AVU_QUERY_EXISTS_NOT ? '1' : '0');
		return;
	}
	if (property->form == SEARCH_CLASS &&
		(!visitor->containers || node->relation >= AVU_QUERY_EXISTS)) {
		if (node->relation >= AVU_QUERY_EXISTS) {
			g_string_append_c(text, node->relation == AVU_QUERY_EXISTS ? '1' : '0');
		} else {
			append_item_class(visitor->sql, node);
		}
		return;
	}
	const char *expression = visitor->containers ? property->of_container : property->of_item;

	if (node->relation >= AVU_QUERY_EXISTS) {
		g_string_append_printf(text, "(%s) IS %sNULL",
			expression != NULL ? expression : "NULL",
			node->relation == AVU_QUERY_EXISTS ? "NOT " : "");
	} else if (expression == NULL) {
		g_string_append_c(text, '0');
	} else {
		append_form(visitor, property, expression, node);
	}
}

/* Depth is at most AVU_LIMIT_SEARCH_TERMS: the parser saw to it. */
static void
append_node(Visitor *visitor, const AvuQueryNode *node)
{
	GString *text = visitor->sql->text;

	switch (node->kind) {
	case AVU_QUERY_ALL:
		g_string_append_c(text, '1');
		return;
	case AVU_QUERY_RELATION:
		append_relation(visitor, node);
		return;
	case AVU_QUERY_AND:
	case AVU_QUERY_OR:
		g_string_append_c(text, '(');
		append_node(visitor, node->left);
		g_string_append(text, node->kind == AVU_QUERY_AND ? " AND " : " OR ");
		append_node(visitor, node->right);
		g_string_append_c(text, ')');
		return;
	}
}

/* What is below */

static const char below_container[] =
	"(WITH RECURSIVE below (id) AS (SELECT id FROM container WHERE parent = ?"
	" UNION ALL SELECT container.id FROM container JOIN below ON container.parent = below.id)"
	" SELECT id FROM below)";

static bool
is_below(const View *view, const View *top)
{
	while (view != NULL && view != top) {
		view = view_find(view->parent);
	}
	return view != NULL;
}

/* Items below a view that holds only views: those of all views of items there, of whole kinds where one shows a
 * whole kind; and the stations of playlists, which no view shows. */
static void
append_views_below(GString *sql, const View *top)
{
	bool whole[ITEM_IMAGE + 1] = { false };
	bool lists = false;

	for (const View *view = views(); view->id != NULL; view++) {
		if (is_below(view, top)) {
			whole[view->kind] |= view->filter == NULL && view->limit == 0;
			lists |= g_str_equal(view->id, LISTED_VIEW);
		}
	}
	/* by kind alone, which the index of titles has, too */
	g_string_append_printf(sql, "(kind >= %d", lists ? ITEM_RADIO : ITEM_TELEVISION + 1);
	for (unsigned kind = ITEM_AUDIO; kind <= ITEM_IMAGE; kind++) {
		if (whole[kind]) {
			g_string_append_printf(sql, " OR kind = %u", kind);
		}
	}
	for (const View *view = views(); view->id != NULL; view++) {
		if (view->kind != ITEM_NONE && !whole[view->kind] && is_below(view, top)) {
			g_string_append_printf(sql, " OR (%s)", view->plan->where);
		}
	}
	g_string_append_c(sql, ')');
}

/* A list that a file describes or a control point made, or the view of such lists: what is in it by its name, or as
 * its own, and in lists below. */
static bool
is_list(const Container *container)
{
	return container->made == CONTAINER_LIST || container->made == CONTAINER_LISTED ||
	       (container->level == 0 && g_str_equal(container->view->id, LISTED_VIEW));
}

static void
append_item_scope(SearchSql *sql, const Container *container)
{
	const View *view = container->view;

	if (is_list(container)) {
		g_string_append_printf(sql->text,
			"(id IN (SELECT item FROM member WHERE container = ? OR container IN %s)"
			" OR home = ? OR home IN %s)",
			below_container, below_container);
		for (unsigned i = 0; i < 4; i++) {
			add_number(sql, container->id);
		}
		return;
	}
	if (view->folders && container->level > 0) {
		g_string_append_printf(sql->text, "(home = ? OR home IN %s)", below_container);
		add_number(sql, container->id);
		add_number(sql, container->id);
		return;
	}
	if (g_str_equal(view->id, VIEW_ROOT_ID)) {
		g_string_append_c(sql->text, '1');
		return;
	}
	if (view->kind == ITEM_NONE) {
		append_views_below(sql->text, view);
		return;
	}
	catalogue_append_items(sql->text, container);
	for (unsigned i = 0; i < VIEW_VALUES_MAX && container->values[i] != NULL; i++) {
		add_text(sql, container->values[i]);
	}
}

/* Below a view are all containers of the views below it: no need to go down. */
static void
append_container_scope(SearchSql *sql, const Container *container)
{
	const char *joint = "";

	/* groups without children go, views stay and are hidden */
	g_string_append(sql->text, "(level > 0 OR id IN (SELECT id FROM container WHERE level = 0"
				   " AND children > 0)) AND ");
	if (container->level > 0) {
		g_string_append_printf(sql->text, "id IN %s", below_container);
		add_number(sql, container->id);
		return;
	}
	g_string_append(sql->text, "id <> ?");
	add_number(sql, container->id);
	if (g_str_equal(container->view->id, VIEW_ROOT_ID)) {
		return;
	}
	g_string_append(sql->text, " AND view IN (");
	for (const View *view = views(); view->id != NULL; view++) {
		if (is_below(view, container->view)) {
			g_string_append_printf(sql->text, "%s?", joint);
			add_text(sql, view->id);
			joint = ", ";
		}
	}
	g_string_append_c(sql->text, ')');
}

static void
append_arm(Visitor *visitor, const Container *container, const AvuQuery *query,
	const CataloguePage *page)
{
	GString *text = visitor->sql->text;

	g_string_append_printf(text, "SELECT %d AS c, row", visitor->containers ? 1 : 0);
	visitor->sql->columns_end[visitor->containers ? 1 : 0] = text->len;
	for (unsigned i = 0; i < page->n_sort; i++) {
		g_string_append_printf(text, ", %s AS k%u",
			search_property_sort_sql(&page->sort[i], visitor->containers), i);
	}
	if (page->n_sort > 0) {
		g_string_append(text, ", sort_title AS title, id");
	}
	g_string_append_printf(text, " FROM %s WHERE ", visitor->containers ? "container" : "item");
	if (visitor->containers) {
		append_container_scope(visitor->sql, container);
	} else {
		append_item_scope(visitor->sql, container);
	}
	g_string_append(text, " AND ");
	append_node(visitor, avu_query_get_root(query));
}

static void
clear_value(void *data)
{
	SqlValue *value = data;

	g_free(value->text);
}

void
search_sql_init(SearchSql *sql, const Container *container, const AvuQuery *query,
	const CataloguePage *page)
{
	Visitor visitor = { sql, /* containers = */ false };

	sql->text = g_string_new(page->n_sort > 0 ? "SELECT c, row FROM (" : "");
	sql->values = g_array_new(FALSE, FALSE, sizeof(SqlValue));
	g_array_set_clear_func(sql->values, clear_value);
	append_arm(&visitor, container, query, page);
	g_string_append(sql->text, " UNION ALL ");
	visitor.containers = true;
	append_arm(&visitor, container, query, page);
	sql->has_titles = sql->has_titles && page->n_sort == 0;
	for (int arm = 1; sql->has_titles && arm >= 0; arm--) {
		g_string_insert(sql->text, (gssize)sql->columns_end[arm], ", sort_title");
	}
	if (page->n_sort > 0) {
		g_string_append(sql->text, ") ORDER BY ");
		for (unsigned i = 0; i < page->n_sort; i++) {
			g_string_append_printf(sql->text, "k%u %s, ", i,
				page->sort[i].descending ? "DESC" : "ASC");
		}
		g_string_append(sql->text, "c, title, id");
	}
}

void
search_sql_clear(SearchSql *sql)
{
	if (sql->text != NULL) {
		(void)g_string_free(g_steal_pointer(&sql->text), TRUE);
	}
	g_clear_pointer(&sql->values, g_array_unref);
}

Statement *
search_sql_prepare(const SearchSql *sql, Database *reader, GError **error)
{
	Statement *statement = database_prepare(reader, sql->text->str, error);

	for (guint i = 0; statement != NULL && i < sql->values->len; i++) {
		const SqlValue *value = &g_array_index(sql->values, SqlValue, i);

		if (value->is_text) {
			statement_bind_text(statement, (int)i + 1, value->text);
		} else {
			statement_bind_int(statement, (int)i + 1, value->number);
		}
	}
	return statement;
}

/* Lengths in front keep two values from looking like one. */
char *
search_sql_dup_key(const SearchSql *sql)
{
	GString *key = g_string_new(sql->text->str);

	for (guint i = 0; i < sql->values->len; i++) {
		const SqlValue *value = &g_array_index(sql->values, SqlValue, i);

		if (value->is_text) {
			g_string_append_printf(key, "\n%zu:%s", strlen(value->text), value->text);
		} else {
			g_string_append_printf(key, "\n%" G_GINT64_FORMAT, value->number);
		}
	}
	return g_string_free(key, FALSE);
}
