/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* workers/pool.h: batches of files to be probed and single jobs, shared out to the worker processes */
#pragma once

#include <av-upnp/limits.h>
#include <av-upnp/mailbox.h>
#include <av-upnp/supervisor.h>

#include "mediaserver/workers/job.h"
#include "mediaserver/workers/probe-result.h"

G_BEGIN_DECLS

typedef struct ProbeBatch ProbeBatch;
struct ProbeBatch {
	unsigned n;                      /* at most AVU_LIMIT_WORKER_BATCH, of one root */
	int fds[AVU_LIMIT_WORKER_BATCH]; /* the batch owns them */
	char hints[AVU_LIMIT_WORKER_BATCH][PROBE_HINT_MAX + 1];
	bool answered[AVU_LIMIT_WORKER_BATCH];
	ProbeResult results[AVU_LIMIT_WORKER_BATCH]; /* all valid after done */
	/* Every file is answered. Owner of the batch is now the callee. @thread main */
	void (*done)(ProbeBatch *batch, void *user_data);
	void *user_data;
	GDestroyNotify user_data_free; /* with the batch; may be NULL */
};

ProbeBatch *probe_batch_new(void (*done)(ProbeBatch *batch, void *user_data), void *user_data);
/** @param fd  taken  @param hint  extension in lower case; longer than PROBE_HINT_MAX is left out */
void probe_batch_add(ProbeBatch *batch, int fd, const char *hint);
void probe_batch_free(ProbeBatch *batch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ProbeBatch, probe_batch_free)

typedef struct WorkerPool WorkerPool;

/** Starts n workers, and waits for none. @param spawner,supervisor,mailbox  outlive the pool
 *  @param refused  their program is not there, or another's: the sentence names it; NULL: it is tried again */
WorkerPool *worker_pool_new(AvuSpawner *spawner, AvuSupervisor *supervisor, AvuMailbox *mailbox,
	unsigned n, void (*refused)(const GError *error, void *data), void *data);
/** Batches and jobs not done are freed without a call. @thread main */
void worker_pool_free(WorkerPool *pool);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WorkerPool, worker_pool_free)

/** Takes the batch. Never blocks; the caller bounds how many it has out. @thread any */
void worker_pool_submit(WorkerPool *pool, ProbeBatch *batch);
/** Takes the job; it goes before all batches that wait. As above. */
void worker_pool_submit_job(WorkerPool *pool, WorkerJob *job);

G_END_DECLS
