/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tags with several values. Pure, any thread; the lengths of what comes in are bounded by the probe
 * answer. */
#include "mediaserver/library/values.h"

#include <string.h>

#include "mediaserver/catalogue/item.h"
#include "mediaserver/library/languages.h"

static bool
has(const GPtrArray *values, const char *value)
{
	for (guint i = 0; i < values->len; i++) {
		if (g_str_equal(g_ptr_array_index(values, i), value)) {
			return true;
		}
	}
	return false;
}

static char *
join(GPtrArray *values)
{
	static const char separator[] = { ITEM_VALUE_SEPARATOR, '\0' };

	if (values->len == 0) {
		return NULL;
	}
	g_ptr_array_add(values, NULL);
	return g_strjoinv(separator, (char **)values->pdata);
}

static void
add(GPtrArray *values, const char *value)
{
	if (value != NULL && *value != '\0' && values->len < VALUES_MAX && !has(values, value)) {
		g_ptr_array_add(values, g_strdup(value));
	}
}

char *
values_join(const char *lines)
{
	g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func(g_free);

	if (lines == NULL) {
		return NULL;
	}
	g_auto(GStrv) parts = g_strsplit_set(lines, "\n;", -1);

	for (char **part = parts; *part != NULL; part++) {
		add(values, g_strstrip(*part));
	}
	return join(values);
}

char *
values_keep(const char *text)
{
	char *kept = text != NULL ? g_strstrip(g_strdup(text)) : NULL;

	if (kept != NULL && *kept == '\0') {
		g_clear_pointer(&kept, g_free);
	}
	return kept;
}

char *
values_first(const char *joined)
{
	return joined == NULL
		       ? NULL
		       : g_strndup(joined,
				 strcspn(joined, (const char[]){ ITEM_VALUE_SEPARATOR, '\0' }));
}

char *
values_join_languages(const char *lines)
{
	g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func(g_free);

	if (lines == NULL) {
		return NULL;
	}
	g_auto(GStrv) parts = g_strsplit(lines, "\n", -1);

	for (char **part = parts; *part != NULL; part++) {
		g_autofree char *tag = language_tag(g_strstrip(*part));

		add(values, tag);
	}
	return join(values);
}
