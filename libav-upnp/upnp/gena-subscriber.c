/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Subscriptions of a control point. NOTIFY is checked, taken apart and answered on the connection's
 * thread, since devices stop or slow down for a subscriber that lets them wait; what it says is acted
 * on where everything else here lives, on the main context's thread. */
#define G_LOG_DOMAIN "avu-upnp"

#include <pthread.h>
#include <string.h>

#include <av-upnp/error.h>
#include <av-upnp/gena.h>
#include <av-upnp/limits.h>
#include <av-upnp/loop.h>
#include <av-upnp/random.h>
#include <av-upnp/url.h>

#include "gena-headers.h"
#include "local-address.h"
#include "property-set.h"

#define NOTIFY_PATH "/notify/"
#define RETRY_FIRST_NS AVU_NS_PER_S
#define RETRY_MAX_NS (60 * AVU_NS_PER_S)
/* Events that overtake the answer to SUBSCRIBE. */
#define EARLY_MAX 16
/* Events of all subscriptions on their way to a main thread that has other things to do. */
#define NOTICES_MAX 64

struct AvuSubscriber {
	int references; /* atomic: events under way hold one each */
	int notices;    /* atomic: on their way to the main thread */
	AvuHttpServer *server;
	AvuFetcher *fetcher;
	AvuMailbox *mailbox;
	/* Guards the table and token, sid and device of what is in it against connections' threads,
	 * which read them. The main thread alone writes. */
	pthread_mutex_t lock;
	GHashTable *subscriptions; /* token → AvuSubscription, borrowed; NULL: freed */
};

struct AvuSubscription {
	AvuSubscriber *subscriber;
	char *token; /* last part of the CALLBACK's path */
	AvuUrl *event_url;
	AvuAddress device;
	AvuSubscriptionHandler handler;
	void *user_data;
	char *sid;         /* NULL: not subscribed */
	uint32_t expected; /* SEQ of the next event */
	GQueue early;      /* Notice*, while sid is NULL */
	AvuFetch *fetch;   /* SUBSCRIBE, of either kind */
	AvuTimer *timer;   /* renewal or retry */
	int64_t retry_ns;
};

/* One NOTIFY on its way to the main thread. */
typedef struct {
	AvuSubscriber *subscriber;
	char *token;
	char *sid;
	uint32_t seq;
	PropertySet *properties;
	bool posted; /* counted among the subscriber's notices */
} Notice;

static void
subscriber_unref(AvuSubscriber *subscriber)
{
	if (g_atomic_int_dec_and_test(&subscriber->references)) {
		(void)pthread_mutex_destroy(&subscriber->lock);
		avu_mailbox_unref(subscriber->mailbox);
		g_free(subscriber);
	}
}

static void
notice_free(void *data)
{
	Notice *notice = data;

	if (notice->posted) {
		(void)g_atomic_int_add(&notice->subscriber->notices, -1);
	}
	subscriber_unref(notice->subscriber);
	g_free(notice->token);
	g_free(notice->sid);
	property_set_unref(notice->properties);
	g_free(notice);
}

/* Takes sid. */
static void
set_sid(AvuSubscription *subscription, char *sid)
{
	(void)pthread_mutex_lock(&subscription->subscriber->lock);
	g_free(subscription->sid);
	subscription->sid = sid;
	(void)pthread_mutex_unlock(&subscription->subscriber->lock);
}

static void subscribe(AvuSubscription *subscription);

static void
stop_fetch(AvuSubscription *subscription)
{
	if (subscription->fetch != NULL) {
		avu_fetch_cancel(subscription->fetch);
		subscription->fetch = NULL;
	}
}

static void
on_unsubscribed(const AvuFetchAnswer *answer, const GError *error, void *user_data)
{
	(void)answer;
	(void)error;
	(void)user_data;
}

/* Nobody waits for the answer: a subscription that the device keeps runs out by itself. */
static void
unsubscribe(AvuSubscription *subscription)
{
	if (subscription->sid == NULL) {
		return;
	}
	g_autofree char *sid = g_strdup_printf("SID: %s", subscription->sid);
	const char *const headers[] = { sid, NULL };
	const AvuFetchRequest request = {
		.method = "UNSUBSCRIBE",
		.url = avu_url_get_text(subscription->event_url),
		.headers = headers,
		.max_answer = AVU_LIMIT_HTTP_HEAD,
	};

	(void)avu_fetch(subscription->subscriber->fetcher, &request, on_unsubscribed, NULL);
	set_sid(subscription, NULL);
}

static void
retry_later(AvuSubscription *subscription)
{
	avu_timer_set(subscription->timer, subscription->retry_ns);
	subscription->retry_ns = MIN(subscription->retry_ns * 2, RETRY_MAX_NS);
}

/* A new start, with everything in the first event; at once when one was lost, but a device whose first one has the
 * wrong number would have us begin for ever. */
static void
begin_anew(AvuSubscription *subscription)
{
	const bool good_so_far = subscription->expected > 0;

	stop_fetch(subscription);
	unsubscribe(subscription);
	subscription->expected = 0;
	g_queue_clear_full(&subscription->early, notice_free);
	if (good_so_far) {
		subscribe(subscription);
	} else {
		retry_later(subscription);
	}
}

/* 1 follows the greatest SEQ: 0 is the first event's alone (UDA 1.0 4.2.1). */
static void
deliver(AvuSubscription *subscription, const Notice *notice)
{
	if (notice->seq != subscription->expected) {
		/* One that we have had, sent again: nothing to do. */
		if (notice->seq > subscription->expected || notice->seq == 0) {
			g_debug("%s: event %u instead of %u, subscribing again",
				avu_url_get_text(subscription->event_url), notice->seq,
				subscription->expected);
			begin_anew(subscription);
		}
		return;
	}
	subscription->expected = notice->seq == UINT32_MAX ? 1 : notice->seq + 1;
	subscription->retry_ns = RETRY_FIRST_NS;
	subscription->handler.event(notice->seq,
		(const char *const *)notice->properties->names->pdata,
		(const char *const *)notice->properties->values->pdata, subscription->user_data);
}

/* Events may overtake the answer to SUBSCRIBE, which says the SID. */
static void
keep_early(AvuSubscription *subscription, const Notice *notice)
{
	if (subscription->early.length == EARLY_MAX) {
		return;
	}
	Notice *early = g_new0(Notice, 1);

	g_atomic_int_inc(&notice->subscriber->references);
	*early = (Notice){ .subscriber = notice->subscriber,
		.token = g_strdup(notice->token),
		.sid = g_strdup(notice->sid),
		.seq = notice->seq,
		.properties = property_set_ref(notice->properties) };
	g_queue_push_tail(&subscription->early, early);
}

/* Called from the loop, and again for what came early. */
static void
on_notice(void *data)
{
	const Notice *notice = data;
	GHashTable *subscriptions = notice->subscriber->subscriptions;
	AvuSubscription *subscription =
		subscriptions != NULL ? g_hash_table_lookup(subscriptions, notice->token) : NULL;

	if (subscription == NULL) {
		return;
	}
	if (subscription->sid == NULL) {
		keep_early(subscription, notice);
	} else if (strcmp(subscription->sid, notice->sid) == 0) {
		deliver(subscription, notice);
	}
}

/* Is there, or may there soon be, a subscription of that SID with a device of that address?
 * @thread the connection's */
static bool
is_known(AvuSubscriber *subscriber, const char *token, const char *sid, const AvuAddress *peer)
{
	(void)pthread_mutex_lock(&subscriber->lock);
	const AvuSubscription *subscription = g_hash_table_lookup(subscriber->subscriptions, token);
	bool known = subscription != NULL && avu_address_equal_ip(&subscription->device, peer) &&
		     (subscription->sid == NULL || strcmp(subscription->sid, sid) == 0);

	(void)pthread_mutex_unlock(&subscriber->lock);
	return known;
}

static AvuHttpResponse *
on_notify(const AvuHttpRequest *request, void *user_data)
{
	AvuSubscriber *subscriber = user_data;
	const char *sid = avu_http_request_get_header(request, "SID");
	g_autoptr(GError) error = NULL;
	uint32_t seq = 0;
	size_t len;
	const char *body = avu_http_request_get_body(request, &len);
	unsigned status = gena_check_notify(avu_http_request_get_header(request, "NT"),
		avu_http_request_get_header(request, "NTS"), sid,
		avu_http_request_get_header(request, "SEQ"), &seq);

	if (status != 200) {
		return avu_http_response_new_error(status, "not an event");
	}
	if (!is_known(subscriber, avu_http_request_get_rest(request), sid,
		    avu_http_request_get_peer(request))) {
		return avu_http_response_new_error(412, "no such subscription");
	}
	PropertySet *properties = property_set_parse(body, len, &error);

	if (properties == NULL) {
		g_debug("event: %s", error->message);
		/* SEC-050: what the reader says names what it read */
		return avu_http_response_new_error(400, "the body is no property set");
	}
	if (g_atomic_int_add(&subscriber->notices, 1) >= NOTICES_MAX) {
		(void)g_atomic_int_add(&subscriber->notices, -1);
		property_set_unref(properties);
		return avu_http_response_new_error(503, "too many events at once");
	}
	Notice *notice = g_new0(Notice, 1);

	g_atomic_int_inc(&subscriber->references);
	*notice = (Notice){ .subscriber = subscriber,
		.token = g_strdup(avu_http_request_get_rest(request)),
		.sid = g_strdup(sid),
		.seq = seq,
		.properties = properties,
		.posted = true };
	avu_mailbox_post(subscriber->mailbox, on_notice, notice, notice_free);
	return avu_http_response_new(200, NULL, NULL);
}

/* Must be the last thing its caller does: the handler may free the subscription. */
static void
tell_lost(AvuSubscription *subscription, const GError *reason)
{
	set_sid(subscription, NULL);
	subscription->expected = 0;
	g_queue_clear_full(&subscription->early, notice_free);
	retry_later(subscription);
	if (subscription->handler.lost != NULL) {
		subscription->handler.lost(reason, subscription->user_data);
	}
}

static void
take_early(AvuSubscription *subscription)
{
	AvuSubscriber *subscriber = subscription->subscriber;
	g_autofree char *token = g_strdup(subscription->token);
	GQueue early = subscription->early;

	g_queue_init(&subscription->early);
	while (!g_queue_is_empty(&early)) {
		Notice *notice = g_queue_pop_head(&early);

		/* A handler may have freed the subscription, and the subscriber with it. */
		if (subscriber->subscriptions != NULL &&
			g_hash_table_lookup(subscriber->subscriptions, token) == subscription) {
			on_notice(notice);
		}
		notice_free(notice);
	}
}

static void
on_subscribed(const AvuFetchAnswer *answer, const GError *error, void *user_data)
{
	AvuSubscription *subscription = user_data;
	const char *sid = NULL;
	g_autoptr(GError) refusal = NULL;

	subscription->fetch = NULL;
	if (answer != NULL && answer->status == 200) {
		sid = g_hash_table_lookup((GHashTable *)answer->headers, "sid");
	}
	if (sid == NULL || *sid == '\0') {
		if (answer != NULL) {
			g_set_error(&refusal, AVU_ERROR, AVU_ERROR_DENIED,
				"%s: subscription refused with status %u",
				avu_url_get_text(subscription->event_url), answer->status);
		}
		tell_lost(subscription, refusal != NULL ? refusal : error);
		return;
	}
	unsigned timeout_s =
		gena_parse_timeout(g_hash_table_lookup((GHashTable *)answer->headers, "timeout"),
			AVU_LIMIT_SUBSCRIPTION_MAX_S);
	bool renewal = subscription->sid != NULL;

	avu_timer_set(
		subscription->timer, (int64_t)CLAMP(timeout_s, 2, 24 * 3600) * AVU_NS_PER_S / 2);
	if (!renewal) {
		set_sid(subscription, g_strdup(sid));
		take_early(subscription);
	}
}

/* Where the device reaches us. */
static bool
find_local(const AvuSubscription *subscription, AvuAddress *ret_local, GError **error)
{
	return avu_address_policy_get_source(
		       avu_fetcher_get_policy(subscription->subscriber->fetcher),
		       &subscription->device, ret_local) ||
	       local_address_towards(&subscription->device, ret_local, error);
}

/* A new subscription, or the renewal of the one there is. */
static void
subscribe(AvuSubscription *subscription)
{
	g_autofree char *sid = g_strdup_printf("SID: %s", subscription->sid);
	g_autofree char *timeout =
		g_strdup_printf("TIMEOUT: Second-%d", AVU_LIMIT_SUBSCRIPTION_MAX_S);
	g_autofree char *callback = NULL;
	const char *const renew[] = { sid, timeout, NULL };
	const char *fresh[] = { NULL, "NT: upnp:event", timeout, NULL };
	g_autoptr(GError) error = NULL;
	AvuAddress local;

	if (subscription->device.family == 0) {
		g_set_error(&error, AVU_ERROR, AVU_ERROR_SYNTAX,
			"event URL is not http with a literal address");
		tell_lost(subscription, error);
		return;
	}
	if (subscription->sid == NULL) {
		if (!find_local(subscription, &local, &error)) {
			tell_lost(subscription, error);
			return;
		}
		g_autofree char *host = avu_address_format(&local);

		callback = g_strdup_printf("CALLBACK: <http://%s:%u" NOTIFY_PATH "%s>", host,
			avu_http_server_get_port(subscription->subscriber->server),
			subscription->token);
		fresh[0] = callback;
	}
	const AvuFetchRequest request = {
		.method = "SUBSCRIBE",
		.url = avu_url_get_text(subscription->event_url),
		.headers = subscription->sid != NULL ? renew : fresh,
		.max_answer = AVU_LIMIT_HTTP_HEAD,
	};

	subscription->fetch =
		avu_fetch(subscription->subscriber->fetcher, &request, on_subscribed, subscription);
}

static void
on_timer(void *data)
{
	AvuSubscription *subscription = data;

	if (subscription->fetch == NULL) {
		subscribe(subscription);
	}
}

AvuSubscriber *
avu_subscriber_new(AvuHttpServer *server, AvuFetcher *fetcher, AvuMailbox *main_mailbox)
{
	AvuSubscriber *subscriber = g_new0(AvuSubscriber, 1);
	const AvuHttpRoute route = { .path = NOTIFY_PATH,
		.prefix = true,
		.methods = AVU_HTTP_NOTIFY,
		.max_body = AVU_LIMIT_EVENT_BODY,
		.handler = on_notify };

	subscriber->references = 1;
	(void)pthread_mutex_init(&subscriber->lock, NULL);
	subscriber->server = server;
	subscriber->fetcher = fetcher;
	subscriber->mailbox = avu_mailbox_ref(main_mailbox);
	subscriber->subscriptions = g_hash_table_new(g_str_hash, g_str_equal);
	avu_http_server_add_route(server, &route, subscriber);
	return subscriber;
}

void
avu_subscriber_free(AvuSubscriber *subscriber)
{
	if (subscriber == NULL) {
		return;
	}
	g_autoptr(GList) left = g_hash_table_get_values(subscriber->subscriptions);

	g_list_free_full(g_steal_pointer(&left), (GDestroyNotify)avu_subscription_free);
	g_clear_pointer(&subscriber->subscriptions, g_hash_table_unref);
	subscriber_unref(subscriber);
}

AvuSubscription *
avu_subscribe(AvuSubscriber *subscriber, const char *event_url,
	const AvuSubscriptionHandler *handler, void *user_data)
{
	AvuSubscription *subscription = g_new0(AvuSubscription, 1);

	subscription->subscriber = subscriber;
	subscription->token = avu_random_uuid();
	subscription->event_url = avu_url_parse_own(event_url, NULL);
	subscription->handler = *handler;
	subscription->user_data = user_data;
	subscription->retry_ns = RETRY_FIRST_NS;
	g_queue_init(&subscription->early);
	/* From the loop, so that lost is never called before this returned. */
	subscription->timer = avu_timer_new(NULL, 0, on_timer, subscription);
	if (subscription->event_url != NULL &&
		avu_address_parse(
			avu_url_get_host(subscription->event_url), &subscription->device)) {
		subscription->device.port = avu_url_get_port(subscription->event_url);
	}
	(void)pthread_mutex_lock(&subscriber->lock);
	g_hash_table_insert(subscriber->subscriptions, subscription->token, subscription);
	(void)pthread_mutex_unlock(&subscriber->lock);
	return subscription;
}

void
avu_subscription_free(AvuSubscription *subscription)
{
	if (subscription == NULL) {
		return;
	}
	stop_fetch(subscription);
	unsubscribe(subscription);
	avu_timer_free(subscription->timer);
	(void)pthread_mutex_lock(&subscription->subscriber->lock);
	g_hash_table_remove(subscription->subscriber->subscriptions, subscription->token);
	(void)pthread_mutex_unlock(&subscription->subscriber->lock);
	g_queue_clear_full(&subscription->early, notice_free);
	avu_url_free(subscription->event_url);
	g_free(subscription->token);
	g_free(subscription);
}
