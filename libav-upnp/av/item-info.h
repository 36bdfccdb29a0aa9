/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av/item-info.h: which resources of given items a renderer can play */
#pragma once

#include <av-upnp/connection-manager.h>

G_BEGIN_DECLS

/** Answers GetRendererItemInfo.
 *  @param filter   paths of what is wanted beyond the required properties; unknown ones are ignored
 *  @param items    DIDL-Lite
 *  @param accepts  asked once for each resource
 *  @return a rendererInfo document, g_free() it; NULL with AVU_UPNP_ERROR 402: no DIDL-Lite
 *  @clause ConnectionManager:3 2.4.6 */
char *item_info_format(const char *filter, const char *items, AvuAcceptsResource accepts,
	void *data, GError **error);

G_END_DECLS
