/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A conversion as the feed of a channel. What another channel brings goes into a pipe, of which a worker makes what
 * goes into this one: so all who listen to the same form share one encoder, and it and all others one connection to
 * the station. Two threads: the feed's own, and one that fills the pipe, waiting for the station. */
#include <string.h>

#include "mediaserver/convert/convert-source.h"
#include "mediaserver/library/formats.h"
#include "mediaserver/library/live-format.h"
#include "mediaserver/live/live-pump.h"

/* @param fd  taken */
static Conversion *
begin(Conversions *conversions, int64_t item, const ConvertPlan *plan, const char *mime, int fd,
	GError **error)
{
	g_auto(ConvertRequest) request = { 0 };
	const char *hint = format_extension(mime);
	const ConvertSourceSpec spec = { .plan = *plan,
		.hint = hint[0] != '\0' && strlen(hint) <= CONVERT_HINT_MAX ? hint : NULL };

	convert_source_ask(&spec, &request);
	return conversion_begin_stream(conversions, &request, fd, item, error);
}

/* It is what was planned. */
static LiveFormat
describe(const char *octets, size_t len, const void *data)
{
	const ConvertPlan *plan = data;

	(void)octets, (void)len;
	return (LiveFormat){ plan->mime, NULL, live_format_get_unit(plan->mime), false };
}

void
live_feed_conversion(LiveChannel *channel, int64_t item, LiveListener *listener,
	Conversions *conversions, const ConvertPlan *plan)
{
	g_autoptr(LiveListener) heard = listener;
	g_autoptr(GError) error = NULL;
	int fd = -1;
	g_autoptr(LivePump) pump = live_pump_new(heard, &fd, &error);
	Conversion *conversion = pump != NULL ? begin(conversions, item, plan,
							live_listener_get_mime(heard), fd, &error)
					      : NULL;

	if (conversion != NULL) {
		(void)live_pass_on(channel, conversion, describe, plan, &error);
		conversion_end(conversion); /* its end of the pipe goes with it */
	}
	live_channel_close(channel, error);
}
