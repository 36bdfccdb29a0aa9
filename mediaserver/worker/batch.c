/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One batch. What a child answers is relayed field by field (SEC-148). A batch that needs more than
 * one file may take is cut and done again file by file (SEC-149). Answers travel together: each frame
 * wakes two processes, which costs as much as reading a file. */
#include "mediaserver/worker/batch.h"

#include <string.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/limits.h>

#include "mediaserver/worker/child.h"
#include "mediaserver/worker/probe.h"
#include "mediaserver/workers/probe-result.h"

#define ANSWERS_BYTES (64 * 1024) /* one more answer fits into a frame by far */
#define ANSWERS_NS (20 * AVU_NS_PER_MS)

typedef struct {
	int channel;
	uint32_t number;
	unsigned n;
	int *fds; /* of the request */
	char hints[AVU_LIMIT_WORKER_BATCH][PROBE_HINT_MAX + 1];
	bool answered[AVU_LIMIT_WORKER_BATCH];
} Batch;

/* Answers on their way: what waits here when a child dies is read again, file by file. */
typedef struct {
	int fd;
	uint32_t batch;
	AvuFrameWriter payload;
	int64_t since_ns; /* of the last sending */
} Answers;

static void
answers_init(Answers *answers, int fd, uint32_t batch)
{
	answers->fd = fd;
	answers->batch = batch;
	avu_frame_writer_init(&answers->payload);
	avu_frame_put_u32(&answers->payload, batch);
	answers->since_ns = avu_now_ns();
}

static void
answers_clear(Answers *answers)
{
	avu_frame_writer_clear(&answers->payload);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Answers, answers_clear)

static void
answers_add(Answers *answers, const ProbeResult *result)
{
	g_auto(AvuFrameWriter) one = { NULL };

	avu_frame_writer_init(&one);
	probe_result_put(result, &one);
	avu_frame_put_bytes(&answers->payload, one.bytes->data, one.bytes->len);
}

static bool
answers_send(Answers *answers)
{
	bool good = answers->payload.bytes->len <= sizeof(answers->batch) ||
		    avu_frame_send(answers->fd, WORKER_RESULT, &answers->payload, NULL, 0, NULL);

	g_byte_array_set_size(answers->payload.bytes, sizeof(answers->batch));
	answers->since_ns = avu_now_ns();
	return good;
}

static bool
answers_are_due(const Answers *answers)
{
	return answers->payload.bytes->len > ANSWERS_BYTES ||
	       avu_now_ns() - answers->since_ns > ANSWERS_NS;
}

/* Some files of a batch, for one child. */
typedef struct {
	Batch *batch;
	const unsigned *files;
	unsigned n;
} Share;

static void
probe_share(int answers, void *data)
{
	const Share *share = data;
	const Batch *batch = share->batch;
	g_auto(Answers) waiting = { 0 };

	answers_init(&waiting, answers, batch->number);
	for (unsigned i = 0; i < share->n; i++) {
		g_auto(ProbeResult) result = { 0 };
		const char *hint = batch->hints[share->files[i]];

		probe_result_init(&result);
		result.file = share->files[i];
		probe_file(batch->fds[share->files[i]], hint[0] != '\0' ? hint : NULL, &result);
		answers_add(&waiting, &result);
		if (answers_are_due(&waiting) && !answers_send(&waiting)) {
			return;
		}
	}
	(void)answers_send(&waiting); /* failed: the parent has gone */
}

/* @return false when this is no answer, or answers what was not asked */
static bool
relay_one(const Share *share, AvuFrameReader *reader, Answers *answers)
{
	Batch *batch = share->batch;
	g_auto(ProbeResult) result = { 0 };

	probe_result_init(&result);
	if (!probe_result_take_one(reader, &result, NULL)) {
		return false;
	}
	for (unsigned i = 0; i < share->n; i++) {
		unsigned file = share->files[i];

		if (file == (unsigned)result.file && !batch->answered[file]) {
			batch->answered[file] = true;
			answers_add(answers, &result);
			return true;
		}
	}
	return false;
}

/* @return false when the child talks nonsense: what came before that counts */
static bool
relay(const AvuFrame *frame, void *data)
{
	const Share *share = data;
	AvuFrameReader reader = avu_frame_reader(frame);
	g_auto(Answers) answers = { 0 };
	bool good = frame->type == WORKER_RESULT;

	answers_init(&answers, share->batch->channel, share->batch->number);
	(void)avu_frame_take_u32(&reader); /* batch number: we know it better */
	while (good && !avu_frame_reader_finish(&reader)) {
		good = relay_one(share, &reader, &answers);
	}
	return answers_send(&answers) && good;
}

/* Forks a child for some files of the batch and passes on what it answers. */
static void
run_child(Batch *batch, const unsigned *files, unsigned n)
{
	int fds[AVU_LIMIT_WORKER_BATCH];
	Share share = { batch, files, n };
	const ChildWork work = { fds, n, probe_share, relay, &share, false };

	for (unsigned i = 0; i < n; i++) {
		fds[i] = batch->fds[files[i]];
	}
	child_run(&work);
}

static unsigned
collect_unanswered(const Batch *batch, unsigned files[AVU_LIMIT_WORKER_BATCH])
{
	unsigned n = 0;

	for (unsigned i = 0; i < batch->n; i++) {
		if (!batch->answered[i]) {
			files[n++] = i;
		}
	}
	return n;
}

static bool
take_request(Batch *batch, AvuFrame *request, GError **error)
{
	AvuFrameReader reader = avu_frame_reader(request);

	batch->number = avu_frame_take_u32(&reader);
	batch->n = avu_frame_take_u32(&reader);
	batch->fds = request->fds;
	if (request->type != WORKER_PROBE || batch->n != request->n_fds || batch->n == 0 ||
		batch->n > AVU_LIMIT_WORKER_BATCH) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_SYNTAX, "frame of type %u with %u files",
			request->type, batch->n);
		return false;
	}
	for (unsigned i = 0; i < batch->n; i++) {
		g_autofree char *hint = avu_frame_take_string(&reader, PROBE_HINT_MAX);

		(void)g_strlcpy(batch->hints[i], hint != NULL ? hint : "", sizeof(batch->hints[i]));
	}
	if (!avu_frame_reader_finish(&reader)) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_SYNTAX, "a request is cut short");
		return false;
	}
	return true;
}

static bool
send_done(const Batch *batch, GError **error)
{
	g_auto(AvuFrameWriter) payload = { NULL };

	avu_frame_writer_init(&payload);
	avu_frame_put_u32(&payload, batch->number);
	return avu_frame_send(batch->channel, WORKER_DONE, &payload, NULL, 0, error);
}

static void
send_died(const Batch *batch, unsigned file)
{
	g_auto(ProbeResult) result = { 0 };
	g_auto(Answers) answers = { 0 };

	probe_result_init(&result);
	result.file = file;
	result.outcome = PROBE_DIED;
	result.reason = g_strdup("reading it ended its worker");
	answers_init(&answers, batch->channel, batch->number);
	answers_add(&answers, &result);
	(void)answers_send(&answers); /* send_done tells */
}

bool
batch_serve(int channel, AvuFrame *request, GError **error)
{
	g_autofree Batch *batch = g_new0(Batch, 1);
	unsigned files[AVU_LIMIT_WORKER_BATCH];

	batch->channel = channel;
	if (!take_request(batch, request, error)) {
		avu_frame_close_fds(request);
		return false;
	}
	unsigned n = collect_unanswered(batch, files);

	run_child(batch, files, n);
	n = collect_unanswered(batch, files);
	for (unsigned i = 0; i < n; i++) {
		run_child(batch, &files[i], 1);
		if (!batch->answered[files[i]]) {
			send_died(batch, files[i]);
		}
	}
	avu_frame_close_fds(request);
	return send_done(batch, error);
}
