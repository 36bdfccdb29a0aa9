/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* process/frame-channel.c: frames without waiting, on a main context. What the peer does not read is
 * kept up to QUEUE_MAX; more is the caller's error to handle. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <av-upnp/error.h>
#include <av-upnp/fd.h>
#include <av-upnp/loop.h>

#include "frame-wire.h"

#define QUEUE_MAX ((size_t)4 * 1024 * 1024)
#define FRAMES_PER_TURN 64
#define FRAMES_LAST_MAX 4096 /* more than a socket holds, should one of its own hold it open */

typedef struct {
	uint8_t *data; /* header and payload */
	size_t len, sent;
	int *fds; /* ours; NULL when none or already sent */
	unsigned n_fds;
} Outgoing;

struct AvuFrameChannel {
	GMainContext *context;
	int fd;
	AvuFrameHandler handler;
	void *user_data;
	GSource *reading;
	GSource *writing; /* only while something waits */
	FrameHeader header;
	size_t header_got;
	GByteArray *payload;
	size_t payload_got;
	AvuFrame frame;
	GQueue outgoing; /* Outgoing* */
	size_t queued_bytes;
	bool closed;
	bool *freed; /* set when freed during a call-back */
};

static void
outgoing_free(Outgoing *outgoing)
{
	for (unsigned i = 0; i < outgoing->n_fds; i++) {
		(void)close(outgoing->fds[i]);
	}
	g_free(outgoing->fds);
	g_free(outgoing->data);
	g_free(outgoing);
}

static void
stop_source(GSource **source)
{
	if (*source != NULL) {
		g_source_destroy(*source);
		g_clear_pointer(source, g_source_unref);
	}
}

static void
close_channel(AvuFrameChannel *channel, const GError *error)
{
	if (channel->closed) {
		return;
	}
	channel->closed = true;
	stop_source(&channel->reading);
	stop_source(&channel->writing);
	channel->handler.closed(error, channel->user_data);
}

/* @return 1 whole, 0 more to come, -1 error set */
static int
fill(AvuFrameChannel *channel, void *data, size_t want, size_t *got, GError **error)
{
	while (*got < want) {
		ssize_t n = frame_wire_receive(channel->fd, (char *)data + *got, want - *got,
			channel->frame.fds, &channel->frame.n_fds);

		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
			return 0;
		}
		if (n < 0) {
			avu_set_errno(error, errno, "receiving a frame");
			return -1;
		}
		if (n == 0) {
			g_set_error(error, AVU_ERROR, AVU_ERROR_GONE, "the helper has closed");
			return -1;
		}
		*got += (size_t)n;
	}
	return 1;
}

static int
receive_frame(AvuFrameChannel *channel, GError **error)
{
	int done = fill(
		channel, &channel->header, sizeof channel->header, &channel->header_got, error);

	if (done <= 0) {
		return done;
	}
	if (!frame_header_check(&channel->header, error)) {
		return -1;
	}
	g_byte_array_set_size(channel->payload, channel->header.len);
	done = fill(
		channel, channel->payload->data, channel->header.len, &channel->payload_got, error);
	if (done <= 0) {
		return done;
	}
	if (channel->frame.n_fds != channel->header.n_fds) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_SYNTAX, "frame with %u of %u descriptors",
			channel->frame.n_fds, channel->header.n_fds);
		return -1;
	}
	return 1;
}

/* @return false when the channel was freed by the handler */
static bool
deliver(AvuFrameChannel *channel)
{
	bool freed = false;

	channel->frame.type = channel->header.type;
	channel->frame.data = channel->payload->data;
	channel->frame.len = channel->header.len;
	channel->freed = &freed;
	channel->handler.received(&channel->frame, channel->user_data);
	if (freed) {
		return false;
	}
	channel->freed = NULL;
	avu_frame_close_fds(&channel->frame);
	channel->header_got = 0;
	channel->payload_got = 0;
	return true;
}

/* @return false: nothing can come any more, or the handler has freed the channel */
static bool
deliver_some(AvuFrameChannel *channel, unsigned most)
{
	g_autoptr(GError) error = NULL;

	for (unsigned i = 0; i < most && !channel->closed; i++) {
		int done = receive_frame(channel, &error);

		if (done < 0) {
			close_channel(channel, error);
			return false;
		}
		if (done == 0) {
			break;
		}
		if (!deliver(channel)) {
			return false;
		}
	}
	return true;
}

static bool
on_readable(int fd, GIOCondition condition, void *data)
{
	(void)fd;
	(void)condition;
	return deliver_some(data, FRAMES_PER_TURN) ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

void
avu_frame_channel_drain(AvuFrameChannel *channel)
{
	(void)deliver_some(channel, FRAMES_LAST_MAX);
}

AvuFrameChannel *
avu_frame_channel_new(
	GMainContext *context, int fd, const AvuFrameHandler *handler, void *user_data)
{
	AvuFrameChannel *channel = g_new0(AvuFrameChannel, 1);

	channel->context = context;
	channel->fd = fd;
	channel->handler = *handler;
	channel->user_data = user_data;
	channel->payload = g_byte_array_new();
	g_queue_init(&channel->outgoing);
	(void)avu_fd_set_nonblocking(fd, NULL); /* an open socket of ours: cannot fail */
	channel->reading =
		avu_watch_fd(context, fd, G_IO_IN | G_IO_HUP | G_IO_ERR, on_readable, channel);
	return channel;
}

void
avu_frame_channel_set_handler(
	AvuFrameChannel *channel, const AvuFrameHandler *handler, void *user_data)
{
	channel->handler = *handler;
	channel->user_data = user_data;
}

void
avu_frame_channel_free(AvuFrameChannel *channel)
{
	Outgoing *outgoing;

	if (channel == NULL) {
		return;
	}
	if (channel->freed != NULL) {
		*channel->freed = true;
	}
	stop_source(&channel->reading);
	stop_source(&channel->writing);
	while ((outgoing = g_queue_pop_head(&channel->outgoing)) != NULL) {
		outgoing_free(outgoing);
	}
	avu_frame_close_fds(&channel->frame);
	g_byte_array_unref(channel->payload);
	(void)close(channel->fd);
	g_free(channel);
}

/* @return 1 all sent, 0 the socket is full, -1 broken */
static int
flush(AvuFrameChannel *channel)
{
	Outgoing *head;

	while ((head = g_queue_peek_head(&channel->outgoing)) != NULL) {
		ssize_t n = frame_wire_send(channel->fd, head->data + head->sent,
			head->len - head->sent, head->fds, head->sent == 0 ? head->n_fds : 0);

		if (n < 0) {
			return errno == EAGAIN || errno == EWOULDBLOCK ? 0 : -1;
		}
		head->sent += (size_t)n;
		if (head->sent == head->len) {
			channel->queued_bytes -= head->len;
			outgoing_free(g_queue_pop_head(&channel->outgoing));
		}
	}
	return 1;
}

static bool
on_writable(int fd, GIOCondition condition, void *data)
{
	AvuFrameChannel *channel = data;

	(void)fd;
	(void)condition;
	/* A broken socket is noticed, and told, by the reading side. */
	if (flush(channel) != 0) {
		stop_source(&channel->writing);
	}
	return G_SOURCE_CONTINUE;
}

static Outgoing *
outgoing_new(const FrameHeader *header, const AvuFrameWriter *payload, const int *fds)
{
	Outgoing *outgoing = g_new0(Outgoing, 1);

	outgoing->len = sizeof *header + header->len;
	outgoing->data = g_malloc(outgoing->len);
	memcpy(outgoing->data, header, sizeof *header);
	if (header->len > 0) {
		memcpy(outgoing->data + sizeof *header, payload->bytes->data, header->len);
	}
	outgoing->fds = g_new(int, header->n_fds);
	for (unsigned i = 0; i < header->n_fds; i++) {
		outgoing->fds[i] = fcntl(fds[i], F_DUPFD_CLOEXEC, 3);
		if (outgoing->fds[i] < 0) {
			outgoing_free(outgoing);
			return NULL;
		}
		outgoing->n_fds++;
	}
	return outgoing;
}

bool
avu_frame_channel_send(AvuFrameChannel *channel, uint16_t type, const AvuFrameWriter *payload,
	const int *fds, unsigned n_fds, GError **error)
{
	FrameHeader header = { .len = payload != NULL ? payload->bytes->len : 0,
		.type = type,
		.n_fds = (uint16_t)n_fds };
	Outgoing *outgoing;

	if (channel->closed) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_GONE, "the helper has closed");
		return false;
	}
	if (!frame_header_check(&header, error)) {
		return false;
	}
	if (channel->queued_bytes + header.len > QUEUE_MAX) {
		g_set_error(
			error, AVU_ERROR, AVU_ERROR_LIMIT, "the helper does not read its frames");
		return false;
	}
	outgoing = outgoing_new(&header, payload, fds);
	if (outgoing == NULL) {
		avu_set_errno(error, errno, "duplicating a descriptor");
		return false;
	}
	g_queue_push_tail(&channel->outgoing, outgoing);
	channel->queued_bytes += outgoing->len;
	if (channel->writing == NULL && flush(channel) == 0) {
		channel->writing =
			avu_watch_fd(channel->context, channel->fd, G_IO_OUT, on_writable, channel);
	}
	return true;
}
