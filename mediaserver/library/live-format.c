/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A constant table. */
#include "mediaserver/library/live-format.h"

#include <string.h>

/* Players find the next frame by its sync word; samples and packets have a length to keep. */
static const struct {
	const char *mime; /* without parameters */
	size_t unit;
} units[] = {
	{ "audio/mpeg", 1 },
	{ "audio/aac", 1 },
	{ "audio/aacp", 1 },
	{ "audio/vnd.dlna.adts", 1 },
	{ "audio/x-aac", 1 },
	{ "audio/ac3", 1 },
	{ "audio/x-ac3", 1 },
	{ "audio/vnd.dolby.dd-raw", 1 },
	{ "audio/L16", 2 * 4 * 3 }, /* one to four channels, and six */
	{ "audio/L24", 3 * 8 * 3 },
	{ "video/mp2t", 188 },
	{ "video/mpeg",
		188 }, /* a transport stream by DLNA's name; a program stream can be entered anywhere */
	{ "video/vnd.dlna.mpeg-tts", 192 },
};

size_t
live_format_get_unit(const char *mime)
{
	const size_t len = strcspn(mime, "; ");

	for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
		if (strlen(units[i].mime) == len &&
			g_ascii_strncasecmp(mime, units[i].mime, len) == 0) {
			return units[i].unit;
		}
	}
	return 0;
}
