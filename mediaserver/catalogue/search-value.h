/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* catalogue/search-value.h: functions that searches use within SQL, pure */
#pragma once

#include "mediaserver/catalogue/database.h"

G_BEGIN_DECLS

/** Makes them known to a connection: fold_values(joined), first_value(joined), duration_text(ns),
 *  period_text(ns), parent_object_id(id), any_value(operator, folded, value).
 *  @return false with error */
bool search_value_register(Database *database, GError **error);

/** Does one of the values fulfil the relation? @param folded  as item_fold_values() makes it, or a
 *  single value without separators; NULL: false */
bool search_value_any(int relation, const char *folded, const char *value);
/** "+5", "-017": decimal integers as the standard compares them. */
bool search_value_is_integer(const char *text, int64_t *ret_number);

G_END_DECLS
