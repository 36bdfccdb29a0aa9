/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* local/explain.h: what a client is offered of an item, and why */
#pragma once

#include "mediaserver/content/content.h"

G_BEGIN_DECLS

/** @param machine  NULL: nothing can be converted
 *  @return an object; g_free() it */
char *explain_format_json(
	const ClientView *client, const Item *item, const ConvertMachine *machine);
/** The lines for people. @return NULL with AVU_ERROR_SYNTAX */
char *explain_format_text(const char *json, GError **error);

G_END_DECLS
