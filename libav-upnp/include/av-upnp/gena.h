/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/gena.h: the subscriber's side of eventing. The publisher's side belongs to device-host.
 * All on the main context's thread. */
#pragma once

#include <av-upnp/http-fetch.h>
#include <av-upnp/http-server.h>
#include <av-upnp/mailbox.h>

G_BEGIN_DECLS

typedef struct AvuSubscriber AvuSubscriber;
typedef struct AvuSubscription AvuSubscription;

typedef struct {
	/* One call per NOTIFY, gap-free and in order of SEQ; seq 0 carries everything and comes again
	 * after each new start. names/values: NULL-ended names. */
	void (*event)(uint32_t seq, const char *const *names, const char *const *values, void *user_data);
	/* Subscribing or renewing failed; retried by itself with back-off; may be NULL. May free
	 * the subscription. */
	void (*lost)(const GError *error, void *user_data);
} AvuSubscriptionHandler;

/** Adds the route /notify/ to server (before it starts).
 *  @param main_mailbox  of the default main context, where timers run
 *  server, fetcher and mailbox outlive the subscriber. */
AVU_API AvuSubscriber *avu_subscriber_new(
	AvuHttpServer *server, AvuFetcher *fetcher, AvuMailbox *main_mailbox);
/** Unsubscribes from all without waiting. After the HTTP server is freed. */
AVU_API void avu_subscriber_free(AvuSubscriber *subscriber);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AvuSubscriber, avu_subscriber_free)

/** Subscribes, renews at half time, resubscribes after a gap in SEQ. CALLBACK is built from the
 *  address our socket to event_url has and a path nobody can guess; events are taken from the
 *  address of event_url alone (SEC-087).
 *  @param event_url  absolute, with a literal address
 *  @param handler    copied */
AVU_API AvuSubscription *avu_subscribe(AvuSubscriber *subscriber, const char *event_url,
	const AvuSubscriptionHandler *handler, void *user_data);
/** Sends UNSUBSCRIBE in the background. */
AVU_API void avu_subscription_free(AvuSubscription *subscription);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AvuSubscription, avu_subscription_free)

G_END_DECLS
