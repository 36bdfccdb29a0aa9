/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* When the table of connections wants to look again. */
#include "config.h"

#include <arpa/inet.h>
#include <sys/socket.h>

#include <av-upnp/clock.h>
#include <av-upnp/fd.h>

#include "libav-upnp/net/http-table.h"

typedef struct {
	int listener, client, server;
	HttpTable *table;
	HttpConnection *connection;
	int wakes;
} Fixture;

static void
count_wake(void *data)
{
	((Fixture *)data)->wakes++;
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
	struct sockaddr_in here = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(here);
	AvuAddress loopback;

	(void)data;
	fixture->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	g_assert_cmpint(bind(fixture->listener, (struct sockaddr *)&here, len), ==, 0);
	g_assert_cmpint(listen(fixture->listener, 1), ==, 0);
	g_assert_cmpint(getsockname(fixture->listener, (struct sockaddr *)&here, &len), ==, 0);
	fixture->client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	g_assert_cmpint(connect(fixture->client, (struct sockaddr *)&here, len), ==, 0);
	fixture->server = accept4(fixture->listener, NULL, NULL, SOCK_CLOEXEC);
	g_assert_cmpint(fixture->server, >=, 0);
	g_assert_true(avu_address_parse("127.0.0.1", &loopback));
	fixture->table = http_table_new();
	http_table_set_wake(fixture->table, count_wake, fixture);
	http_table_add(fixture->table, fixture->server, &loopback, &loopback);
	fixture->connection = http_table_start(fixture->table, fixture->server);
	g_assert_nonnull(fixture->connection);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
	(void)data;
	http_table_end(fixture->table, fixture->connection);
	http_table_free(fixture->table);
	avu_fd_cleanup(&fixture->server);
	avu_fd_cleanup(&fixture->client);
	avu_fd_cleanup(&fixture->listener);
}

typedef struct {
	uint64_t media, length;
	int64_t burst_ms; /* 0: not paced */
	const char *why;
} Row;

static const Row rows[] = {
	{ 16384, 1 << 20, 39, "a song" },
	{ 2048, 1 << 20, 4, "speech: not so early that each one of many has a look of its own" },
	{ 1000000, 64 << 20, 500, "a film" },
	{ 16384, 160000, 0, "it fits into the burst" },
	{ 0, 1 << 20, 0, "its rate is not known" },
};

/* Else a song would leave at the burst's rate until the next look at all connections. */
static void
test_burst_end(Fixture *fixture, gconstpointer data)
{
	const Row *row = data;
	const HttpTransfer transfer = { .object = "/o",
		.file_fd = -1,
		.media_octets_per_s = row->media,
		.length = row->length };
	const int64_t now_ns = avu_now_ns();
	const int64_t sweep_ns = http_table_sweep(fixture->table, now_ns);

	g_test_message("%s", row->why);
	g_assert_cmpint(sweep_ns - now_ns, ==, 500 * AVU_NS_PER_MS);
	http_table_mark_stream(fixture->table, fixture->connection, &transfer);
	if (row->burst_ms > 0) {
		const int64_t begin_ns = fixture->connection->since_ns;
		const int64_t due_ns = fixture->connection->pace.check_ns;
		const int64_t look_ns = MAX(due_ns, now_ns + 20 * AVU_NS_PER_MS);

		/* on a machine that stood still in between, the sweep may come first */
		g_assert_cmpint((due_ns - begin_ns) / AVU_NS_PER_MS, ==, row->burst_ms);
		g_assert_cmpint(
			http_table_sweep(fixture->table, now_ns), ==, MIN(look_ns, sweep_ns));
		g_assert_cmpint(fixture->wakes, ==, look_ns < sweep_ns);
	} else {
		g_assert_cmpint(http_table_sweep(fixture->table, now_ns), ==, sweep_ns);
		g_assert_cmpint(fixture->wakes, ==, 0);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *path = g_strdup_printf("/net/http-table/burst-end/%zu", i);

		g_test_add(path, Fixture, &rows[i], set_up, test_burst_end, tear_down);
	}
	return g_test_run();
}
