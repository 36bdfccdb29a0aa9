/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The device's side of eventing: subscriptions of all services of a host, and delivery. */
#pragma once

#include <av-upnp/clock.h>
#include <av-upnp/http-fetch.h>
#include <av-upnp/http-server.h>
#include <av-upnp/interface-watch.h>
#include <av-upnp/mailbox.h>

#include "variable-private.h"

typedef struct Publisher Publisher;

/* prefixes: where call-backs may lie: the subscriber's own link; NULL: only at the subscriber's own
 * address. clock: NULL: monotonic. All borrowed, they outlive publisher_close(). */
Publisher *publisher_new(AvuMailbox *mailbox, AvuFetcher *fetcher, const AvuPrefixSet *prefixes,
	const AvuClock *clock);
/* Ends all subscriptions in silence. Nothing borrowed is touched afterwards. */
void publisher_close(Publisher *publisher);
void publisher_unref(Publisher *publisher);

/* Before the server starts. @return number of the service, for publisher_handle() */
unsigned publisher_add_source(Publisher *publisher, AvuVariables *variables);

/* Ends what ran out and arms the timer for what runs out next; the timer calls it. */
void publisher_expire(void *publisher);

/* Answers SUBSCRIBE and UNSUBSCRIBE. @thread the connection's */
AvuHttpResponse *publisher_handle(
	Publisher *publisher, unsigned source, const AvuHttpRequest *request);
