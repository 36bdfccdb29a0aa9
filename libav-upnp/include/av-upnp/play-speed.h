/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/play-speed.h: speeds of scaled play, as PlaySpeed.dlna.org and DLNA.ORG_PS write them */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

typedef struct {
	int32_t numerator;   /* negative: backwards; never 0 */
	int32_t denominator; /* > 0 */
} AvuPlaySpeed;

#define AVU_PLAY_SPEED_NORMAL ((AvuPlaySpeed){ 1, 1 })

/** ["-"] int ["/" int], reduced to lowest terms: TransportPlaySpeed.
 *  @return false on anything else, also on 0 and on more than four digits
 *  @thread any */
AVU_API bool avu_play_speed_parse(const char *value, AvuPlaySpeed *ret_speed);
/** The same behind "speed=".
 *  @return false on anything else, also on 0 and on more than four digits
 *  @clause DLNA 7.8.26.3 @thread any */
AVU_API bool avu_play_speed_parse_header(const char *value, AvuPlaySpeed *ret_speed);
/** "-1/2": what follows "speed=" and stands in DLNA.ORG_PS. g_free() it. */
AVU_API char *avu_play_speed_format(AvuPlaySpeed speed);

static inline bool
avu_play_speed_is_normal(AvuPlaySpeed speed)
{
	return speed.numerator == speed.denominator;
}

G_END_DECLS
