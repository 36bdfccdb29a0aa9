/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Outboxes against subscribers made of bare sockets: who waits for whom, and for how long. */
#include "loopback.h"

#include <av-upnp/limits.h>
#include <av-upnp/url.h>

#include "libav-upnp/upnp/gena-delivery.h"

static unsigned made; /* of the bodies below */

static GBytes *
make_everything(void *owner)
{
	(void)owner;
	made++;
	return g_bytes_new_static("everything", strlen("everything"));
}

static void
note(void *owner)
{
	(*(unsigned *)owner)++;
}

static void
free_url(void *url)
{
	avu_url_free(url);
}

static GPtrArray *
callbacks_to(const Listener *listener)
{
	GPtrArray *callbacks = g_ptr_array_new_with_free_func(free_url);
	g_autofree char *url = g_strdup_printf("http://127.0.0.1:%u/", listener->port);

	g_ptr_array_add(callbacks, avu_url_parse(url, NULL));
	return callbacks;
}

/* The first event is under way and not answered; 16 may wait behind it, and one more makes them all
 * into one with everything (LIM-14). */
static void
test_full_queue(void)
{
	g_autoptr(AvuMailbox) mailbox = avu_mailbox_new(NULL);
	static const OutboxOwner owner = { make_everything, note, note };
	g_autoptr(Listener) listener = listener_new(mailbox, 200);
	g_autoptr(AvuFetcher) fetcher = avu_fetcher_new(NULL, NULL);
	g_autoptr(GPtrArray) callbacks = callbacks_to(listener);
	g_autoptr(GBytes) body = g_bytes_new_static("one", strlen("one"));
	Delivery *delivery = delivery_new(fetcher);
	unsigned noted = 0;

	Outbox *outbox = outbox_new(delivery, "uuid:x", callbacks, &owner, &noted);

	listener_hold(listener);
	for (unsigned i = 0; i < 1 + AVU_LIMIT_EVENT_QUEUE + 1; i++) {
		outbox_send(outbox, body);
	}
	g_assert_cmpstr(body_of(wait_event(listener, 0)), ==, "one");
	listener_release(listener);
	g_assert_cmpstr(body_of(wait_event(listener, 1)), ==, "everything");
	assert_seq(wait_event(listener, 1), "uuid:x", "1");
	for (unsigned i = 0; i < AVU_LIMIT_EVENT_QUEUE; i++) {
		outbox_send(outbox, body);
	}
	g_assert_cmpstr(body_of(wait_event(listener, 1 + AVU_LIMIT_EVENT_QUEUE)), ==, "one");
	run_for(MUST_NOT_NS);
	g_assert_cmpuint(listener->events->len, ==, 2 + AVU_LIMIT_EVENT_QUEUE);
	g_assert_cmpuint(noted, ==, 1);
	outbox_free(outbox);
	delivery_free(delivery);
}

/* More silent newcomers than there are deliveries at once (LIM-16) do not keep an event from one who
 * is known to take them (SEC-085). */
static void
test_many_silent(void)
{
	g_autoptr(AvuMailbox) mailbox = avu_mailbox_new(NULL);
	static const OutboxOwner owner = { make_everything, note, note };
	g_autoptr(Listener) live = listener_new(mailbox, 200);
	g_autoptr(Listener) silent = listener_new(mailbox, 0);
	g_autoptr(AvuFetcher) fetcher = avu_fetcher_new(NULL, NULL);
	g_autoptr(GPtrArray) to_live = callbacks_to(live);
	g_autoptr(GPtrArray) to_silent = callbacks_to(silent);
	g_autoptr(GBytes) body = g_bytes_new_static("one", strlen("one"));
	Outbox *newcomers[AVU_LIMIT_EVENT_DELIVERIES + 20];
	Delivery *delivery = delivery_new(fetcher);
	unsigned noted = 0;
	Outbox *known = outbox_new(delivery, "uuid:x", to_live, &owner, &noted);

	outbox_send(known, body);
	while (noted == 0) {
		(void)g_main_context_iteration(NULL, TRUE);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(newcomers); i++) {
		newcomers[i] = outbox_new(delivery, "uuid:y", to_silent, &owner, &noted);
		outbox_send(newcomers[i], body);
	}
	/* A body is made when its delivery begins: at once, no matter how long the others will last. */
	made = 0;
	outbox_send_full(known);
	g_assert_cmpuint(made, ==, 1);
	(void)wait_event(live, 1);
	for (size_t i = 0; i < G_N_ELEMENTS(newcomers); i++) {
		outbox_free(newcomers[i]);
	}
	outbox_free(known);
	delivery_free(delivery);
}

/* SEC-081: an event goes to the address that was checked, whatever an answer or the environment says. */
static void
test_no_detours(void)
{
	g_autoptr(AvuMailbox) mailbox = avu_mailbox_new(NULL);
	static const OutboxOwner owner = { make_everything, note, note };
	g_autoptr(Listener) elsewhere = listener_new(mailbox, 200);
	g_autoptr(Listener) moved = listener_new(mailbox, 307);
	g_autoptr(GPtrArray) callbacks = callbacks_to(moved);
	g_autoptr(GBytes) body = g_bytes_new_static("one", strlen("one"));
	g_autofree char *other = g_strdup_printf("http://127.0.0.1:%u/", elsewhere->port);
	g_autofree char *extra = g_strdup_printf("Location: %s\r\n", other);
	g_autoptr(AvuFetcher) fetcher = avu_fetcher_new(NULL, NULL);
	Delivery *delivery = delivery_new(fetcher);
	unsigned noted = 0;
	Outbox *outbox = outbox_new(delivery, "uuid:x", callbacks, &owner, &noted);

	moved->extra = extra;
	(void)g_setenv("http_proxy", other, TRUE);
	outbox_send(outbox, body);
	while (noted == 0) {
		(void)g_main_context_iteration(NULL, TRUE);
	}
	(void)wait_event(moved, 0);
	outbox_send(outbox, body);
	(void)wait_event(moved, 1);
	g_unsetenv("http_proxy");
	g_assert_cmpuint(elsewhere->events->len, ==, 0);
	outbox_free(outbox);
	delivery_free(delivery);
}

/* SEC-086: of an answer the status counts; one that is longer than anybody wants to read was an answer, too. */
static void
test_long_answer(void)
{
	g_autoptr(AvuMailbox) mailbox = avu_mailbox_new(NULL);
	static const OutboxOwner owner = { make_everything, note, note };
	g_autofree char *endless = g_strnfill(100000, 'x');
	g_autofree char *extra = g_strdup_printf("Content-Length: 200000\r\n\r\n%s", endless);
	g_autoptr(Listener) talkative = listener_new(mailbox, 200);
	g_autoptr(Listener) second = listener_new(mailbox, 200);
	g_autoptr(GPtrArray) callbacks = callbacks_to(talkative);
	g_autoptr(GPtrArray) more = callbacks_to(second);
	g_autoptr(GBytes) body = g_bytes_new_static("one", strlen("one"));
	g_autoptr(AvuFetcher) fetcher = avu_fetcher_new(NULL, NULL);
	Delivery *delivery = delivery_new(fetcher);
	unsigned noted = 0;

	talkative->extra = extra;
	g_ptr_array_extend_and_steal(callbacks, g_steal_pointer(&more));
	Outbox *outbox = outbox_new(delivery, "uuid:x", callbacks, &owner, &noted);

	outbox_send(outbox, body);
	outbox_send(outbox, body);
	assert_seq(wait_event(talkative, 1), "uuid:x", "1"); /* asked again: it takes them */
	g_assert_cmpuint(noted, ==, 1);
	g_assert_cmpuint(second->events->len, ==, 0);
	outbox_free(outbox);
	delivery_free(delivery);
}

/* LIM-15: five seconds for all call-backs of an event together. Who lets them pass at the first is not asked at the
 * second. */
static void
test_given_up(void)
{
	g_autoptr(AvuMailbox) mailbox = avu_mailbox_new(NULL);
	static const OutboxOwner owner = { make_everything, note, note };
	g_autoptr(Listener) silent = listener_new(mailbox, 0);
	g_autoptr(Listener) second = listener_new(mailbox, 200);
	g_autoptr(GPtrArray) callbacks = callbacks_to(silent);
	g_autoptr(GPtrArray) more = callbacks_to(second);
	g_autoptr(GBytes) body = g_bytes_new_static("one", strlen("one"));
	g_autoptr(AvuFetcher) fetcher = avu_fetcher_new(NULL, NULL);
	Delivery *delivery = delivery_new(fetcher);
	unsigned noted = 0;

	g_ptr_array_extend_and_steal(callbacks, g_steal_pointer(&more));
	Outbox *outbox = outbox_new(delivery, "uuid:x", callbacks, &owner, &noted);
	const int64_t start_ns = avu_now_ns();

	outbox_send(outbox, body);
	while (noted == 0) {
		(void)g_main_context_iteration(NULL, TRUE);
	}
	g_assert_cmpint(avu_now_ns() - start_ns, >=, 5 * AVU_NS_PER_S - 50 * AVU_NS_PER_MS);
	g_assert_cmpuint(silent->events->len, ==, 1);
	g_assert_cmpuint(second->events->len, ==, 0);
	outbox_free(outbox);
	delivery_free(delivery);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/upnp/gena-delivery/full-queue", test_full_queue);
	g_test_add_func("/upnp/gena-delivery/many-silent", test_many_silent);
	g_test_add_func("/upnp/gena-delivery/no-detours", test_no_detours);
	g_test_add_func("/upnp/gena-delivery/long-answer", test_long_answer);
	g_test_add_func("/upnp/gena-delivery/given-up", test_given_up);
	return g_test_run();
}
