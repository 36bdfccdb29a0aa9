/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* content/object-id.h: object ids as control points see them
 *
 *   "0", "music-artists"            views, by their name in the table
 *   "c0123456789abcde"              groups and folders
 *   "i0123456789abcde"              items, under their folder
 *   "music-tracks.i0123456789abcde", "c….i…"   references to items in other containers */
#pragma once

#include "mediaserver/catalogue/catalogue.h"

G_BEGIN_DECLS

#define OBJECT_ID_MAX 96

typedef struct {
	int64_t container; /* 0: an item without a container in front */
	int64_t item;      /* 0: a container */
} ObjectId;

/** @return false when it cannot be one of ours. Pure; any thread. */
bool object_id_parse(const char *text, ObjectId *ret_id);

void object_id_format_container(
	char text[OBJECT_ID_MAX], int64_t id, const View *view /* NULL: a group or folder */);
/** The same when it is not known whether the container is a view itself. */
void object_id_format_any_container(char text[OBJECT_ID_MAX], int64_t id);
void object_id_format_item(char text[OBJECT_ID_MAX], int64_t id);

G_END_DECLS
