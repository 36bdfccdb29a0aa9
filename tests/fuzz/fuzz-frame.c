/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The octets of a hostile helper: as a stream of frames, and as a payload taken apart field by field
 * in an order the first octets choose. Strings that come out are UTF-8 within their bound. */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <av-upnp/frame.h>
#include <av-upnp/limits.h>

#define STREAM_MAX (64 * 1024) /* what a socket surely holds */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_string(AvuFrameReader *reader, size_t max_bytes)
{
	g_autofree char *text = avu_frame_take_string(reader, max_bytes);

	if (text != NULL) {
		g_assert_true(g_utf8_validate(text, -1, NULL));
		g_assert_cmpuint(strlen(text), <=, max_bytes);
		g_assert_false(reader->failed);
	}
}

static void
take_apart(const AvuFrame *frame)
{
	AvuFrameReader reader = avu_frame_reader(frame);
	uint32_t order = avu_frame_take_u32(&reader);

	for (unsigned i = 0; i < 16; i++, order >>= 2) {
		const uint8_t *before = reader.at;
		size_t len;

		switch (order & 3) {
		case 0:
			(void)avu_frame_take_u32(&reader);
			break;
		case 1:
			(void)avu_frame_take_i64(&reader);
			break;
		case 2:
			check_string(&reader, i * 8);
			break;
		default:
			(void)avu_frame_take_bytes(&reader, &len);
			g_assert_cmpuint(len, <=, frame->len);
			break;
		}
		g_assert_true(reader.at >= before && reader.at <= reader.end);
	}
	if (avu_frame_reader_finish(&reader)) {
		g_assert_true(reader.at == reader.end);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GByteArray) buffer = g_byte_array_new();
	AvuFrame frame = { .data = data, .len = size };
	int pair[2];

	take_apart(&frame);
	g_assert_true(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
	(void)!write(pair[0], data, MIN(size, STREAM_MAX));
	(void)close(pair[0]);
	while (avu_frame_receive(pair[1], buffer, &frame, NULL)) {
		g_assert_cmpuint(frame.len, <=, AVU_LIMIT_FRAME);
		g_assert_cmpuint(frame.n_fds, ==, 0);
		take_apart(&frame);
	}
	(void)close(pair[1]);
	return 0;
}
