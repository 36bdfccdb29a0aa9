/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* commands/queue-items.h: what operands name, as entries of a queue */
#pragma once

#include <jansson.h>

#include "commands/command.h"

/** Items, the items of containers with all below them, and URLs, in the order of the operands.
 *  @return array of entries as queue_entry_from_json() takes them, new reference; NULL with
 *          UNSUPPORTED (one that the renderer cannot play), NOT_FOUND (nothing in a container) … */
json_t *queue_items(
	Run *run, AvuRemoteDevice *renderer, char *const *operands, unsigned n, GError **error);
