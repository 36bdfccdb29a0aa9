/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* convert/own-server.h: a media server of the daemon's, which the network is not told of. Main thread. */
#pragma once

#include "session.h"

typedef struct OwnServer OwnServer;

/** Starts it; it is kept alive. @param session  outlives it
 *  @return NULL with NOT_FOUND (it is not installed), DENIED (it does not run as root), IO */
OwnServer *own_server_new(Session *session, GError **error);
void own_server_free(OwnServer *server);
