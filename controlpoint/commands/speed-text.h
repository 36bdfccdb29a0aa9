/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* commands/speed-text.h: a speed on the command line as TransportPlaySpeed. Pure. */
#pragma once

#include <av-upnp/base.h>

/** "2", "-4", "+2", "1/2", "0.5", "2x" → "2", "-4", "2", "1/2", "1/2", "2".
 *  @return g_free() it; NULL with USAGE, also for 0 and for more than 3 decimals
 *  @clause AVTransport:1 2.2.8: a whole number or a fraction */
char *speed_text_parse(const char *text, GError **error);
