/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One question, one file, one child. The kinds are a table. What the child says is passed on as octets
 * of bounded length, for the server to check. One thread. */
#include "mediaserver/worker/job.h"

#include <av-upnp/error.h>

#include "mediaserver/worker/child.h"
#include "mediaserver/worker/index.h"
#include "mediaserver/worker/piece.h"
#include "mediaserver/worker/subtitle.h"
#include "mediaserver/worker/thumb.h"
#include "mediaserver/workers/job.h"

typedef struct {
	uint32_t kind;
	/* In the child. Appends the answer when it gives WORKER_OK. question: what followed the hint */
	WorkerOutcome (*run)(
		int fd, const char *hint, AvuFrameReader *question, AvuFrameWriter *answer);
	bool patient; /* as in child.h */
} Kind;

static const Kind kinds[] = {
	{ WORKER_INDEX, index_run, false },
	{ WORKER_THUMB, thumb_run, false },
	{ WORKER_PIECE, piece_run, false },
	{ WORKER_SUBTITLE, subtitle_run, false },
	{ WORKER_SUBTITLE_LONG, subtitle_run_long, true },
};

typedef struct {
	int channel;
	uint32_t number;
	const Kind *kind;
	int fd;
	char *hint;
	AvuFrameReader question;
	bool answered;
} Job;

static bool
send_answer(int channel, uint32_t number, WorkerOutcome outcome, const void *octets, size_t len,
	GError **error)
{
	g_auto(AvuFrameWriter) payload = { NULL };

	avu_frame_writer_init(&payload);
	avu_frame_put_u32(&payload, number);
	avu_frame_put_u32(&payload, outcome);
	avu_frame_put_bytes(&payload, octets, len);
	return avu_frame_send(channel, WORKER_ANSWER, &payload, NULL, 0, error);
}

static void
work(int channel, void *data)
{
	Job *job = data;
	g_auto(AvuFrameWriter) answer = { NULL };

	avu_frame_writer_init(&answer);
	WorkerOutcome outcome = job->kind->run(job->fd, job->hint, &job->question, &answer);

	(void)send_answer(
		channel, job->number, outcome, answer.bytes->data, answer.bytes->len, NULL);
}

/* Field by field (SEC-148); one answer only. */
static bool
relay(const AvuFrame *frame, void *data)
{
	Job *job = data;
	AvuFrameReader reader = avu_frame_reader(frame);
	size_t len;

	(void)avu_frame_take_u32(&reader); /* we know the number better */
	uint32_t outcome = avu_frame_take_u32(&reader);
	const uint8_t *octets = avu_frame_take_bytes(&reader, &len);

	if (frame->type == WORKER_ANSWER && avu_frame_reader_finish(&reader) &&
		outcome < WORKER_OUTCOMES) {
		job->answered = send_answer(
			job->channel, job->number, (WorkerOutcome)outcome, octets, len, NULL);
	}
	return false;
}

static bool
take_request(Job *job, const AvuFrame *request, GError **error)
{
	AvuFrameReader reader = avu_frame_reader(request);
	size_t len;

	job->number = avu_frame_take_u32(&reader);
	uint32_t kind = avu_frame_take_u32(&reader);

	job->hint = avu_frame_take_string(&reader, WORKER_HINT_MAX);
	const uint8_t *question = avu_frame_take_bytes(&reader, &len);

	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		if (kinds[i].kind == kind) {
			job->kind = &kinds[i];
		}
	}
	if (!avu_frame_reader_finish(&reader) || job->kind == NULL || request->n_fds != 1) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_SYNTAX, "a job of kind %u is none", kind);
		return false;
	}
	job->question = (AvuFrameReader){ .at = question, .end = question + len };
	job->fd = request->fds[0];
	return true;
}

bool
job_serve(int channel, AvuFrame *request, GError **error)
{
	Job job = { .channel = channel };
	bool good = take_request(&job, request, error);

	if (good) {
		const ChildWork child = { &job.fd, 1, work, relay, &job, job.kind->patient };

		child_run(&child);
		good = job.answered ||
		       send_answer(channel, job.number, WORKER_DIED, NULL, 0, error);
	}
	g_free(job.hint);
	avu_frame_close_fds(request);
	return good;
}
