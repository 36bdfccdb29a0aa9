/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/query.h: SearchCriteria as a tree of small nodes. What walks the tree (SQL, evaluation)
 * lives elsewhere; the text never leaves the parser. */
#pragma once

#include <av-upnp/property.h>

G_BEGIN_DECLS

typedef enum {
	AVU_QUERY_EQUAL,            /* = */
	AVU_QUERY_NOT_EQUAL,        /* != */
	AVU_QUERY_LESS,             /* < */
	AVU_QUERY_LESS_EQUAL,       /* <= */
	AVU_QUERY_GREATER,          /* > */
	AVU_QUERY_GREATER_EQUAL,    /* >= */
	AVU_QUERY_CONTAINS,         /* contains */
	AVU_QUERY_DOES_NOT_CONTAIN, /* doesNotContain */
	AVU_QUERY_STARTS_WITH,      /* startsWith */
	AVU_QUERY_DERIVED_FROM,     /* derivedfrom: equal, or begins with value and "." */
	AVU_QUERY_EXISTS,           /* exists true; NULL value */
	AVU_QUERY_EXISTS_NOT,       /* exists false; NULL value */
} AvuQueryOperator;

typedef enum {
	AVU_QUERY_ALL, /* "*", only as the root */
	AVU_QUERY_AND,
	AVU_QUERY_OR,
	AVU_QUERY_RELATION,
} AvuQueryKind;

/* A comparison with a property that the object lacks is false, whatever the operator (also != and
 * doesNotContain); text is compared without case; of several values one is enough; = != < <= > >=
 * compare as numbers when both sides are decimal integers.
 * @clause ContentDirectory:1 2.5.5, ContentDirectory:4 5.3.16 */
typedef struct AvuQueryNode AvuQueryNode;
struct AvuQueryNode {
	AvuQueryKind kind;
	const AvuQueryNode *left, *right; /* AND, OR */
	AvuProperty property;             /* RELATION, as the following */
	AvuQueryOperator relation;
	const char *value; /* unescaped UTF-8, may be "" */
};

typedef struct AvuQuery AvuQuery; /* immutable */

/** The whole grammar. Words of operators in any case; white space around signs and brackets may be
 *  missing, as some control points leave it out.
 *  @param known  others are refused
 *  @return NULL with AVU_UPNP_ERROR 708, the message naming the octet where it stops; also for what
 *          is over AVU_LIMIT_SEARCH_CRITERIA octets, _DEPTH brackets, _TERMS relations
 *  @thread any */
AVU_API AvuQuery *avu_query_parse(const char *text, const AvuPropertySet *known, GError **error);
AVU_API void avu_query_free(AvuQuery *query);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AvuQuery, avu_query_free)
/** Root; no path below it is longer than AVU_LIMIT_SEARCH_TERMS nodes. */
AVU_API const AvuQueryNode *avu_query_get_root(const AvuQuery *query);
/** Back to text, with all brackets written. g_free() it. */
AVU_API char *avu_query_format(const AvuQuery *query);
/** A value for a criteria text: quoted and escaped. g_free() it. */
AVU_API char *avu_query_quote(const char *value);

G_END_DECLS
