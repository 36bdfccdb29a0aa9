/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files and streams on their way: to the end, broken off, changed meanwhile, paced. */
#include "server-fixture.h"

#include <netinet/tcp.h>
#include <stdio.h>
#include <unistd.h>

static void
test_file(Fixture *fixture, gconstpointer data)
{
	GString *heard = ask(fixture, "GET /file", "\r\n");
	const char *body = strstr(heard->str, "\r\n\r\n") + 4;

	(void)data;
	g_assert_cmpuint(heard->len - (size_t)(body - heard->str), ==, FILE_SIZE);
	for (int i = 0; i < FILE_SIZE; i++) {
		g_assert_cmpint(body[i], ==, (char)(i % 251));
	}
	for (int i = 0; i < WAIT_MS && fixture->done_sent == 0; i++) {
		g_usleep(1000);
	}
	g_assert_cmpint(fixture->done_sent, ==, 1);
	g_string_free(heard, TRUE);
}

/* The peer leaves in the middle: done hears of it, nothing leaks, no signal kills us. */
static void
test_abort(Fixture *fixture, gconstpointer data)
{
	static const char *const targets[] = { "GET /file HTTP/1.1\r\n",
		"GET /stream?endless HTTP/1.1\r\n" };

	(void)data;
	for (size_t i = 0; i < G_N_ELEMENTS(targets); i++) {
		const struct linger reset = { .l_onoff = 1, .l_linger = 0 };
		int small = 4096;
		int fd = dial(fixture);
		g_autofree char *request = g_strconcat(targets[i], fixture->host, "\r\n", NULL);
		char octets[100];

		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
		say(fd, request, strlen(request));
		g_assert_cmpint(recv(fd, octets, sizeof(octets), 0), >, 0);
		(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
		(void)close(fd);
	}
	/* The file may just fit into the sockets' buffers; the endless one cannot. */
	for (int i = 0; i < WAIT_MS && (fixture->done_broken == 0 || fixture->held != 0); i++) {
		g_usleep(1000);
	}
	g_assert_cmpint(fixture->done_broken, >=, 1);
	g_assert_cmpint(fixture->held, ==, 0);
}

/* SEC-124: the connection ends: no padding, no endless wait. */
static void
test_file_shrinks(Fixture *fixture, gconstpointer data)
{
	const off_t left = DISK_SIZE / 2 + 1;
	avu_autofd int fd = ask_slowly(fixture, "/disk");
	GString *heard;

	(void)data;
	g_assert_cmpint(ftruncate(fixture->disk, left), ==, 0);
	heard = hear(fd, NULL);
	g_assert_cmpuint(status_of(heard), ==, 200);
	/* all that is left, if it is sent before somebody looks at the file */
	g_assert_cmpuint(
		heard->len - (size_t)(strstr(heard->str, "\r\n\r\n") + 4 - heard->str), <=, left);
	g_string_free(heard, TRUE);
	for (int i = 0; i < WAIT_MS && fixture->done_broken == 0; i++) {
		g_usleep(1000);
	}
	g_assert_cmpint(fixture->done_broken, ==, 1);
}

/* All of a file that has begun, then an answer behind it. */
static GString *
hear_whole(const Fixture *fixture, int fd)
{
	g_autofree char *request = g_strconcat(
		"GET /echo?next HTTP/1.1\r\nConnection: close\r\n", fixture->host, "\r\n", NULL);
	GString *heard;
	const char *body;

	say(fd, request, strlen(request));
	heard = hear(fd, NULL);
	body = strstr(heard->str, "\r\n\r\n") + 4;
	g_assert_true(g_str_has_prefix(body + DISK_SIZE, "HTTP/1.1 200"));
	g_assert_nonnull(strstr(body + DISK_SIZE, "|next|"));
	return heard;
}

/* The announced length is sent and not an octet more: the next answer follows. */
static void
test_file_grows(Fixture *fixture, gconstpointer data)
{
	avu_autofd int fd = ask_slowly(fixture, "/disk");

	(void)data;
	g_assert_cmpint(ftruncate(fixture->disk, 2 * DISK_SIZE), ==, 0);
	g_string_free(hear_whole(fixture, fd), TRUE);
}

static int
make_file(const char *path, char fill)
{
	g_autofree char *octets = g_strnfill(DISK_SIZE, fill);

	g_assert_true(g_file_set_contents(path, octets, DISK_SIZE, NULL));
	return open(path, O_RDWR | O_CLOEXEC);
}

/* A player goes on with the file that it began with, to its end, whatever has become of its name. */
static void
test_file_vanishes(Fixture *fixture, gconstpointer data)
{
	g_autofree char *folder = g_dir_make_tmp("vanishes-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, "film", NULL);
	g_autofree char *other = g_build_filename(folder, "other", NULL);

	(void)data;
	for (int replaced = 0; replaced < 2; replaced++) {
		(void)close(fixture->disk);
		fixture->disk = make_file(path, 'a');
		avu_autofd int fd = ask_slowly(fixture, "/disk");
		g_autoptr(GString) heard = NULL;

		if (replaced) {
			(void)close(make_file(other, 'b'));
			g_assert_cmpint(rename(other, path), ==, 0);
		} else {
			g_assert_cmpint(unlink(path), ==, 0);
		}
		heard = hear_whole(fixture, fd);
		g_assert_cmpuint(strspn(strstr(heard->str, "\r\n\r\n") + 4, "a"), ==, DISK_SIZE);
		(void)unlink(path);
	}
	(void)rmdir(folder);
}

static int
get_option(int fd, int level, int name)
{
	int value = -1;
	socklen_t len = sizeof(value);

	g_assert_cmpint(getsockopt(fd, level, name, &value, &len), ==, 0);
	return value;
}

/* Reads until the pace of the only stream is another one. @return octets read meanwhile */
static size_t
read_until_pace(Fixture *fixture, int fd, uint64_t pace)
{
	static char buffer[65536];
	size_t got = 0;
	bool reached = false;

	while (!reached) {
		g_autoptr(GArray) transfers = avu_http_server_list_transfers(fixture->server);
		const AvuHttpTransfer *transfer = &g_array_index(transfers, AvuHttpTransfer, 0);
		struct pollfd ready = { .fd = fd, .events = POLLIN };

		g_assert_cmpuint(transfers->len, ==, 1);
		g_assert_cmpstr(transfer->object, ==, "/film");
		g_assert_cmpuint(transfer->media_octets_per_s, ==, FILM_RATE);
		g_assert_cmpuint(transfer->tfrc_octets_per_s, >, 0);
		reached = transfer->pace_octets_per_s == pace;
		g_assert_cmpint(poll(&ready, 1, WAIT_MS), ==, 1);
		got += (size_t)recv(fd, buffer, sizeof(buffer), 0);
		g_assert_cmpuint(got, <, DISK_SIZE);
	}
	return got;
}

/* Ten seconds of media at once, then three times its rate; marked; and none of it on the next answer. */
static void
test_pace(Fixture *fixture, gconstpointer data)
{
	avu_autofd int fd = ask_slowly(fixture, "/film");
	size_t got;

	got = read_until_pace(fixture, fd, 4 * 1024 * 1024);
	g_assert_cmpint(get_option(fixture->film_fd, IPPROTO_IP, IP_TOS), ==, 0xa0);
	g_assert_cmpint(get_option(fixture->film_fd, SOL_SOCKET, SO_PRIORITY), ==, 4);
	if (data != NULL) {
		/* libmicrohttpd does so for itself */
		g_assert_cmpint(get_option(fixture->film_fd, IPPROTO_TCP, TCP_NODELAY), ==, 1);
	}
	/* whole packets only, while there is more */
	g_assert_cmpint(get_option(fixture->film_fd, IPPROTO_TCP, TCP_CORK), ==, 1);
	got += read_until_pace(fixture, fd, 3 * FILM_RATE);
	/* What the kernel held back may be behind it, never what it paced before its time. */
	g_assert_cmpuint(got, >=, 10 * FILM_RATE / 2);
}

static void
test_pace_ends(Fixture *fixture, gconstpointer data)
{
	static const char *const next[] = { "GET /file HTTP/1.1\r\n" };
	avu_autofd int fd = ask_slowly(fixture, "/film");
	g_autofree char *request = g_strconcat(next[0], fixture->host, "\r\n", NULL);
	static char buffer[65536];
	size_t left = DISK_SIZE;

	(void)data;
	say(fd, request, strlen(request));
	while (left > 0) {
		/* no need to wait here; the server sets it again when the burst is over */
		avu_socket_set_pace(fixture->film_fd, AVU_PACE_NONE);
		ssize_t got = recv(fd, buffer, MIN(sizeof(buffer), left), 0);

		g_assert_cmpint(got, >, 0);
		left -= (size_t)got;
	}
	for (int i = 0; i < WAIT_MS && fixture->done_sent == 0; i++) {
		(void)recv(fd, buffer, sizeof(buffer), MSG_DONTWAIT);
		g_usleep(1000);
	}
	g_assert_cmpint(fixture->done_sent, ==, 1);
	g_assert_cmpint(get_option(fixture->film_fd, IPPROTO_IP, IP_TOS), ==, 0);
	g_assert_cmpint(get_option(fixture->film_fd, SOL_SOCKET, SO_PRIORITY), ==, 0);
	/* and no last octet waits for another */
	g_assert_cmpint(get_option(fixture->film_fd, IPPROTO_TCP, TCP_CORK), ==, 0);
}

/* RFC 9112 6.3: nothing is taken for a body of these, and what follows on the connection is the next answer. */
static void
test_bare(Fixture *fixture, gconstpointer data)
{
	static const char *const targets[] = { "/bare?304", "/bare?204", "/bare?200", "/bare?0",
		"/echo?last" };
	static const char *const statuses[] = { "304", "204", "200", "200", "200" };
	avu_autofd int fd = dial(fixture);
	g_autoptr(GString) requests = g_string_new(NULL);
	g_auto(GStrv) answers = NULL;
	GString *heard;

	(void)data;
	for (size_t i = 0; i < G_N_ELEMENTS(targets); i++) {
		g_string_append_printf(requests, "GET %s HTTP/1.1\r\n%s%s\r\n", targets[i],
			fixture->host,
			i + 1 < G_N_ELEMENTS(targets) ? "" : "Connection: close\r\n");
	}
	say(fd, requests->str, requests->len);
	heard = hear(fd, NULL);
	answers = g_strsplit(heard->str, "\r\n\r\n", -1);
	g_assert_cmpuint(g_strv_length(answers), ==, G_N_ELEMENTS(targets) + 1);
	for (size_t i = 0; i < G_N_ELEMENTS(targets); i++) {
		g_test_message("%s", answers[i]);
		g_assert_true(g_str_has_prefix(answers[i], "HTTP/1.1 "));
		g_assert_true(g_str_has_prefix(answers[i] + strlen("HTTP/1.1 "), statuses[i]));
		/* libmicrohttpd names a length for every answer, for which there is no way around */
		if (data != NULL || i >= 2) {
			g_assert_cmpint(strstr(answers[i], "\r\nContent-Length: 0") != NULL, ==,
				i == 2 || i == 3);
		}
	}
	g_assert_nonnull(strstr(answers[G_N_ELEMENTS(targets)], "|last|"));
	g_string_free(heard, TRUE);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD_BOTH("/net/http-server-delivery/", "file", test_file);
	ADD_BOTH("/net/http-server-delivery/", "bare", test_bare);
	ADD_BOTH("/net/http-server-delivery/", "abort", test_abort);
	ADD_BOTH("/net/http-server-delivery/", "file-shrinks", test_file_shrinks);
	ADD_BOTH("/net/http-server-delivery/", "file-vanishes", test_file_vanishes);
	ADD_BOTH("/net/http-server-delivery/", "file-grows", test_file_grows);
	ADD_BOTH("/net/http-server-delivery/", "pace", test_pace);
	ADD_BOTH("/net/http-server-delivery/", "pace-ends", test_pace_ends);
	return g_test_run();
}
