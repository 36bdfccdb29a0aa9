/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The lane with nothing around it: the test is the acceptor, the clock of the table, and libmicrohttpd, which
 * refuses. */
#include "config.h"

#include <arpa/inet.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <av-upnp/clock.h>
#include <av-upnp/fd.h>
#include <av-upnp/limits.h>
#include <av-upnp/log.h>

#include "counter-wait.h"
#include "libav-upnp/net/http-lane.h"

#define WAIT_MS 20000
#define FILE_SIZE (64 * 1024 * 1024)
#define LONG_SIZE (64 * 1024 * 1024)
#define STACK ((AVU_SANITIZED ? 2048 : 256) * 1024)
#define S AVU_NS_PER_S

typedef struct {
	HttpRequestContext context;
	HttpLinger *linger;
	HttpLane *lane;
	AvuCounters *counters;
	AvuAddress here;
	int client;
} Fixture;

static GAsyncQueue *access_lines; /* of the access log */

static void
on_line(const char *domain, GLogLevelFlags level, const char *text, gpointer data)
{
	(void)domain, (void)level, (void)data;
	g_async_queue_push(access_lines, g_strdup(text));
}

/* What the access log says of the next answer that ends. */
static void
assert_end(const char *end)
{
	g_autofree char *line =
		g_async_queue_timeout_pop(access_lines, (guint64)WAIT_MS * G_TIME_SPAN_MILLISECOND);

	g_assert_nonnull(line);
	g_test_message("%s", line);
	g_assert_true(g_str_has_suffix(line, end));
}

static AvuHttpResponse *
on_word(const AvuHttpRequest *request, void *user_data)
{
	(void)request, (void)user_data;
	return avu_http_response_new_error(200, "word");
}

static AvuHttpResponse *
on_long(const AvuHttpRequest *request, void *user_data)
{
	(void)request, (void)user_data;
	return avu_http_response_new(
		200, "text/xml", g_bytes_new_take(g_malloc0(LONG_SIZE), LONG_SIZE));
}

static AvuHttpResponse *
on_file(const AvuHttpRequest *request, void *user_data)
{
	const int fd = memfd_create("file", MFD_CLOEXEC);

	(void)request, (void)user_data;
	g_assert_cmpint(ftruncate(fd, FILE_SIZE), ==, 0);
	return avu_http_response_new_file(200, "video/mp2t", fd, 0, FILE_SIZE);
}

static bool
refuse(int fd, const struct sockaddr *peer, socklen_t len, void *data)
{
	(void)peer, (void)len, (void)data;
	(void)close(fd);
	return false;
}

/* A connection whose head is there, in the table and in the lane, as the acceptor leaves it. */
static void
connect_both(Fixture *fixture, const char *request)
{
	struct sockaddr_in here = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_storage peer;
	socklen_t len = sizeof(here);
	avu_autofd int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	g_autofree char *head = NULL;
	g_autofree char *host = NULL;
	int server;

	g_assert_cmpint(bind(listener, (struct sockaddr *)&here, len), ==, 0);
	g_assert_cmpint(listen(listener, 1), ==, 0);
	g_assert_cmpint(getsockname(listener, (struct sockaddr *)&here, &len), ==, 0);
	g_assert_true(avu_address_from_sockaddr((struct sockaddr *)&here, len, &fixture->here));
	fixture->client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	g_assert_cmpint(connect(fixture->client, (struct sockaddr *)&here, len), ==, 0);
	len = sizeof(peer);
	server = accept4(listener, (struct sockaddr *)&peer, &len, SOCK_CLOEXEC);
	g_assert_cmpint(server, >=, 0);
	host = g_strdup_printf("127.0.0.1:%u", fixture->here.port);
	head = g_strdup_printf("%s HTTP/1.1\r\nHost: %s\r\n\r\n", request, host);
	g_assert_cmpint(send(fixture->client, head, strlen(head), 0), ==, (ssize_t)strlen(head));
	http_table_add(fixture->context.table, server, &fixture->here, &fixture->here);
	g_assert_true(http_lane_serve(fixture->lane, server, (struct sockaddr *)&peer, len, STACK));
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
	static const AvuHttpRoute routes[] = {
		{ "/word", false, AVU_HTTP_GET, 0, on_word, .direct = true },
		{ "/long", false, AVU_HTTP_GET, 0, on_long, .direct = true },
		{ "/file", false, AVU_HTTP_GET, 0, on_file, .direct = true },
	};
	g_autoptr(GError) error = NULL;

	fixture->context.routes = http_routes_new();
	for (size_t i = 0; i < G_N_ELEMENTS(routes); i++) {
		http_routes_add(fixture->context.routes, &routes[i], NULL);
	}
	fixture->context.table = http_table_new();
	fixture->counters = avu_counters_new();
	http_counters_init(&fixture->context.counters, fixture->counters);
	fixture->linger = http_linger_new(&error);
	g_assert_no_error(error);
	fixture->lane = http_lane_new(&fixture->context, fixture->linger, refuse, NULL);
	connect_both(fixture, data);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
	(void)data;
	http_table_cut_all(fixture->context.table);
	http_lane_free(fixture->lane);
	g_assert_cmpuint(http_table_count(fixture->context.table), ==, 0);
	http_linger_free(fixture->linger);
	http_table_free(fixture->context.table);
	for (char *line; (line = g_async_queue_try_pop(access_lines)) != NULL;) {
		g_free(line);
	}
	http_routes_free(fixture->context.routes);
	avu_counters_free(fixture->counters);
	avu_fd_cleanup(&fixture->client);
}

static void
hear(const Fixture *fixture, const char *until)
{
	g_autoptr(GString) heard = g_string_new(NULL);
	char buffer[4096];

	while (strstr(heard->str, until) == NULL) {
		struct pollfd ready = { .fd = fixture->client, .events = POLLIN };

		g_assert_cmpint(poll(&ready, 1, WAIT_MS), ==, 1);
		const ssize_t got = recv(fixture->client, buffer, sizeof(buffer), 0);

		g_assert_cmpint(got, >, 0);
		g_string_append_len(heard, buffer, got);
	}
}

static bool
is_closed(const Fixture *fixture, int patience_ms)
{
	struct pollfd ready = { .fd = fixture->client, .events = POLLIN };
	char octet;

	return poll(&ready, 1, patience_ms) == 1 && recv(fixture->client, &octet, 1, 0) <= 0;
}

/* Between two requests: 30 s and not more. */
static void
test_idle(Fixture *fixture, gconstpointer data)
{
	int64_t idle_ns;

	(void)data;
	hear(fixture, "word\n");
	wait_for_counter(fixture->counters, "av_http_requests_total{status=\"2xx\"} 1\n");
	idle_ns = avu_now_ns();
	(void)http_table_sweep(fixture->context.table, idle_ns + 15 * S);
	g_assert_false(is_closed(fixture, 0));
	/* its thread may have told the table a moment after it was counted */
	for (int more_s = 1; !is_closed(fixture, 100); more_s++) {
		g_assert_cmpint(more_s, <, 200);
		(void)http_table_sweep(
			fixture->context.table, idle_ns + (AVU_LIMIT_HTTP_IDLE_S + more_s) * S);
	}
}

/* LIM-06: a later head has the time of a first one, from its first octet on, however it trickles. */
static void
test_trickle(Fixture *fixture, gconstpointer data)
{
	const int64_t step_ns = S / 2;
	int64_t begin_ns, at_ns;
	bool closed = false;

	(void)data;
	hear(fixture, "word\n");
	wait_for_counter(fixture->counters, "av_http_requests_total{status=\"2xx\"} 1\n");
	begin_ns = avu_now_ns();
	(void)http_table_sweep(fixture->context.table, begin_ns + AVU_LIMIT_HTTP_HEAD_NS + S);
	g_assert_false(is_closed(fixture, 0)); /* idle, not in a head */
	/* Its thread has to see the octet; the table is asked until then, and long before it would be too idle. */
	for (at_ns = begin_ns + AVU_LIMIT_HTTP_HEAD_NS + 2 * S;
		!closed && at_ns < begin_ns + (AVU_LIMIT_HTTP_IDLE_S - 2) * S; at_ns += step_ns) {
		(void)send(fixture->client, "G", 1, MSG_NOSIGNAL);
		closed = is_closed(fixture, 200);
		(void)http_table_sweep(fixture->context.table, at_ns);
	}
	g_assert_true(closed || is_closed(fixture, WAIT_MS));
	wait_for_counter(fixture->counters, "av_http_requests_total{status=\"none\"} 0\n");
}

static void
wait_for_stream(const Fixture *fixture)
{
	struct pollfd ready = { .fd = fixture->client, .events = POLLIN };

	g_assert_cmpint(poll(&ready, 1, WAIT_MS), ==, 1);
	g_assert_cmpuint(http_table_count_streams(fixture->context.table), ==, 1);
}

/* An answer that is no stream has a minute, however slowly its reader reads. */
static void
test_slow_answer(Fixture *fixture, gconstpointer data)
{
	struct pollfd ready = { .fd = fixture->client, .events = POLLIN };

	(void)data;
	g_assert_cmpint(poll(&ready, 1, WAIT_MS), ==, 1);
	const int64_t now_ns = avu_now_ns();

	(void)http_table_sweep(fixture->context.table, now_ns + 30 * S);
	g_assert_cmpint(poll(&ready, 1, 0), ==, 1);
	g_assert_cmpint(ready.revents & (POLLHUP | POLLERR), ==, 0);
	(void)http_table_sweep(fixture->context.table, now_ns + 61 * S);
	wait_for_counter(fixture->counters, "av_http_aborted_total 1\n");
	assert_end(" end=deadline");
}

/* Of a table that looks each five seconds of the last ten minutes. In earnest it takes a second, by which the kernel
 * has tried whether the reader has room for one more segment. */
static void
sweep_until(const Fixture *fixture, int64_t before_s)
{
	const int64_t now_ns = avu_now_ns();

	for (int64_t ago_s = 600; ago_s >= before_s; ago_s -= 5) {
		(void)http_table_sweep(fixture->context.table, now_ns - ago_s * S);
		g_usleep(10000);
	}
}

/* LIM-17: a player may pause, but one of which nothing was taken for a minute gives way to a newcomer. */
static void
test_evicted(Fixture *fixture, gconstpointer data)
{
	(void)data;
	http_table_set_max(fixture->context.table, 1);
	wait_for_stream(fixture);
	g_assert_false(http_table_make_room(fixture->context.table, &fixture->here));
	sweep_until(fixture, 20);
	g_assert_true(http_table_make_room(fixture->context.table, &fixture->here));
	wait_for_counter(fixture->counters, "av_http_aborted_total 1\n");
	assert_end(" end=evicted");
}

/* LIM-17: an hour, and no longer. */
static void
test_stalled(Fixture *fixture, gconstpointer data)
{
	int64_t taken_ns;

	(void)data;
	wait_for_stream(fixture);
	sweep_until(fixture, 0);
	taken_ns = avu_now_ns();
	(void)http_table_sweep(
		fixture->context.table, taken_ns + (AVU_LIMIT_STREAM_STALL_S - 700) * S);
	g_assert_cmpuint(http_table_count_streams(fixture->context.table), ==, 1);
	for (int64_t i = 1; i <= 3; i++) { /* the first may find that one more octet was taken */
		(void)http_table_sweep(
			fixture->context.table, taken_ns + i * (AVU_LIMIT_STREAM_STALL_S + 1) * S);
	}
	wait_for_counter(fixture->counters, "av_http_aborted_total 1\n");
}

static void
test_address_gone(Fixture *fixture, gconstpointer data)
{
	AvuAddress other;

	(void)data;
	hear(fixture, "word\n");
	g_assert_true(avu_address_parse("192.0.2.1", &other));
	http_table_keep_local(fixture->context.table, &fixture->here, 1);
	g_assert_false(is_closed(fixture, 0));
	http_table_keep_local(fixture->context.table, &other, 1);
	g_assert_true(is_closed(fixture, WAIT_MS));
}

/* What libmicrohttpd does not take is closed, counted, and keeps no place. */
static void
test_refused(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_assert_true(is_closed(fixture, WAIT_MS));
	wait_for_counter(fixture->counters, "av_http_closed_early_total{reason=\"busy\"} 1\n");
	for (int i = 0; i < WAIT_MS && http_table_count(fixture->context.table) > 0; i++) {
		g_usleep(1000);
	}
	g_assert_cmpuint(http_table_count(fixture->context.table), ==, 0);
}

#define ADD(name, request, fn) \
	g_test_add("/net/http-lane-alone/" name, Fixture, request, set_up, fn, tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_assert_true(avu_log_init("test", AVU_LOG_STDERR, "access=info", NULL));
	access_lines = g_async_queue_new_full(g_free);
	g_log_set_handler("access", G_LOG_LEVEL_INFO, on_line, NULL);
	ADD("idle", "GET /word", test_idle);
	ADD("trickle", "GET /word", test_trickle);
	ADD("slow-answer", "GET /long", test_slow_answer);
	ADD("evicted", "GET /file", test_evicted);
	ADD("stalled", "GET /file", test_stalled);
	ADD("address-gone", "GET /word", test_address_gone);
	ADD("refused", "GET /elsewhere", test_refused);

	const int result = g_test_run();

	g_async_queue_unref(access_lines);
	return result;
}
