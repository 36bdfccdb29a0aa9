/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The subscriber's side of eventing against a device made of bare sockets: what it sends, and which
 * events it believes: SEC-087, SEC-088. */
#include "loopback.h"

#include <av-upnp/gena.h>

typedef struct {
	AvuMailbox *mailbox;
	AvuHttpServer *server;
	AvuFetcher *fetcher;
	AvuSubscriber *subscriber;
	Listener *device;
	const char *flooded; /* path */
	GString *told;       /* "seq:name=value;"… and "lost;" */
} Fixture;

static void
on_told(uint32_t seq, const char *const *names, const char *const *values, void *user_data)
{
	Fixture *fixture = user_data;

	g_string_append_printf(fixture->told, "%u:", seq);
	for (size_t i = 0; names[i] != NULL; i++) {
		g_string_append_printf(fixture->told, "%s=%s;", names[i], values[i]);
	}
}

static void
on_lost(const GError *error, void *user_data)
{
	g_assert_nonnull(error);
	g_string_append(((Fixture *)user_data)->told, "lost;");
}

static const AvuSubscriptionHandler handler = { on_told, on_lost };

static void
set_up(Fixture *fixture, gconstpointer data)
{
	AvuAddress loopback;

	fixture->mailbox = avu_mailbox_new(NULL);
	fixture->server = avu_http_server_new();
	fixture->fetcher = avu_fetcher_new(NULL, NULL);
	fixture->subscriber =
		avu_subscriber_new(fixture->server, fixture->fetcher, fixture->mailbox);
	fixture->told = g_string_new(NULL);
	fixture->device = listener_new(fixture->mailbox, GPOINTER_TO_INT(data));
	fixture->device->extra = "SID: uuid:one\r\nTIMEOUT: Second-1800\r\n";
	g_assert_true(avu_http_server_start(fixture->server, 0, 0, NULL));
	g_assert_true(avu_address_parse("127.0.0.1", &loopback));
	g_assert_true(avu_http_server_set_addresses(fixture->server, &loopback, 1, NULL));
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
	(void)data;
	avu_http_server_free(fixture->server);
	avu_subscriber_free(fixture->subscriber);
	avu_fetcher_free(fixture->fetcher);
	listener_free(fixture->device);
	avu_mailbox_close(fixture->mailbox);
	avu_mailbox_unref(fixture->mailbox);
	(void)g_string_free(fixture->told, TRUE);
}

static AvuSubscription *
subscribe(Fixture *fixture)
{
	g_autofree char *url = g_strdup_printf("http://127.0.0.1:%u/event", fixture->device->port);

	return avu_subscribe(fixture->subscriber, url, &handler, fixture);
}

/* Path of the call-back in a SUBSCRIBE. */
static char *
callback_path(const Fixture *fixture, const char *request)
{
	g_autofree char *callback = header_of(request, "CALLBACK");
	g_autofree char *prefix = g_strdup_printf(
		"<http://127.0.0.1:%u/notify/", avu_http_server_get_port(fixture->server));

	g_assert_true(g_str_has_prefix(callback, prefix));
	g_assert_true(g_str_has_suffix(callback, ">"));
	const char *path = strstr(callback, "/notify/");

	return g_strndup(path, strlen(path) - 1);
}

static int
notify_from(uint8_t source, const Fixture *fixture, const char *path, const char *sid,
	const char *seq, const char *value)
{
	uint16_t port = avu_http_server_get_port(fixture->server);
	g_autofree char *body = g_strdup_printf(
		"<e:propertyset xmlns:e=\"urn:schemas-upnp-org:event-1-0\"><e:property><V>%s</V>"
		"</e:property></e:propertyset>",
		value);
	g_autofree char *request = g_strdup_printf(
		"NOTIFY %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nContent-Type: text/xml\r\nNT: "
		"upnp:event"
		"\r\nNTS: upnp:propchange\r\nSID: %s\r\nSEQ: %s\r\nContent-Length: %zu\r\n"
		"Connection: close\r\n\r\n%s",
		path, port, sid, seq, strlen(body), body);
	g_autofree char *answer = exchange_from(source, fixture->mailbox, port, request);
	int status = status_of(answer);

	g_assert_null(strstr(answer, "zzmarkzz")); /* SEC-050 */

	run_for(50 * AVU_NS_PER_MS);
	return status;
}

static int
notify(const Fixture *fixture, const char *path, const char *sid, const char *seq,
	const char *value)
{
	return notify_from(1, fixture, path, sid, seq, value);
}

static void
test_events(Fixture *fixture, gconstpointer data)
{
	AvuSubscription *subscription = subscribe(fixture);
	const char *request = wait_event(fixture->device, 0);
	g_autofree char *path = callback_path(fixture, request);
	g_autofree char *nt = header_of(request, "NT");
	g_autofree char *timeout = header_of(request, "TIMEOUT");

	(void)data;
	g_assert_true(g_str_has_prefix(request, "SUBSCRIBE /event HTTP/1.1\r\n"));
	g_assert_cmpstr(nt, ==, "upnp:event");
	g_assert_cmpstr(timeout, ==, "Second-1800");
	/* Not to be guessed. */
	g_assert_cmpuint(strlen(path), >=, strlen("/notify/") + 32);
	run_for(100 * AVU_NS_PER_MS);
	g_assert_cmpint(notify(fixture, path, "uuid:one", "0", "a"), ==, 200);
	g_assert_cmpint(notify(fixture, path, "uuid:one", "1", "b&amp;"), ==, 200);
	/* The same again: known, and nothing new. */
	g_assert_cmpint(notify(fixture, path, "uuid:one", "1", "b"), ==, 200);
	g_assert_cmpstr(fixture->told->str, ==, "0:V=a;1:V=b&;");
	g_assert_cmpint(notify(fixture, path, "uuid:two", "2", "x"), ==, 412);
	g_assert_cmpint(notify_from(2, fixture, path, "uuid:one", "2", "x"), ==, 412);
	g_assert_cmpint(notify(fixture, "/notify/guess", "uuid:one", "2", "x"), ==, 412);
	g_assert_cmpint(notify(fixture, path, "uuid:one", "x", "x"), ==, 400);
	g_assert_cmpint(notify(fixture, path, "uuid:one", "2", "<"), ==, 400);
	g_assert_cmpint(notify(fixture, path, "uuid:one", "2", "<zzmarkzz>"), ==, 400);
	g_assert_cmpstr(fixture->told->str, ==, "0:V=a;1:V=b&;");
	avu_subscription_free(subscription);
	const char *end = wait_event(fixture->device, 1);
	g_autofree char *sid = header_of(end, "SID");
	g_autofree char *end_nt = header_of(end, "NT");

	g_assert_true(g_str_has_prefix(end, "UNSUBSCRIBE /event HTTP/1.1\r\n"));
	g_assert_cmpstr(sid, ==, "uuid:one");
	g_assert_null(end_nt);
	g_assert_cmpint(notify(fixture, path, "uuid:one", "2", "x"), ==, 412);
}

/* ROB-020, where an event is missing. */
static void
test_gap(Fixture *fixture, gconstpointer data)
{
	AvuSubscription *subscription = subscribe(fixture);
	g_autofree char *path = callback_path(fixture, wait_event(fixture->device, 0));

	(void)data;
	run_for(100 * AVU_NS_PER_MS);
	g_assert_cmpint(notify(fixture, path, "uuid:one", "0", "a"), ==, 200);
	g_assert_cmpint(notify(fixture, path, "uuid:one", "2", "c"), ==, 200);
	g_assert_true(g_str_has_prefix(wait_event(fixture->device, 1), "UNSUBSCRIBE "));
	g_assert_true(g_str_has_prefix(wait_event(fixture->device, 2), "SUBSCRIBE "));
	run_for(100 * AVU_NS_PER_MS);
	g_assert_cmpint(notify(fixture, path, "uuid:one", "0", "all"), ==, 200);
	g_assert_cmpstr(fixture->told->str, ==, "0:V=a;0:V=all;");
	avu_subscription_free(subscription);
}

/* A device that begins to count at 1 is not asked again and again without a pause. */
static void
test_wrong_beginning(Fixture *fixture, gconstpointer data)
{
	AvuSubscription *subscription = subscribe(fixture);
	g_autofree char *path = callback_path(fixture, wait_event(fixture->device, 0));
	int64_t begin_ns;

	(void)data;
	run_for(100 * AVU_NS_PER_MS);
	begin_ns = avu_now_ns();
	g_assert_cmpint(notify(fixture, path, "uuid:one", "1", "a"), ==, 200);
	g_assert_true(g_str_has_prefix(wait_event(fixture->device, 1), "UNSUBSCRIBE "));
	g_assert_true(g_str_has_prefix(wait_event(fixture->device, 2), "SUBSCRIBE "));
	g_assert_cmpint(avu_now_ns() - begin_ns, >=, AVU_NS_PER_S);
	/* who counts rightly from then on is believed */
	run_for(100 * AVU_NS_PER_MS);
	g_assert_cmpint(notify(fixture, path, "uuid:one", "0", "all"), ==, 200);
	g_assert_cmpstr(fixture->told->str, ==, "0:V=all;");
	avu_subscription_free(subscription);
}

/* Sends events without the main loop running: nothing takes them. */
static void *
flood(void *data)
{
	const Fixture *fixture = data;
	const uint16_t port = avu_http_server_get_port(fixture->server);
	GArray *statuses = g_array_new(FALSE, FALSE, sizeof(int));

	for (int i = 0; i < 100; i++) {
		const char *body = "<e:propertyset xmlns:e=\"urn:schemas-upnp-org:event-1-0\"/>";
		g_autofree char *request = g_strdup_printf(
			"NOTIFY %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nNT: upnp:event\r\nNTS: "
			"upnp:propchange\r\nSID: uuid:one\r\nSEQ: %d\r\nContent-Length: %zu\r\n"
			"Connection: close\r\n\r\n%s",
			fixture->flooded, port, i, strlen(body), body);
		int fd = connect_to(port);

		send_all(fd, request);
		g_autofree char *answer = read_message(fd);
		const int status = status_of(answer);

		g_array_append_val(statuses, status);
		(void)close(fd);
	}
	return statuses;
}

/* What waits for a busy program has a bound. */
static void
test_flood(Fixture *fixture, gconstpointer data)
{
	AvuSubscription *subscription = subscribe(fixture);
	g_autofree char *path = callback_path(fixture, wait_event(fixture->device, 0));
	unsigned taken = 0;
	pthread_t thread;
	void *result;

	(void)data;
	run_for(100 * AVU_NS_PER_MS);
	fixture->flooded = path;
	g_assert_cmpint(pthread_create(&thread, NULL, flood, fixture), ==, 0);
	(void)pthread_join(thread, &result);

	g_autoptr(GArray) statuses = result;

	for (guint i = 0; i < statuses->len; i++) {
		const int status = g_array_index(statuses, int, i);

		g_assert_true(status == 200 || status == 503);
		taken += status == 200;
	}
	g_assert_cmpuint(taken, ==, 64);
	run_for(100 * AVU_NS_PER_MS);
	/* there is room again */
	g_assert_cmpint(notify(fixture, path, "uuid:one", "64", "b"), ==, 200);
	g_assert_true(g_str_has_suffix(fixture->told->str, "63:64:V=b;"));
	avu_subscription_free(subscription);
}

/* The answer to SUBSCRIBE is held back; the first event is there before it. */
static void
test_early_event(Fixture *fixture, gconstpointer data)
{
	AvuSubscription *subscription;

	(void)data;
	listener_hold(fixture->device);
	subscription = subscribe(fixture);
	g_autofree char *path = callback_path(fixture, wait_event(fixture->device, 0));

	g_assert_cmpint(notify(fixture, path, "uuid:other", "0", "forged"), ==, 200);
	g_assert_cmpint(notify(fixture, path, "uuid:one", "0", "a"), ==, 200);
	g_assert_cmpstr(fixture->told->str, ==, "");
	listener_release(fixture->device);
	run_for(200 * AVU_NS_PER_MS);
	g_assert_cmpstr(fixture->told->str, ==, "0:V=a;");
	avu_subscription_free(subscription);
}

static void
test_refused(Fixture *fixture, gconstpointer data)
{
	AvuSubscription *subscription = subscribe(fixture);

	(void)data;
	(void)wait_event(fixture->device, 0);
	/* Tried again after a second. */
	(void)wait_event(fixture->device, 1);
	g_assert_true(g_str_has_prefix(fixture->told->str, "lost;"));
	avu_subscription_free(subscription);
	AvuSubscription *nowhere =
		avu_subscribe(fixture->subscriber, "http://host.invalid/", &handler, fixture);

	g_string_truncate(fixture->told, 0);
	run_for(100 * AVU_NS_PER_MS);
	g_assert_cmpstr(fixture->told->str, ==, "lost;");
	avu_subscription_free(nowhere);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/upnp/gena-subscriber/events", Fixture, GINT_TO_POINTER(200), set_up,
		test_events, tear_down);
	g_test_add("/upnp/gena-subscriber/gap", Fixture, GINT_TO_POINTER(200), set_up, test_gap,
		tear_down);
	g_test_add("/upnp/gena-subscriber/wrong-beginning", Fixture, GINT_TO_POINTER(200), set_up,
		test_wrong_beginning, tear_down);
	g_test_add("/upnp/gena-subscriber/flood", Fixture, GINT_TO_POINTER(200), set_up, test_flood,
		tear_down);
	g_test_add("/upnp/gena-subscriber/early-event", Fixture, GINT_TO_POINTER(200), set_up,
		test_early_event, tear_down);
	g_test_add("/upnp/gena-subscriber/refused", Fixture, GINT_TO_POINTER(503), set_up,
		test_refused, tear_down);
	return g_test_run();
}
