/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* commands/create.h: a new object on a server */
#pragma once

#include "address/content.h"
#include "commands/command.h"

/** "Server:/a/b/new" → place of Server:/a/b and "new". @return false with USAGE when there is no last
 *  title, or what finding the rest said */
bool create_split(
	Run *run, const char *operand, ContentPlace *ret_parent, char **ret_title, GError **error);
/** CreateObject. @param object  id and parent_id are filled in  @param ret_didl  what the server made
 *  of it; may be NULL  @return its id, g_free() it; NULL with the errors of calls */
char *create_object(Run *run, const ContentPlace *parent, AvuObject *object, AvuDidl **ret_didl,
	GError **error);
/** {done, id, server}: what was done to an object. */
void create_report(Run *run, const ContentPlace *place, const char *done, const char *id);
