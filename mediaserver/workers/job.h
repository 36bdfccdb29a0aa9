/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* workers/job.h: one question about one file, for which somebody waits: a descriptor in, an answer
 * out. Each kind has its own form of question and answer; who asks checks the answer. */
#pragma once

#include <av-upnp/frame.h>

G_BEGIN_DECLS

/* Frame types on the channel of a worker, beside those of probe-result.h. */
enum {
	WORKER_JOB =
		4, /* to it: u32 number, u32 kind, hint, octets of the question; a descriptor */
	WORKER_ANSWER = 5, /* from it: u32 number, u32 WorkerOutcome, octets of the answer */
};

#define WORKER_HINT_MAX 8

typedef enum {
	WORKER_INDEX = 1,         /* index-result.h; question: none */
	WORKER_THUMB = 2,         /* thumb-request.h */
	WORKER_PIECE = 3,         /* piece-result.h */
	WORKER_SUBTITLE = 4,      /* subtitle-request.h */
	WORKER_SUBTITLE_LONG = 5, /* the same, without haste */
} WorkerJobKind;

typedef enum {
	WORKER_OK,
	WORKER_UNSUITABLE, /* this file has no such thing */
	WORKER_UNREADABLE, /* not now: the descriptor gave an I/O error */
	WORKER_DIED,       /* the process that read it died or overran its time */
	WORKER_UNFINISHED, /* time was up, and it would have gone on */
	WORKER_OUTCOMES,
} WorkerOutcome;

typedef struct WorkerJob WorkerJob;
struct WorkerJob {
	WorkerJobKind kind;
	int fd; /* the job owns it; -1 after done */
	char hint[WORKER_HINT_MAX + 1];
	GBytes *question; /* may be NULL */
	WorkerOutcome outcome;
	GBytes *answer; /* for OK: a few frames' worth at most, foreign */
	/* Answered. Owner of the job is now the callee. @thread main */
	void (*done)(WorkerJob *job, void *user_data);
	void *user_data;
	GDestroyNotify free_data; /* of user_data, with the job; may be NULL */
};

/** @param fd  taken  @param hint  extension in lower case; may be NULL, longer is left out */
WorkerJob *worker_job_new(WorkerJobKind kind, int fd, const char *hint,
	void (*done)(WorkerJob *job, void *user_data), void *user_data, GDestroyNotify free_data);
void worker_job_free(WorkerJob *job);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WorkerJob, worker_job_free)

/** How long the kernel lets the child of such a job live. */
int64_t worker_job_get_wall_ns(WorkerJobKind kind);
void worker_job_put(const WorkerJob *job, uint32_t number, AvuFrameWriter *writer);
/** Reads what follows the number of a WORKER_ANSWER.
 *  @return false with AVU_ERROR_SYNTAX when it is none */
bool worker_job_take_answer(WorkerJob *job, AvuFrameReader *reader, GError **error);

G_END_DECLS
