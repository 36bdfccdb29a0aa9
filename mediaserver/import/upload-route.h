/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* import/upload-route.h: POST and PUT to res@importUri */
#pragma once

#include <av-upnp/http-server.h>

#include "mediaserver/import/inbox.h"

G_BEGIN_DECLS

/** Before the server starts. inbox outlives the server. */
void upload_route_add(AvuHttpServer *server, Inbox *inbox);

/** "/upload/i0123456789abcde" of res@importUri. @return false: no such path */
bool upload_parse_path(const char *path, int64_t *ret_item);

/** "bytes 5-9/10": first and how many follow. @return false when it is of another form, or does not
 *  reach the end */
bool upload_parse_content_range(const char *text, uint64_t *ret_first, uint64_t *ret_length);

G_END_DECLS
