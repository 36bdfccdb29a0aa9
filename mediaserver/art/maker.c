/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A job is answered on the main thread; who asked waits on a condition, with a deadline, and may be
 * gone by then: what both look at is counted. */
#include "mediaserver/art/maker.h"

#include <errno.h>
#include <pthread.h>
#include <time.h>

#include <av-upnp/error.h>
#include <av-upnp/limits.h>

struct ArtMaker {
	WorkerPool *pool;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	unsigned n_waiting; /* guarded by lock */
	bool stopped;       /* guarded by lock */
};

/* Two have it: the thread that waits and the job. Guarded by the maker's lock. */
typedef struct {
	ArtMaker *maker;
	unsigned refs;
	bool done;
	WorkerOutcome outcome;
	GBytes *answer;
} Wait;

ArtMaker *
art_maker_new(WorkerPool *pool)
{
	ArtMaker *maker = g_new0(ArtMaker, 1);
	pthread_condattr_t attributes;

	maker->pool = pool;
	(void)pthread_mutex_init(&maker->lock, NULL);
	(void)pthread_condattr_init(&attributes);
	(void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&maker->changed, &attributes);
	(void)pthread_condattr_destroy(&attributes);
	return maker;
}

void
art_maker_free(ArtMaker *maker)
{
	if (maker == NULL) {
		return;
	}
	(void)pthread_cond_destroy(&maker->changed);
	(void)pthread_mutex_destroy(&maker->lock);
	g_free(maker);
}

void
art_maker_stop(ArtMaker *maker)
{
	(void)pthread_mutex_lock(&maker->lock);
	maker->stopped = true;
	(void)pthread_cond_broadcast(&maker->changed);
	(void)pthread_mutex_unlock(&maker->lock);
}

/* The lock is held. */
static void
wait_unref(Wait *wait)
{
	if (--wait->refs == 0) {
		g_clear_pointer(&wait->answer, g_bytes_unref);
		g_free(wait);
	}
}

static void
on_job_freed(void *data)
{
	Wait *wait = data;
	ArtMaker *maker = wait->maker;

	(void)pthread_mutex_lock(&maker->lock);
	wait->done = true; /* also without an answer, when the pool goes */
	wait_unref(wait);
	(void)pthread_cond_broadcast(&maker->changed);
	(void)pthread_mutex_unlock(&maker->lock);
}

static void
on_done(WorkerJob *job, void *user_data)
{
	Wait *wait = user_data;

	(void)pthread_mutex_lock(&wait->maker->lock);
	wait->outcome = job->outcome;
	wait->answer = job->answer != NULL ? g_bytes_ref(job->answer) : NULL;
	(void)pthread_mutex_unlock(&wait->maker->lock);
	worker_job_free(job);
}

static GBytes *
take_answer(Wait *wait, bool in_time, ThumbForm form, GError **error)
{
	if (wait->maker->stopped || !in_time) {
		g_set_error(error, AVU_ERROR, in_time ? AVU_ERROR_BUSY : AVU_ERROR_TIMEOUT,
			"no picture in time");
		return NULL;
	}
	if (wait->outcome == WORKER_OK && wait->answer != NULL &&
		thumb_answer_is_good(wait->answer, form)) {
		return g_bytes_ref(wait->answer);
	}
	g_set_error(error, AVU_ERROR,
		wait->outcome == WORKER_UNSUITABLE ? AVU_ERROR_UNSUPPORTED : AVU_ERROR_FAILED,
		"no picture in this file");
	return NULL;
}

static GBytes *
submit_and_wait(ArtMaker *maker, WorkerJob *job, Wait *wait, ThumbForm form, GError **error)
{
	struct timespec until;
	int code = 0;

	(void)clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += 2 * AVU_LIMIT_WORKER_WALL_NS / AVU_NS_PER_S;
	worker_pool_submit_job(maker->pool, job);
	(void)pthread_mutex_lock(&maker->lock);
	while (!wait->done && !maker->stopped && code == 0) {
		code = pthread_cond_timedwait(&maker->changed, &maker->lock, &until);
	}
	GBytes *picture = take_answer(wait, code == 0, form, error);

	maker->n_waiting--;
	wait_unref(wait);
	(void)pthread_mutex_unlock(&maker->lock);
	return picture;
}

GBytes *
art_maker_make(ArtMaker *maker, int fd, const ThumbBox *box, GError **error)
{
	(void)pthread_mutex_lock(&maker->lock);
	bool room = !maker->stopped && maker->n_waiting < ART_WAITING_MAX;

	maker->n_waiting += room ? 1 : 0;
	(void)pthread_mutex_unlock(&maker->lock);
	Wait *wait = g_new0(Wait, 1);
	WorkerJob *job = worker_job_new(WORKER_THUMB, fd, NULL, on_done, wait, on_job_freed);

	wait->maker = maker;
	wait->refs = 2;
	job->question = thumb_box_to_question(box);
	if (!room) {
		wait->refs = 1;
		worker_job_free(job);
		g_set_error(error, AVU_ERROR, AVU_ERROR_BUSY, "too many wait for pictures");
		return NULL;
	}
	return submit_and_wait(maker, job, wait, box->form, error);
}
