/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Shoutcast's interleaved metadata: after each interval of media one octet that counts pieces of 16,
 * then so many of text, "StreamTitle='Artist - Title';StreamUrl='…';", filled up with NUL. Pure. */

#include <string.h>

#include <av-upnp/text.h>

#include "icy.h"

#define ICY_PIECE 16
#define ICY_TITLE_MAX 512

void
icy_init(Icy *self, size_t interval)
{
	self->interval = self->media_left = interval;
	self->in_block = false;
	self->block_left = self->block_len = 0;
}

size_t
icy_count_media(const Icy *self, size_t len)
{
	return self->interval == 0 ? len : MIN(len, self->media_left);
}

void
icy_pass_media(Icy *self, size_t len)
{
	if (self->interval > 0) {
		self->media_left -= MIN(len, self->media_left);
	}
}

/* Stations write what their computers write: UTF-8 now, Latin-1 once. */
static char *
icy_dup_text(const char *text, size_t len)
{
	if (g_utf8_validate(text, (gssize)len, NULL)) {
		return avu_text_sanitize(text, len, ICY_TITLE_MAX);
	}
	g_autoptr(GString) wide = g_string_new(NULL);

	for (size_t i = 0; i < len; i++) {
		g_string_append_unichar(wide, (unsigned char)text[i]);
	}
	return avu_text_sanitize(wide->str, wide->len, ICY_TITLE_MAX);
}

/* The value ends at the apostrophe in front of a semicolon: titles have apostrophes of their own. */
static char *
icy_dup_title(const char *block, size_t len)
{
	static const char key[] = "StreamTitle='";
	const char *start = memmem(block, len, key, strlen(key));

	if (start == NULL) {
		return NULL;
	}
	start += strlen(key);
	const char *end = memmem(start, len - (size_t)(start - block), "';", 2);

	return end != NULL ? icy_dup_text(start, (size_t)(end - start)) : NULL;
}

size_t
icy_take_block(Icy *self, const char *octets, size_t len, char **ret_title)
{
	size_t n = 1;

	if (!self->in_block) {
		self->in_block = true;
		self->block_left = (size_t)(unsigned char)octets[0] * ICY_PIECE;
		self->block_len = 0;
	} else {
		n = MIN(len, self->block_left);
		memcpy(self->block + self->block_len, octets, n);
		self->block_len += n;
		self->block_left -= n;
	}
	if (self->block_left == 0) {
		char *title = icy_dup_title(self->block, self->block_len);

		if (title != NULL) {
			*ret_title = title;
		}
		self->in_block = false;
		self->media_left = self->interval;
	}
	return n;
}
