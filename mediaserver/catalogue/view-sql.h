/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* catalogue/view-sql.h: what views mean, in SQL over item */
#pragma once

#include "mediaserver/catalogue/view-file.h"

G_BEGIN_DECLS

#define VIEW_SQL_COLUMNS_MAX 2

/* Must say the same as view_property_dup_values(): containers are counted by the one and listed by the
 * other. */
typedef struct {
	const char *property;
	/* of the first value; the second is the property's owner */
	const char *columns[VIEW_SQL_COLUMNS_MAX];
	const char *order; /* to sort by; NULL: columns[0] */
	bool never_null;   /* columns[0] is "" where there is none */
} ViewColumns;

struct ViewPlan {
	const char *where; /* kind, filter and limit */
	const char *order; /* own order of the items; ends in the id */
};

const ViewColumns *view_sql_get_columns(const ViewProperty *property);
/** Appends " AND …" for each condition. @param filter  NULL: none */
void view_sql_append_filter(GString *sql, const ViewFilter *filter);

/** Makes the plan of each view that has none. Before other threads look at the set. */
void view_plans_make(ViewSet *set);

G_END_DECLS
