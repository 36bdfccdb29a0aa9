/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Views as SQL. What stands in it comes from the table of columns here, and from numbers and quoted
 * texts of the owner's own file: no peer reaches this (SEC-100). Constant once made, any thread. */
#include "mediaserver/catalogue/view-sql.h"

#include "mediaserver/catalogue/view-draft.h"
#include "mediaserver/catalogue/view-filter-private.h"

/* The first of several values. */
#define FIRST(column)                                                              \
	"iif(instr(" column ", char(31)) > 0, substr(" column ", 1, instr(" column \
	", char(31)) - 1),"                                                        \
	" ifnull(" column ", ''))"

static const ViewColumns table[] = {
	{ "artist", { "group_artist" }, .order = "sort_artist", .never_null = true },
	{ "album-artist",
		{ "iif(album_artist IS NULL AND compilation > 0, 'Various "
		  "artists', " FIRST("ifnull(album_artist, artist)") ")" },
		.order = "sort_album_artist", .never_null = true },
	{ "album", { "group_album", "album_owner" }, .order = "sort_album", .never_null = true },
	{ "genre", { "group_genre" }, .never_null = true },
	{ "composer", { FIRST("composer") }, .order = "sort_composer", .never_null = true },
	{ "conductor", { FIRST("conductor") }, .never_null = true },
	{ "publisher", { FIRST("publisher") }, .never_null = true },
	{ "director", { FIRST("director") }, .never_null = true },
	{ "actor", { FIRST("actor") }, .never_null = true },
	{ "series", { "series" }, .order = "sort_series" },
	{ "camera", { "camera" } },
	{ "audio-language", { FIRST("audio_languages") }, .never_null = true },
	{ "hdr", { "hdr" } },
	{ "format", { "mime" } },
	{ "month", { "ifnull(substr(date, 1, 7), '')" }, .order = "date", .never_null = true },
	{ "folder", { "home" }, .never_null = true },
	{ "initial", { "group_initial" }, .never_null = true },
	{ "year", { "year" } },
	{ "decade", { "CAST(year / 10 * 10 AS TEXT)" }, .order = "year" },
	{ "stars", { "CAST(nullif((rating + 19) / 20, 0) AS TEXT)" }, .order = "rating" },
	{ "season", { "season" } },
	{ "episode", { "episode" } },
	{ "disc", { "disc" } },
	{ "track", { "track" } },
	{ "rating", { "rating" } },
	{ "bpm", { "bpm" } },
	{ "width", { "width" } },
	{ "height", { "height" } },
	{ "channels", { "channels" } },
	{ "compilation", { "compilation" } },
	{ "size", { "size_bytes" } },
	{ "added", { "added" } },
	{ "played", { "played" } },
	{ "play-count", { "play_count" } },
	{ "position", { "position / 1000000000" }, .order = "position" },
	{ "duration", { "duration_ns / 1000000000" }, .order = "duration_ns" },
	{ "title", { "title" }, .order = "sort_title" },
	{ "name", { "CAST(name AS TEXT)" }, .order = "sort_name" },
	{ "date", { "date" } },
	{ "taken", { "taken" } },
};

const ViewColumns *
view_sql_get_columns(const ViewProperty *property)
{
	const size_t number = (size_t)view_property_get_number(property);

	g_assert(number < G_N_ELEMENTS(table) &&
		 g_str_equal(table[number].property, property->name));
	return &table[number];
}

static void
append_value(GString *sql, const Condition *condition)
{
	if (condition->property->type == VIEW_PROPERTY_NUMBER) {
		g_string_append_printf(sql, "%" G_GINT64_FORMAT, condition->number);
		return;
	}
	g_string_append_c(sql, '\'');
	for (const char *p = condition->text; *p != '\0'; p++) {
		g_string_append_len(sql, "''", *p == '\'' ? 2 : 0);
		if (*p != '\'') {
			g_string_append_c(sql, *p);
		}
	}
	g_string_append_c(sql, '\'');
}

static void
append_condition(GString *sql, const Condition *condition)
{
	static const char *const relations[] = {
		[RELATION_EQUAL] = "=",
		[RELATION_NOT_EQUAL] = "<>",
		[RELATION_LESS_EQUAL] = "<=",
		[RELATION_GREATER_EQUAL] = ">=",
		[RELATION_LESS] = "<",
		[RELATION_GREATER] = ">",
		[RELATION_EXISTS] = "IS NOT NULL",
		[RELATION_MISSING] = "IS NULL",
	};
	const ViewColumns *columns = view_sql_get_columns(condition->property);
	const char *column = columns->columns[0];
	g_autofree char *shown = condition->property->zero
					 ? g_strdup_printf("ifnull(%s, 0)", column)
				 : columns->never_null ? g_strdup_printf("nullif(%s, '')", column)
						       : g_strdup(column);

	g_string_append_printf(sql, " AND %s %s", shown, relations[condition->relation]);
	if (condition->relation < RELATION_EXISTS) {
		g_string_append_c(sql, ' ');
		append_value(sql, condition);
	}
}

void
view_sql_append_filter(GString *sql, const ViewFilter *filter)
{
	for (unsigned i = 0; filter != NULL && i < filter->n; i++) {
		append_condition(sql, &filter->conditions[i]);
	}
}

static char *
make_order(const View *view)
{
	GString *order = g_string_new(NULL);

	for (unsigned i = 0; i < view->n_sort; i++) {
		const ViewColumns *columns = view_sql_get_columns(view->sort[i].property);

		g_string_append_printf(order, "%s%s, ",
			columns->order != NULL ? columns->order : columns->columns[0],
			view->sort[i].descending ? " DESC" : "");
	}
	g_string_append(order, view->n_sort == 0 ? "sort_title, id" : "id");
	return g_string_free(order, FALSE);
}

static char *
make_where(const View *view, const char *order)
{
	GString *sql = g_string_new(NULL);

	g_string_append_printf(sql, "kind = %d", view->kind);
	view_sql_append_filter(sql, view->filter);
	if (view->limit > 0) {
		g_autofree char *all = g_strdup(sql->str);

		g_string_append_printf(sql,
			" AND row IN (SELECT row FROM item WHERE %s ORDER BY %s LIMIT %u)", all,
			order, view->limit);
	}
	return g_string_free(sql, FALSE);
}

void
view_plans_make(ViewSet *set)
{
	if (set->plans != NULL) {
		return;
	}
	set->plans = g_ptr_array_new_with_free_func(g_free);
	for (View *view = set->views; view->id != NULL; view++) {
		g_autofree char *order = make_order(view);
		g_autofree char *where = make_where(view, order);
		ViewPlan *plan = g_new0(ViewPlan, 1);

		*plan = (ViewPlan){ view_set_keep(set, where), view_set_keep(set, order) };
		g_ptr_array_add(set->plans, plan);
		view->plan = plan;
	}
}
