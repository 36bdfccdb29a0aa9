/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Shoutcast's interleaved metadata: the text is "StreamTitle='Artist - Title';StreamUrl='…';", filled up
 * with NUL. Pure. */

#include <string.h>

#include <av-upnp/text.h>

#include <av-upnp/icy.h>

#define ICY_PIECE 16
#define ICY_TITLE_MAX 512

void
avu_icy_init(AvuIcy *self, size_t interval)
{
	self->interval = self->media_left = interval;
	self->in_block = false;
	self->text_left = self->text_len = 0;
}

size_t
avu_icy_count_media(const AvuIcy *self, size_t len)
{
	return self->interval == 0 ? len : MIN(len, self->media_left);
}

void
avu_icy_pass_media(AvuIcy *self, size_t len)
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
avu_icy_take_block(AvuIcy *self, const char *octets, size_t len, char **ret_title)
{
	size_t n = 1;

	if (!self->in_block) {
		self->in_block = true;
		self->text_left = (size_t)(unsigned char)octets[0] * ICY_PIECE;
		self->text_len = 0;
	} else {
		n = MIN(len, self->text_left);
		memcpy(self->text + self->text_len, octets, n);
		self->text_len += n;
		self->text_left -= n;
	}
	if (self->text_left == 0) {
		char *title = icy_dup_title(self->text, self->text_len);

		if (title != NULL) {
			*ret_title = title;
		}
		self->in_block = false;
		self->media_left = self->interval;
	}
	return n;
}

size_t
avu_icy_format_block(const char *title, char ret_block[AVU_ICY_BLOCK_MAX])
{
	static const char head[] = "StreamTitle='", tail[] = "';";
	const size_t room = AVU_ICY_TEXT_MAX - strlen(head) - strlen(tail);

	if (title == NULL) {
		ret_block[0] = 0;
		return 1;
	}
	const char *end;
	size_t len = strnlen(title, room);

	(void)g_utf8_validate(title, (gssize)len, &end); /* no half character at the cut */
	len = (size_t)(end - title);
	const size_t text = strlen(head) + len + strlen(tail);
	const size_t pieces = (text + ICY_PIECE - 1) / ICY_PIECE;

	memset(ret_block, 0, 1 + pieces * ICY_PIECE);
	ret_block[0] = (char)pieces;
	memcpy(ret_block + 1, head, strlen(head));
	memcpy(ret_block + 1 + strlen(head), title, len);
	memcpy(ret_block + 1 + strlen(head) + len, tail, strlen(tail));
	return 1 + pieces * ICY_PIECE;
}
