/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/duration.h: H+:MM:SS[.F+] of res@duration, AVTransport positions and seek targets */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

/** "H+:MM:SS", with ".F+" or ".F0/F1"; an optional sign only when allow_negative.
 *  @clause AVTransport:1 2.2.15, ContentDirectory:1 res@duration */
AVU_API bool avu_duration_parse(const char *text, bool allow_negative, int64_t *ret_ns);
/** "0:03:25.120"; milliseconds always written with with_fraction. Negative: AVU_TIME_NONE gives
 *  "NOT_IMPLEMENTED". g_free() it. */
AVU_API char *avu_duration_format(int64_t ns, bool with_fraction);

/** "P[nD]HH:MM:SS" of upnp:lastPlaybackPosition and upnp:scheduledDuration; not ISO 8601's.
 *  @clause ContentDirectory:2 duration */
AVU_API bool avu_period_parse(const char *text, int64_t *ret_ns);
/** @param ns  not negative; whole seconds are written. g_free() the result. */
AVU_API char *avu_period_format(int64_t ns);

G_END_DECLS
