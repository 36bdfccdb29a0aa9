/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* commands/tag-value.h: CurrentTagValue and NewTagValue of UpdateObject. Pure.
 * @clause ContentDirectory:1 2.7.12: lists of elements, commas in them escaped by a backslash */
#pragma once

#include <av-upnp/base.h>

typedef struct {
	GString *current, *next; /* lists so far */
	unsigned n;
} TagValues;

void tag_values_init(TagValues *values);
void tag_values_clear(TagValues *values);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TagValues, tag_values_clear)

/** One pair: what the property has now in the server's document, and what it shall have.
 *  @param didl   document with the one object
 *  @param tag    "dc:title"; @param value  "" takes it away
 *  @return false with USAGE (no name of an element), SYNTAX (document), UNSUPPORTED (several values) */
bool tag_values_add(
	TagValues *values, const char *didl, const char *tag, const char *value, GError **error);
