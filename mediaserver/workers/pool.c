/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Clients of the worker processes. All state is the main thread's; batches and jobs come by mailbox.
 * Jobs go first: somebody waits for them. A worker is as hostile as the files it read (SEC-144): an
 * answer that does not fit ends it. Work whose worker died is given out once more, then what is
 * unanswered counts as having killed it (SEC-145). A worker that says nothing for too long is killed
 * (SEC-149). */
#include "mediaserver/workers/pool.h"

#include <signal.h>

#include <av-upnp/error.h>
#include <av-upnp/fd.h>
#include <av-upnp/loop.h>

#define TRIES_MAX 2

typedef struct {
	WorkerPool *pool;
	AvuSupervised *helper;
	ProbeBatch *batch; /* at work; this or job or neither */
	WorkerJob *job;
	uint32_t number; /* of batch or job */
	unsigned tries;
	AvuTimer *overdue;
} Slot;

struct WorkerPool {
	AvuSpawner *spawner;
	AvuMailbox *mailbox;
	GQueue waiting; /* ProbeBatch */
	GQueue jobs;    /* WorkerJob */
	uint32_t last_number;
	unsigned n_slots;
	Slot *slots;
};

ProbeBatch *
probe_batch_new(void (*done)(ProbeBatch *batch, void *user_data), void *user_data)
{
	ProbeBatch *batch = g_new0(ProbeBatch, 1);

	batch->done = done;
	batch->user_data = user_data;
	for (unsigned i = 0; i < AVU_LIMIT_WORKER_BATCH; i++) {
		batch->fds[i] = -1;
		probe_result_init(&batch->results[i]);
	}
	return batch;
}

void
probe_batch_add(ProbeBatch *batch, int fd, const char *hint)
{
	g_return_if_fail(batch->n < AVU_LIMIT_WORKER_BATCH);
	batch->fds[batch->n] = fd;
	if (hint != NULL && strlen(hint) <= PROBE_HINT_MAX) {
		(void)g_strlcpy(batch->hints[batch->n], hint, sizeof(batch->hints[0]));
	}
	batch->n++;
}

static void
close_fds(ProbeBatch *batch)
{
	for (unsigned i = 0; i < batch->n; i++) {
		avu_fd_cleanup(&batch->fds[i]);
		batch->fds[i] = -1;
	}
}

void
probe_batch_free(ProbeBatch *batch)
{
	if (batch == NULL) {
		return;
	}
	close_fds(batch);
	for (unsigned i = 0; i < AVU_LIMIT_WORKER_BATCH; i++) {
		probe_result_clear(&batch->results[i]);
	}
	if (batch->user_data_free != NULL) {
		batch->user_data_free(batch->user_data);
	}
	g_free(batch);
}

static void dispatch(WorkerPool *pool);

/* What nobody answered is told as having ended its worker. */
static void
finish(Slot *slot)
{
	ProbeBatch *batch = g_steal_pointer(&slot->batch);

	avu_timer_set(slot->overdue, AVU_TIME_NONE);
	for (unsigned i = 0; i < batch->n; i++) {
		if (!batch->answered[i]) {
			batch->results[i].file = i;
			batch->results[i].outcome = PROBE_DIED;
			batch->results[i].reason = g_strdup("reading it ended its worker");
		}
	}
	batch->done(batch, batch->user_data);
}

static void
give(Slot *slot, ProbeBatch *batch, unsigned tries)
{
	g_auto(AvuFrameWriter) payload = { NULL };

	slot->batch = batch;
	slot->number = ++slot->pool->last_number;
	slot->tries = tries;
	avu_frame_writer_init(&payload);
	avu_frame_put_u32(&payload, slot->number);
	avu_frame_put_u32(&payload, batch->n);
	for (unsigned i = 0; i < batch->n; i++) {
		avu_frame_put_string(&payload, batch->hints[i]);
	}
	/* the worker bounds each child by the kernel; this is for a worker that hangs itself */
	avu_timer_set(
		slot->overdue, (batch->n + 2) * (AVU_LIMIT_WORKER_WALL_NS + 2 * AVU_NS_PER_S));
	avu_supervised_send(slot->helper, WORKER_PROBE, &payload, batch->fds, batch->n);
}

static void
give_job(Slot *slot, WorkerJob *job, unsigned tries)
{
	g_auto(AvuFrameWriter) payload = { NULL };

	slot->job = job;
	slot->number = ++slot->pool->last_number;
	slot->tries = tries;
	avu_frame_writer_init(&payload);
	worker_job_put(job, slot->number, &payload);
	avu_timer_set(slot->overdue, worker_job_get_wall_ns(job->kind) + AVU_LIMIT_WORKER_WALL_NS);
	avu_supervised_send(slot->helper, WORKER_JOB, &payload, &job->fd, 1);
}

static void
finish_job(Slot *slot)
{
	WorkerJob *job = g_steal_pointer(&slot->job);

	avu_timer_set(slot->overdue, AVU_TIME_NONE);
	avu_fd_cleanup(&job->fd);
	job->fd = -1;
	job->done(job, job->user_data);
}

static void
dispatch(WorkerPool *pool)
{
	for (unsigned i = 0; i < pool->n_slots; i++) {
		Slot *slot = &pool->slots[i];

		if (slot->batch != NULL || slot->job != NULL ||
			!avu_supervised_is_up(slot->helper)) {
			continue;
		}
		if (!g_queue_is_empty(&pool->jobs)) {
			give_job(slot, g_queue_pop_head(&pool->jobs), 1);
		} else if (!g_queue_is_empty(&pool->waiting)) {
			give(slot, g_queue_pop_head(&pool->waiting), 1);
		}
	}
}

static void
kill_worker(Slot *slot, const char *why)
{
	pid_t pid = avu_supervised_get_pid(slot->helper);

	g_warning("worker %d: %s; it is ended and started again", (int)pid, why);
	avu_spawner_kill(slot->pool->spawner, pid, SIGKILL);
}

static bool
take_result(Slot *slot, AvuFrameReader *reader, GError **error)
{
	g_auto(ProbeResult) result = { 0 };
	ProbeBatch *batch = slot->batch;

	probe_result_init(&result);
	if (!probe_result_take_one(reader, &result, error)) {
		return false;
	}
	if (result.file >= (int64_t)batch->n || batch->answered[result.file]) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_SYNTAX,
			"an answer for file %" G_GINT64_FORMAT " that was not asked", result.file);
		return false;
	}
	batch->answered[result.file] = true;
	probe_result_clear(&batch->results[result.file]);
	batch->results[result.file] = result;
	probe_result_init(&result); /* its strings are the batch's now */
	return true;
}

static bool
take_results(Slot *slot, AvuFrameReader *reader, GError **error)
{
	do {
		if (!take_result(slot, reader, error)) {
			return false;
		}
	} while (!avu_frame_reader_finish(reader));
	return true;
}

static void
take_answer(Slot *slot, const AvuFrame *frame, AvuFrameReader *reader)
{
	g_autoptr(GError) error = NULL;

	if (frame->type != WORKER_ANSWER) {
		kill_worker(slot, "a frame that is no answer to a job");
	} else if (!worker_job_take_answer(slot->job, reader, &error)) {
		kill_worker(slot, error->message);
	} else {
		finish_job(slot);
		dispatch(slot->pool);
	}
}

static void
on_received(AvuSupervised *helper, AvuFrame *frame, void *user_data)
{
	Slot *slot = user_data;
	AvuFrameReader reader = avu_frame_reader(frame);
	uint32_t number = avu_frame_take_u32(&reader);
	g_autoptr(GError) error = NULL;

	(void)helper;
	if (reader.failed || (slot->batch == NULL && slot->job == NULL) || number != slot->number) {
		kill_worker(slot, "an answer to nothing");
		return;
	}
	if (slot->job != NULL) {
		take_answer(slot, frame, &reader);
	} else if (frame->type == WORKER_RESULT) {
		if (!take_results(slot, &reader, &error)) {
			kill_worker(slot, error->message);
		}
	} else if (frame->type == WORKER_DONE && avu_frame_reader_finish(&reader)) {
		finish(slot);
		dispatch(slot->pool);
	} else {
		kill_worker(slot, "a frame that is none");
	}
}

static void
on_started(AvuSupervised *helper, void *user_data)
{
	Slot *slot = user_data;

	(void)helper;
	if (slot->batch != NULL) {
		ProbeBatch *batch = slot->batch;

		for (unsigned i = 0; i < batch->n; i++) {
			batch->answered[i] = false;
			probe_result_clear(&batch->results[i]);
			probe_result_init(&batch->results[i]);
		}
		give(slot, batch, slot->tries + 1);
	} else if (slot->job != NULL) {
		give_job(slot, slot->job, slot->tries + 1);
	} else {
		dispatch(slot->pool);
	}
}

static void
on_lost(AvuSupervised *helper, int status, int64_t restart_in_ns, void *user_data)
{
	Slot *slot = user_data;

	(void)helper;
	g_warning("a worker ended (status %d); the next starts in %" G_GINT64_FORMAT " ms", status,
		restart_in_ns / AVU_NS_PER_MS);
	if (slot->tries < TRIES_MAX) {
		return;
	}
	if (slot->batch != NULL) {
		finish(slot);
	} else if (slot->job != NULL) {
		finish_job(slot); /* its outcome is "died" from the start */
	}
}

static void
on_overdue(void *data)
{
	Slot *slot = data;

	if (slot->batch != NULL || slot->job != NULL) {
		kill_worker(slot, "no answer in time");
	}
}

WorkerPool *
worker_pool_new(AvuSpawner *spawner, AvuSupervisor *supervisor, AvuMailbox *mailbox, unsigned n,
	void (*refused)(const GError *error, void *data), void *data)
{
	const AvuSupervisedSpec spec = {
		.name = "worker",
		.started = on_started,
		.received = on_received,
		.lost = on_lost,
		.refused = refused,
		.refused_data = data,
	};
	WorkerPool *pool = g_new0(WorkerPool, 1);

	pool->spawner = spawner;
	pool->mailbox = avu_mailbox_ref(mailbox);
	pool->slots = g_new0(Slot, n);
	g_queue_init(&pool->waiting);
	g_queue_init(&pool->jobs);
	for (unsigned i = 0; i < n; i++) {
		Slot *slot = &pool->slots[pool->n_slots++];

		slot->pool = pool;
		slot->overdue = avu_timer_new(NULL, AVU_LIMIT_WORKER_WALL_NS, on_overdue, slot);
		avu_timer_set(slot->overdue, AVU_TIME_NONE);
		slot->helper = avu_supervisor_add(supervisor, &spec, slot);
	}
	return pool;
}

void
worker_pool_free(WorkerPool *pool)
{
	if (pool == NULL) {
		return;
	}
	for (unsigned i = 0; i < pool->n_slots; i++) {
		g_clear_pointer(&pool->slots[i].helper, avu_supervised_remove);
		avu_timer_free(pool->slots[i].overdue);
		probe_batch_free(pool->slots[i].batch);
		worker_job_free(pool->slots[i].job);
	}
	g_queue_clear_full(&pool->waiting, (GDestroyNotify)probe_batch_free);
	g_queue_clear_full(&pool->jobs, (GDestroyNotify)worker_job_free);
	avu_mailbox_unref(pool->mailbox);
	g_free(pool->slots);
	g_free(pool);
}

/* On its way to the main thread: a batch or a job. */
typedef struct {
	WorkerPool *pool;
	ProbeBatch *batch;
	WorkerJob *job;
} Submission;

static void
submission_free(void *data)
{
	Submission *submission = data;

	probe_batch_free(submission->batch);
	worker_job_free(submission->job);
	g_free(submission);
}

static void
on_submission(void *data)
{
	Submission *submission = data;

	if (submission->job != NULL) {
		g_queue_push_tail(&submission->pool->jobs, g_steal_pointer(&submission->job));
	} else {
		g_queue_push_tail(&submission->pool->waiting, g_steal_pointer(&submission->batch));
	}
	dispatch(submission->pool);
}

void
worker_pool_submit(WorkerPool *pool, ProbeBatch *batch)
{
	Submission *submission = g_new0(Submission, 1);

	submission->pool = pool;
	submission->batch = batch;
	avu_mailbox_post(pool->mailbox, on_submission, submission, submission_free);
}

void
worker_pool_submit_job(WorkerPool *pool, WorkerJob *job)
{
	Submission *submission = g_new0(Submission, 1);

	submission->pool = pool;
	submission->job = job;
	avu_mailbox_post(pool->mailbox, on_submission, submission, submission_free);
}
