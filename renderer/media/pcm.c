/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LPCM: nothing in its octets tells rate or channels, so no typefinder can. The MIME type is foreign
 * text; its numbers are bounded before they reach an element. */

#include <av-upnp/cursor.h>

#include "pcm.h"

#define PCM_RATE_MIN 8000
#define PCM_RATE_MAX 192000
#define PCM_CHANNELS_MAX 8

static bool
pcm_take_parameter(AvuCursor *in, PcmFormat *format)
{
	uint64_t value = 0;

	while (avu_cursor_take_char(in, ' ')) {
	}
	if (avu_cursor_take_ci(in, "rate=")) {
		bool good = avu_cursor_take_uint(in, PCM_RATE_MAX, &value) && value >= PCM_RATE_MIN;

		format->rate_hz = (unsigned)value;
		return good;
	}
	if (avu_cursor_take_ci(in, "channels=")) {
		bool good = avu_cursor_take_uint(in, PCM_CHANNELS_MAX, &value) && value > 0;

		format->channels = (unsigned)value;
		return good;
	}
	return false;
}

bool
pcm_parse_mime(const char *mime, PcmFormat *ret_format)
{
	PcmFormat format = { 44100, 2 };
	AvuCursor in = avu_cursor_string(mime);

	if (!avu_cursor_take_ci(&in, "audio/L16")) {
		return false;
	}
	while (avu_cursor_take_char(&in, ';')) {
		if (!pcm_take_parameter(&in, &format)) {
			return false;
		}
	}
	if (!avu_cursor_at_end(&in)) {
		return false;
	}
	*ret_format = format;
	return true;
}

GstElement *
pcm_parser_new(const char *mime)
{
	PcmFormat format;

	if (mime == NULL || !pcm_parse_mime(mime, &format)) {
		return NULL;
	}
	GstElement *parser = gst_element_factory_make("rawaudioparse", NULL);

	if (parser != NULL) {
		gst_util_set_object_arg(G_OBJECT(parser), "format", "pcm");
		gst_util_set_object_arg(G_OBJECT(parser), "pcm-format", "s16be");
		g_object_set(parser, "sample-rate", (int)format.rate_hz, "num-channels",
			(int)format.channels, NULL);
	}
	return parser;
}
