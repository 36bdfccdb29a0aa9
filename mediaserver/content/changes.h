/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* content/changes.h: the catalogue's record of changes, told with object ids */
#pragma once

#include <av-upnp/content-directory.h>

#include "mediaserver/catalogue/catalogue.h"

G_BEGIN_DECLS

/** Everything committed since the last call. @return false: there was more */
bool content_tell_changes(Catalogue *catalogue, const AvuContentChangeSink *sink);

G_END_DECLS
