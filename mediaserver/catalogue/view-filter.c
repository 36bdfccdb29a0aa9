/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Filters of views: text to conditions, conditions on an item. Immutable after parsing, any thread. */
#include "mediaserver/catalogue/view-filter-private.h"

#include <string.h>

#include <av-upnp/cursor.h>
#include <av-upnp/error.h>
#include <av-upnp/text.h>

static const struct {
	const char *word;
	Relation relation;
	bool texts; /* may compare texts */
} relations[] = {
	{ "=", RELATION_EQUAL, true },
	{ "!=", RELATION_NOT_EQUAL, true },
	{ "<=", RELATION_LESS_EQUAL, false },
	{ ">=", RELATION_GREATER_EQUAL, false },
	{ "<", RELATION_LESS, false },
	{ ">", RELATION_GREATER, false },
	{ "exists", RELATION_EXISTS, true },
	{ "missing", RELATION_MISSING, true },
};

static bool refuse(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

static bool
refuse(GError **error, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	g_autofree char *text = g_strdup_vprintf(format, args);
	va_end(args);
	g_set_error_literal(error, AVU_ERROR, AVU_ERROR_USAGE, text);
	return false;
}

/* The next word: signs of comparison, or all up to a blank or such a sign. @return g_free() it */
static char *
take_word(const char **at)
{
	static const char signs[] = "=!<>";
	const char *start = *at + strspn(*at, " \t");
	size_t len = strspn(start, signs);

	if (len == 0) {
		len = strcspn(start, " \t=!<>\"");
	}
	*at = start + len;
	return g_strndup(start, len);
}

static bool
take_property(const char **at, Condition *condition, GError **error)
{
	g_autofree char *word = take_word(at);

	condition->property = view_property_find(word);
	if (condition->property == NULL) {
		const char *nearest = avu_text_nearest(word, view_property_list(false));
		g_autofree char *shown = avu_text_for_display(word, 80);

		return nearest != NULL
			       ? refuse(error, "unknown property \"%s\", did you mean \"%s\"?",
					 shown, nearest)
			       : refuse(error, "unknown property \"%s\"", shown);
	}
	return true;
}

static bool
take_operator(const char **at, Condition *condition, GError **error)
{
	g_autofree char *word = take_word(at);
	bool is_text = condition->property->type == VIEW_PROPERTY_TEXT;

	for (size_t i = 0; i < G_N_ELEMENTS(relations); i++) {
		if (g_str_equal(relations[i].word, word) && (!is_text || relations[i].texts)) {
			condition->relation = relations[i].relation;
			return true;
		}
	}
	return refuse(error, "after \"%s\" comes one of %sexists, missing",
		condition->property->name, is_text ? "=, !=, " : "=, !=, <, <=, >, >=, ");
}

static bool
take_value(const char **at, Condition *condition, GError **error)
{
	const char *start = *at + strspn(*at, " \t");

	if (condition->relation >= RELATION_EXISTS) {
		return true;
	}
	if (condition->property->type == VIEW_PROPERTY_NUMBER) {
		g_autofree char *word = take_word(at);

		if (!avu_parse_int(word, 0, INT64_MAX, &condition->number)) {
			return refuse(error, "\"%s\" is compared with a number",
				condition->property->name);
		}
		return true;
	}
	const char *end = *start == '"' ? strchr(start + 1, '"') : NULL;

	if (end == NULL) {
		return refuse(error, "\"%s\" is compared with a text in double quotes",
			condition->property->name);
	}
	condition->text = g_strndup(start + 1, (size_t)(end - start - 1));
	*at = end + 1;
	return true;
}

ViewFilter *
view_filter_parse(const char *text, GError **error)
{
	g_autoptr(ViewFilter) filter = g_new0(ViewFilter, 1);

	for (const char *at = text;;) {
		if (filter->n == VIEW_FILTER_CONDITIONS_MAX) {
			(void)refuse(error, "more than %d conditions", VIEW_FILTER_CONDITIONS_MAX);
			return NULL;
		}
		Condition *condition = &filter->conditions[filter->n++];

		if (!take_property(&at, condition, error) ||
			!take_operator(&at, condition, error) ||
			!take_value(&at, condition, error)) {
			return NULL;
		}
		at += strspn(at, " \t");
		if (*at == '\0') {
			return g_steal_pointer(&filter);
		}
		g_autofree char *word = take_word(&at);

		if (!g_str_equal(word, "and")) {
			(void)refuse(error, "conditions are joined by \"and\"");
			return NULL;
		}
	}
}

void
view_filter_free(ViewFilter *filter)
{
	if (filter == NULL) {
		return;
	}
	for (unsigned i = 0; i < filter->n; i++) {
		g_free(filter->conditions[i].text);
	}
	g_free(filter);
}

static bool
compare(Relation relation, int64_t a, int64_t b)
{
	switch (relation) {
	case RELATION_EQUAL:
		return a == b;
	case RELATION_NOT_EQUAL:
		return a != b;
	case RELATION_LESS:
		return a < b;
	case RELATION_LESS_EQUAL:
		return a <= b;
	case RELATION_GREATER:
		return a > b;
	case RELATION_GREATER_EQUAL:
		return a >= b;
	case RELATION_EXISTS:
		return true;
	case RELATION_MISSING:
		return false;
	}
	return false;
}

static bool
text_passes(const Condition *condition, const Item *item)
{
	g_auto(GStrv) values = view_property_dup_values(condition->property, item);
	bool missing = values[0][0] == '\0';

	if (missing || condition->relation >= RELATION_EXISTS) {
		return missing == (condition->relation == RELATION_MISSING);
	}
	return g_str_equal(values[0], condition->text) == (condition->relation == RELATION_EQUAL);
}

bool
view_filter_passes(const ViewFilter *filter, const Item *item)
{
	for (unsigned i = 0; filter != NULL && i < filter->n; i++) {
		const Condition *condition = &filter->conditions[i];

		if (condition->property->type == VIEW_PROPERTY_TEXT) {
			if (!text_passes(condition, item)) {
				return false;
			}
			continue;
		}
		int64_t value = view_property_get_value(condition->property, item);
		bool good = value < 0 ? condition->relation == RELATION_MISSING
				      : compare(condition->relation, value, condition->number);

		if (!good) {
			return false;
		}
	}
	return true;
}
