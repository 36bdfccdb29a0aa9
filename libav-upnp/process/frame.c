/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* process/frame.c: payloads of frames, built and read field by field. Pure; any thread. */
#include <string.h>

#include <av-upnp/error.h>
#include <av-upnp/frame.h>
#include <av-upnp/text.h>

/* A string's length field says so for NULL, which is not the same as "". */
#define STRING_NULL UINT32_MAX

void
avu_frame_writer_init(AvuFrameWriter *writer)
{
	writer->bytes = g_byte_array_new();
}

void
avu_frame_writer_clear(AvuFrameWriter *writer)
{
	g_clear_pointer(&writer->bytes, g_byte_array_unref);
}

static void
put(AvuFrameWriter *writer, const void *data, size_t len)
{
	g_byte_array_append(writer->bytes, data, (guint)len);
}

void
avu_frame_put_u32(AvuFrameWriter *writer, uint32_t value)
{
	put(writer, &value, sizeof value);
}

void
avu_frame_put_i64(AvuFrameWriter *writer, int64_t value)
{
	put(writer, &value, sizeof value);
}

void
avu_frame_put_bytes(AvuFrameWriter *writer, const void *data, size_t len)
{
	avu_frame_put_u32(writer, (uint32_t)len);
	put(writer, data, len);
}

void
avu_frame_put_string(AvuFrameWriter *writer, const char *text)
{
	if (text == NULL) {
		avu_frame_put_u32(writer, STRING_NULL);
	} else {
		avu_frame_put_bytes(writer, text, strlen(text));
	}
}

AvuFrameReader
avu_frame_reader(const AvuFrame *frame)
{
	/* An empty payload may have no memory, and NULL must not be counted on from. */
	const uint8_t *data = frame->len > 0 ? frame->data : (const uint8_t *)"";

	return (AvuFrameReader){ .at = data, .end = data + frame->len };
}

static const uint8_t *
take(AvuFrameReader *reader, size_t len)
{
	const uint8_t *at = reader->at;

	if (reader->failed || (size_t)(reader->end - reader->at) < len) {
		reader->failed = true;
		return NULL;
	}
	reader->at += len;
	return at;
}

uint32_t
avu_frame_take_u32(AvuFrameReader *reader)
{
	uint32_t value = 0;
	const uint8_t *at = take(reader, sizeof value);

	if (at != NULL) {
		memcpy(&value, at, sizeof value);
	}
	return value;
}

int64_t
avu_frame_take_i64(AvuFrameReader *reader)
{
	int64_t value = 0;
	const uint8_t *at = take(reader, sizeof value);

	if (at != NULL) {
		memcpy(&value, at, sizeof value);
	}
	return value;
}

const uint8_t *
avu_frame_take_bytes(AvuFrameReader *reader, size_t *ret_len)
{
	uint32_t len = avu_frame_take_u32(reader);
	const uint8_t *at = take(reader, len);

	*ret_len = at != NULL ? len : 0;
	return at;
}

char *
avu_frame_take_string(AvuFrameReader *reader, size_t max_bytes)
{
	uint32_t len = avu_frame_take_u32(reader);
	const uint8_t *at;

	if (len == STRING_NULL) {
		return NULL;
	}
	if (len > max_bytes) {
		reader->failed = true;
		return NULL;
	}
	at = take(reader, len);
	return at != NULL ? avu_text_sanitize((const char *)at, len, max_bytes) : NULL;
}

bool
avu_frame_reader_finish(const AvuFrameReader *reader)
{
	return !reader->failed && reader->at == reader->end;
}
