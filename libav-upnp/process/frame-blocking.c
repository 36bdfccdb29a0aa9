/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* process/frame-blocking.c: whole frames over a blocking socket, for helpers. One thread per
 * direction; sizes bounded by AVU_LIMIT_FRAME. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <av-upnp/error.h>

#include "frame-wire.h"

static bool
send_all(int fd, const void *data, size_t len, GError **error)
{
	const char *at = data;

	while (len > 0) {
		ssize_t sent = frame_wire_send(fd, at, len, NULL, 0);

		if (sent < 0) {
			avu_set_errno(error, errno, "sending a frame");
			return false;
		}
		at += sent;
		len -= (size_t)sent;
	}
	return true;
}

bool
avu_frame_send(int fd, uint16_t type, const AvuFrameWriter *payload, const int *fds, unsigned n_fds,
	GError **error)
{
	FrameHeader header = { .len = payload != NULL ? payload->bytes->len : 0,
		.type = type,
		.n_fds = (uint16_t)n_fds };
	ssize_t sent;

	if (!frame_header_check(&header, error)) {
		return false;
	}
	sent = frame_wire_send(fd, &header, sizeof header, fds, n_fds);
	if (sent < 0) {
		avu_set_errno(error, errno, "sending a frame");
		return false;
	}
	return send_all(fd, (const char *)&header + sent, sizeof header - (size_t)sent, error) &&
	       (header.len == 0 || send_all(fd, payload->bytes->data, header.len, error));
}

static bool
receive_all(int fd, void *data, size_t len, AvuFrame *frame, GError **error)
{
	char *at = data;

	while (len > 0) {
		ssize_t got = frame_wire_receive(fd, at, len, frame->fds, &frame->n_fds);

		if (got < 0) {
			avu_set_errno(error, errno, "receiving a frame");
			return false;
		}
		if (got == 0) {
			g_set_error(error, AVU_ERROR, AVU_ERROR_GONE, "the other side has closed");
			return false;
		}
		at += got;
		len -= (size_t)got;
	}
	return true;
}

bool
avu_frame_receive(int fd, GByteArray *buffer, AvuFrame *ret_frame, GError **error)
{
	AvuFrame frame = { 0 };
	FrameHeader header;

	if (!receive_all(fd, &header, sizeof header, &frame, error) ||
		!frame_header_check(&header, error)) {
		avu_frame_close_fds(&frame);
		return false;
	}
	g_byte_array_set_size(buffer, header.len);
	if (!receive_all(fd, buffer->data, header.len, &frame, error)) {
		avu_frame_close_fds(&frame);
		return false;
	}
	if (frame.n_fds != header.n_fds) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_SYNTAX, "frame with %u of %u descriptors",
			frame.n_fds, header.n_fds);
		avu_frame_close_fds(&frame);
		return false;
	}
	frame.type = header.type;
	frame.data = buffer->data;
	frame.len = header.len;
	*ret_frame = frame;
	return true;
}

void
avu_frame_close_fds(AvuFrame *frame)
{
	for (unsigned i = 0; i < frame->n_fds; i++) {
		if (frame->fds[i] >= 0) {
			(void)close(frame->fds[i]);
		}
		frame->fds[i] = -1;
	}
	frame->n_fds = 0;
}
