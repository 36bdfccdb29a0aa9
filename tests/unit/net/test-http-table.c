/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* When the table of connections wants to look again. */
#include "config.h"

#include <arpa/inet.h>
#include <linux/tcp.h>
#include <sys/socket.h>

#include <av-upnp/clock.h>
#include <av-upnp/fd.h>
#include <av-upnp/limits.h>

#include "libav-upnp/net/http-table.h"

#define TAIL 65536

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
	if (fixture->connection != NULL) {
		http_table_end(fixture->table, fixture->connection);
	}
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

static int
get_option(int fd, int level, int name)
{
	int value = -1;
	socklen_t len = sizeof(value);

	g_assert_cmpint(getsockopt(fd, level, name, &value, &len), ==, 0);
	return value;
}

/* So much of an answer, and the peer takes it. */
static void
carry(const Fixture *fixture, size_t octets)
{
	g_autofree char *block = g_malloc0(octets);

	avu_socket_set_pace(fixture->server, AVU_PACE_NONE); /* no need to wait here */
	for (size_t sent = 0, got = 0; got < octets;) {
		const ssize_t gone = send(fixture->server, block, octets - sent, MSG_DONTWAIT);
		const ssize_t come = recv(fixture->client, block, octets, MSG_DONTWAIT);

		sent += (size_t)MAX(gone, 0);
		got += (size_t)MAX(come, 0);
	}
}

/* After a seek on a connection that was there, the ten seconds of media are those of the new place: neither what was
 * sent before counts, nor how long it takes. */
static void
test_burst_again(Fixture *fixture, gconstpointer data)
{
	const HttpTransfer song = {
		.object = "/o", .file_fd = -1, .media_octets_per_s = 16384, .length = 1 << 20
	};
	const uint64_t burst = 10 * song.media_octets_per_s;

	(void)data;
	for (int again = 0; again < 2; again++) {
		const HttpConnectionPace *pace = &fixture->connection->pace;

		http_table_mark_stream(fixture->table, fixture->connection, &song);
		/* the table looks at times that only grow */
		const int64_t begin_ns = fixture->connection->since_ns + again * 20 * AVU_NS_PER_S;

		g_assert_cmpuint(pace->set, ==, 4 * 1024 * 1024);
		/* so that a change of pace shows at once */
		g_assert_cmpint(get_option(fixture->server, IPPROTO_TCP, TCP_NOTSENT_LOWAT), ==,
			256 * 1024);
		carry(fixture, burst / 2);
		(void)http_table_sweep(fixture->table, begin_ns + 5 * AVU_NS_PER_S);
		g_assert_cmpuint(pace->set, ==, 4 * 1024 * 1024);
		carry(fixture, burst / 2);
		(void)http_table_sweep(fixture->table, begin_ns + 10 * AVU_NS_PER_S);
		g_assert_cmpuint(pace->set, ==, 3 * song.media_octets_per_s);
		http_table_mark(fixture->table, fixture->connection, HTTP_IDLE,
			begin_ns + 99 * AVU_NS_PER_S);
	}
}

/* LIM-17 is for players that do not take what there is; of a source that has nothing new for hours, they take all. */
static void
test_quiet(Fixture *fixture, gconstpointer data)
{
	const HttpTransfer transfer = { .object = "/o", .file_fd = -1, .length = UINT64_MAX };
	const int64_t now_ns = avu_now_ns();

	(void)data;
	http_table_mark_stream(fixture->table, fixture->connection, &transfer);
	carry(fixture, 1000);
	for (int64_t hours = 0; hours < 6; hours++) {
		(void)http_table_sweep(fixture->table, now_ns + (hours * 3600 + 1) * AVU_NS_PER_S);
	}
	g_assert_cmpint(http_table_get_cut(fixture->table, fixture->connection), ==, HTTP_CUT_NONE);
}

/* Who comes takes a share of what all may have, who goes gives it back. */
static void
test_total(Fixture *fixture, gconstpointer data)
{
	const AvuHttpQos qos = {
		.pace_percent = 300, .burst_s = 10, .total_octets_per_s = 1000000
	};
	const HttpTransfer film = {
		.object = "/o", .file_fd = -1, .media_octets_per_s = 400000, .length = 1 << 30
	};
	struct sockaddr_in here;
	socklen_t len = sizeof(here);
	avu_autofd int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)data;
	g_assert_cmpint(getsockname(fixture->listener, (struct sockaddr *)&here, &len), ==, 0);
	g_assert_cmpint(connect(client, (struct sockaddr *)&here, len), ==, 0);
	avu_autofd int server = accept4(fixture->listener, NULL, NULL, SOCK_CLOEXEC);

	http_table_set_qos(fixture->table, &qos);
	http_table_mark_stream(fixture->table, fixture->connection, &film);
	g_assert_cmpuint(fixture->connection->pace.set, ==, 1000000);
	http_table_add(
		fixture->table, server, &fixture->connection->peer, &fixture->connection->local);
	HttpConnection *second = http_table_start(fixture->table, server);

	http_table_mark_stream(fixture->table, second, &film);
	g_assert_cmpuint(fixture->connection->pace.set, ==, 500000);
	g_assert_cmpuint(second->pace.set, ==, 500000);
	http_table_mark(fixture->table, second, HTTP_IDLE, AVU_TIME_NONE);
	g_assert_cmpuint(fixture->connection->pace.set, ==, 1000000);
	http_table_end(fixture->table, second);
}

/* What a starved stream was raised to ends with it. */
static void
test_raised(Fixture *fixture, gconstpointer data)
{
	const HttpTransfer transfer = { .object = "/o", .file_fd = -1, .length = 1000 };

	(void)data;
	avu_socket_mark(fixture->server, AF_INET, AVU_TRAFFIC_STREAMING, true, true);
	http_table_mark_stream(fixture->table, fixture->connection, &transfer);
	avu_socket_raise(fixture->server, true);
	fixture->connection->pace.raised = true;
	g_assert_cmpint(get_option(fixture->server, SOL_SOCKET, SO_PRIORITY), ==, 6);
	http_table_mark(fixture->table, fixture->connection, HTTP_IDLE, AVU_TIME_NONE);
	g_assert_cmpint(get_option(fixture->server, SOL_SOCKET, SO_PRIORITY), ==, 4);
	g_assert_false(fixture->connection->pace.raised);
}

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

/* Numbers of descriptors that are not open, so nothing is shut down in earnest. */
#define FIRST_FAR_FD 1000000
#define MOST 10

/* Newcomers are let in for one that was told to go, but not when as many as that did not. */
static void
test_hung(void)
{
	g_autoptr(HttpTable) table = http_table_new();
	AvuAddress peer, newcomer;

	g_assert_true(avu_address_parse("192.0.2.1", &peer));
	g_assert_true(avu_address_parse("192.0.2.2", &newcomer));
	http_table_set_max(table, MOST);
	for (int i = 0; i < 2 * MOST; i++) {
		HttpConnection *connection;

		g_assert_true(http_table_make_room(table, &newcomer));
		http_table_add(table, FIRST_FAR_FD + i, &peer, &peer);
		connection = http_table_start(table, FIRST_FAR_FD + i);
		http_table_mark(table, connection, HTTP_IDLE, AVU_TIME_NONE);
	}
	g_assert_false(http_table_make_room(table, &newcomer));
	http_table_remove(table, FIRST_FAR_FD);
	g_assert_true(http_table_make_room(table, &newcomer));
}

/* LIM-17 counts for the end of an answer too, which lies in the kernel when we have sent it. */
static void
test_tail(Fixture *fixture, gconstpointer data)
{
	g_autofree char *octets = g_malloc0(TAIL);
	const int64_t idle_ns = avu_now_ns() + AVU_LIMIT_HTTP_IDLE_S * AVU_NS_PER_S;
	ssize_t sent = 0;
	ssize_t got;

	(void)data;
	while ((got = send(fixture->server, octets, TAIL, MSG_DONTWAIT)) > 0) {
		sent += got;
	}
	http_table_mark(fixture->table, fixture->connection, HTTP_IDLE, idle_ns);
	(void)http_table_sweep(fixture->table, idle_ns + AVU_NS_PER_S);
	g_assert_cmpint(http_table_get_cut(fixture->table, fixture->connection), ==, HTTP_CUT_NONE);
	http_table_set_max(fixture->table, 1);
	g_assert_false(http_table_make_room(fixture->table, &fixture->connection->peer));
	while (sent > 0) {
		got = recv(fixture->client, octets, TAIL, 0);
		g_assert_cmpint(got, >, 0);
		sent -= got;
	}
	/* once its last octets are acknowledged */
	for (int64_t at_ns = idle_ns + 2 * AVU_NS_PER_S;
		http_table_get_cut(fixture->table, fixture->connection) == HTTP_CUT_NONE;
		at_ns += AVU_NS_PER_S) {
		g_assert_cmpint(at_ns, <, idle_ns + 3000 * AVU_NS_PER_S);
		g_usleep(1000);
		(void)http_table_sweep(fixture->table, at_ns);
	}
	g_assert_cmpint(
		http_table_get_cut(fixture->table, fixture->connection), ==, HTTP_CUT_DEADLINE);
}

/* But not for longer than a stream may stand still. */
static void
test_tail_end(Fixture *fixture, gconstpointer data)
{
	g_autofree char *octets = g_malloc0(TAIL);
	const int64_t begin_ns = avu_now_ns();

	(void)data;
	while (send(fixture->server, octets, TAIL, MSG_DONTWAIT) > 0) {
	}
	http_table_mark(fixture->table, fixture->connection, HTTP_IDLE,
		begin_ns + AVU_LIMIT_HTTP_IDLE_S * AVU_NS_PER_S);
	(void)http_table_sweep(
		fixture->table, begin_ns + (AVU_LIMIT_STREAM_STALL_S - 10) * AVU_NS_PER_S);
	g_assert_cmpint(http_table_get_cut(fixture->table, fixture->connection), ==, HTTP_CUT_NONE);
	(void)http_table_sweep(
		fixture->table, avu_now_ns() + (AVU_LIMIT_STREAM_STALL_S + 1) * AVU_NS_PER_S);
	g_assert_cmpint(
		http_table_get_cut(fixture->table, fixture->connection), ==, HTTP_CUT_DEADLINE);
}

/* LIM-06: who reads a later head does not tell of its first octet; the kernel does. What came before it was answered
 * does not count, and a trickle gets no more time. */
static void
test_later_head(Fixture *fixture, gconstpointer data)
{
	const int64_t now_ns = avu_now_ns();
	const int64_t idle_ns = now_ns + AVU_LIMIT_HTTP_IDLE_S * AVU_NS_PER_S;
	const int64_t begin_ns = now_ns + 2 * AVU_NS_PER_S;
	char octet;

	(void)data;
	for (int head = 0; head < 2; head++) {
		g_assert_cmpint(send(fixture->client, "G", 1, 0), ==, 1);
		g_assert_cmpint(recv(fixture->server, &octet, 1, 0), ==, 1);
		if (head == 0) {
			http_table_mark(fixture->table, fixture->connection, HTTP_IDLE, idle_ns);
			(void)http_table_sweep(fixture->table, now_ns + AVU_NS_PER_S);
			g_assert_cmpint(fixture->connection->deadline_ns, ==, idle_ns);
		}
	}
	for (int64_t at_ns = begin_ns; at_ns < begin_ns + AVU_LIMIT_HTTP_HEAD_NS;
		at_ns += AVU_NS_PER_S) {
		(void)http_table_sweep(fixture->table, at_ns);
		g_assert_cmpint(
			http_table_get_cut(fixture->table, fixture->connection), ==, HTTP_CUT_NONE);
		g_assert_cmpint(send(fixture->client, "G", 1, 0), ==, 1);
		g_assert_cmpint(recv(fixture->server, &octet, 1, 0), ==, 1);
	}
	(void)http_table_sweep(fixture->table, begin_ns + AVU_LIMIT_HTTP_HEAD_NS);
	g_assert_cmpint(
		http_table_get_cut(fixture->table, fixture->connection), ==, HTTP_CUT_DEADLINE);
}

/* A hand-over that was refused without a word holds its place no longer than its socket. */
static void
test_refused(Fixture *fixture, gconstpointer data)
{
	(void)data;
	(void)http_table_hand_on(fixture->table, fixture->connection);
	(void)http_table_sweep(fixture->table, avu_now_ns() + AVU_NS_PER_S);
	g_assert_cmpuint(http_table_count(fixture->table), ==, 1);
	/* its number is another's by now */
	g_assert_cmpint(dup2(fixture->client, fixture->server), ==, fixture->server);
	(void)http_table_sweep(fixture->table, avu_now_ns() + 2 * AVU_NS_PER_S);
	g_assert_cmpuint(http_table_count(fixture->table), ==, 0);
	fixture->connection = NULL;
}

static void
test_closed(Fixture *fixture, gconstpointer data)
{
	(void)data;
	(void)http_table_hand_on(fixture->table, fixture->connection);
	avu_fd_cleanup(&fixture->server);
	(void)http_table_sweep(fixture->table, avu_now_ns() + AVU_NS_PER_S);
	g_assert_cmpuint(http_table_count(fixture->table), ==, 0);
	fixture->connection = NULL;
}

/* A server of few places has them. */
static void
test_few(void)
{
	for (unsigned most = 1; most < 10; most++) {
		g_autoptr(HttpTable) table = http_table_new();
		AvuAddress peer;

		g_assert_true(avu_address_parse("192.0.2.1", &peer));
		http_table_set_max(table, most);
		g_assert_true(http_table_make_room(table, &peer));
	}
}

/* Of 100 places 90 are taken by one host that has a new IPv6 address for each: the last ten are for others. */
static void
test_one_network(void)
{
	static const struct {
		const char *newcomer;
		bool room;
	} newcomers[] = {
		{ "2001:db8:0:1:ffff::1", false },
		{ "2001:db8:0:2::1", true },
		{ "192.0.2.1", true },
	};
	g_autoptr(HttpTable) table = http_table_new();
	AvuAddress peer;

	g_assert_true(avu_address_parse("2001:db8:0:1::", &peer));
	http_table_set_max(table, 100);
	for (int i = 0; i < 90; i++) {
		peer.ip.v6.s6_addr[15] = (uint8_t)i;
		g_assert_true(http_table_make_room(table, &peer));
		http_table_add(table, 10000 + i, &peer, &peer);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(newcomers); i++) {
		g_test_message("%s", newcomers[i].newcomer);
		g_assert_true(avu_address_parse(newcomers[i].newcomer, &peer));
		g_assert_cmpint(http_table_make_room(table, &peer), ==, newcomers[i].room);
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
	g_test_add(
		"/net/http-table/burst-again", Fixture, NULL, set_up, test_burst_again, tear_down);
	g_test_add("/net/http-table/quiet", Fixture, NULL, set_up, test_quiet, tear_down);
	g_test_add("/net/http-table/total", Fixture, NULL, set_up, test_total, tear_down);
	g_test_add("/net/http-table/raised", Fixture, NULL, set_up, test_raised, tear_down);
	g_test_add_func("/net/http-table/hung", test_hung);
	g_test_add_func("/net/http-table/few", test_few);
	g_test_add_func("/net/http-table/one-network", test_one_network);
	g_test_add("/net/http-table/refused", Fixture, NULL, set_up, test_refused, tear_down);
	g_test_add("/net/http-table/closed", Fixture, NULL, set_up, test_closed, tear_down);
	g_test_add("/net/http-table/tail", Fixture, NULL, set_up, test_tail, tear_down);
	g_test_add("/net/http-table/tail-end", Fixture, NULL, set_up, test_tail_end, tear_down);
	g_test_add("/net/http-table/later-head", Fixture, NULL, set_up, test_later_head, tear_down);
	return g_test_run();
}
