/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Brings events to subscribers: one outbox each, so that a slow one delays nobody else. */
#pragma once

#include <av-upnp/http-fetch.h>

typedef struct Delivery Delivery; /* all outboxes of a host */
typedef struct Outbox Outbox;     /* one subscriber's */

typedef struct {
	/* The body of an event with everything in it, as it is now. */
	GBytes *(*make_full)(void *owner);
	/* The first event was delivered or given up. May free the outbox. */
	void (*first_done)(void *owner);
	/* The subscriber says that it did not subscribe (412). May free the outbox. */
	void (*refused)(void *owner);
} OutboxOwner;

Delivery *delivery_new(AvuFetcher *fetcher);
/* After all its outboxes. */
void delivery_free(Delivery *delivery);

/* callbacks: AvuUrl*, tried in order; a reference is taken. owner_functions are static. */
Outbox *outbox_new(Delivery *delivery, const char *sid, GPtrArray *callbacks,
	const OutboxOwner *owner_functions, void *owner);
/* What is under way is cancelled. */
void outbox_free(Outbox *outbox);

/* Queues an event. When AVU_LIMIT_EVENT_QUEUE are waiting, one with everything takes their place. */
void outbox_send(Outbox *outbox, GBytes *body);
/* Queues one with everything, made when its turn comes; until then outbox_send() adds nothing. */
void outbox_send_full(Outbox *outbox);
bool outbox_is_first_done(const Outbox *outbox);
