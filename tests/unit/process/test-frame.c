/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Frames: payloads field by field, the wire with its descriptors, and peers that lie. */
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/fd.h>
#include <av-upnp/frame.h>
#include <av-upnp/limits.h>

/* What travels in front of a payload; frame.h says so. */
typedef struct {
	uint32_t len;
	uint16_t type;
	uint16_t n_fds;
} Header;

static void
make_pair(int pair[2])
{
	g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), ==, 0);
}

static unsigned
count_fds(void)
{
	g_autoptr(GDir) dir = g_dir_open("/proc/self/fd", 0, NULL);
	unsigned n = 0;

	while (g_dir_read_name(dir) != NULL) {
		n++;
	}
	return n;
}

/* ---- payloads */

static void
test_fields(void)
{
	g_auto(AvuFrameWriter) writer = { 0 };
	size_t len;

	avu_frame_writer_init(&writer);
	avu_frame_put_u32(&writer, 0xfffffffe);
	avu_frame_put_i64(&writer, INT64_MIN);
	avu_frame_put_string(&writer, "Bj\xc3\xb6rk");
	avu_frame_put_string(&writer, NULL);
	avu_frame_put_string(&writer, "");
	avu_frame_put_bytes(&writer, "a\0b", 3);

	AvuFrame frame = { .data = writer.bytes->data, .len = writer.bytes->len };
	AvuFrameReader reader = avu_frame_reader(&frame);

	g_assert_cmpuint(avu_frame_take_u32(&reader), ==, 0xfffffffe);
	g_assert_cmpint(avu_frame_take_i64(&reader), ==, INT64_MIN);

	g_autofree char *text = avu_frame_take_string(&reader, 6);
	g_autofree char *null = avu_frame_take_string(&reader, 6);
	g_autofree char *empty = avu_frame_take_string(&reader, 0);
	const uint8_t *bytes = avu_frame_take_bytes(&reader, &len);

	g_assert_cmpstr(text, ==, "Bj\xc3\xb6rk");
	g_assert_null(null);
	g_assert_cmpstr(empty, ==, "");
	g_assert_cmpmem(bytes, len, "a\0b", 3);
	g_assert_true(avu_frame_reader_finish(&reader));
	(void)avu_frame_take_u32(&reader);
	g_assert_false(avu_frame_reader_finish(&reader));
}

static const struct {
	const char *data;
	size_t len;
	const char *why;
} bad_strings[] = {
	{ "", 0, "no length" },
	{ "\x01\0\0", 3, "length cut short" },
	{ "\x05\0\0\0ab", 6, "longer than what is there" },
	{ "\xfe\xff\xff\xff", 4, "longer than anything" },
	{ "\x09\0\0\0012345678\0", 13, "longer than allowed" },
};

static void
test_bad_strings(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(bad_strings); i++) {
		/* On the heap in its exact size, so that reading on is seen. */
		g_autofree uint8_t *data = g_memdup2(bad_strings[i].data, bad_strings[i].len);
		AvuFrame frame = { .data = data, .len = bad_strings[i].len };
		AvuFrameReader reader = avu_frame_reader(&frame);

		g_test_message("%s", bad_strings[i].why);
		g_assert_null(avu_frame_take_string(&reader, 8));
		g_assert_true(reader.failed);
		g_assert_cmpuint(avu_frame_take_u32(&reader), ==, 0); /* and stays failed */
		g_assert_false(avu_frame_reader_finish(&reader));
	}
}

/* ---- blocking */

static void
test_descriptors(void)
{
	g_autoptr(GByteArray) buffer = g_byte_array_new();
	g_auto(AvuFrameWriter) payload = { 0 };
	unsigned before = count_fds();
	int pair[2], pipes[2];
	AvuFrame frame;
	char octet;

	make_pair(pair);
	g_assert_cmpint(pipe(pipes), ==, 0);
	avu_frame_writer_init(&payload);
	avu_frame_put_string(&payload, "two of them");
	g_assert_true(avu_frame_send(pair[0], 7, &payload, pipes, 2, NULL));
	g_assert_true(avu_frame_send(pair[0], 8, NULL, NULL, 0, NULL));

	g_assert_true(avu_frame_receive(pair[1], buffer, &frame, NULL));
	g_assert_cmpuint(frame.type, ==, 7);
	g_assert_cmpuint(frame.n_fds, ==, 2);
	g_assert_cmpint(fcntl(frame.fds[0], F_GETFD) & FD_CLOEXEC, ==, FD_CLOEXEC);
	/* They are the same pipe under other numbers. */
	g_assert_cmpint(write(frame.fds[1], "x", 1), ==, 1);
	g_assert_cmpint(read(pipes[0], &octet, 1), ==, 1);
	avu_frame_close_fds(&frame);
	avu_frame_close_fds(&frame);

	g_assert_true(avu_frame_receive(pair[1], buffer, &frame, NULL));
	g_assert_cmpuint(frame.type, ==, 8);
	g_assert_cmpuint(frame.len, ==, 0);
	g_assert_cmpuint(frame.n_fds, ==, 0);
	for (size_t i = 0; i < 2; i++) {
		(void)close(pair[i]);
		(void)close(pipes[i]);
	}
	g_assert_cmpuint(count_fds(), ==, before);
}

static void
test_end(void)
{
	g_autoptr(GByteArray) buffer = g_byte_array_new();
	g_autoptr(GError) error = NULL;
	AvuFrame frame;
	int pair[2];

	make_pair(pair);
	(void)close(pair[0]);
	g_assert_false(avu_frame_receive(pair[1], buffer, &frame, &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_GONE);
	g_clear_error(&error);
	g_assert_false(avu_frame_send(pair[1], 1, NULL, NULL, 0, &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_GONE); /* and no SIGPIPE */
	(void)close(pair[1]);
}

static void
test_too_large(void)
{
	g_auto(AvuFrameWriter) payload = { 0 };
	g_autoptr(GError) error = NULL;
	int pair[2];

	make_pair(pair);
	avu_frame_writer_init(&payload);
	g_byte_array_set_size(payload.bytes, AVU_LIMIT_FRAME + 1);
	g_assert_false(avu_frame_send(pair[0], 1, &payload, NULL, 0, &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_LIMIT);
	(void)close(pair[0]);
	(void)close(pair[1]);
}

/* ---- liars: rows of raw octets that both receivers must refuse without keeping a descriptor */

static const struct {
	Header header;
	unsigned sent_fds;
	size_t sent_payload;
	int code;
	const char *why;
} liars[] = {
	{ { AVU_LIMIT_FRAME + 1, 1, 0 }, 0, 0, AVU_ERROR_LIMIT, "payload beyond the limit" },
	{ { UINT32_MAX, 1, 0 }, 0, 0, AVU_ERROR_LIMIT, "payload of 4 GiB" },
	{ { 0, 1, AVU_FRAME_FDS_MAX + 1 }, 0, 0, AVU_ERROR_LIMIT, "descriptors beyond the limit" },
	{ { 4, 1, 1 }, 0, 4, AVU_ERROR_SYNTAX, "a descriptor promised" },
	{ { 4, 1, 0 }, 3, 4, AVU_ERROR_SYNTAX, "descriptors nobody announced" },
	{ { 4, 1, 2 }, 3, 4, AVU_ERROR_SYNTAX, "one too many" },
	{ { 4, 1, 0 }, 200, 4, AVU_ERROR_SYNTAX, "more than are taken at all" },
	{ { 8, 1, 0 }, 0, 4, AVU_ERROR_GONE, "payload cut short" },
};

/* One sendmsg with n copies of fd on it. */
static void
send_octets(int socket, const void *octets, size_t len, int fd, unsigned n)
{
	g_autofree char *control = g_malloc0(CMSG_SPACE(sizeof(int) * n));
	struct iovec part = { (void *)octets, len };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };

	if (n > 0) {
		message.msg_control = control;
		message.msg_controllen = CMSG_SPACE(sizeof(int) * n);

		struct cmsghdr *header = CMSG_FIRSTHDR(&message);

		header->cmsg_level = SOL_SOCKET;
		header->cmsg_type = SCM_RIGHTS;
		header->cmsg_len = CMSG_LEN(sizeof(int) * n);
		for (unsigned i = 0; i < n; i++) {
			memcpy(CMSG_DATA(header) + i * sizeof(int), &fd, sizeof fd);
		}
	}
	g_assert_cmpint(sendmsg(socket, &message, MSG_NOSIGNAL), ==, len);
}

static void
send_lie(size_t row, int fd)
{
	uint8_t octets[sizeof(Header) + 16] = { 0 };

	memcpy(octets, &liars[row].header, sizeof(Header));
	send_octets(fd, octets, sizeof(Header) + liars[row].sent_payload, fd, liars[row].sent_fds);
	(void)close(fd);
}

/* Descriptors on the header and more on the payload: what goes beyond the bound is closed. */
static void
test_descriptors_in_parts(void)
{
	static const Header header = { 4, 1, AVU_FRAME_FDS_MAX };
	g_autoptr(GByteArray) buffer = g_byte_array_new();
	unsigned before = count_fds();
	AvuFrame frame;
	int pair[2];

	make_pair(pair);
	send_octets(pair[0], &header, sizeof header, pair[0], AVU_FRAME_FDS_MAX);
	send_octets(pair[0], "four", 4, pair[0], 5);
	if (avu_frame_receive(pair[1], buffer, &frame, NULL)) {
		g_assert_cmpuint(frame.n_fds, ==, AVU_FRAME_FDS_MAX);
		avu_frame_close_fds(&frame);
	}
	(void)close(pair[0]);
	(void)close(pair[1]);
	g_assert_cmpuint(count_fds(), ==, before);
}

static void
test_liars_blocking(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(liars); i++) {
		g_autoptr(GByteArray) buffer = g_byte_array_new();
		g_autoptr(GError) error = NULL;
		unsigned before = count_fds();
		AvuFrame frame;
		int pair[2];

		g_test_message("%s", liars[i].why);
		make_pair(pair);
		send_lie(i, pair[0]);
		g_assert_false(avu_frame_receive(pair[1], buffer, &frame, &error));
		g_assert_error(error, AVU_ERROR, liars[i].code);
		(void)close(pair[1]);
		g_assert_cmpuint(count_fds(), ==, before);
	}
}

/* ---- on a main context */

typedef struct {
	AvuFrameChannel *channel;
	unsigned received;
	unsigned closed;
	int code; /* of the error */
	bool free_inside;
} Listener;

static void
on_received(AvuFrame *frame, void *user_data)
{
	Listener *listener = user_data;

	g_assert_cmpuint(frame->type, ==, listener->received);
	g_assert_cmpuint(frame->len, ==, frame->type % 1000 * 7);
	for (size_t i = 0; i < frame->len; i++) {
		g_assert_cmpuint(frame->data[i], ==, (uint8_t)frame->type);
	}
	listener->received++;
	if (listener->free_inside) {
		g_clear_pointer(&listener->channel, avu_frame_channel_free);
	}
}

static void
on_closed(const GError *error, void *user_data)
{
	Listener *listener = user_data;

	listener->closed++;
	listener->code = error->code;
}

static const AvuFrameHandler handler = { on_received, on_closed };

static void
run_until(GMainContext *context, const unsigned *counter, unsigned value)
{
	int64_t deadline = avu_now_ns() + 10 * AVU_NS_PER_S;

	while (*counter < value && avu_now_ns() < deadline) {
		(void)g_main_context_iteration(context, FALSE);
	}
	g_assert_cmpuint(*counter, ==, value);
}

static void
test_liars_channel(void)
{
	g_autoptr(GMainContext) context = g_main_context_new();

	for (size_t i = 0; i < G_N_ELEMENTS(liars); i++) {
		Listener listener = { 0 };
		unsigned before = count_fds();
		int pair[2];

		g_test_message("%s", liars[i].why);
		make_pair(pair);

		AvuFrameChannel *channel =
			avu_frame_channel_new(context, pair[1], &handler, &listener);
		g_autoptr(GError) error = NULL;

		send_lie(i, pair[0]);
		run_until(context, &listener.closed, 1);
		g_assert_cmpint(listener.code, ==, liars[i].code);
		g_assert_cmpuint(listener.received, ==, 0);
		g_assert_false(avu_frame_channel_send(channel, 1, NULL, NULL, 0, &error));
		g_assert_error(error, AVU_ERROR, AVU_ERROR_GONE);
		avu_frame_channel_free(channel);
		g_assert_cmpuint(count_fds(), ==, before);
	}
}

/* Far more than the socket holds goes out while the other end reads, in order and whole. */
static void
test_many(void)
{
	g_autoptr(GMainContext) context = g_main_context_new();
	Listener sender = { 0 }, receiver = { 0 };
	unsigned before = count_fds();
	int pair[2];

	make_pair(pair);
	sender.channel = avu_frame_channel_new(context, pair[0], &handler, &sender);
	receiver.channel = avu_frame_channel_new(context, pair[1], &handler, &receiver);
	for (uint16_t i = 0; i < 1000; i++) {
		g_auto(AvuFrameWriter) payload = { 0 };

		avu_frame_writer_init(&payload);
		g_byte_array_set_size(payload.bytes, (guint)i % 1000 * 7);
		if (payload.bytes->len > 0) {
			memset(payload.bytes->data, (uint8_t)i, payload.bytes->len);
		}
		g_assert_true(avu_frame_channel_send(
			sender.channel, i, &payload, &pair[0], i % 3 == 0 ? 1 : 0, NULL));
	}
	run_until(context, &receiver.received, 1000);
	avu_frame_channel_free(sender.channel);
	run_until(context, &receiver.closed, 1);
	g_assert_cmpint(receiver.code, ==, AVU_ERROR_GONE);
	avu_frame_channel_free(receiver.channel);
	g_assert_cmpuint(count_fds(), ==, before);
}

/* Who does not read is not waited for, and what waits for it is bounded. */
static void
test_queue_limit(void)
{
	g_autoptr(GMainContext) context = g_main_context_new();
	g_auto(AvuFrameWriter) payload = { 0 };
	g_autoptr(GError) error = NULL;
	Listener sender = { 0 };
	unsigned sent = 0;
	int pair[2];

	make_pair(pair);
	sender.channel = avu_frame_channel_new(context, pair[0], &handler, &sender);
	avu_frame_writer_init(&payload);
	g_byte_array_set_size(payload.bytes, 512 * 1024);
	memset(payload.bytes->data, 0, payload.bytes->len);
	while (sent < 100 && avu_frame_channel_send(sender.channel, 0, &payload, NULL, 0, &error)) {
		sent++;
	}
	g_assert_error(error, AVU_ERROR, AVU_ERROR_LIMIT);
	g_assert_cmpuint(sent, >=, 7);
	g_assert_cmpuint(sent, <=, 9);
	avu_frame_channel_free(sender.channel);
	(void)close(pair[1]);
}

static void
test_free_inside(void)
{
	g_autoptr(GMainContext) context = g_main_context_new();
	Listener receiver = { .free_inside = true };
	int pair[2];

	make_pair(pair);
	receiver.channel = avu_frame_channel_new(context, pair[1], &handler, &receiver);
	g_assert_true(avu_frame_send(pair[0], 0, NULL, NULL, 0, NULL));
	g_assert_true(avu_frame_send(pair[0], 1, NULL, NULL, 0, NULL));
	run_until(context, &receiver.received, 1);
	g_assert_null(receiver.channel);
	while (g_main_context_iteration(context, FALSE)) {
		/* nothing of it may be left to run */
	}
	g_assert_cmpuint(receiver.received, ==, 1);
	(void)close(pair[0]);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/frame/fields", test_fields);
	g_test_add_func("/frame/bad-strings", test_bad_strings);
	g_test_add_func("/frame/descriptors", test_descriptors);
	g_test_add_func("/frame/end", test_end);
	g_test_add_func("/frame/too-large", test_too_large);
	g_test_add_func("/frame/liars-blocking", test_liars_blocking);
	g_test_add_func("/frame/descriptors-in-parts", test_descriptors_in_parts);
	g_test_add_func("/frame/liars-channel", test_liars_channel);
	g_test_add_func("/frame/many", test_many);
	g_test_add_func("/frame/queue-limit", test_queue_limit);
	g_test_add_func("/frame/free-inside", test_free_inside);
	return g_test_run();
}
