/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/privilege.h: a program started as root goes on as somebody who may less */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

/** Started as root: becomes user, with its groups and no capability, for good. Started as anybody
 *  else: nothing happens, unless user names another.
 *  Call after the command line and the configuration are read and before avu_spawner_new(), the
 *  first thread and the first socket. HOME becomes the state directory, and the folders that the
 *  environment names for root are forgotten.
 *  @param user       NULL: "av-upnp" where that user exists, else "nobody"
 *  @param state_dir  made where it is missing and given to user when it is new or empty;
 *                    NULL: none is needed
 *  @return false with AVU_ERROR_NOT_FOUND (no such user), USAGE (user is root), DENIED, IO;
 *          the program cannot go on */
AVU_API bool avu_drop_privileges(const char *user, const char *state_dir, GError **error);

G_END_DECLS
