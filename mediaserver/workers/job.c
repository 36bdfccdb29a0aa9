/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A job and how it travels. No thread of its own. */
#include "mediaserver/workers/job.h"

#include <string.h>

#include <av-upnp/error.h>
#include <av-upnp/fd.h>
#include <av-upnp/limits.h>

WorkerJob *
worker_job_new(WorkerJobKind kind, int fd, const char *hint,
	void (*done)(WorkerJob *job, void *user_data), void *user_data, GDestroyNotify free_data)
{
	WorkerJob *job = g_new0(WorkerJob, 1);

	job->kind = kind;
	job->fd = fd;
	if (hint != NULL && strlen(hint) <= WORKER_HINT_MAX) {
		(void)g_strlcpy(job->hint, hint, sizeof(job->hint));
	}
	job->outcome = WORKER_DIED;
	job->done = done;
	job->user_data = user_data;
	job->free_data = free_data;
	return job;
}

void
worker_job_free(WorkerJob *job)
{
	if (job == NULL) {
		return;
	}
	avu_fd_cleanup(&job->fd);
	g_clear_pointer(&job->question, g_bytes_unref);
	g_clear_pointer(&job->answer, g_bytes_unref);
	if (job->free_data != NULL) {
		job->free_data(job->user_data);
	}
	g_free(job);
}

int64_t
worker_job_get_wall_ns(WorkerJobKind kind)
{
	return kind == WORKER_SUBTITLE_LONG ? AVU_LIMIT_WORKER_LONG_WALL_NS
					    : AVU_LIMIT_WORKER_WALL_NS;
}

void
worker_job_put(const WorkerJob *job, uint32_t number, AvuFrameWriter *writer)
{
	gsize len = 0;
	const void *question = job->question != NULL ? g_bytes_get_data(job->question, &len) : NULL;

	avu_frame_put_u32(writer, number);
	avu_frame_put_u32(writer, job->kind);
	avu_frame_put_string(writer, job->hint);
	avu_frame_put_bytes(writer, question, len);
}

bool
worker_job_take_answer(WorkerJob *job, AvuFrameReader *reader, GError **error)
{
	uint32_t outcome = avu_frame_take_u32(reader);
	size_t len;
	const uint8_t *octets = avu_frame_take_bytes(reader, &len);

	if (!avu_frame_reader_finish(reader) || outcome >= WORKER_OUTCOMES) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_SYNTAX, "the answer to a job is malformed");
		return false;
	}
	job->outcome = (WorkerOutcome)outcome;
	g_clear_pointer(&job->answer, g_bytes_unref);
	job->answer = g_bytes_new(octets, len);
	return true;
}
