/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* catalogue/view-filter-private.h: the conditions of a filter, for who asks them of items and who makes
 * queries of them */
#pragma once

#include "mediaserver/catalogue/view-filter.h"

G_BEGIN_DECLS

typedef enum {
	RELATION_EQUAL,
	RELATION_NOT_EQUAL,
	RELATION_LESS_EQUAL,
	RELATION_GREATER_EQUAL,
	RELATION_LESS,
	RELATION_GREATER,
	RELATION_EXISTS,
	RELATION_MISSING,
} Relation;

typedef struct {
	const ViewProperty *property;
	Relation relation;
	int64_t number;
	char *text;
} Condition;

struct ViewFilter {
	unsigned n;
	Condition conditions[VIEW_FILTER_CONDITIONS_MAX];
};

G_END_DECLS
