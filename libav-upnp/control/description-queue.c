/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Fetches device descriptions: AVU_LIMIT_FETCHES at once (LIM-25), AVU_LIMIT_FETCH_NS for each
 * (LIM-23), no redirects (LIM-24).
 *
 * Sixteen devices that accept a connection and never answer would hold every place for ten seconds.
 * So while others wait, a fetch keeps its place for a short turn only; then it is broken off and put
 * behind the others with a turn twice as long. A good device behind a hundred bad ones is reached
 * within a second (SEC-206), and a slow but honest one still gets its whole time in the end. Main
 * context's thread. */
#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/limits.h>
#include <av-upnp/loop.h>

#include "description-queue-private.h"

#define FIRST_TURN_NS (100 * AVU_NS_PER_MS)

struct AvuDescriptionJob {
	AvuDescriptionQueue *queue;
	AvuUrl *url;
	AvuFetch *fetch; /* NULL: waits */
	int64_t started_ns;
	int64_t turn_ns;
	int64_t left_ns; /* of AVU_LIMIT_FETCH_NS, over all turns */
	AvuDescriptionDone done;
	void *user_data;
};

struct AvuDescriptionQueue {
	AvuFetcher *fetcher;
	GQueue waiting; /* AvuDescriptionJob */
	GQueue active;  /* AvuDescriptionJob, longest first */
	AvuTimer *turns;
};

static void start_waiting(AvuDescriptionQueue *queue);

static void
job_free(AvuDescriptionJob *job)
{
	if (job->fetch != NULL) {
		avu_fetch_cancel(job->fetch);
	}
	avu_url_free(job->url);
	g_free(job);
}

static AvuDescription *
description_of(const AvuDescriptionJob *job, const AvuFetchAnswer *answer, GError **error)
{
	if (answer->status != 200) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_DENIED,
			"device description '%s': HTTP status %u", avu_url_get_text(job->url),
			answer->status);
		return NULL;
	}
	return avu_description_parse(job->url, answer->body, answer->body_len, error);
}

static void
fetched(const AvuFetchAnswer *answer, const GError *error, void *user_data)
{
	AvuDescriptionJob *job = user_data;
	AvuDescriptionQueue *queue = job->queue;
	g_autoptr(GError) own = NULL;
	AvuDescription *description = NULL;

	job->fetch = NULL;
	(void)g_queue_remove(&queue->active, job);
	if (answer != NULL) {
		description = description_of(job, answer, &own);
	} else {
		own = g_error_copy(error);
		g_prefix_error(&own, "device description ");
	}
	start_waiting(queue);
	/* The owner may free the queue in its call-back: nothing of it is touched after. */
	job->done(description, own, job->user_data);
	job_free(job);
}

static void
start(AvuDescriptionQueue *queue, AvuDescriptionJob *job)
{
	const AvuFetchRequest request = {
		.method = "GET",
		.url = avu_url_get_text(job->url),
		.max_answer = AVU_LIMIT_DESCRIPTION,
		.timeout_ns = job->left_ns,
	};

	job->started_ns = avu_now_ns();
	g_queue_push_tail(&queue->active, job);
	job->fetch = avu_fetch(queue->fetcher, &request, fetched, job);
}

static void
start_waiting(AvuDescriptionQueue *queue)
{
	while (queue->active.length < AVU_LIMIT_FETCHES && queue->waiting.length > 0) {
		start(queue, g_queue_pop_head(&queue->waiting));
	}
	avu_timer_set(queue->turns, queue->waiting.length > 0 ? FIRST_TURN_NS : AVU_TIME_NONE);
}

static void
break_off(AvuDescriptionQueue *queue, AvuDescriptionJob *job, int64_t used_ns)
{
	avu_fetch_cancel(job->fetch);
	job->fetch = NULL;
	job->left_ns -= used_ns;
	job->turn_ns *= 2;
	(void)g_queue_remove(&queue->active, job);
	g_queue_push_tail(&queue->waiting, job);
}

/* Others wait: whoever had its turn and would still have time left later makes room, though never
 * for more jobs than wait. */
static void
turn_over(void *data)
{
	AvuDescriptionQueue *queue = data;
	const int64_t now_ns = avu_now_ns();
	guint wanted = queue->waiting.length;

	for (GList *l = queue->active.head; l != NULL && wanted > 0;) {
		AvuDescriptionJob *job = l->data;
		const int64_t used_ns = now_ns - job->started_ns;

		l = l->next;
		if (used_ns >= job->turn_ns && used_ns + job->turn_ns < job->left_ns) {
			break_off(queue, job, used_ns);
			wanted--;
		}
	}
	start_waiting(queue);
}

AvuDescriptionQueue *
avu_description_queue_new(AvuFetcher *fetcher)
{
	AvuDescriptionQueue *queue = g_new0(AvuDescriptionQueue, 1);

	queue->fetcher = fetcher;
	queue->turns = avu_timer_new(NULL, AVU_TIME_NONE, turn_over, queue);
	return queue;
}

void
avu_description_queue_free(AvuDescriptionQueue *queue)
{
	if (queue != NULL) {
		avu_timer_free(queue->turns);
		g_queue_clear_full(&queue->active, (GDestroyNotify)job_free);
		g_queue_clear_full(&queue->waiting, (GDestroyNotify)job_free);
		g_free(queue);
	}
}

AvuDescriptionJob *
avu_description_queue_add(
	AvuDescriptionQueue *queue, const AvuUrl *url, AvuDescriptionDone done, void *user_data)
{
	AvuDescriptionJob *job = g_new0(AvuDescriptionJob, 1);

	job->queue = queue;
	job->url = avu_url_copy(url);
	job->turn_ns = FIRST_TURN_NS;
	job->left_ns = AVU_LIMIT_FETCH_NS;
	job->done = done;
	job->user_data = user_data;
	g_queue_push_tail(&queue->waiting, job);
	start_waiting(queue);
	return job;
}

void
avu_description_queue_cancel(AvuDescriptionQueue *queue, AvuDescriptionJob *job)
{
	(void)g_queue_remove(&queue->active, job);
	(void)g_queue_remove(&queue->waiting, job);
	job_free(job);
	start_waiting(queue);
}

unsigned
avu_description_queue_get_pending(const AvuDescriptionQueue *queue)
{
	return queue->waiting.length + queue->active.length;
}
