/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The body of a NOTIFY. */
#pragma once

#include "variable-private.h"

/* @clause UDA 1.0, 4.2.1 */
GBytes *property_set_write(const Properties *properties);

/* Variables in document order, names and values owned by the result. Local names decide, as devices
 * get the namespace wrong. NULL with SYNTAX or LIMIT. */
typedef struct {
	int references;    /* atomic */
	GPtrArray *names;  /* char*, NULL-ended */
	GPtrArray *values; /* char* */
} PropertySet;             /* immutable */

PropertySet *property_set_parse(const char *text, size_t len, GError **error);
PropertySet *property_set_ref(PropertySet *set);
void property_set_unref(PropertySet *set);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PropertySet, property_set_unref)
