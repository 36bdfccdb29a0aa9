/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ID3v2. FFmpeg reads it too, but keeps the first value of a frame only and knows no ratings. Every
 * offset and length comes from the file: all reading goes through a window that gives what is there.
 * Pure, bounded: FRAMES_MAX frames of at most TEXT_MAX octets, CHUNKS_MAX chunks. */
#include "mediaserver/worker/id3v2.h"

#include <string.h>

#include "mediaserver/worker/sniff.h"

#define WINDOW 4096
#define FRAMES_MAX 512
#define CHUNKS_MAX 256
#define TEXT_MAX 16384
#define VALUES_MAX 64

typedef struct {
	const ReadAt *file;
	void (*take)(const char *name, const char *value, void *data);
	void *data;
	unsigned version; /* 2, 3, 4 */
	uint64_t end;     /* of the tag in the file */
	uint64_t at;      /* place of the window */
	size_t len;       /* what is in it */
	uint8_t window[WINDOW];
} Tag;

typedef struct {
	char name[5];
	uint64_t body, len;
	unsigned flags;
} Frame;

/* A few octets of the tag, most often already read. */
static bool
peek(Tag *tag, uint64_t offset, uint8_t *buffer, size_t len)
{
	if (offset > tag->end || len > tag->end - offset) {
		return false;
	}
	if (offset < tag->at || offset - tag->at > tag->len ||
		len > tag->len - (offset - tag->at)) {
		if (len > WINDOW) {
			return read_at_exactly(tag->file, offset, buffer, len);
		}
		tag->at = offset;
		tag->len = tag->file->read(tag->file->data, offset, tag->window,
			(size_t)MIN(WINDOW, tag->end - offset));
		if (tag->len < len) {
			return false;
		}
	}
	memcpy(buffer, tag->window + (offset - tag->at), len);
	return true;
}

static uint64_t
syncsafe(const uint8_t *p)
{
	return (uint64_t)p[0] << 21 | (uint64_t)p[1] << 14 | (uint64_t)p[2] << 7 | p[3];
}

static bool
is_name(const uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (!g_ascii_isupper(p[i]) && !g_ascii_isdigit(p[i])) {
			return false;
		}
	}
	return true;
}

/* A well-known player wrote plain numbers into version 2.4: they are those where the next frame is. */
static uint64_t
frame_len_24(Tag *tag, const uint8_t *head, uint64_t body)
{
	uint64_t safe = syncsafe(head + 4), plain = read_be32(head + 4);
	uint8_t next[4];

	if (((head[4] | head[5] | head[6] | head[7]) & 0x80) != 0) {
		return plain;
	}
	if (safe == plain || body + safe == tag->end ||
		(peek(tag, body + safe, next, sizeof(next)) &&
			(is_name(next, sizeof(next)) || next[0] == 0))) {
		return safe;
	}
	return peek(tag, body + plain, next, sizeof(next)) && is_name(next, sizeof(next)) ? plain
											  : safe;
}

/* @return false at the end: padding, or nonsense */
static bool
next_frame(Tag *tag, uint64_t offset, Frame *ret_frame)
{
	size_t name_len = tag->version == 2 ? 3 : 4;
	size_t head_len = tag->version == 2 ? 6 : 10;
	uint8_t head[10];

	if (!peek(tag, offset, head, head_len) || !is_name(head, name_len)) {
		return false;
	}
	memset(ret_frame->name, 0, sizeof(ret_frame->name));
	memcpy(ret_frame->name, head, name_len);
	ret_frame->body = offset + head_len;
	ret_frame->flags = tag->version == 2 ? 0 : read_be16(head + 8);
	ret_frame->len = tag->version == 2   ? read_be32(head + 2) & 0xffffff
			 : tag->version == 3 ? read_be32(head + 4)
					     : frame_len_24(tag, head, ret_frame->body);
	return ret_frame->len <= tag->end - ret_frame->body;
}

/* Takes the 00 after each FF out again. @return new length */
static size_t
resynchronise(uint8_t *data, size_t len)
{
	size_t out = 0;

	for (size_t i = 0; i < len; i++) {
		data[out++] = data[i];
		if (data[i] == 0xff && i + 1 < len && data[i + 1] == 0) {
			i++;
		}
	}
	return out;
}

/* The frame's body without what its flags put in front. @return false: compressed, encrypted, large */
static bool
load_frame(Tag *tag, const Frame *frame, uint8_t *buffer, size_t *ret_len)
{
	bool is4 = tag->version == 4;
	unsigned unreadable = is4 ? 0x0c : 0xc0;
	size_t skip = (frame->flags & (is4 ? 0x40 : 0x20)) != 0 ? 1 : 0; /* group */

	if (is4 && (frame->flags & 0x01) != 0) {
		skip += 4; /* length again */
	}
	if ((frame->flags & unreadable) != 0 || frame->len < skip || frame->len - skip > TEXT_MAX ||
		!peek(tag, frame->body + skip, buffer, (size_t)frame->len - skip)) {
		return false;
	}
	*ret_len = (size_t)frame->len - skip;
	if (is4 && (frame->flags & 0x02) != 0) {
		*ret_len = resynchronise(buffer, *ret_len);
	}
	return true;
}

/* Text of the four encodings; several values, ended by zeros */

typedef struct {
	const uint8_t *at, *end;
	unsigned encoding;
	bool big_endian;
} Text;

static size_t
unit(const Text *text)
{
	return text->encoding == 1 || text->encoding == 2 ? 2 : 1;
}

static uint32_t
unit16(const Text *text, const uint8_t *p)
{
	return text->big_endian ? read_be16(p) : read_le16(p);
}

static void
append_utf16(GString *out, Text *text)
{
	uint32_t c = unit16(text, text->at);

	text->at += 2;
	if (c >= 0xd800 && c < 0xdc00 && text->end - text->at >= 2) {
		uint32_t low = unit16(text, text->at);

		if (low >= 0xdc00 && low < 0xe000) {
			text->at += 2;
			c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
		}
	}
	g_string_append_unichar(out, c >= 0xd800 && c < 0xe000 ? 0xfffd : c);
}

/* One value up to its zero or the end. @return g_free() it; NULL when nothing is left */
static char *
take_value(Text *text)
{
	size_t width = unit(text);
	GString *out;

	if ((size_t)(text->end - text->at) < width) {
		return NULL;
	}
	out = g_string_new(NULL);
	if (text->encoding == 1 && text->end - text->at >= 2) {
		/* each value may have its own mark; without one the last counts */
		bool le = text->at[0] == 0xff && text->at[1] == 0xfe;
		bool be = text->at[0] == 0xfe && text->at[1] == 0xff;

		text->big_endian = be || (text->big_endian && !le);
		text->at += be || le ? 2 : 0;
	}
	while ((size_t)(text->end - text->at) >= width) {
		if (text->at[0] == 0 && text->at[width - 1] == 0) {
			text->at += width;
			break;
		}
		if (width == 2) {
			append_utf16(out, text);
		} else if (text->encoding == 0) {
			g_string_append_unichar(out, *text->at++);
		} else {
			g_string_append_c(out, (char)*text->at++);
		}
	}
	return g_string_free(out, FALSE);
}

static Text
text_of(const uint8_t *data, size_t len, size_t skip)
{
	bool there = len > skip && data[0] <= 3;

	return (Text){
		.at = there ? data + skip : data,
		.end = there ? data + len : data,
		.encoding = there ? data[0] : 0,
		.big_endian = there && data[0] == 2,
	};
}

/* "17" and "(17)Rock" need the list of genres, which FFmpeg has. */
static bool
left_to_ffmpeg(const char *name, const char *value)
{
	return (g_str_equal(name, "TCON") || g_str_equal(name, "TCO")) &&
	       (value[0] == '(' || g_ascii_isdigit(value[0]));
}

static void
take_text(Tag *tag, const char *name, const uint8_t *data, size_t len)
{
	Text text = text_of(data, len, 1);
	bool user = g_str_equal(name, "TXXX") || g_str_equal(name, "TXX");
	g_autofree char *description = user ? take_value(&text) : NULL;

	if (user && description == NULL) {
		return;
	}
	for (unsigned i = 0; i < VALUES_MAX; i++) {
		g_autofree char *value = take_value(&text);

		if (value == NULL) {
			break;
		}
		if (!left_to_ffmpeg(name, value)) {
			tag->take(user ? description : name, value, tag->data);
		}
	}
}

/* Encoding, language, description, text. Comments with a description are notes of programs. */
static void
take_comment(Tag *tag, const char *name, const uint8_t *data, size_t len)
{
	Text text = text_of(data, len, 4);
	g_autofree char *description = take_value(&text);
	g_autofree char *value = description != NULL ? take_value(&text) : NULL;

	if (value != NULL && *description == '\0') {
		tag->take(name, value, tag->data);
	}
}

/* Whose rating it is, zero, rating, play counter. */
static void
take_rating(Tag *tag, const char *name, const uint8_t *data, size_t len)
{
	const uint8_t *zero = memchr(data, 0, len);

	if (zero != NULL && zero + 1 < data + len) {
		g_autofree char *number = g_strdup_printf("%u", zero[1]);

		tag->take(name, number, tag->data);
	}
}

static void
take_presence(Tag *tag, const char *name, const uint8_t *data, size_t len)
{
	(void)data;
	if (len > 8) {
		tag->take(name, "1", tag->data);
	}
}

static const struct {
	const char *prefix;
	void (*take)(Tag *tag, const char *name, const uint8_t *data, size_t len);
} kinds[] = {
	{ "T", take_text },
	{ "COM", take_comment }, /* COMM and COM */
	{ "POP", take_rating },
	{ "USLT", take_presence },
	{ "ULT", take_presence },
	{ "SYLT", take_presence },
};

static void
take_frame(Tag *tag, const Frame *frame)
{
	uint8_t buffer[TEXT_MAX];
	size_t len;

	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		if (!g_str_has_prefix(frame->name, kinds[i].prefix)) {
			continue;
		}
		if (load_frame(tag, frame, buffer, &len)) {
			kinds[i].take(tag, frame->name, buffer, len);
		} else if (kinds[i].take == take_presence) {
			tag->take(frame->name, "1", tag->data); /* long words of a song */
		}
		return;
	}
}

void
id3v2_read(const ReadAt *file, uint64_t offset,
	void (*take)(const char *name, const char *value, void *data), void *data)
{
	Tag tag = { .file = file, .take = take, .data = data, .end = UINT64_MAX };
	uint8_t head[10], extended[4];

	tag.end = file->size;
	if (!peek(&tag, offset, head, sizeof(head)) || sniff_id3v2_len(head, sizeof(head)) == 0 ||
		head[3] < 2 || head[3] > 4 || (head[5] & 0x80 && head[3] < 4)) {
		return;
	}
	tag.version = head[3];
	tag.end = MIN(tag.end, offset + 10 + syncsafe(head + 6));
	uint64_t at = offset + 10;

	if ((head[5] & 0x40) != 0 && tag.version > 2 && peek(&tag, at, extended, 4)) {
		/* 2.3 does not count the length itself */
		at += tag.version == 3 ? 4 + (uint64_t)read_be32(extended) : syncsafe(extended);
	}
	for (unsigned i = 0; i < FRAMES_MAX; i++) {
		Frame frame;

		if (!next_frame(&tag, at, &frame)) {
			return;
		}
		take_frame(&tag, &frame);
		at = frame.body + frame.len;
	}
}

/* Where it is */

/* RIFF, AIFF, DSDIFF: a form of 8 or 16 octets and its chunks. */
typedef struct {
	const char *container;
	uint64_t first;
	unsigned length_octets;
	bool big_endian;
} Chunks;

static const Chunks chunked[] = {
	{ "wav", 12, 4, false },
	{ "aiff", 12, 4, true },
	{ "dff", 16, 8, true },
};

static bool
find_chunk(const ReadAt *file, const Chunks *form, uint64_t *ret_offset)
{
	uint64_t at = form->first;

	for (unsigned i = 0; i < CHUNKS_MAX; i++) {
		uint8_t head[12];
		size_t head_len = 4 + form->length_octets;

		if (!read_at_exactly(file, at, head, head_len)) {
			return false;
		}
		uint64_t len = form->length_octets == 8 ? read_be64(head + 4)
			       : form->big_endian       ? read_be32(head + 4)
							: read_le32(head + 4);

		at += head_len;
		if (g_ascii_strncasecmp((const char *)head, "ID3 ", 4) == 0) {
			*ret_offset = at;
			return true;
		}
		if (len > file->size || at + len > file->size) {
			return false;
		}
		at += len + (len & 1);
	}
	return false;
}

bool
id3v2_find(const ReadAt *file, const char *container, uint64_t *ret_offset)
{
	uint8_t head[28];

	if (!read_at_exactly(file, 0, head, sizeof(head))) {
		return false;
	}
	if (memcmp(head, "ID3", 3) == 0) {
		*ret_offset = 0;
		return true;
	}
	if (g_str_equal(container, "dsf")) {
		*ret_offset = read_le64(head + 20);
		return *ret_offset != 0;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(chunked); i++) {
		if (g_str_equal(container, chunked[i].container)) {
			return find_chunk(file, &chunked[i], ret_offset);
		}
	}
	return false;
}
