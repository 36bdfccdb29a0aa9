/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Subscriptions to the services of a device host.
 *
 * Requests are taken apart and checked on the connection's thread; subscriptions live on the main
 * context's thread alone, which is asked through the mailbox. Limits: LIM-10…16 of limits.h. */
#include "gena-publisher.h"

#include <string.h>

#include <av-upnp/clock.h>
#include <av-upnp/limits.h>
#include <av-upnp/loop.h>
#include <av-upnp/random.h>
#include <av-upnp/url.h>

#include "gena-delivery.h"
#include "gena-headers.h"
#include "gena-quota.h"
#include "property-set.h"

#define ASK_NS (5 * AVU_NS_PER_S)

/* One service. */
typedef struct {
	Publisher *publisher;
	AvuVariables *variables;
	AvuTimer *timer; /* for what moderation holds back */
} Source;

typedef struct {
	Publisher *publisher;
	Source *source;
	char *sid;
	AvuAddress address; /* of the subscriber: owner of the subscription */
	char *first_callback;
	int64_t begun_ns;
	int64_t expires_ns;
	bool started; /* the answer to SUBSCRIBE is out: events may go */
	bool leaving; /* unsubscribed before its first event, which is owed all the same */
	Outbox *outbox;
} Subscription;

struct Publisher {
	int references; /* atomic: messages under way hold one each */
	AvuMailbox *mailbox;
	const AvuPrefixSet *prefixes;
	const AvuClock *clock;
	GPtrArray *sources; /* Source* */
	/* the rest: main context's thread */
	Delivery *delivery;
	GHashTable *subscriptions; /* sid → Subscription */
	GHashTable *leaving;       /* set of Subscription */
	GenaQuota *quota;          /* those leaving count, too */
	AvuTimer *expiry;
	int64_t expiry_ns;
	bool closed;
};

static Publisher *
publisher_ref(Publisher *publisher)
{
	g_atomic_int_inc(&publisher->references);
	return publisher;
}

void
publisher_unref(Publisher *publisher)
{
	if (publisher == NULL || !g_atomic_int_dec_and_test(&publisher->references)) {
		return;
	}
	g_ptr_array_unref(publisher->sources);
	avu_mailbox_unref(publisher->mailbox);
	g_free(publisher);
}

static void
subscription_free(void *data)
{
	Subscription *subscription = data;

	gena_quota_remove(subscription->publisher->quota, &subscription->address);
	outbox_free(subscription->outbox);
	g_free(subscription->sid);
	g_free(subscription->first_callback);
	g_free(subscription);
}

static void
subscription_end(Subscription *subscription)
{
	GHashTable *table = subscription->leaving ? subscription->publisher->leaving
						  : subscription->publisher->subscriptions;

	g_hash_table_remove(
		table, subscription->leaving ? (void *)subscription : subscription->sid);
}

static GBytes *
on_make_full(void *owner)
{
	const Subscription *subscription = owner;
	g_autoptr(Properties) all = variables_get_all(subscription->source->variables);

	return property_set_write(all);
}

static void
on_first_done(void *owner)
{
	Subscription *subscription = owner;

	if (subscription->leaving) {
		subscription_end(subscription);
	}
}

static void
on_refused(void *owner)
{
	subscription_end(owner);
}

static const OutboxOwner outbox_owner = {
	.make_full = on_make_full,
	.first_done = on_first_done,
	.refused = on_refused,
};

static void
source_free(void *data)
{
	Source *source = data;

	avu_timer_free(source->timer);
	g_free(source);
}

/* Tells the subscribers of a service what is due and arms the timer for what is not yet. */
static void
flush(void *data)
{
	Source *source = data;
	Publisher *publisher = source->publisher;
	int64_t now_ns = avu_clock_now_ns(publisher->clock);
	int64_t next_ns;
	GHashTableIter at;
	void *value;

	if (publisher->closed) {
		return;
	}
	g_autoptr(Properties) due = variables_take_due(source->variables, now_ns, &next_ns);

	avu_timer_set(source->timer, next_ns == AVU_TIME_NONE ? AVU_TIME_NONE : next_ns - now_ns);
	if (due == NULL) {
		return;
	}
	g_autoptr(GBytes) body = property_set_write(due);

	g_hash_table_iter_init(&at, publisher->subscriptions);
	while (g_hash_table_iter_next(&at, NULL, &value)) {
		Subscription *subscription = value;

		if (subscription->source == source && subscription->started) {
			outbox_send(subscription->outbox, body);
		}
	}
}

Publisher *
publisher_new(AvuMailbox *mailbox, AvuFetcher *fetcher, const AvuPrefixSet *prefixes,
	const AvuClock *clock)
{
	Publisher *publisher = g_new0(Publisher, 1);

	publisher->references = 1;
	publisher->mailbox = avu_mailbox_ref(mailbox);
	publisher->prefixes = prefixes;
	publisher->clock = clock != NULL ? clock : avu_clock_monotonic();
	publisher->sources = g_ptr_array_new_with_free_func(source_free);
	publisher->delivery = delivery_new(fetcher);
	publisher->subscriptions =
		g_hash_table_new_full(g_str_hash, g_str_equal, NULL, subscription_free);
	publisher->leaving =
		g_hash_table_new_full(g_direct_hash, g_direct_equal, subscription_free, NULL);
	publisher->quota = gena_quota_new();
	publisher->expiry_ns = AVU_TIME_NONE;
	return publisher;
}

void
publisher_close(Publisher *publisher)
{
	publisher->closed = true;
	g_clear_pointer(&publisher->expiry, avu_timer_free);
	for (guint i = 0; i < publisher->sources->len; i++) {
		Source *source = g_ptr_array_index(publisher->sources, i);

		variables_set_listener(source->variables, NULL, NULL);
		g_clear_pointer(&source->timer, avu_timer_free);
	}
	g_clear_pointer(&publisher->subscriptions, g_hash_table_unref);
	g_clear_pointer(&publisher->leaving, g_hash_table_unref);
	g_clear_pointer(&publisher->quota, gena_quota_free);
	g_clear_pointer(&publisher->delivery, delivery_free);
}

unsigned
publisher_add_source(Publisher *publisher, AvuVariables *variables)
{
	Source *source = g_new0(Source, 1);

	source->publisher = publisher;
	source->variables = variables;
	source->timer = avu_timer_new(NULL, AVU_TIME_NONE, flush, source);
	g_ptr_array_add(publisher->sources, source);
	variables_set_listener(variables, flush, source);
	return publisher->sources->len - 1;
}

void
publisher_expire(void *data)
{
	Publisher *publisher = data;
	int64_t now_ns = avu_clock_now_ns(publisher->clock);
	GHashTableIter at;
	void *value;

	publisher->expiry_ns = AVU_TIME_NONE;
	g_hash_table_iter_init(&at, publisher->subscriptions);
	while (g_hash_table_iter_next(&at, NULL, &value)) {
		const Subscription *subscription = value;

		if (subscription->expires_ns <= now_ns) {
			g_hash_table_iter_remove(&at);
		} else if (publisher->expiry_ns == AVU_TIME_NONE ||
			   subscription->expires_ns < publisher->expiry_ns) {
			publisher->expiry_ns = subscription->expires_ns;
		}
	}
	avu_timer_set(publisher->expiry, publisher->expiry_ns == AVU_TIME_NONE
						 ? AVU_TIME_NONE
						 : publisher->expiry_ns - now_ns);
}

static void
extend(Subscription *subscription, unsigned timeout_s)
{
	Publisher *publisher = subscription->publisher;
	int64_t span_ns = (int64_t)timeout_s * AVU_NS_PER_S;

	subscription->expires_ns = avu_clock_now_ns(publisher->clock) + span_ns;
	if (publisher->expiry == NULL) {
		publisher->expiry = avu_timer_new(NULL, span_ns, publisher_expire, publisher);
		publisher->expiry_ns = subscription->expires_ns;
	} else if (publisher->expiry_ns == AVU_TIME_NONE ||
		   subscription->expires_ns < publisher->expiry_ns) {
		avu_timer_set(publisher->expiry, span_ns);
		publisher->expiry_ns = subscription->expires_ns;
	}
}

/* What a connection's thread wants from the main one. */
typedef struct {
	Publisher *publisher;
	unsigned source;
	AvuHttpMethod method;
	const GenaRequest *request;
	const AvuAddress *address;
	/* answers */
	unsigned status;
	char *sid;
} Ask;

/* Some subscribe anew every few seconds and never unsubscribe. At a limit the address loses the
 * oldest subscription with the same call-back to the same service, if there is one. */
static bool
make_room(const Ask *ask)
{
	const char *callback = avu_url_get_text(g_ptr_array_index(ask->request->callbacks, 0));
	const Source *source = g_ptr_array_index(ask->publisher->sources, ask->source);
	Subscription *oldest = NULL;
	GHashTableIter at;
	void *value;

	g_hash_table_iter_init(&at, ask->publisher->subscriptions);
	while (g_hash_table_iter_next(&at, NULL, &value)) {
		Subscription *subscription = value;

		if (subscription->source == source &&
			avu_address_equal_ip(&subscription->address, ask->address) &&
			strcmp(subscription->first_callback, callback) == 0 &&
			(oldest == NULL || subscription->begun_ns < oldest->begun_ns)) {
			oldest = subscription;
		}
	}
	if (oldest != NULL) {
		subscription_end(oldest);
	}
	return oldest != NULL;
}

static void
subscribe(Ask *ask)
{
	Publisher *publisher = ask->publisher;

	if (gena_quota_is_used_up(publisher->quota, ask->address) && !make_room(ask)) {
		ask->status = 503;
		return;
	}
	Subscription *subscription = g_new0(Subscription, 1);
	g_autofree char *uuid = avu_random_uuid();

	subscription->publisher = publisher;
	subscription->source = g_ptr_array_index(publisher->sources, ask->source);
	subscription->sid = g_strconcat("uuid:", uuid, NULL);
	subscription->address = *ask->address;
	subscription->first_callback =
		g_strdup(avu_url_get_text(g_ptr_array_index(ask->request->callbacks, 0)));
	subscription->begun_ns = avu_clock_now_ns(publisher->clock);
	subscription->outbox = outbox_new(publisher->delivery, subscription->sid,
		ask->request->callbacks, &outbox_owner, subscription);
	gena_quota_add(publisher->quota, &subscription->address);
	g_hash_table_insert(publisher->subscriptions, subscription->sid, subscription);
	extend(subscription, ask->request->timeout_s);
	ask->sid = g_strdup(subscription->sid);
	ask->status = 200;
}

static void
unsubscribe(Subscription *subscription)
{
	Publisher *publisher = subscription->publisher;

	if (outbox_is_first_done(subscription->outbox)) {
		subscription_end(subscription);
		return;
	}
	(void)g_hash_table_steal(publisher->subscriptions, subscription->sid);
	subscription->leaving = true;
	g_hash_table_add(publisher->leaving, subscription);
}

/* Renewals and ends come from the subscriber's own address only (SEC-082). */
static void
on_ask(void *data)
{
	Ask *ask = data;

	if (ask->publisher->closed) {
		ask->status = 503;
		return;
	}
	if (ask->request->sid == NULL) {
		subscribe(ask);
		return;
	}
	Subscription *subscription =
		g_hash_table_lookup(ask->publisher->subscriptions, ask->request->sid);

	if (subscription == NULL || !avu_address_equal_ip(&subscription->address, ask->address) ||
		subscription->source != g_ptr_array_index(ask->publisher->sources, ask->source)) {
		ask->status = 412;
	} else if (ask->method == AVU_HTTP_UNSUBSCRIBE) {
		unsubscribe(subscription);
		ask->status = 200;
	} else {
		extend(subscription, ask->request->timeout_s);
		ask->sid = g_strdup(subscription->sid);
		ask->status = 200;
	}
}

/* The answer to a SUBSCRIBE went out, or did not. */
typedef struct {
	Publisher *publisher;
	char *sid;
	bool sent;
} Answered;

static void
answered_free(void *data)
{
	Answered *answered = data;

	publisher_unref(answered->publisher);
	g_free(answered->sid);
	g_free(answered);
}

/* Also among those whose UNSUBSCRIBE overtook the note that the answer to SUBSCRIBE is out. */
static Subscription *
find_any(const Publisher *publisher, const char *sid)
{
	Subscription *subscription = g_hash_table_lookup(publisher->subscriptions, sid);
	GHashTableIter at;
	void *key;

	g_hash_table_iter_init(&at, publisher->leaving);
	while (subscription == NULL && g_hash_table_iter_next(&at, &key, NULL)) {
		if (strcmp(((Subscription *)key)->sid, sid) == 0) {
			subscription = key;
		}
	}
	return subscription;
}

static void
on_answered(void *data)
{
	const Answered *answered = data;

	if (answered->publisher->closed) {
		return;
	}
	Subscription *subscription = find_any(answered->publisher, answered->sid);

	if (subscription == NULL) {
		return;
	}
	if (!answered->sent) {
		/* Nobody knows its SID. */
		subscription_end(subscription);
		return;
	}
	subscription->started = true;
	outbox_send_full(subscription->outbox);
}

static void
on_response_done(bool sent, uint64_t octets, void *data)
{
	Answered *answered = data;

	(void)octets;
	answered->sent = sent;
	avu_mailbox_post(answered->publisher->mailbox, on_answered, answered, answered_free);
}

/* A literal address on the subscriber's own link that is not our own server (SEC-080, SEC-083). */
static bool
callback_is_acceptable(const Publisher *publisher, const AvuUrl *url, const AvuHttpRequest *request)
{
	const AvuAddress *peer = avu_http_request_get_peer(request);
	const AvuAddress *local = avu_http_request_get_local(request);
	AvuAddress address;

	if (!avu_address_parse(avu_url_get_host(url), &address) ||
		avu_address_class(&address) == AVU_ADDRESS_OTHER) {
		return false;
	}
	if (avu_address_equal_ip(&address, local) && avu_url_get_port(url) == local->port) {
		return false;
	}
	return avu_address_equal_ip(&address, peer) ||
	       (publisher->prefixes != NULL &&
		       avu_prefix_set_same_link(publisher->prefixes, &address, peer));
}

/* A link-local address is one on the interface that the subscription came by. */
static void
take_zone(GPtrArray *callbacks, guint i, const AvuAddress *peer)
{
	const AvuUrl *url = callbacks->pdata[i];

	if (peer->family != AF_INET6 || peer->scope_id == 0) {
		return;
	}
	g_autofree char *text = g_strdup_printf("http://[fe80::%%25%u]/", peer->scope_id);
	g_autoptr(AvuUrl) base = avu_url_parse_own(text, NULL);
	AvuUrl *scoped = base != NULL ? avu_url_resolve(base, avu_url_get_text(url), NULL) : NULL;

	/* Longer than a URL may be by its zone: as it is, then. */
	if (scoped != NULL) {
		avu_url_free(callbacks->pdata[i]);
		callbacks->pdata[i] = scoped;
	}
}

static GenaRequest *
read_request(const Publisher *publisher, const AvuHttpRequest *request, unsigned *ret_status)
{
	const char *sid = avu_http_request_get_header(request, "SID");
	const char *nt = avu_http_request_get_header(request, "NT");
	const char *callback = avu_http_request_get_header(request, "CALLBACK");

	if (avu_http_request_get_method(request) == AVU_HTTP_UNSUBSCRIBE) {
		return gena_parse_unsubscribe(sid, nt, callback, ret_status);
	}
	g_autoptr(GenaRequest) gena = gena_parse_subscribe(
		sid, nt, callback, avu_http_request_get_header(request, "TIMEOUT"), ret_status);

	for (guint i = 0; gena != NULL && gena->callbacks != NULL && i < gena->callbacks->len;
		i++) {
		if (!callback_is_acceptable(
			    publisher, g_ptr_array_index(gena->callbacks, i), request)) {
			*ret_status = 412;
			return NULL;
		}
		take_zone(gena->callbacks, i, avu_http_request_get_peer(request));
	}
	return g_steal_pointer(&gena);
}

/* @clause UDA 1.0, 4.1.1: Content-Length 0, so that the first event can follow */
static AvuHttpResponse *
answer_subscribe(Publisher *publisher, const GenaRequest *gena, const char *sid)
{
	AvuHttpResponse *response = avu_http_response_new(200, NULL, NULL);
	g_autofree char *timeout = g_strdup_printf("Second-%u", gena->timeout_s);

	avu_http_response_set_header(response, "SID", sid);
	avu_http_response_set_header(response, "TIMEOUT", timeout);
	if (gena->sid == NULL) {
		Answered *answered = g_new0(Answered, 1);

		answered->publisher = publisher_ref(publisher);
		answered->sid = g_strdup(sid);
		avu_http_response_set_done(response, on_response_done, answered);
	}
	return response;
}

AvuHttpResponse *
publisher_handle(Publisher *publisher, unsigned source, const AvuHttpRequest *request)
{
	unsigned status = 412;
	g_autoptr(GenaRequest) gena = read_request(publisher, request, &status);

	if (gena == NULL) {
		return avu_http_response_new_error(status, "subscription refused");
	}
	Ask ask = { .publisher = publisher,
		.source = source,
		.method = avu_http_request_get_method(request),
		.request = gena,
		.address = avu_http_request_get_peer(request) };

	if (!avu_mailbox_call(publisher->mailbox, on_ask, &ask, avu_now_ns() + ASK_NS, NULL)) {
		ask.status = 503;
	}
	g_autofree char *sid = ask.sid;

	if (ask.status != 200) {
		return avu_http_response_new_error(ask.status,
			ask.status == 412 ? "no such subscription" : "no room for subscriptions");
	}
	return sid != NULL ? answer_subscribe(publisher, gena, sid)
			   : avu_http_response_new(200, NULL, NULL);
}
