/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Many at once: half requests, idle ones, one address that takes all. */
#include "server-fixture.h"

#include <malloc.h>

static atomic_uint trimmed;

/* The allocator's: what the server calls arrives here. */
int
malloc_trim(size_t pad)
{
	(void)pad;
	atomic_fetch_add(&trimmed, 1);
	return 1;
}

/* So many of one address are served and no more. */
#define MANY (AVU_LIMIT_HTTP_SERVED / 10 * 9)

/* Answered, and kept. */
static int
dial_kept(Fixture *fixture)
{
	g_autofree char *request =
		g_strconcat("GET /echo?x HTTP/1.1\r\n", fixture->host, "\r\n", NULL);
	const int fd = dial(fixture);

	say(fd, request, strlen(request));
	GString *heard = hear(fd, "|x|");

	g_assert_cmpuint(status_of(heard), ==, 200);
	g_string_free(heard, TRUE);
	return fd;
}

/* LIM-06. A head that trickles is not kept longer for trickling, be it the first one or a later one, and takes nobody's
 * place. Who says nothing behind an answer has its time. */
static void
test_slow_head(Fixture *fixture, gconstpointer data)
{
	avu_autofd int silent = dial_kept(fixture);
	avu_autofd int first = dial(fixture);
	avu_autofd int later = dial_kept(fixture);
	int trickles[] = { first, later };
	double closed_s[G_N_ELEMENTS(trickles)] = { 0 };
	const gint64 start = g_get_monotonic_time();
	double now_s = 0;

	(void)data;
	while ((trickles[0] >= 0 || trickles[1] >= 0) && now_s < 60) {
		g_usleep(500000);
		now_s = (double)(g_get_monotonic_time() - start) / G_USEC_PER_SEC;
		for (size_t i = 0; i < G_N_ELEMENTS(trickles); i++) {
			if (trickles[i] >= 0 && is_closed(trickles[i], 0)) {
				trickles[i] = -1;
				closed_s[i] = now_s;
			} else if (trickles[i] >= 0) {
				(void)send(trickles[i], "G", 1, MSG_NOSIGNAL);
			}
		}
	}
	for (size_t i = 0; i < G_N_ELEMENTS(trickles); i++) {
		g_assert_cmpfloat(closed_s[i], >, 9.0);
		/* not the 30 s of an idle one; the figure is bench-stream's */
		g_assert_cmpfloat(closed_s[i], <, 25.0);
	}
	g_assert_false(is_closed(silent, 0));
}

/* LIM-09: the oldest half request goes when there are too many; those that say nothing stay. */
static void
test_half(Fixture *fixture, gconstpointer data)
{
	g_autofree int *fds = g_new(int, AVU_LIMIT_HTTP_HALF + 2);
	avu_autofd int silent = dial(fixture);
	struct rlimit limit;

	(void)data;
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur < 3 * AVU_LIMIT_HTTP_HALF) {
		g_test_skip("not enough descriptors");
		return;
	}
	for (size_t i = 0; i < AVU_LIMIT_HTTP_HALF + 2; i++) {
		fds[i] = dial(fixture);
		say(fds[i], "GET /", 5);
	}
	g_assert_true(is_closed(fds[0], 5000)); /* not for its age: that takes twice as long */
	g_assert_true(is_closed(fds[1], 5000));
	g_assert_false(is_closed(fds[2], 0));
	g_assert_false(is_closed(silent, 0));
	/* What will never be whole is not waited for. */
	(void)shutdown(fds[AVU_LIMIT_HTTP_HALF], SHUT_WR);
	g_assert_true(is_closed(fds[AVU_LIMIT_HTTP_HALF], WAIT_MS));
	g_assert_false(is_closed(fds[AVU_LIMIT_HTTP_HALF + 1], 0));
	for (size_t i = 0; i < AVU_LIMIT_HTTP_HALF + 2; i++) {
		(void)close(fds[i]);
	}
}

typedef struct {
	Fixture *fixture;
	unsigned good;
} Caller;

static void *
call_often(void *data)
{
	Caller *caller = data;

	for (int i = 0; i < 10; i++) {
		GString *heard = ask(caller->fixture, "GET /file", "\r\n");

		caller->good += status_of(heard) == 200 && heard->len > FILE_SIZE;
		g_string_free(heard, TRUE);
	}
	return NULL;
}

static void
test_many(Fixture *fixture, gconstpointer data)
{
	pthread_t threads[50];
	Caller callers[50];
	int half[200];

	(void)data;
	/* M4: half requests of others do not stop anybody. */
	for (size_t i = 0; i < G_N_ELEMENTS(half); i++) {
		half[i] = dial(fixture);
		say(half[i], "GET / HT", 8);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(threads); i++) {
		callers[i] = (Caller){ fixture, 0 };
		g_assert_cmpint(pthread_create(&threads[i], NULL, call_often, &callers[i]), ==, 0);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(threads); i++) {
		pthread_join(threads[i], NULL);
		g_assert_cmpuint(callers[i].good, ==, 10);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(half); i++) {
		(void)close(half[i]);
	}
}

/* LIM-08. The longest idle connection gives way to a newcomer; when all of an address are at work, its
 * next one is told so, while the last tenth of the places is kept for others. */
static void
test_crowd(Fixture *fixture, gconstpointer data)
{
	g_autofree char *quick =
		g_strconcat("GET /echo?x HTTP/1.1\r\n", fixture->host, "\r\n", NULL);
	g_autofree char *slow = g_strconcat("GET /hold HTTP/1.1\r\n", fixture->host, "\r\n", NULL);
	int fds[AVU_LIMIT_HTTP_SERVED + 40];
	struct rlimit limit;
	GString *heard;

	(void)data;
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur < 3 * G_N_ELEMENTS(fds)) {
		g_test_skip("not enough descriptors");
		return;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(fds); i++) {
		fds[i] = dial(fixture);
		say(fds[i], quick, strlen(quick));
		heard = hear(fds[i], "|x|");
		g_assert_cmpuint(status_of(heard), ==, 200);
		g_string_free(heard, TRUE);
	}
	heard = hear(fds[0], NULL); /* evicted: end of file at once, not after 30 s */
	g_assert_cmpuint(heard->len, ==, 0);
	g_string_free(heard, TRUE);
	for (size_t i = 0; i < G_N_ELEMENTS(fds); i++) {
		(void)close(fds[i]);
	}
	for (size_t i = 0; i < MANY; i++) {
		fds[i] = dial(fixture);
		say(fds[i], slow, strlen(slow));
	}
	/* Those closed above may hold their places a moment longer: who is told 503 tries again. */
	for (int i = 0; i < WAIT_MS && fixture->held < MANY; i++) {
		g_usleep(1000);
		for (size_t j = 0; j < MANY; j++) {
			struct pollfd ready = { .fd = fds[j], .events = POLLIN };

			if (poll(&ready, 1, 0) == 1) {
				(void)close(fds[j]);
				fds[j] = dial(fixture);
				say(fds[j], slow, strlen(slow));
			}
		}
	}
	g_assert_cmpint(fixture->held, ==, MANY);
	heard = ask(fixture, "GET /echo", "\r\n");
	g_assert_cmpuint(status_of(heard), ==, 503);
	g_string_free(heard, TRUE);
	/* Another address still gets in. */
	fds[MANY] = dial_from(fixture, "127.0.0.2");
	say(fds[MANY], quick, strlen(quick));
	heard = hear(fds[MANY], "|x|");
	g_assert_cmpuint(status_of(heard), ==, 200);
	g_string_free(heard, TRUE);
	fixture->released = true;
	for (size_t i = 0; i <= MANY; i++) {
		(void)close(fds[i]);
	}
}

static void
come_and_go(Fixture *fixture, size_t n)
{
	g_autofree char *quick =
		g_strconcat("GET /echo?x HTTP/1.1\r\n", fixture->host, "\r\n", NULL);
	g_autofree int *fds = g_new(int, n);

	for (size_t i = 0; i < n; i++) {
		fds[i] = dial(fixture);
		say(fds[i], quick, strlen(quick));
		GString *heard = hear(fds[i], "|x|");

		g_assert_cmpuint(status_of(heard), ==, 200);
		g_string_free(heard, TRUE);
	}
	for (size_t i = 0; i < n; i++) {
		(void)close(fds[i]);
	}
}

/* FLT-38: the memory that a crowd had is the system's again when it has gone, not only what it held open; a few that
 * come and go all day cost no such work. */
static void
test_memory(Fixture *fixture, gconstpointer data)
{
	(void)data;
	atomic_store(&trimmed, 0);
	come_and_go(fixture, 20);
	come_and_go(fixture, 20);
	g_assert_cmpuint(atomic_load(&trimmed), ==, 0);
	come_and_go(fixture, 100);
	for (int i = 0; i < WAIT_MS && atomic_load(&trimmed) == 0; i++) {
		g_usleep(1000);
	}
	g_assert_cmpuint(atomic_load(&trimmed), ==, 1);
}

#define ADD(name, fn) \
	g_test_add("/net/http-server-crowd/" name, Fixture, NULL, set_up, fn, tear_down)

/* A request that is answered while the server ends. */
typedef struct {
	AvuCounters *counters;
	uint16_t port;
	atomic_bool inside;
	GString *counted;
} Last;

static bool
is_heard(uint16_t port)
{
	const struct sockaddr_in where = { .sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	avu_autofd int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	return connect(fd, (const struct sockaddr *)&where, sizeof(where)) == 0;
}

static AvuHttpResponse *
on_count(const AvuHttpRequest *request, void *user_data)
{
	Last *last = user_data;

	(void)request;
	atomic_store(&last->inside, true);
	while (is_heard(last->port)) {
		g_usleep(1000);
	}
	/* nobody listens any more: what counted those who wait may be gone the next moment */
	for (int i = 0; i < 50; i++) {
		g_autofree char *text = avu_counters_format_json(last->counters);

		g_string_assign(last->counted, text);
		g_usleep(1000);
	}
	return avu_http_response_new(204, NULL, NULL);
}

/* What is counted can be asked for to the last moment. */
static void
test_count_at_the_end(void)
{
	Last last = { .counters = avu_counters_new(), .counted = g_string_new(NULL) };
	const AvuHttpRoute route = {
		.path = "/count", .methods = AVU_HTTP_GET, .handler = on_count
	};
	AvuHttpServer *server = avu_http_server_new();
	AvuAddress loopback;

	g_assert_true(avu_address_parse("127.0.0.1", &loopback));
	avu_http_server_set_counters(server, last.counters);
	avu_http_server_add_route(server, &route, &last);
	g_assert_true(avu_http_server_start(server, 0, 0, NULL));
	last.port = avu_http_server_get_port(server);
	g_assert_true(avu_http_server_set_addresses(server, &loopback, 1, NULL));

	avu_autofd int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	const struct sockaddr_in where = { .sin_family = AF_INET,
		.sin_port = htons(last.port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	g_autofree char *request =
		g_strdup_printf("GET /count HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n\r\n", last.port);

	g_assert_cmpint(connect(fd, (const struct sockaddr *)&where, sizeof(where)), ==, 0);
	g_assert_cmpint(send(fd, request, strlen(request), 0), ==, (ssize_t)strlen(request));
	while (!atomic_load(&last.inside)) {
		g_usleep(1000);
	}
	avu_http_server_free(server);
	g_assert_nonnull(strstr(last.counted->str, "\"av_http_waiting\":0"));
	(void)g_string_free(last.counted, TRUE);
	avu_counters_free(last.counters);
}

#define DESCRIPTORS 256
#define CROWD 200
#define SPARE 60 /* of the 64 that are kept; the server needs some for a moment */

/* Descriptors of the clients do not count: their numbers are above all that the process may have from now on. */
static void
take_crowd(int *fds)
{
	const struct rlimit few = { DESCRIPTORS, DESCRIPTORS };

	for (size_t i = 0; i <= CROWD; i++) {
		avu_autofd int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

		fds[i] = fcntl(fd, F_DUPFD_CLOEXEC, DESCRIPTORS);
		g_assert_cmpint(fds[i], >=, DESCRIPTORS);
	}
	g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &few), ==, 0);
}

static void
meet_crowd(void)
{
	Fixture fixture = { 0 };
	int fds[CROWD + 1];
	int spare[SPARE];

	take_crowd(fds);
	set_up(&fixture, NULL);
	const struct sockaddr_in where = { .sin_family = AF_INET,
		.sin_port = htons(fixture.port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	g_autofree char *request =
		g_strconcat("GET /echo?x HTTP/1.1\r\n", fixture.host, "\r\n", NULL);

	for (size_t i = 0; i <= CROWD; i++) {
		g_assert_cmpint(
			connect(fds[i], (const struct sockaddr *)&where, sizeof(where)), ==, 0);
	}
	/* behind all the silent ones */
	say(fds[CROWD], request, strlen(request));
	GString *heard = hear(fds[CROWD], "|x|");

	g_assert_cmpuint(status_of(heard), ==, 200);
	g_string_free(heard, TRUE);
	g_assert_true(is_closed(fds[0], 0));          /* the oldest gave way, */
	g_assert_false(is_closed(fds[CROWD - 1], 0)); /* no more than had to */
	for (size_t i = 0; i < SPARE; i++) {
		spare[i] = open("/dev/null", O_RDONLY | O_CLOEXEC);
		g_assert_cmpint(spare[i], >=, 0);
	}
	for (size_t i = 0; i < SPARE; i++) {
		(void)close(spare[i]);
	}
	for (size_t i = 0; i <= CROWD; i++) {
		(void)close(fds[i]);
	}
	tear_down(&fixture, NULL);
}

/* ROB-013: who opens connections and says nothing leaves the program the descriptors it needs for everything else.
 * In a process of its own, which has few. */
static void
test_reserve(void)
{
	if (g_test_subprocess()) {
		meet_crowd();
		return;
	}
	g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
	g_test_trap_assert_passed();
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("half", test_half);
	ADD_BOTH("/net/http-server-crowd/", "many", test_many);
	ADD_BOTH("/net/http-server-crowd/", "crowd", test_crowd);
	ADD("memory", test_memory);
	ADD("slow-head", test_slow_head);
	g_test_add_func("/net/http-server-crowd/count-at-the-end", test_count_at_the_end);
	g_test_add_func("/net/http-server-crowd/reserve", test_reserve);
	return g_test_run();
}
