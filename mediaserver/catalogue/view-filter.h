/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* catalogue/view-filter.h: which items a view shows: "series missing and duration >= 2400".
 *
 * Conditions joined by "and": PROPERTY OPERATOR VALUE with = != < <= > >= (numbers; texts only = and
 * !=, in double quotes), or PROPERTY exists, PROPERTY missing. An item without the property fulfils
 * "missing" only. */
#pragma once

#include "mediaserver/catalogue/view-property.h"

G_BEGIN_DECLS

#define VIEW_FILTER_CONDITIONS_MAX 8

typedef struct ViewFilter ViewFilter;

/** @return NULL with AVU_ERROR_USAGE, which names the nearest property */
ViewFilter *view_filter_parse(const char *text, GError **error);
void view_filter_free(ViewFilter *filter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ViewFilter, view_filter_free)

/** @param filter  NULL: all items pass */
bool view_filter_passes(const ViewFilter *filter, const Item *item);

G_END_DECLS
