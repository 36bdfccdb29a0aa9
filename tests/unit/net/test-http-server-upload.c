/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bodies that are handed on while they arrive, and answered in between. */
#include "server-fixture.h"

/* Sends all of it, whatever is said meanwhile, and only then listens: as simple clients do.
 * @return what the server said until it closed */
static GString *
upload(Fixture *fixture, const char *target, bool chunked, uint64_t announced, size_t len)
{
	avu_autofd int fd = dial(fixture);
	g_autofree char *octets = g_malloc(len);
	g_autofree char *framing =
		chunked ? g_strdup_printf("Transfer-Encoding: chunked\r\n\r\n%zx\r\n", len)
			: g_strdup_printf(
				  "Content-Length: %" G_GUINT64_FORMAT "\r\n\r\n", announced);
	g_autofree char *head = g_strconcat("POST ", target, " HTTP/1.1\r\n", fixture->host,
		"Connection: close\r\n", framing, NULL);

	for (size_t i = 0; i < len; i++) {
		octets[i] = (char)(i % 251);
	}
	say(fd, head, strlen(head));
	for (size_t sent = 0; sent < len;) {
		ssize_t count = send(fd, octets + sent, len - sent, MSG_NOSIGNAL);

		g_assert_cmpint(count, >, 0); /* a reset would show here */
		sent += (size_t)count;
	}
	if (chunked) {
		say(fd, "\r\n0\r\n\r\n", 7);
	}
	if (announced > len && !chunked) {
		(void)shutdown(fd, SHUT_WR);
	}
	return hear(fd, NULL);
}

static void
test_upload(Fixture *fixture, gconstpointer data)
{
	static const struct {
		const char *target;
		bool chunked;
		uint64_t announced;
		size_t sent;
		unsigned status; /* 0: no answer */
		const char *contains;
		const char *why;
	} rows[] = {
		{ "/upload", false, 3000000, 3000000, 201, "/upload 3000000", "announced" },
		{ "/upload", true, 0, 3000000, 201, "/upload 3000000", "chunked" },
		{ "/upload", false, 0, 0, 201, "/upload 0", "empty" },
		{ "/upload", false, UPLOAD_MAX, UPLOAD_MAX, 201, "/upload 8388608", "the limit" },
		{ "/upload", false, UPLOAD_MAX + 1, 6000000, 413, "too large",
			"one more, announced" },
		{ "/upload", true, 0, UPLOAD_MAX + 1, 413, "too large", "one more, chunked" },
		{ "/upload?limit", false, 11, 11, 413, "too large", "begin lowers the limit" },
		{ "/upload?limit", true, 0, 6000000, 413, "too large", "and it holds in chunks" },
		{ "/upload?refuse", false, 6000000, 6000000, 409, "not now", "refused at once" },
		{ "/upload?stop", false, 6000000, 6000000, 507, "disk is full", "on the way" },
		{ "/upload?stop", true, 0, 6000000, 507, "disk is full", "on the way, chunked" },
		{ "/upload", false, 5000, 4999, 0, "", "the peer gives up" },
	};

	(void)data;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		GString *heard = upload(
			fixture, rows[i].target, rows[i].chunked, rows[i].announced, rows[i].sent);

		g_test_message("%s: %s", rows[i].why, heard->str);
		g_assert_cmpuint(status_of(heard), ==, rows[i].status);
		g_assert_nonnull(strstr(heard->str, rows[i].contains));
		g_string_free(heard, TRUE);
		for (int j = 0; j < WAIT_MS && fixture->uploads_freed == (int)i; j++) {
			g_usleep(1000);
		}
		g_assert_cmpint(fixture->uploads_freed, ==, (int)i + 1);
	}
}

/* Octets that trickle do not keep an upload beyond its deadline. */
static void
test_upload_deadline(Fixture *fixture, gconstpointer data)
{
	avu_autofd int fd = dial(fixture);
	g_autofree char *head = g_strconcat("POST /upload?hurry HTTP/1.1\r\n", fixture->host,
		"Content-Length: 1000\r\n\r\n", NULL);
	bool closed = false;

	(void)data;
	say(fd, head, strlen(head));
	for (int i = 0; i < 200 && !closed; i++) {
		struct pollfd ready = { .fd = fd, .events = POLLIN };
		char octet = (char)i;

		(void)send(fd, &octet, 1, MSG_NOSIGNAL);
		closed = poll(&ready, 1, 50) == 1 && recv(fd, &octet, 1, 0) <= 0;
	}
	g_assert_true(closed);
	for (int i = 0; i < WAIT_MS && fixture->uploads_freed == 0; i++) {
		g_usleep(1000);
	}
	g_assert_cmpint(fixture->uploads_freed, ==, 1);
}

#define ADD(name, fn) \
	g_test_add("/net/http-server-upload/" name, Fixture, NULL, set_up, fn, tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD_BOTH("/net/http-server-upload/", "upload", test_upload);
	ADD("upload-deadline", test_upload_deadline);
	return g_test_run();
}
