/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Search criteria: tree to text. Pure; any thread. The way down is kept on a stack of its own, which
 * the parser's limit on relations bounds. */
#include <av-upnp/limits.h>
#include <av-upnp/query.h>

static const char *const operators[] = {
	[AVU_QUERY_EQUAL] = "=",
	[AVU_QUERY_NOT_EQUAL] = "!=",
	[AVU_QUERY_LESS] = "<",
	[AVU_QUERY_LESS_EQUAL] = "<=",
	[AVU_QUERY_GREATER] = ">",
	[AVU_QUERY_GREATER_EQUAL] = ">=",
	[AVU_QUERY_CONTAINS] = "contains",
	[AVU_QUERY_DOES_NOT_CONTAIN] = "doesNotContain",
	[AVU_QUERY_STARTS_WITH] = "startsWith",
	[AVU_QUERY_DERIVED_FROM] = "derivedfrom",
	[AVU_QUERY_EXISTS] = "exists true",
	[AVU_QUERY_EXISTS_NOT] = "exists false",
};

typedef struct {
	const AvuQueryNode *node;
	enum { BEFORE, BETWEEN, AFTER } at;
} Step;

static void
append_quoted(GString *out, const char *value)
{
	g_string_append_c(out, '"');
	for (; *value != '\0'; value++) {
		if (*value == '"' || *value == '\\') {
			g_string_append_c(out, '\\');
		}
		g_string_append_c(out, *value);
	}
	g_string_append_c(out, '"');
}

char *
avu_query_quote(const char *value)
{
	g_autoptr(GString) out = g_string_new(NULL);

	append_quoted(out, value);
	return g_string_free(g_steal_pointer(&out), FALSE);
}

static void
append_leaf(GString *out, const AvuQueryNode *node)
{
	if (node->kind == AVU_QUERY_ALL) {
		g_string_append_c(out, '*');
		return;
	}
	g_string_append(out, avu_property_get_name(node->property));
	g_string_append_c(out, ' ');
	g_string_append(out, operators[node->relation]);
	if (node->value != NULL) {
		g_string_append_c(out, ' ');
		append_quoted(out, node->value);
	}
}

char *
avu_query_format(const AvuQuery *query)
{
	g_autoptr(GString) out = g_string_new(NULL);
	Step stack[AVU_LIMIT_SEARCH_TERMS] = { { avu_query_get_root(query), BEFORE } };
	unsigned n = 1;

	while (n > 0) {
		Step *top = &stack[n - 1];
		const AvuQueryNode *node = top->node;

		if (node->kind != AVU_QUERY_AND && node->kind != AVU_QUERY_OR) {
			append_leaf(out, node);
			n--;
		} else if (top->at == AFTER) {
			g_string_append_c(out, ')');
			n--;
		} else {
			const bool first = top->at == BEFORE;

			g_string_append(out, first                         ? "("
					     : node->kind == AVU_QUERY_AND ? " and "
									   : " or ");
			top->at = first ? BETWEEN : AFTER;
			stack[n++] = (Step){ first ? node->left : node->right, BEFORE };
		}
	}
	return g_string_free(g_steal_pointer(&out), FALSE);
}
