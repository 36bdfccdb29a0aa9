/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av/tag-list.h: CurrentTagValue and NewTagValue of UpdateObject */
#pragma once

#include <av-upnp/content-writer.h>

#define TAG_LIST_MAX 64 /* entries */

/* One entry of a list. */
typedef struct {
	bool present;         /* false: empty */
	bool known;           /* an element that is a property of ours */
	AvuProperty property; /* when known */
	char *value;          /* when known: in the form in which it is written */
} Tag;

/** Commas part entries, "\," and "\\" are themselves; a comma inside an element parts nothing, since
 *  many control points do not escape it.
 *  @return array of Tag, g_array_unref() it; NULL with 702 or 703, by is_new, when an entry is no
 *          element, or has a value that the property cannot have */
GArray *tag_list_parse(const char *text, bool is_new, GError **error);

/** What UpdateObject makes of an object, by the rules of the standard: 702 (an entry of current is not
 *  so), 703 (names differ; nothing would change), 704 (a required one would go), 705 (not in writable),
 *  706 (lists of different length).
 *  @param writable  what may be changed at all
 *  @param lenient   of these, what is current need not be told: play state
 *  @return array of AvuContentEdit whose values live as long; g_array_unref() it
 *  @clause ContentDirectory:4 5.5.9 */
GArray *tag_list_apply(const AvuObject *object, GArray *current, GArray *next,
	const AvuPropertySet *writable, const AvuPropertySet *lenient, GError **error);
