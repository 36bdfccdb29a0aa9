/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* catalogue/search-sql.h: a search query as SQL text of fixed parts and bound values */
#pragma once

#include <av-upnp/query.h>

#include "mediaserver/catalogue/catalogue-private.h"

G_BEGIN_DECLS

typedef struct {
	GString *text;
	GArray *values; /* SqlValue, in the order of their "?" */
	bool has_titles;
	size_t columns_end[2]; /* in text, of items and of containers, while it is built */
} SearchSql;

/** A statement with the columns c (1: a container) and row: everything below the container that the
 *  query holds for. In the order of page's sort keys, or in none; then, where rows are few and looked
 *  into anyway, with their sort_title (has_titles). */
void search_sql_init(SearchSql *sql, const Container *container, const AvuQuery *query,
	const CataloguePage *page);
void search_sql_clear(SearchSql *sql);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SearchSql, search_sql_clear)

Statement *search_sql_prepare(const SearchSql *sql, Database *reader, GError **error);
/** Text and values as one string: equal strings, equal searches. g_free() it. */
char *search_sql_dup_key(const SearchSql *sql);

G_END_DECLS
