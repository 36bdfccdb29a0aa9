/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Comparing values one by one, where SQL's operators do not say what the standard wants. Pure; on the
 * thread of whoever queries. */
#include "mediaserver/catalogue/search-value.h"

#include <av-upnp/cursor.h>
#include <av-upnp/duration.h>
#include <av-upnp/query.h>

#include "mediaserver/catalogue/item.h"
#include "mediaserver/catalogue/views.h"

bool
search_value_is_integer(const char *text, int64_t *ret_number)
{
	const char *digits = text + (text[0] == '+' || text[0] == '-' ? 1 : 0);
	uint64_t number;

	if (!avu_parse_uint(digits, INT64_MAX, &number)) {
		return false;
	}
	*ret_number = text[0] == '-' ? -(int64_t)number : (int64_t)number;
	return true;
}

/* As numbers when both are, else as text. */
static int
compare(const char *a, const char *b)
{
	int64_t one, other;

	return search_value_is_integer(a, &one) && search_value_is_integer(b, &other)
		       ? (one > other) - (one < other)
		       : strcmp(a, b);
}

static bool
holds(AvuQueryOperator relation, const char *text, const char *value)
{
	switch (relation) {
	case AVU_QUERY_EQUAL:
		return compare(text, value) == 0;
	case AVU_QUERY_NOT_EQUAL:
		return compare(text, value) != 0;
	case AVU_QUERY_LESS:
		return compare(text, value) < 0;
	case AVU_QUERY_LESS_EQUAL:
		return compare(text, value) <= 0;
	case AVU_QUERY_GREATER:
		return compare(text, value) > 0;
	case AVU_QUERY_GREATER_EQUAL:
		return compare(text, value) >= 0;
	case AVU_QUERY_CONTAINS:
		return strstr(text, value) != NULL;
	case AVU_QUERY_DOES_NOT_CONTAIN:
		return strstr(text, value) == NULL;
	case AVU_QUERY_STARTS_WITH:
		return g_str_has_prefix(text, value);
	case AVU_QUERY_DERIVED_FROM:
		return g_str_has_prefix(text, value) &&
		       (text[strlen(value)] == '\0' || text[strlen(value)] == '.');
	case AVU_QUERY_EXISTS:
		return true;
	case AVU_QUERY_EXISTS_NOT:
		break;
	}
	return false;
}

bool
search_value_any(int relation, const char *folded, const char *value)
{
	if (folded == NULL || value == NULL) {
		return false;
	}
	g_auto(GStrv) values = g_strsplit(folded, (const char[]){ ITEM_VALUE_SEPARATOR, '\0' }, -1);

	for (char **one = values; *one != NULL; one++) {
		/* what stands before the first and behind the last separator */
		bool edge = folded[0] == ITEM_VALUE_SEPARATOR && (*one)[0] == '\0';

		if (!edge && holds((AvuQueryOperator)relation, *one, value)) {
			return true;
		}
	}
	return false;
}

static bool
any_value(const char *const *arguments)
{
	return arguments[0] != NULL &&
	       search_value_any(
		       (int)g_ascii_strtoll(arguments[0], NULL, 10), arguments[1], arguments[2]);
}

static char *
fold_values(const char *const *arguments)
{
	g_autoptr(GPtrArray) strings = g_ptr_array_new_with_free_func(g_free);

	return g_strdup(item_fold_values(arguments[0], strings));
}

static char *
first_value(const char *const *arguments)
{
	const char *text = arguments[0];

	return text != NULL
		       ? g_strndup(text, strcspn(text, (const char[]){ ITEM_VALUE_SEPARATOR, 0 }))
		       : NULL;
}

/* Numbers come from our own columns. */
static char *
duration_text(const char *const *arguments)
{
	return arguments[0] != NULL
		       ? avu_duration_format(g_ascii_strtoll(arguments[0], NULL, 10), true)
		       : NULL;
}

static char *
period_text(const char *const *arguments)
{
	return arguments[0] != NULL
		       ? avu_period_format(MAX(g_ascii_strtoll(arguments[0], NULL, 10), 0))
		       : NULL;
}

static char *
parent_object_id(const char *const *arguments)
{
	int64_t id = arguments[0] != NULL ? g_ascii_strtoll(arguments[0], NULL, 10) : -1;

	if (id < 0) {
		return g_strdup("-1");
	}
	const View *view = view_find_container(id);

	return view != NULL ? g_ascii_strdown(view->id, -1)
			    : g_strdup_printf("c%015" G_GINT64_MODIFIER "x", id);
}

bool
search_value_register(Database *database, GError **error)
{
	return database_add_text(database, "fold_values", 1, fold_values, error) &&
	       database_add_text(database, "first_value", 1, first_value, error) &&
	       database_add_text(database, "duration_text", 1, duration_text, error) &&
	       database_add_text(database, "period_text", 1, period_text, error) &&
	       database_add_text(database, "parent_object_id", 1, parent_object_id, error) &&
	       database_add_test(database, "any_value", 3, any_value, error);
}
