/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Read once, from front to back. On connection threads, one at a time. */
#include "mediaserver/convert/convert-body.h"

#include <string.h>

#include <av-upnp/media-source.h>

static ssize_t
body_read_head(ConvertBody *body, char *buffer, size_t max)
{
	gsize len;
	const char *head = g_bytes_get_data(body->head, &len);
	const size_t part = MIN(max, len - (size_t)body->head_from);

	memcpy(buffer, head + body->head_from, part);
	body->head_from += part;
	if (body->head_from == len) {
		g_clear_pointer(&body->head, g_bytes_unref);
	}
	return (ssize_t)part;
}

static ssize_t
body_read_conversion(ConvertBody *body, char *buffer, size_t max)
{
	ssize_t got;

	do {
		got = conversion_read(body->conversion, buffer, max);
		if (got <= 0 || body->skip == 0) {
			return got;
		}
		const size_t dropped = (size_t)MIN((uint64_t)got, body->skip);

		body->skip -= dropped;
		got -= (ssize_t)dropped;
		memmove(buffer, buffer + dropped, (size_t)got);
	} while (got == 0);
	return got;
}

/* What decoders pass over: null packets, between frames zeros. */
GBytes *
convert_body_new_fill(RecipeContainer container)
{
	const bool packets = container == RECIPE_TS || container == RECIPE_TTS;
	const size_t stamp = container == RECIPE_TTS ? 4 : 0;
	const size_t len = packets ? 188 + stamp : 2048;
	uint8_t *octets = g_malloc0(len);

	if (packets) { /* PID 0x1fff, no adaptation field */
		memset(octets + stamp, 0xff, len - stamp);
		octets[stamp] = 0x47;
		octets[stamp + 1] = 0x1f;
		octets[stamp + 3] = 0x10;
	}
	return g_bytes_new_take(octets, len);
}

/* In step with the packets that came before. */
static ssize_t
body_fill(const ConvertBody *body, char *buffer, size_t max)
{
	gsize len;
	const char *fill = g_bytes_get_data(body->fill, &len);

	for (size_t done = 0, part; done < max; done += part) {
		const size_t at = (size_t)((body->given + done) % len);

		part = MIN(max - done, len - at);
		memcpy(buffer + done, fill + at, part);
	}
	return (ssize_t)max;
}

ssize_t
convert_body_read(ConvertBody *body, char *buffer, size_t max)
{
	if (body->left != AVU_LENGTH_UNKNOWN) {
		max = (size_t)MIN((uint64_t)max, body->left);
	}
	if (max == 0) {
		return 0;
	}
	ssize_t got = 0;

	if (body->head != NULL) {
		got = body_read_head(body, buffer, max);
	} else if (!body->filling) {
		got = body_read_conversion(body, buffer, max);
	}
	if (got == 0 && body->fill != NULL) {
		body->filling = true;
		got = body_fill(body, buffer, max);
	}
	body->given += (uint64_t)MAX(got, 0);
	if (body->left != AVU_LENGTH_UNKNOWN && got >= 0) {
		body->left -= (uint64_t)got;
		return got > 0 ? got : -1; /* less than was promised */
	}
	return got;
}

void
convert_body_free(void *data)
{
	ConvertBody *body = data;

	conversion_end(body->conversion);
	g_clear_pointer(&body->head, g_bytes_unref);
	g_clear_pointer(&body->fill, g_bytes_unref);
	g_free(body);
}
