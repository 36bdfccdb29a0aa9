/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/media/commands.h: the frames of the control process, and the answers to them */
#pragma once

#include <av-upnp/frame.h>

#include "player.h"

G_BEGIN_DECLS

typedef struct Commands Commands;

/** Reads commands from fd until its peer closes, then quits loop.
 *  @param fd  taken */
Commands *commands_new(int fd, GMainLoop *loop);
void commands_free(Commands *commands);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Commands, commands_free)

/** Called once, at MEDIA_CONFIGURE, when the sinks are known and before anything is played: the
 *  place to take rights away. */
void commands_set_configured(
	Commands *commands, bool (*configured)(const Sinks *sinks, GError **error));

G_END_DECLS
