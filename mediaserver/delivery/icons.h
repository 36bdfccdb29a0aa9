/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* delivery/icons.h: the device's icons: JPEG and PNG in two sizes, as DLNA asks of who has any
 * (guidelines 7.2.27) */
#pragma once

#include <av-upnp/device-host.h>

G_BEGIN_DECLS

typedef struct Icons Icons;

/** Reads them from the data folder and adds their routes; none at all when one is missing. */
Icons *icons_new(AvuHttpServer *server);
void icons_free(Icons *icons);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Icons, icons_free)
/** For the description; path NULL ends. Lives as long as the icons. */
const AvuIcon *icons_get_list(const Icons *icons);

G_END_DECLS
