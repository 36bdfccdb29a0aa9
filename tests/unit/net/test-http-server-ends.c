/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How answers end that do not come to their end: the word for it in the access log, and the octets that are said to
 * have arrived, on a connection that has carried a whole file before. */
#include "server-fixture.h"

#include <av-upnp/log.h>

#define READ_OCTETS 100000
/* The kernel doubles what is asked for. */
#define WINDOW (2 * 128 * 1024)

typedef struct {
	pthread_mutex_t lock;
	GString *lines; /* guarded by lock */
} AccessLog;

static AccessLog access_log = { .lock = PTHREAD_MUTEX_INITIALIZER };

static void
on_line(const char *domain, GLogLevelFlags level, const char *text, gpointer data)
{
	AccessLog *log = data;

	(void)domain, (void)level;
	pthread_mutex_lock(&log->lock);
	g_string_append(log->lines, text);
	g_string_append_c(log->lines, '\n');
	pthread_mutex_unlock(&log->lock);
}

/* @return the line about that object, once it is there */
static char *
wait_for_line(const char *object)
{
	g_autofree char *pattern = g_strdup_printf("(?m)^.* object=%s .*$", object);
	g_autoptr(GRegex) regex = g_regex_new(pattern, 0, 0, NULL);

	for (int i = 0; i < WAIT_MS; i++) {
		g_autoptr(GMatchInfo) match = NULL;

		pthread_mutex_lock(&access_log.lock);
		g_autofree char *lines = g_strdup(access_log.lines->str);
		pthread_mutex_unlock(&access_log.lock);
		if (g_regex_match(regex, lines, 0, &match)) {
			return g_match_info_fetch(match, 0);
		}
		g_usleep(1000);
	}
	g_test_fail_printf("no line about %s", object);
	return g_strdup("");
}

static uint64_t
octets_of(const char *line)
{
	const char *octets = strstr(line, " octets=");

	g_assert_nonnull(octets);
	return g_ascii_strtoull(octets + strlen(" octets="), NULL, 10);
}

static void
read_octets(int fd, size_t octets)
{
	g_autofree char *buffer = g_malloc(octets);

	g_assert_cmpint(recv(fd, buffer, octets, MSG_WAITALL), ==, (ssize_t)octets);
}

static void
reset(Fixture *fixture, int *fd)
{
	const struct linger at_once = { .l_onoff = 1, .l_linger = 0 };

	(void)fixture;
	read_octets(*fd, READ_OCTETS);
	(void)setsockopt(*fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	avu_fd_cleanup(fd);
}

static void
shrink(Fixture *fixture, int *fd)
{
	GString *heard;

	g_assert_cmpint(ftruncate(fixture->disk, READ_OCTETS), ==, 0);
	heard = hear(*fd, NULL);
	g_string_free(heard, TRUE);
}

static void
leave_address(Fixture *fixture, int *fd)
{
	read_octets(*fd, READ_OCTETS);
	avu_http_server_set_away(fixture->server, 0);
	g_assert_true(avu_http_server_set_addresses(fixture->server, NULL, 0, NULL));
}

static void
wait(Fixture *fixture, int *fd)
{
	GString *heard = hear(*fd, NULL);

	(void)fixture;
	g_string_free(heard, TRUE);
}

typedef struct {
	const char *target;
	const char *object;
	void (*act)(Fixture *fixture, int *fd);
	const char *end;
	uint64_t least, most;
} Row;

static const Row rows[] = {
	{ "/disk", "/disk", reset, " end=client-left", READ_OCTETS / 2, READ_OCTETS + WINDOW },
	{ "/disk", "/disk", shrink, " end=file-shrunk", 0, DISK_SIZE - 1 },
	{ "/disk", "/disk", leave_address, " end=address-gone", READ_OCTETS / 2,
		READ_OCTETS + WINDOW },
	{ "/stream?fails", "/stream", wait, " end=broken", 0, FAILS_AT },
};

/* A whole file, then this one. @return that connection */
static int
ask_second(const Fixture *fixture, const char *target)
{
	const int small = WINDOW / 2;
	const int fd = dial(fixture);
	g_autofree char *first = g_strconcat("GET /file HTTP/1.1\r\n", fixture->host, "\r\n", NULL);
	g_autofree char *second =
		g_strconcat("GET ", target, " HTTP/1.1\r\n", fixture->host, "\r\n", NULL);
	char octet;

	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	say(fd, first, strlen(first));
	do { /* until its head is read */
		read_octets(fd, 1);
		g_assert_cmpint(recv(fd, &octet, 1, MSG_PEEK), ==, 1);
	} while (octet != '\0');
	read_octets(fd, FILE_SIZE);
	say(fd, second, strlen(second));
	g_assert_cmpint(recv(fd, &octet, 1, MSG_PEEK), ==, 1);
	return fd;
}

static void
run_row(const Row *row, const char *way)
{
	Fixture fixture = { 0 };
	int fd;

	set_up(&fixture, way);
	g_string_truncate(access_log.lines, 0);
	fd = ask_second(&fixture, row->target);
	row->act(&fixture, &fd);
	g_autofree char *line = wait_for_line(row->object);

	g_test_message("%s", line);
	g_assert_true(g_str_has_suffix(line, row->end));
	g_assert_cmpuint(octets_of(line), >=, row->least);
	g_assert_cmpuint(octets_of(line), <=, row->most);
	for (int i = 0; i < WAIT_MS && fixture.done_broken == 0; i++) {
		g_usleep(1000);
	}
	g_assert_cmpint(fixture.done_broken, ==, 1);
	g_assert_cmpuint(fixture.broken_octets, ==, octets_of(line));
	avu_fd_cleanup(&fd);
	tear_down(&fixture, way);
}

static void
test_libmicrohttpd(gconstpointer row)
{
	run_row(row, NULL);
}

static void
test_lane(gconstpointer row)
{
	run_row(row, "direct");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_assert_true(avu_log_init("test", AVU_LOG_STDERR, "access=info", NULL));
	access_log.lines = g_string_new(NULL);
	g_log_set_handler("access", G_LOG_LEVEL_INFO, on_line, &access_log);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const char *name = strchr(rows[i].end, '=') + 1;
		g_autofree char *one = g_strconcat("/net/http-server-ends/", name, NULL);
		g_autofree char *other = g_strconcat("/net/http-server-ends/direct/", name, NULL);

		g_test_add_data_func(one, &rows[i], test_libmicrohttpd);
		g_test_add_data_func(other, &rows[i], test_lane);
	}
	const int result = g_test_run();

	g_string_free(access_log.lines, TRUE);
	return result;
}
