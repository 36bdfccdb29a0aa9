/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What goes onto a socket for each kind of answer, and how it ends. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <av-upnp/clock.h>
#include <av-upnp/fd.h>

#include "libav-upnp/net/http-sender.h"

/* Of a file: more than is read at once, and so little that a socket takes it without a reader. */
#define LENGTH 70000

/* What the engine's calls of sendfile() are to meet, and what they and those of send() came to: both arrive here. */
static struct {
	size_t most;   /* octets of a call; 0: as many as it likes */
	unsigned when; /* the call that fails, from 1; 0: none */
	int error;
	unsigned calls;
	size_t octets;
	unsigned more; /* sends with more to come */
	bool absent;   /* sockets take everything, and nothing is sent */
	bool corked;
	unsigned corks;        /* how often it was set or taken away */
	unsigned calls_corked; /* of those of sendfile() */
} kernel;

ssize_t
sendfile(int socket_fd, int file_fd, off_t *offset, size_t len)
{
	ssize_t sent;

	kernel.calls_corked += kernel.corked;
	if (++kernel.calls == kernel.when) {
		errno = kernel.error;
		return -1;
	}
	if (kernel.absent) {
		*offset += (off_t)len;
		return (ssize_t)len;
	}
	sent = syscall(SYS_sendfile, socket_fd, file_fd, offset,
		kernel.most > 0 ? MIN(len, kernel.most) : len);
	kernel.octets += (size_t)MAX(sent, 0);
	return sent;
}

ssize_t
send(int fd, const void *octets, size_t len, int flags)
{
	kernel.more += (flags & MSG_MORE) != 0;
	return sendto(fd, octets, len, flags, NULL, 0);
}

int
setsockopt(int fd, int level, int name, const void *value, socklen_t len)
{
	if (level == IPPROTO_TCP && name == TCP_CORK) {
		kernel.corked = *(const int *)value != 0;
		kernel.corks++;
		return 0;
	}
	return (int)syscall(SYS_setsockopt, fd, level, name, value, len);
}

typedef struct {
	HttpSendEnd end;
	uint64_t octets; /* of the body, as they are told */
	GString *heard;
} Outcome;

/* @param response  taken */
static Outcome
send_all(AvuHttpResponse *response, bool head)
{
	g_autoptr(GString) text = g_string_new(NULL);
	Outcome outcome = { .heard = g_string_new(NULL) };
	char buffer[65536];
	int pair[2];
	ssize_t got;

	g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), ==, 0);
	HttpSender sender = { .fd = pair[0], .text = text, .head = head };

	kernel.more = 0;
	outcome.end = http_sender_send(&sender, response);
	outcome.octets = sender.octets;
	http_response_finish(response, outcome.end == HTTP_SEND_DONE, 0);
	(void)close(pair[0]);
	while ((got = read(pair[1], buffer, sizeof(buffer))) > 0) {
		g_string_append_len(outcome.heard, buffer, got);
	}
	(void)close(pair[1]);
	return outcome;
}

static const char *
body_of(const GString *heard)
{
	const char *end = strstr(heard->str, "\r\n\r\n");

	g_assert_nonnull(end);
	return end != NULL ? end + 4 : "";
}

static void
fill(char *octets)
{
	for (size_t i = 0; i < LENGTH; i++) {
		octets[i] = (char)('a' + i % 23);
	}
	octets[LENGTH] = '\0';
}

/* A film's part far behind its begin. */
static int
open_large(const char *octets, uint64_t *ret_offset)
{
	int fd = memfd_create("large", MFD_CLOEXEC);

	*ret_offset = (UINT64_C(5) << 30) + 7;
	g_assert_cmpint(pwrite(fd, octets, LENGTH, (off_t)*ret_offset), ==, LENGTH);
	return fd;
}

static int
open_short(const char *octets, uint64_t *ret_offset)
{
	int fd = memfd_create("short", MFD_CLOEXEC);

	*ret_offset = 0;
	g_assert_cmpint(pwrite(fd, octets, LENGTH / 2, 0), ==, LENGTH / 2);
	return fd;
}

static int
open_unreadable(const char *octets, uint64_t *ret_offset)
{
	(void)octets;
	*ret_offset = 0;
	return open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void
test_files(void)
{
	static const struct {
		int (*open)(const char *octets, uint64_t *ret_offset);
		HttpSendEnd end;
		size_t octets;
		const char *why;
	} rows[] = {
		{ open_large, HTTP_SEND_DONE, LENGTH, "more than 32 bits" },
		{ open_short, HTTP_SEND_SHRUNK, LENGTH / 2, "nothing is padded" },
		{ open_unreadable, HTTP_SEND_BROKEN, 0, "no way to its octets" },
	};
	char octets[LENGTH + 1];

	fill(octets);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		uint64_t offset;
		int fd = rows[i].open(octets, &offset);
		Outcome outcome = send_all(
			avu_http_response_new_file(200, "video/mp2t", fd, offset, LENGTH), false);

		g_test_message("%s", rows[i].why);
		g_assert_cmpint(outcome.end, ==, rows[i].end);
		g_assert_nonnull(strstr(outcome.heard->str, "\r\nContent-Length: 70000\r\n"));
		g_assert_cmpuint(strlen(body_of(outcome.heard)), ==, rows[i].octets);
		g_assert_cmpuint(outcome.octets, ==, rows[i].octets);
		g_assert_true(g_str_has_prefix(octets, body_of(outcome.heard)));
		g_string_free(outcome.heard, TRUE);
	}
}

/* Octets of a file never come into this process, unless the kernel says that it cannot send them itself; then the
 * rest is read, and none is lost or sent twice. */
static void
test_zero_copy(void)
{
	static const struct {
		size_t most;
		unsigned when;
		int error;
		unsigned calls;
		size_t by_kernel; /* octets */
		HttpSendEnd end;
		size_t octets;
	} rows[] = {
		{ 0, 0, 0, 1, LENGTH, HTTP_SEND_DONE, LENGTH },
		{ 14000, 0, 0, 5, LENGTH, HTTP_SEND_DONE, LENGTH },
		{ 14000, 1, EINTR, 6, LENGTH, HTTP_SEND_DONE, LENGTH },
		{ 14000, 3, EINTR, 6, LENGTH, HTTP_SEND_DONE, LENGTH },
		{ 0, 1, EINVAL, 1, 0, HTTP_SEND_DONE, LENGTH },
		{ 0, 1, ENOSYS, 1, 0, HTTP_SEND_DONE, LENGTH },
		{ 0, 1, EOPNOTSUPP, 1, 0, HTTP_SEND_DONE, LENGTH },
		{ 0, 1, EAGAIN, 1, 0, HTTP_SEND_DONE, LENGTH },
		{ 14000, 3, EAGAIN, 3, 28000, HTTP_SEND_DONE, LENGTH },
		{ 14000, 2, EIO, 2, 14000, HTTP_SEND_BROKEN, 14000 },
		{ 14000, 2, EPIPE, 2, 14000, HTTP_SEND_BROKEN, 14000 },
	};
	char octets[LENGTH + 1];

	fill(octets);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		uint64_t offset;
		const int fd = open_large(octets, &offset);

		g_test_message("%zu", i);
		kernel.most = rows[i].most;
		kernel.when = rows[i].when;
		kernel.error = rows[i].error;
		kernel.calls = 0;
		kernel.octets = 0;
		const Outcome outcome = send_all(
			avu_http_response_new_file(200, "video/mp2t", fd, offset, LENGTH), false);

		g_assert_cmpint(outcome.end, ==, rows[i].end);
		g_assert_cmpuint(kernel.calls, ==, rows[i].calls);
		g_assert_cmpuint(kernel.octets, ==, rows[i].by_kernel);
		g_assert_cmpuint(kernel.more, ==, 1); /* the head waits for the first of them */
		g_assert_cmpuint(strlen(body_of(outcome.heard)), ==, rows[i].octets);
		g_assert_cmpuint(outcome.octets, ==, rows[i].octets);
		g_assert_true(g_str_has_prefix(octets, body_of(outcome.heard)));
		g_string_free(outcome.heard, TRUE);
	}
	memset(&kernel, 0, sizeof(kernel));
}

/* A long answer's packets are whole ones, whatever is acknowledged between two calls; a part that a seeking player asks
 * for costs no call more. However it ends, what is left is let go. */
static void
test_cork(void)
{
	static const struct {
		uint64_t length;
		unsigned when;
		unsigned calls;
		unsigned corked; /* of them */
		unsigned corks;
	} rows[] = {
		{ 65536, 0, 1, 0, 0 },
		{ 262144, 0, 1, 0, 0 },
		{ 262145, 0, 1, 1, 2 },
		{ 2097153, 0, 2, 2, 2 },
		{ 2097153, 2, 2, 2, 2 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		memset(&kernel, 0, sizeof(kernel));
		kernel.absent = true;
		kernel.when = rows[i].when;
		kernel.error = EPIPE;
		const Outcome outcome =
			send_all(avu_http_response_new_file(200, "video/mp2t",
					 memfd_create("film", MFD_CLOEXEC), 0, rows[i].length),
				false);

		g_assert_cmpint(
			outcome.end, ==, rows[i].when == 0 ? HTTP_SEND_DONE : HTTP_SEND_BROKEN);
		g_assert_cmpuint(kernel.calls, ==, rows[i].calls);
		g_assert_cmpuint(kernel.calls_corked, ==, rows[i].corked);
		g_assert_cmpuint(kernel.corks, ==, rows[i].corks);
		g_assert_false(kernel.corked);
		g_string_free(outcome.heard, TRUE);
	}
	memset(&kernel, 0, sizeof(kernel));
}

/* The words of our own command line: no splice for them in the kernel, only reading. */
static void
test_unsendable(void)
{
	char words[LENGTH] = "";
	int fd = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
	const ssize_t got = pread(fd, words, sizeof(words) - 1, 0);
	Outcome outcome;

	g_assert_cmpint(got, >, 4);
	outcome = send_all(
		avu_http_response_new_file(200, "video/mp2t", fd, 1, strlen(words) - 1), false);
	g_assert_cmpint(outcome.end, ==, HTTP_SEND_DONE);
	g_assert_cmpstr(body_of(outcome.heard), ==, words + 1);
	g_string_free(outcome.heard, TRUE);
}

/* RFC 9112 6.3: no body and no length of one where there cannot be one. */
static void
test_bare(void)
{
	static const struct {
		unsigned status;
		bool head;
		const char *length; /* NULL: not said */
		const char *body;
	} rows[] = {
		{ 200, false, "\r\nContent-Length: 5\r\n", "word\n" },
		{ 200, true, "\r\nContent-Length: 5\r\n", "" },
		{ 204, false, NULL, "" },
		{ 304, false, NULL, "" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		Outcome outcome =
			send_all(avu_http_response_new_error(rows[i].status, "word"), rows[i].head);

		g_assert_cmpint(outcome.end, ==, HTTP_SEND_DONE);
		g_assert_cmpint(rows[i].length != NULL, ==,
			strstr(outcome.heard->str, "Content-Length") != NULL);
		g_assert_true(rows[i].length == NULL ||
			      strstr(outcome.heard->str, rows[i].length) != NULL);
		g_assert_cmpstr(body_of(outcome.heard), ==, rows[i].body);
		g_assert_cmpuint(outcome.octets, ==, strlen(rows[i].body));
		g_assert_cmpuint(kernel.more, ==, rows[i].body[0] != '\0');
		g_string_free(outcome.heard, TRUE);
	}
}

typedef struct {
	uint64_t length; /* announced */
	uint64_t made;   /* then it is over */
	ssize_t last;    /* with this word */
	HttpSendEnd end;
	const char *body;
	uint64_t told; /* octets of it, without what chunks need */
} Made;

static ssize_t
make(void *data, uint64_t position, char *buffer, size_t max)
{
	const Made *row = data;
	const size_t len = (size_t)MIN(max, row->made - position);

	memset(buffer, 'm', len);
	return len > 0 ? (ssize_t)len : row->last;
}

static void
test_made(void)
{
	static const Made rows[] = {
		{ 3, 3, 0, HTTP_SEND_DONE, "mmm", 3 },
		{ 3, 9, 0, HTTP_SEND_DONE, "mmm", 3 },
		{ 5, 3, 0, HTTP_SEND_BROKEN, "mmm", 3 },
		{ 5, 3, -1, HTTP_SEND_BROKEN, "mmm", 3 },
		{ UINT64_MAX, 17, 0, HTTP_SEND_DONE, "11\r\nmmmmmmmmmmmmmmmmm\r\n0\r\n\r\n", 17 },
		{ UINT64_MAX, 3, -1, HTTP_SEND_BROKEN, "3\r\nmmm\r\n", 3 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		Outcome outcome = send_all(avu_http_response_new_stream(200, NULL, rows[i].length,
						   make, (void *)(uintptr_t)&rows[i], NULL),
			false);

		g_assert_cmpint(outcome.end, ==, rows[i].end);
		g_assert_cmpstr(body_of(outcome.heard), ==, rows[i].body);
		g_assert_cmpuint(outcome.octets, ==, rows[i].told);
		g_assert_cmpuint(kernel.more, ==, 0); /* its maker may take his time */
		g_string_free(outcome.heard, TRUE);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/net/http-sender/files", test_files);
	g_test_add_func("/net/http-sender/zero-copy", test_zero_copy);
	g_test_add_func("/net/http-sender/cork", test_cork);
	g_test_add_func("/net/http-sender/unsendable", test_unsendable);
	g_test_add_func("/net/http-sender/bare", test_bare);
	g_test_add_func("/net/http-sender/made", test_made);
	return g_test_run();
}
