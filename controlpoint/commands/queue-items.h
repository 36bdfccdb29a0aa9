/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* commands/queue-items.h: what operands name, as entries of a queue */
#pragma once

#include <jansson.h>

#include "commands/command.h"

/* What an operand of play and queue is. With --object it is an object id, whatever it looks like: ids come
 * from servers, which may write into them what would name a file of the user. */
bool queue_names_url(const Run *run, const char *operand);
/** Is it an object of a server, and no URL and no file of this host? */
bool queue_names_object(const Run *run, const char *operand);

/** Items, the items of containers with all below them, URLs, and files of this host, in the order of the
 *  operands.
 *  @return array of entries as queue_entry_from_json() takes them, new reference; NULL with
 *          UNSUPPORTED (one that the renderer cannot play), NOT_FOUND (nothing in a container) … */
json_t *queue_items(
	Run *run, AvuRemoteDevice *renderer, char *const *operands, unsigned n, GError **error);
