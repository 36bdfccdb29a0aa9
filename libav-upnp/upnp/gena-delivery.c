/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Delivery of events over the fetcher, admitted here: at most AVU_LIMIT_EVENT_DELIVERIES at once, of
 * these at most half to subscribers that have not taken an event yet and a quarter to those that did
 * not take the last one: whoever takes events always finds a place. An event that
 * was not taken within AVU_LIMIT_EVENT_DELIVERY_NS, over all call-back URLs, is dropped; its number
 * is used up, so the subscriber sees the gap.
 *
 * Main context's thread only. */
#include "gena-delivery.h"

#include <av-upnp/clock.h>
#include <av-upnp/limits.h>
#include <av-upnp/url.h>

#define ANSWER_MAX 4096 /* SEC-086 */

/* How the last delivery to a subscriber went; in the order in which they are served. */
typedef enum { TAKEN, UNKNOWN, FAILED, N_LANES } Lane;

static const unsigned slots[N_LANES] = {
	[TAKEN] = AVU_LIMIT_EVENT_DELIVERIES,
	[UNKNOWN] = AVU_LIMIT_EVENT_DELIVERIES / 2,
	[FAILED] = AVU_LIMIT_EVENT_DELIVERIES / 4,
};

struct Delivery {
	AvuFetcher *fetcher;
	GQueue ready[N_LANES]; /* Outbox*, waiting for a slot */
	unsigned active[N_LANES];
};

struct Outbox {
	Delivery *delivery;
	char *sid;
	GPtrArray *callbacks;
	const OutboxOwner *functions;
	void *owner;
	GQueue events;    /* GBytes* */
	bool full_wanted; /* events is empty then */
	uint32_t seq;     /* of the next event */
	bool first_done;
	Lane lane;        /* how the last delivery went */
	GList ready_link; /* data is the outbox while it is in delivery->ready[lane] */
	/* under way */
	AvuFetch *fetch;
	GBytes *body;
	guint callback; /* index */
	int64_t deadline_ns;
};

Delivery *
delivery_new(AvuFetcher *fetcher)
{
	Delivery *delivery = g_new0(Delivery, 1);

	delivery->fetcher = fetcher;
	avu_fetcher_set_places(fetcher, AVU_LIMIT_EVENT_DELIVERIES);
	for (size_t i = 0; i < N_LANES; i++) {
		g_queue_init(&delivery->ready[i]);
	}
	return delivery;
}

static unsigned
count_active(const Delivery *delivery)
{
	return delivery->active[TAKEN] + delivery->active[UNKNOWN] + delivery->active[FAILED];
}

void
delivery_free(Delivery *delivery)
{
	if (delivery != NULL) {
		g_assert(count_active(delivery) == 0);
		g_free(delivery);
	}
}

Outbox *
outbox_new(Delivery *delivery, const char *sid, GPtrArray *callbacks,
	const OutboxOwner *owner_functions, void *owner)
{
	Outbox *outbox = g_new0(Outbox, 1);

	outbox->delivery = delivery;
	outbox->sid = g_strdup(sid);
	outbox->callbacks = g_ptr_array_ref(callbacks);
	outbox->functions = owner_functions;
	outbox->owner = owner;
	outbox->lane = UNKNOWN;
	g_queue_init(&outbox->events);
	return outbox;
}

static bool
has_event(const Outbox *outbox)
{
	return outbox->full_wanted || !g_queue_is_empty((GQueue *)&outbox->events);
}

static void on_answer(const AvuFetchAnswer *answer, const GError *error, void *user_data);

/* @clause UDA 1.0, 4.2.1 */
static void
notify(Outbox *outbox)
{
	const AvuUrl *url = g_ptr_array_index(outbox->callbacks, outbox->callback);
	g_autofree char *sid = g_strdup_printf("SID: %s", outbox->sid);
	g_autofree char *seq = g_strdup_printf("SEQ: %" G_GUINT32_FORMAT, outbox->seq);
	const char *const headers[] = { "Content-Type: text/xml; charset=\"utf-8\"",
		"NT: upnp:event", "NTS: upnp:propchange", sid, seq, NULL };
	AvuFetchRequest request = {
		.method = "NOTIFY",
		.url = avu_url_get_text(url),
		.headers = headers,
		.max_answer = ANSWER_MAX,
		.status_only = true,
		.timeout_ns = MAX(outbox->deadline_ns - avu_now_ns(), AVU_NS_PER_MS),
	};
	size_t len;

	request.body = g_bytes_get_data(outbox->body, &len);
	request.body_len = len;
	outbox->fetch = avu_fetch(outbox->delivery->fetcher, &request, on_answer, outbox);
}

static void
start(Outbox *outbox)
{
	outbox->delivery->active[outbox->lane]++;
	if (outbox->full_wanted) {
		outbox->full_wanted = false;
		outbox->body = outbox->functions->make_full(outbox->owner);
	} else {
		outbox->body = g_queue_pop_head(&outbox->events);
	}
	outbox->callback = 0;
	outbox->deadline_ns = avu_now_ns() + AVU_LIMIT_EVENT_DELIVERY_NS;
	notify(outbox);
}

static void
pump(Delivery *delivery)
{
	for (Lane lane = TAKEN; lane < N_LANES; lane++) {
		while (!g_queue_is_empty(&delivery->ready[lane]) &&
			count_active(delivery) < AVU_LIMIT_EVENT_DELIVERIES &&
			delivery->active[lane] < slots[lane]) {
			GList *link = g_queue_pop_head_link(&delivery->ready[lane]);
			Outbox *outbox = link->data;

			link->data = NULL;
			start(outbox);
		}
	}
}

static void
make_ready(Outbox *outbox)
{
	if (has_event(outbox) && outbox->fetch == NULL && outbox->ready_link.data == NULL) {
		outbox->ready_link.data = outbox;
		g_queue_push_tail_link(&outbox->delivery->ready[outbox->lane], &outbox->ready_link);
	}
}

/* The slot is free again. */
static void
finish(Outbox *outbox)
{
	outbox->delivery->active[outbox->lane]--;
	outbox->fetch = NULL;
	g_clear_pointer(&outbox->body, g_bytes_unref);
}

static void
on_answer(const AvuFetchAnswer *answer, const GError *error, void *user_data)
{
	Outbox *outbox = user_data;
	Delivery *delivery = outbox->delivery;
	bool taken = answer != NULL && answer->status / 100 == 2;
	bool refused = answer != NULL && answer->status == 412;
	bool first = !outbox->first_done;

	(void)error; /* a subscriber that went away is no news */
	if (!taken && !refused && outbox->callback + 1 < outbox->callbacks->len &&
		avu_now_ns() < outbox->deadline_ns) {
		outbox->callback++;
		notify(outbox);
		return;
	}
	finish(outbox);
	outbox->lane = taken ? TAKEN : FAILED;
	/* 0 is the first event's alone. */
	outbox->seq = outbox->seq == UINT32_MAX ? 1 : outbox->seq + 1;
	outbox->first_done = true;
	make_ready(outbox);
	if (refused) {
		outbox->functions->refused(outbox->owner);
	} else if (first) {
		outbox->functions->first_done(outbox->owner);
	}
	pump(delivery);
}

void
outbox_free(Outbox *outbox)
{
	if (outbox == NULL) {
		return;
	}
	Delivery *delivery = outbox->delivery;

	if (outbox->ready_link.data != NULL) {
		g_queue_unlink(&delivery->ready[outbox->lane], &outbox->ready_link);
	}
	if (outbox->fetch != NULL) {
		avu_fetch_cancel(outbox->fetch);
		finish(outbox);
	}
	g_queue_clear_full(&outbox->events, (GDestroyNotify)g_bytes_unref);
	g_ptr_array_unref(outbox->callbacks);
	g_free(outbox->sid);
	g_free(outbox);
}

void
outbox_send_full(Outbox *outbox)
{
	g_queue_clear_full(&outbox->events, (GDestroyNotify)g_bytes_unref);
	outbox->full_wanted = true;
	make_ready(outbox);
	pump(outbox->delivery);
}

void
outbox_send(Outbox *outbox, GBytes *body)
{
	if (outbox->full_wanted) {
		return;
	}
	if (outbox->events.length == AVU_LIMIT_EVENT_QUEUE) {
		outbox_send_full(outbox);
		return;
	}
	g_queue_push_tail(&outbox->events, g_bytes_ref(body));
	make_ready(outbox);
	pump(outbox->delivery);
}

bool
outbox_is_first_done(const Outbox *outbox)
{
	return outbox->first_done;
}
