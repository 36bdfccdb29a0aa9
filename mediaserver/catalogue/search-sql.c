/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The visitor that turns SearchCriteria into SQL. Text comes from the tables here only, every value
 * is bound (SEC-100, 101); depth and number of nodes are bounded by the parser. A property that an
 * object lacks is NULL, which makes each comparison false, as the standard wants. Any thread. */
#include "mediaserver/catalogue/search-sql.h"

#include <av-upnp/cursor.h>
#include <av-upnp/text.h>

typedef struct {
	bool is_text;
	int64_t number;
	char *text;
} SqlValue;

typedef enum {
	VALUE_PLAIN, /* ids: as they are */
	VALUE_FOLDED,
	VALUE_LOWER, /* ASCII: classes, protocolInfo */
	VALUE_NUMBER,
} ValueKind;

/* Columns of the row that is searched, for items and for containers. */
static const struct {
	AvuProperty property;
	ValueKind kind;
	const char *name;
	const char *of_item;
	const char *of_container;
} properties[] = {
	{ AVU_PROPERTY_ID, VALUE_PLAIN, "p_id", "printf('i%015x', id)",
		"CASE level WHEN 0 THEN view ELSE printf('c%015x', id) END" },
	{ AVU_PROPERTY_PARENT_ID, VALUE_PLAIN, "p_parent", "printf('c%015x', home)", "NULL" },
	{ AVU_PROPERTY_REF_ID, VALUE_PLAIN, "p_ref", "NULL", "NULL" },
	{ AVU_PROPERTY_TITLE, VALUE_FOLDED, "p_title", "fold_title", "fold_title" },
	{ AVU_PROPERTY_CREATOR, VALUE_FOLDED, "p_creator", "fold_artist", "NULL" },
	{ AVU_PROPERTY_CLASS, VALUE_LOWER, "p_class",
		"CASE kind WHEN 1 THEN 'object.item.audioitem.musictrack'"
		" WHEN 2 THEN 'object.item.videoitem' ELSE 'object.item.imageitem.photo' END",
		"lower(class)" },
	{ AVU_PROPERTY_ARTIST, VALUE_FOLDED, "p_artist", "fold_artist", "NULL" },
	{ AVU_PROPERTY_ALBUM, VALUE_FOLDED, "p_album", "fold_album", "NULL" },
	{ AVU_PROPERTY_GENRE, VALUE_FOLDED, "p_genre", "fold_genre", "NULL" },
	{ AVU_PROPERTY_DATE, VALUE_PLAIN, "p_date", "date", "NULL" },
	{ AVU_PROPERTY_TRACK, VALUE_NUMBER, "p_track", "track", "NULL" },
	{ AVU_PROPERTY_RES_PROTOCOL_INFO, VALUE_LOWER, "p_protocol",
		"lower('http-get:*:' || mime || ':' || ifnull('DLNA.ORG_PN=' || profile, '*'))",
		"NULL" },
	{ AVU_PROPERTY_RES_SIZE, VALUE_NUMBER, "p_size", "size_bytes", "NULL" },
	{ AVU_PROPERTY_OBJECT_UPDATE_ID, VALUE_NUMBER, "p_object_update", "object_update_id",
		"object_update_id" },
	{ AVU_PROPERTY_CONTAINER_UPDATE_ID, VALUE_NUMBER, "p_container_update", "NULL",
		"update_id" },
};

/* %C: the column; each ? is the value once more. */
static const char *const relations[] = {
	[AVU_QUERY_EQUAL] = "%C = ?",
	[AVU_QUERY_NOT_EQUAL] = "%C <> ?",
	[AVU_QUERY_LESS] = "%C < ?",
	[AVU_QUERY_LESS_EQUAL] = "%C <= ?",
	[AVU_QUERY_GREATER] = "%C > ?",
	[AVU_QUERY_GREATER_EQUAL] = "%C >= ?",
	[AVU_QUERY_CONTAINS] = "instr(%C, ?) > 0",
	[AVU_QUERY_DOES_NOT_CONTAIN] = "instr(%C, ?) = 0",
	[AVU_QUERY_STARTS_WITH] = "instr(%C, ?) = 1",
	[AVU_QUERY_DERIVED_FROM] = "(%C = ? OR instr(%C, ? || '.') = 1)",
	[AVU_QUERY_EXISTS] = "%C IS NOT NULL",
	[AVU_QUERY_EXISTS_NOT] = "%C IS NULL",
};

/* The rest of the row: what results are sorted by. */
static const struct {
	AvuProperty property;
	const char *name;
	const char *of_item;
	const char *of_container;
} sort_columns[] = {
	{ AVU_PROPERTY_TITLE, "s_title", "sort_title", "sort_title" },
	{ AVU_PROPERTY_DATE, "p_date", NULL, NULL },
	{ AVU_PROPERTY_ARTIST, "s_artist", "sort_artist", "NULL" },
	{ AVU_PROPERTY_CREATOR, "p_creator", NULL, NULL },
	{ AVU_PROPERTY_ALBUM, "s_album", "sort_album", "NULL" },
	{ AVU_PROPERTY_TRACK, "p_track", NULL, NULL },
	{ AVU_PROPERTY_CLASS, "p_class", NULL, NULL },
};

static void
add_text(SearchSql *sql, char *text)
{
	const SqlValue value = { .is_text = true, .text = text };

	g_array_append_val(sql->values, value);
}

static void
add_number(SearchSql *sql, int64_t number)
{
	const SqlValue value = { .number = number };

	g_array_append_val(sql->values, value);
}

static void
add_value(SearchSql *sql, ValueKind kind, const char *text)
{
	int64_t number;

	if (kind == VALUE_NUMBER && avu_parse_int(text, INT64_MIN, INT64_MAX, &number)) {
		add_number(sql, number);
	} else if (kind == VALUE_FOLDED) {
		add_text(sql, avu_text_fold(text));
	} else if (kind == VALUE_LOWER) {
		add_text(sql, g_ascii_strdown(text, -1));
	} else {
		add_text(sql, g_strdup(text));
	}
}

static void
append_relation(SearchSql *sql, const AvuQueryNode *node)
{
	size_t p = 0;

	while (p < G_N_ELEMENTS(properties) && properties[p].property != node->property) {
		p++;
	}
	if (p == G_N_ELEMENTS(properties)) {
		g_string_append_c(sql->text, '0'); /* not one that we offer: nothing has it */
		return;
	}
	for (const char *at = relations[node->relation]; *at != '\0'; at++) {
		if (*at == '%') {
			g_string_append(sql->text, properties[p].name);
			at++;
			continue;
		}
		g_string_append_c(sql->text, *at);
		if (*at == '?') {
			add_value(sql, properties[p].kind, node->value != NULL ? node->value : "");
		}
	}
}

/* Depth is at most AVU_LIMIT_SEARCH_TERMS: the parser saw to it. */
static void
append_node(SearchSql *sql, const AvuQueryNode *node)
{
	switch (node->kind) {
	case AVU_QUERY_ALL:
		g_string_append_c(sql->text, '1');
		return;
	case AVU_QUERY_RELATION:
		append_relation(sql, node);
		return;
	case AVU_QUERY_AND:
	case AVU_QUERY_OR:
		g_string_append_c(sql->text, '(');
		append_node(sql, node->left);
		g_string_append(sql->text, node->kind == AVU_QUERY_AND ? " AND " : " OR ");
		append_node(sql, node->right);
		g_string_append_c(sql->text, ')');
		return;
	}
}

/* What is below */

static const char below_container[] =
	"(WITH RECURSIVE below (id) AS (SELECT id FROM container WHERE parent = ?"
	" UNION ALL SELECT container.id FROM container JOIN below ON container.parent = below.id)"
	" SELECT id FROM below)";

static ItemKind
kind_below(const View *top)
{
	for (const View *view = views(); view->id != NULL; view++) {
		if (g_str_equal(view->parent, top->id) && view->kind != ITEM_NONE) {
			return view->kind;
		}
	}
	return ITEM_NONE; /* the root: all kinds */
}

static void
append_item_scope(SearchSql *sql, const Container *container)
{
	const View *view = container->view;
	ItemKind kind = view->kind != ITEM_NONE ? view->kind : kind_below(view);

	if (view->folders && container->level > 0) {
		g_string_append_printf(sql->text, "(home = ? OR home IN %s)", below_container);
		add_number(sql, container->id);
		add_number(sql, container->id);
		return;
	}
	if (view->kind == ITEM_NONE) {
		g_string_append(sql->text, kind == ITEM_NONE ? "1" : "kind = ?");
		if (kind != ITEM_NONE) {
			add_number(sql, kind);
		}
		return;
	}
	catalogue_append_items(sql->text, container);
	for (unsigned i = 0; i < VIEW_VALUES_MAX && container->values[i] != NULL; i++) {
		add_text(sql, g_strdup(container->values[i]));
	}
}

static void
append_columns(GString *text, bool containers)
{
	g_string_append_printf(text, "SELECT %d AS c, id", containers ? 1 : 0);
	for (size_t i = 0; i < G_N_ELEMENTS(properties); i++) {
		g_string_append_printf(text, ", %s AS %s",
			containers ? properties[i].of_container : properties[i].of_item,
			properties[i].name);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(sort_columns); i++) {
		if (sort_columns[i].of_item != NULL) {
			g_string_append_printf(text, ", %s AS %s",
				containers ? sort_columns[i].of_container : sort_columns[i].of_item,
				sort_columns[i].name);
		}
	}
}

static void
clear_value(void *data)
{
	SqlValue *value = data;

	g_free(value->text);
}

void
search_sql_init(SearchSql *sql, const Container *container, const AvuQuery *query)
{
	sql->text = g_string_new(" FROM (");
	sql->values = g_array_new(FALSE, FALSE, sizeof(SqlValue));
	g_array_set_clear_func(sql->values, clear_value);
	append_columns(sql->text, /* containers = */ false);
	g_string_append(sql->text, " FROM item WHERE ");
	append_item_scope(sql, container);
	g_string_append(sql->text, " UNION ALL ");
	append_columns(sql->text, /* containers = */ true);
	g_string_append_printf(sql->text,
		" FROM container WHERE (children > 0 OR made > 0) AND id IN %s", below_container);
	add_number(sql, container->id);
	g_string_append(sql->text, ") WHERE ");
	append_node(sql, avu_query_get_root(query));
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
search_sql_prepare(const SearchSql *sql, Database *reader, const char *select, const char *rest,
	int *ret_next, GError **error)
{
	g_autofree char *text = g_strconcat(select, sql->text->str, rest, NULL);
	Statement *statement = database_prepare(reader, text, error);
	int at = 1;

	if (statement == NULL) {
		return NULL;
	}
	for (guint i = 0; i < sql->values->len; i++, at++) {
		const SqlValue *value = &g_array_index(sql->values, SqlValue, i);

		if (value->is_text) {
			statement_bind_text(statement, at, value->text);
		} else {
			statement_bind_int(statement, at, value->number);
		}
	}
	*ret_next = at;
	return statement;
}

char *
search_sql_order(const CataloguePage *page)
{
	GString *text = g_string_new(" ORDER BY ");

	for (unsigned i = 0; i < page->n_sort; i++) {
		for (size_t c = 0; c < G_N_ELEMENTS(sort_columns); c++) {
			if (sort_columns[c].property == page->sort[i].property) {
				g_string_append_printf(text, "%s %s, ", sort_columns[c].name,
					page->sort[i].descending ? "DESC" : "ASC");
			}
		}
	}
	g_string_append(text, "c, s_title, id LIMIT ? OFFSET ?");
	return g_string_free(text, FALSE);
}

AvuPropertySet
search_sql_get_properties(void)
{
	AvuPropertySet set = { 0 };

	for (size_t i = 0; i < G_N_ELEMENTS(properties); i++) {
		avu_property_set_add(&set, properties[i].property);
	}
	return set;
}
