/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* commands/walk.h: everything below a container of a server, in the order of its tree */
#pragma once

#include "address/content.h"
#include "output/output.h"

/* @param record  as object_record() makes it, with "path" (null when the top has none); borrowed
 * @param depth   1: a child of the top
 * @return false: enough */
typedef bool (*WalkEmit)(const json_t *record, unsigned depth, void *data);

typedef struct {
	const char *path;   /* of the top, as people write it; NULL: it was named by its id */
	unsigned max_depth; /* 0: as deep as it goes, at most 32 */
	WalkEmit emit;
	void *data;
} Walk;

/** An object, then what is below it, then its next sibling. A container that was seen before (servers
 *  list the same one in several places) is named but not entered again; after 100,000 objects it
 *  ends with LIMIT. */
bool walk_below(Session *session, const ContentPlace *top, const Walk *walk, GError **error);
