/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/media/devices.h: sound outputs by the names that people know them by */
#pragma once

#include <gst/gst.h>

#include <av-upnp/base.h>

G_BEGIN_DECLS

/** One line each: the name, a tab, what else is known. g_free() it. */
char *devices_list(void);
/** @param name  as in the list, case does not matter; also a part that only one has
 *  @return floating element; NULL with AVU_ERROR_NOT_FOUND (none, or several, has it) */
GstElement *devices_make_sink(const char *name, GError **error);

G_END_DECLS
