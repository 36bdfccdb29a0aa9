/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* commands/play-input.h: standard input on a renderer. Main thread. */
#pragma once

#include "commands/command.h"

#define PLAY_INPUT "-"

/** Sends what comes on standard input to the renderer, until it has played it all or the user interrupts,
 *  which stops it.
 *  @return false with USAGE (a terminal, or of no kind that is known), TIMEOUT (nothing comes) … */
bool play_input(Run *run, AvuRemoteDevice *renderer, GError **error);
