/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Search criteria: text to tree. Pure; any thread. No recursion: two stacks of fixed size, limits from
 * threats.md LIM-34. "and" binds closer than "or". */
#include <string.h>

#include <av-upnp/error.h>
#include <av-upnp/limits.h>

#include "query-private.h"

#define NO_CRITERIA 708
#define NODES_MAX (2 * AVU_LIMIT_SEARCH_TERMS - 1) /* relations, and what joins them */
/* Every bracket and every word that joins, waiting for its right side. */
#define WAITING_MAX (AVU_LIMIT_SEARCH_DEPTH + AVU_LIMIT_SEARCH_TERMS)

struct AvuQuery {
	const AvuQueryNode *root;
	unsigned n_nodes;
	AvuQueryNode nodes[NODES_MAX];
	char values[]; /* unescaped, each with its NUL: never longer than quotes and all */
};

typedef enum { WAITING_BRACKET, WAITING_OR, WAITING_AND } Waiting; /* by strength */

typedef struct {
	AvuQuery *query;
	const char *start;
	AvuCursor in;
	const AvuPropertySet *known;
	char *next_value;
	unsigned n_relations, n_brackets;
	const AvuQueryNode *operands[NODES_MAX];
	unsigned n_operands;
	Waiting waiting[WAITING_MAX];
	unsigned n_waiting;
} Parser;

static const struct {
	const char *text;
	TokenKind kind;
	AvuQueryOperator relation;
} operators[] = {
	{ "=", TOKEN_SIGN, AVU_QUERY_EQUAL },
	{ "!=", TOKEN_SIGN, AVU_QUERY_NOT_EQUAL },
	{ "<", TOKEN_SIGN, AVU_QUERY_LESS },
	{ "<=", TOKEN_SIGN, AVU_QUERY_LESS_EQUAL },
	{ ">", TOKEN_SIGN, AVU_QUERY_GREATER },
	{ ">=", TOKEN_SIGN, AVU_QUERY_GREATER_EQUAL },
	{ "contains", TOKEN_WORD, AVU_QUERY_CONTAINS },
	{ "doesNotContain", TOKEN_WORD, AVU_QUERY_DOES_NOT_CONTAIN },
	{ "startsWith", TOKEN_WORD, AVU_QUERY_STARTS_WITH },
	{ "derivedfrom", TOKEN_WORD, AVU_QUERY_DERIVED_FROM },
	{ "exists", TOKEN_WORD, AVU_QUERY_EXISTS },
};

static bool
refuse(const Parser *parser, const Token *at, const char *what, GError **error)
{
	g_set_error(error, AVU_UPNP_ERROR, NO_CRITERIA, "search criteria, octet %td: %s",
		at->text.at - parser->start, what);
	return false;
}

static AvuQueryNode *
new_node(Parser *parser, AvuQueryKind kind)
{
	AvuQueryNode *node = &parser->query->nodes[parser->query->n_nodes++];

	node->kind = kind;
	parser->operands[parser->n_operands++] = node;
	return node;
}

static bool
find_property(const Parser *parser, const Token *token, AvuProperty *ret, GError **error)
{
	AvuProperty found;

	if (token->kind == TOKEN_WORD && avu_property_find(&token->text, &found) &&
		avu_property_set_has(parser->known, found)) {
		*ret = found;
		return true;
	}
	return refuse(parser, token, "not a property that can be searched", error);
}

static bool
find_operator(const Parser *parser, const Token *token, AvuQueryOperator *ret, GError **error)
{
	for (size_t i = 0; i < G_N_ELEMENTS(operators); i++) {
		if (operators[i].kind == token->kind &&
			avu_cursor_equal_ci(&token->text, operators[i].text)) {
			*ret = operators[i].relation;
			return true;
		}
	}
	return refuse(parser, token, "not an operator", error);
}

/* What stands right of an operator. */
static bool
take_right_side(Parser *parser, AvuQueryNode *node, GError **error)
{
	const Token token = query_next_token(&parser->in);

	if (node->relation == AVU_QUERY_EXISTS) {
		if (token.kind == TOKEN_WORD && avu_cursor_equal_ci(&token.text, "false")) {
			node->relation = AVU_QUERY_EXISTS_NOT;
		} else if (token.kind != TOKEN_WORD || !avu_cursor_equal_ci(&token.text, "true")) {
			return refuse(parser, &token, "true or false expected", error);
		}
		return true;
	}
	if (token.kind != TOKEN_STRING) {
		return refuse(parser, &token, "text between quotes expected", error);
	}
	node->value = parser->next_value;
	parser->next_value = query_unescape(token.text, parser->next_value) + 1;
	return true;
}

static bool
take_relation(Parser *parser, const Token *first, GError **error)
{
	AvuProperty property;
	AvuQueryOperator relation;

	if (!find_property(parser, first, &property, error)) {
		return false;
	}
	if (parser->n_relations++ == AVU_LIMIT_SEARCH_TERMS) {
		return refuse(parser, first, "more comparisons than are looked at", error);
	}
	const Token token = query_next_token(&parser->in);

	if (!find_operator(parser, &token, &relation, error)) {
		return false;
	}
	AvuQueryNode *node = new_node(parser, AVU_QUERY_RELATION);

	node->property = property;
	node->relation = relation;
	return take_right_side(parser, node, error);
}

/* Joins what waits and binds at least as strongly. */
static void
reduce(Parser *parser, Waiting strength)
{
	while (parser->n_waiting > 0 && parser->waiting[parser->n_waiting - 1] >= strength) {
		const Waiting top = parser->waiting[--parser->n_waiting];
		const AvuQueryNode *right = parser->operands[--parser->n_operands];
		const AvuQueryNode *left = parser->operands[--parser->n_operands];
		AvuQueryNode *node =
			new_node(parser, top == WAITING_AND ? AVU_QUERY_AND : AVU_QUERY_OR);

		node->left = left;
		node->right = right;
	}
}

/* A bracket or a relation. */
static bool
take_operand(Parser *parser, const Token *token, bool *ret_expects_operand, GError **error)
{
	if (token->kind != TOKEN_OPEN) {
		*ret_expects_operand = false;
		return take_relation(parser, token, error);
	}
	if (parser->n_brackets++ == AVU_LIMIT_SEARCH_DEPTH) {
		return refuse(parser, token, "more brackets than are looked at", error);
	}
	parser->waiting[parser->n_waiting++] = WAITING_BRACKET;
	return true;
}

/* What may follow an operand: "and", "or", a closing bracket. */
static bool
take_joint(Parser *parser, const Token *token, bool *ret_expects_operand, GError **error)
{
	if (token->kind == TOKEN_CLOSE) {
		reduce(parser, WAITING_OR);
		if (parser->n_waiting == 0) {
			return refuse(parser, token, "bracket that was not opened", error);
		}
		parser->n_waiting--;
		parser->n_brackets--;
		return true;
	}
	const bool is_and = token->kind == TOKEN_WORD && avu_cursor_equal_ci(&token->text, "and");

	if (!is_and && (token->kind != TOKEN_WORD || !avu_cursor_equal_ci(&token->text, "or"))) {
		return refuse(parser, token, "and, or, or the end expected", error);
	}
	reduce(parser, is_and ? WAITING_AND : WAITING_OR);
	parser->waiting[parser->n_waiting++] = is_and ? WAITING_AND : WAITING_OR;
	*ret_expects_operand = true;
	return true;
}

static bool
take_expression(Parser *parser, GError **error)
{
	bool expects_operand = true;

	for (;;) {
		const Token token = query_next_token(&parser->in);

		if (token.kind == TOKEN_END && !expects_operand) {
			reduce(parser, WAITING_OR);
			if (parser->n_waiting > 0) {
				return refuse(parser, &token, "a bracket is not closed", error);
			}
			parser->query->root = parser->operands[0];
			return true;
		}
		if (!(expects_operand ? take_operand(parser, &token, &expects_operand, error)
				      : take_joint(parser, &token, &expects_operand, error))) {
			return false;
		}
	}
}

static bool
is_star(AvuCursor in)
{
	const Token first = query_next_token(&in);

	return avu_cursor_equal(&first.text, "*") && query_next_token(&in).kind == TOKEN_END;
}

AvuQuery *
avu_query_parse(const char *text, const AvuPropertySet *known, GError **error)
{
	const size_t len = strlen(text);

	if (len > AVU_LIMIT_SEARCH_CRITERIA || !g_utf8_validate(text, (gssize)len, NULL)) {
		g_set_error(error, AVU_UPNP_ERROR, NO_CRITERIA,
			"search criteria: %zu octets; at most %d octets of UTF-8 are looked at",
			len, AVU_LIMIT_SEARCH_CRITERIA);
		return NULL;
	}
	g_autoptr(AvuQuery) query = g_malloc0(sizeof *query + len + 1);
	Parser parser = { .query = query,
		.start = text,
		.in = avu_cursor(text, len),
		.known = known,
		.next_value = query->values };

	if (is_star(parser.in)) {
		query->root = new_node(&parser, AVU_QUERY_ALL);
		return g_steal_pointer(&query);
	}
	return take_expression(&parser, error) ? g_steal_pointer(&query) : NULL;
}

void
avu_query_free(AvuQuery *query)
{
	g_free(query);
}

const AvuQueryNode *
avu_query_get_root(const AvuQuery *query)
{
	return query->root;
}
