/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* content/shortcuts.h: containers that control points may offer directly */
#pragma once

#include <av-upnp/content-directory.h>

#include "mediaserver/catalogue/views.h"

G_BEGIN_DECLS

/** Of the views there are; name NULL ends; static. Call when the views are there. */
const AvuContentShortcut *content_get_shortcuts(void);

G_END_DECLS
