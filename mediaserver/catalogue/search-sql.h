/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* catalogue/search-sql.h: a search query as SQL text of fixed parts and bound values */
#pragma once

#include <av-upnp/query.h>

#include "mediaserver/catalogue/catalogue-private.h"

G_BEGIN_DECLS

typedef struct {
	GString *text;
	GArray *values; /* SqlValue, in the order of their "?" */
} SearchSql;

/** "FROM (…) WHERE …": everything below the container that the query holds for, with the columns c,
 *  id and those that search_sql_append_order() uses. */
void search_sql_init(SearchSql *sql, const Container *container, const AvuQuery *query);
void search_sql_clear(SearchSql *sql);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SearchSql, search_sql_clear)

/** @return statement of select + text + rest, values bound; the next free parameter in ret_next */
Statement *search_sql_prepare(const SearchSql *sql, Database *reader, const char *select,
	const char *rest, int *ret_next, GError **error);

/** " ORDER BY …". g_free() it. */
char *search_sql_order(const CataloguePage *page);

AvuPropertySet search_sql_get_properties(void);

G_END_DECLS
