/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The device's side of eventing against subscribers made of bare sockets. */
#include "loopback.h"

#include <av-upnp/limits.h>
#include <av-upnp/url.h>

#include "libav-upnp/upnp/gena-publisher.h"

typedef struct {
	AvuMailbox *mailbox;
	AvuHttpServer *server;
	AvuFetcher *fetcher;
	AvuVariables *variables;
	Publisher *publisher;
	unsigned source;
	int64_t skipped_ns; /* the publisher's clock runs ahead by that */
} Fixture;

static int64_t
fixture_now(void *self)
{
	return avu_now_ns() + ((Fixture *)self)->skipped_ns;
}

static AvuHttpResponse *
on_event(const AvuHttpRequest *request, void *user_data)
{
	Fixture *fixture = user_data;

	return publisher_handle(fixture->publisher, fixture->source, request);
}

static bool
volume_only(const char *name, void *data)
{
	(void)data;
	return strcmp(name, "GetVolume") == 0;
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
	static AvuClock clock;
	const AvuHttpRoute route = { .path = "/event",
		.methods = AVU_HTTP_SUBSCRIBE | AVU_HTTP_UNSUBSCRIBE,
		.handler = on_event };
	AvuAddress loopback;

	(void)data;
	clock = (AvuClock){ fixture_now, fixture };
	fixture->mailbox = avu_mailbox_new(NULL);
	fixture->server = avu_http_server_new();
	fixture->fetcher = avu_fetcher_new(NULL, NULL);
	fixture->variables = variables_new(&avu_service_rendering_control, 1);
	variables_settle(fixture->variables, volume_only, NULL);
	fixture->publisher = publisher_new(fixture->mailbox, fixture->fetcher, NULL, &clock);
	fixture->source = publisher_add_source(fixture->publisher, fixture->variables);
	avu_http_server_add_route(fixture->server, &route, fixture);
	g_assert_true(avu_http_server_start(fixture->server, 0, 0, NULL));
	g_assert_true(avu_address_parse("127.0.0.1", &loopback));
	g_assert_true(avu_http_server_set_addresses(fixture->server, &loopback, 1, NULL));
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
	(void)data;
	avu_mailbox_close(fixture->mailbox);
	avu_http_server_free(fixture->server);
	publisher_close(fixture->publisher);
	publisher_unref(fixture->publisher);
	variables_free(fixture->variables);
	avu_fetcher_free(fixture->fetcher);
	avu_mailbox_unref(fixture->mailbox);
}

static char *
ask(const Fixture *fixture, const char *method, const char *headers)
{
	uint16_t port = avu_http_server_get_port(fixture->server);
	g_autofree char *request = g_strdup_printf("%s /event HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n"
						   "%sConnection: close\r\n\r\n",
		method, port, headers);

	return exchange(fixture->mailbox, port, request);
}

static char *
subscribe_at(const Fixture *fixture, uint16_t port, const char *path)
{
	g_autofree char *headers = g_strdup_printf(
		"CALLBACK: <http://127.0.0.1:%u%s>\r\nNT: upnp:event\r\nTIMEOUT: Second-1800\r\n",
		port, path);

	return ask(fixture, "SUBSCRIBE", headers);
}

/* SID of a new subscription. */
static char *
subscribe(const Fixture *fixture, const Listener *listener)
{
	g_autofree char *answer = subscribe_at(fixture, listener->port, "/e");

	g_assert_cmpint(status_of(answer), ==, 200);
	return header_of(answer, "SID");
}

static int
ask_with_sid(const Fixture *fixture, const char *method, const char *sid, const char *more)
{
	g_autofree char *headers = g_strdup_printf("SID: %s\r\n%s", sid, more);
	g_autofree char *answer = ask(fixture, method, headers);

	return status_of(answer);
}

static void
set_volume(const Fixture *fixture, int volume)
{
	avu_variables_set_int(fixture->variables, 0, "Master", "Volume", volume);
}

#define VOLUME(n) "&lt;Volume channel=\"Master\" val=\"" #n "\"/&gt;"

static void
test_events(Fixture *fixture, gconstpointer data)
{
	g_autoptr(Listener) listener = listener_new(fixture->mailbox, 200);

	(void)data;
	set_volume(fixture, 11);
	run_for(MUST_NOT_NS); /* the 200 ms of LastChange are over */
	g_autofree char *answer = subscribe_at(fixture, listener->port, "/e");
	g_autofree char *sid = header_of(answer, "SID");
	g_autofree char *timeout = header_of(answer, "TIMEOUT");
	g_autofree char *length = header_of(answer, "Content-Length");
	g_autofree char *server = header_of(answer, "SERVER");

	g_assert_cmpint(status_of(answer), ==, 200);
	g_assert_true(g_str_has_prefix(sid, "uuid:"));
	g_assert_cmpstr(timeout, ==, "Second-1800");
	g_assert_cmpstr(length, ==, "0");
	g_assert_nonnull(server);
	const char *first = wait_event(listener, 0);
	static const struct {
		const char *name, *value;
	} lines[] = {
		{ "NT", "upnp:event" },
		{ "NTS", "upnp:propchange" },
		{ "Content-Type", "text/xml; charset=\"utf-8\"" },
	};

	g_assert_true(g_str_has_prefix(first, "NOTIFY /e HTTP/1.1\r\n"));
	assert_seq(first, sid, "0");
	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
		g_autofree char *value = header_of(first, lines[i].name);

		g_assert_cmpstr(value, ==, lines[i].value);
	}
	g_assert_nonnull(strstr(first, "<LastChange>"));
	g_assert_nonnull(strstr(first, VOLUME(11)));
	set_volume(fixture, 12);
	const char *second = wait_event(listener, 1);

	assert_seq(second, sid, "1");
	g_assert_nonnull(strstr(second, VOLUME(12)));
	run_for(MUST_NOT_NS);
	g_assert_cmpuint(listener->events->len, ==, 2);
}

/* The kernel has the whole answer before it has the connection of the first event. */
static void
test_answer_first(Fixture *fixture, gconstpointer data)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t len = sizeof(at);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int fd = connect_to(avu_http_server_get_port(fixture->server));

	(void)data;
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	g_assert_cmpint(bind(listener, (struct sockaddr *)&at, sizeof(at)), ==, 0);
	g_assert_cmpint(listen(listener, 1), ==, 0);
	g_assert_cmpint(getsockname(listener, (struct sockaddr *)&at, &len), ==, 0);
	g_autofree char *request =
		g_strdup_printf("SUBSCRIBE /event HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n"
				"CALLBACK: <http://127.0.0.1:%u/>\r\nNT: upnp:event\r\n\r\n",
			avu_http_server_get_port(fixture->server), ntohs(at.sin_port));
	struct pollfd waiting = { .fd = listener, .events = POLLIN };
	int64_t end_ns = avu_now_ns() + MUST_NS;

	send_all(fd, request);
	while (poll(&waiting, 1, 1) == 0 && avu_now_ns() < end_ns) {
		while (g_main_context_iteration(NULL, FALSE)) {
		}
	}
	g_assert_cmpint(waiting.revents, ==, POLLIN);
	char answer[2048];
	ssize_t n = recv(fd, answer, sizeof(answer) - 1, MSG_DONTWAIT);

	g_assert_cmpint(n, >, 0);
	answer[n] = '\0';
	g_assert_cmpint(status_of(answer), ==, 200);
	g_assert_nonnull(strstr(answer, "\r\n\r\n"));
	(void)close(fd);
	(void)close(listener);
}

static void
test_renew_and_end(Fixture *fixture, gconstpointer data)
{
	g_autoptr(Listener) listener = listener_new(fixture->mailbox, 200);
	g_autofree char *sid = subscribe(fixture, listener);

	(void)data;
	(void)wait_event(listener, 0);
	g_assert_cmpint(
		ask_with_sid(fixture, "SUBSCRIBE", sid, "TIMEOUT: Second-900\r\n"), ==, 200);
	g_assert_cmpint(ask_with_sid(fixture, "SUBSCRIBE", sid, "NT: upnp:event\r\n"), ==, 400);
	g_assert_cmpint(
		ask_with_sid(fixture, "SUBSCRIBE", sid, "CALLBACK: <http://127.0.0.1:9/>\r\n"), ==,
		400);
	g_assert_cmpint(ask_with_sid(fixture, "SUBSCRIBE", "uuid:unknown", ""), ==, 412);
	run_for(MUST_NOT_NS);
	/* No second first event. */
	g_assert_cmpuint(listener->events->len, ==, 1);
	set_volume(fixture, 1);
	assert_seq(wait_event(listener, 1), sid, "1");
	g_assert_cmpint(ask_with_sid(fixture, "UNSUBSCRIBE", sid, "NT: upnp:event\r\n"), ==, 400);
	g_assert_cmpint(ask_with_sid(fixture, "UNSUBSCRIBE", sid, ""), ==, 200);
	g_assert_cmpint(ask_with_sid(fixture, "UNSUBSCRIBE", sid, ""), ==, 412);
	g_assert_cmpint(ask_with_sid(fixture, "SUBSCRIBE", sid, ""), ==, 412);
	set_volume(fixture, 2);
	run_for(MUST_NOT_NS);
	g_assert_cmpuint(listener->events->len, ==, 2);
}

static void
test_expiry(Fixture *fixture, gconstpointer data)
{
	g_autoptr(Listener) listener = listener_new(fixture->mailbox, 200);
	g_autofree char *sid = subscribe(fixture, listener);

	(void)data;
	(void)wait_event(listener, 0);
	fixture->skipped_ns += 1700 * AVU_NS_PER_S;
	publisher_expire(fixture->publisher);
	g_assert_cmpint(
		ask_with_sid(fixture, "SUBSCRIBE", sid, "TIMEOUT: Second-300\r\n"), ==, 200);
	fixture->skipped_ns += 299 * AVU_NS_PER_S;
	publisher_expire(fixture->publisher);
	set_volume(fixture, 1);
	(void)wait_event(listener, 1);
	fixture->skipped_ns += 2 * AVU_NS_PER_S;
	publisher_expire(fixture->publisher);
	g_assert_cmpint(ask_with_sid(fixture, "SUBSCRIBE", sid, ""), ==, 412);
	set_volume(fixture, 2);
	run_for(MUST_NOT_NS);
	g_assert_cmpuint(listener->events->len, ==, 2);
}

/* SEC-083: nor a socket of our own. No prefixes are known here: only the subscriber's own address will do. */
static void
test_callbacks(Fixture *fixture, gconstpointer data)
{
	g_autofree char *own = g_strdup_printf(
		"<http://127.0.0.1:%u/event>", avu_http_server_get_port(fixture->server));
	const char *const bad[] = { own, "<http://192.0.2.7:80/>", "<http://127.0.0.2:80/>",
		"<http://0.0.0.0:80/>", "<http://224.0.0.1:80/>", "<http://255.255.255.255:80/>",
		"<http://[::1]:80/>", "<http://localhost:80/>",
		"<http://127.0.0.1:80/><http://192.0.2.7:80/>" };

	(void)data;
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autofree char *headers =
			g_strdup_printf("CALLBACK: %s\r\nNT: upnp:event\r\n", bad[i]);
		g_autofree char *answer = ask(fixture, "SUBSCRIBE", headers);

		g_test_message("%s", bad[i]);
		g_assert_cmpint(status_of(answer), ==, 412);
	}
}

/* One that takes the connection and never answers, one that refuses connections. */
static void
test_slow_subscriber(Fixture *fixture, gconstpointer data)
{
	g_autoptr(Listener) tarpit = listener_new(fixture->mailbox, 0);
	g_autoptr(Listener) live = listener_new(fixture->mailbox, 200);
	g_autofree char *slow_sid = subscribe(fixture, tarpit);
	g_autofree char *nobody = subscribe_at(fixture, 1, "/e");
	g_autofree char *sid = subscribe(fixture, live);

	(void)data;
	(void)wait_event(tarpit, 0);
	(void)wait_event(live, 0);
	for (int i = 1; i <= 3; i++) {
		int64_t start_ns = avu_now_ns();

		set_volume(fixture, i);
		(void)wait_event(live, (guint)i);
		/* 200 ms of moderation, the rest for a busy machine; a delivery may take 5 s. */
		g_assert_cmpint(avu_now_ns() - start_ns, <, 3 * AVU_NS_PER_S);
	}
	/* Its first event is still under way: nothing else was sent to it. */
	g_assert_cmpuint(tarpit->events->len, ==, 1);
	/* An undelivered event ends nothing. */
	g_assert_cmpint(ask_with_sid(fixture, "SUBSCRIBE", slow_sid, ""), ==, 200);
	g_autofree char *nobody_sid = header_of(nobody, "SID");

	g_assert_cmpint(ask_with_sid(fixture, "SUBSCRIBE", nobody_sid, ""), ==, 200);
}

static void
test_second_url(Fixture *fixture, gconstpointer data)
{
	g_autoptr(Listener) listener = listener_new(fixture->mailbox, 200);
	g_autofree char *headers = g_strdup_printf(
		"CALLBACK: <http://127.0.0.1:1/a><http://127.0.0.1:%u/b>\r\nNT: upnp:event\r\n",
		listener->port);
	g_autofree char *answer = ask(fixture, "SUBSCRIBE", headers);

	(void)data;
	g_assert_cmpint(status_of(answer), ==, 200);
	g_assert_true(g_str_has_prefix(wait_event(listener, 0), "NOTIFY /b HTTP/1.1\r\n"));
}

/* UDA 1.0 4.2.1: a subscriber that answers 412 has no subscription. */
static void
test_refused(Fixture *fixture, gconstpointer data)
{
	g_autoptr(Listener) listener = listener_new(fixture->mailbox, 412);
	g_autofree char *sid = subscribe(fixture, listener);

	(void)data;
	(void)wait_event(listener, 0);
	run_for(MUST_NOT_NS);
	g_assert_cmpint(ask_with_sid(fixture, "SUBSCRIBE", sid, ""), ==, 412);
}

static void
test_moderation(Fixture *fixture, gconstpointer data)
{
	g_autoptr(Listener) listener = listener_new(fixture->mailbox, 200);
	g_autofree char *sid = subscribe(fixture, listener);
	int64_t start_ns;

	(void)data;
	(void)wait_event(listener, 0);
	start_ns = avu_now_ns();
	for (int i = 1; i <= 50; i++) {
		set_volume(fixture, i);
		run_for(10 * AVU_NS_PER_MS);
	}
	run_for(MUST_NOT_NS);
	int64_t span_ns = avu_now_ns() - start_ns;
	guint told = listener->events->len - 1;

	/* At most five in a second, and one at once. */
	g_assert_cmpuint(told, >=, 2);
	g_assert_cmpint(told, <=, 1 + span_ns / (200 * AVU_NS_PER_MS));
	g_assert_nonnull(
		strstr(g_ptr_array_index(listener->events, listener->events->len - 1), VOLUME(50)));
}

/* LIM-11 of SEC-084. */
static void
test_limit_per_address(Fixture *fixture, gconstpointer data)
{
	(void)data;
	for (unsigned i = 0; i < AVU_LIMIT_SUBSCRIPTIONS_PER_ADDRESS; i++) {
		g_autofree char *path = g_strdup_printf("/%u", i);
		g_autofree char *answer = subscribe_at(fixture, 1, path);

		g_assert_cmpint(status_of(answer), ==, 200);
	}
	g_autofree char *over = subscribe_at(fixture, 1, "/more");
	/* The same call-back again takes the place of its older subscription. */
	g_autofree char *again = subscribe_at(fixture, 1, "/7");

	g_assert_cmpint(status_of(over), ==, 503);
	g_assert_cmpint(status_of(again), ==, 200);
}

/* The first event is owed even to one who leaves at once. */
static void
test_quick_end(Fixture *fixture, gconstpointer data)
{
	g_autoptr(Listener) listener = listener_new(fixture->mailbox, 200);
	g_autofree char *sid = subscribe(fixture, listener);

	(void)data;
	g_assert_cmpint(ask_with_sid(fixture, "UNSUBSCRIBE", sid, ""), ==, 200);
	assert_seq(wait_event(listener, 0), sid, "0");
	set_volume(fixture, 5);
	run_for(MUST_NOT_NS);
	g_assert_cmpuint(listener->events->len, ==, 1);
}

/* SEC-082: who knows a SID from listening in can neither renew nor end the subscription. */
static void
test_other_address(Fixture *fixture, gconstpointer data)
{
	g_autoptr(Listener) listener = listener_new(fixture->mailbox, 200);
	g_autofree char *sid = subscribe(fixture, listener);
	uint16_t port = avu_http_server_get_port(fixture->server);
	static const char *const methods[] = { "SUBSCRIBE", "UNSUBSCRIBE" };

	(void)data;
	(void)wait_event(listener, 0);
	for (size_t i = 0; i < G_N_ELEMENTS(methods); i++) {
		g_autofree char *request =
			g_strdup_printf("%s /event HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nSID: %s\r\n"
					"Connection: close\r\n\r\n",
				methods[i], port, sid);
		g_autofree char *answer = exchange_from(2, fixture->mailbox, port, request);

		g_assert_cmpint(status_of(answer), ==, 412);
	}
	g_assert_cmpint(ask_with_sid(fixture, "SUBSCRIBE", sid, ""), ==, 200);
}

#define ADD(name, fn) g_test_add("/upnp/gena-publisher/" name, Fixture, NULL, set_up, fn, tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("events", test_events);
	ADD("answer-first", test_answer_first);
	ADD("renew-and-end", test_renew_and_end);
	ADD("expiry", test_expiry);
	ADD("callbacks", test_callbacks);
	ADD("slow-subscriber", test_slow_subscriber);
	ADD("second-url", test_second_url);
	ADD("refused", test_refused);
	ADD("moderation", test_moderation);
	ADD("limit-per-address", test_limit_per_address);
	ADD("quick-end", test_quick_end);
	ADD("other-address", test_other_address);
	return g_test_run();
}
