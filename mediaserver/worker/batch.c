/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One batch. What a child answers is relayed field by field (SEC-148). A batch that needs more than
 * one file may take is cut and done again file by file (SEC-149). */
#include "mediaserver/worker/batch.h"

#include <string.h>

#include <av-upnp/error.h>
#include <av-upnp/limits.h>

#include "mediaserver/worker/child.h"
#include "mediaserver/worker/probe.h"
#include "mediaserver/workers/probe-result.h"

typedef struct {
	int channel;
	uint32_t number;
	unsigned n;
	int *fds; /* of the request */
	char hints[AVU_LIMIT_WORKER_BATCH][PROBE_HINT_MAX + 1];
	bool answered[AVU_LIMIT_WORKER_BATCH];
} Batch;

static bool
send_result(int fd, uint32_t batch, const ProbeResult *result, GError **error)
{
	g_auto(AvuFrameWriter) payload = { NULL };

	avu_frame_writer_init(&payload);
	avu_frame_put_u32(&payload, batch);
	probe_result_put(result, &payload);
	return avu_frame_send(fd, WORKER_RESULT, &payload, NULL, 0, error);
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

	for (unsigned i = 0; i < share->n; i++) {
		g_auto(ProbeResult) result = { 0 };
		const char *hint = batch->hints[share->files[i]];

		probe_result_init(&result);
		result.file = share->files[i];
		probe_file(batch->fds[share->files[i]], hint[0] != '\0' ? hint : NULL, &result);
		if (!send_result(answers, batch->number, &result, NULL)) {
			return;
		}
	}
}

/* @return false when the child's answer is not one, or answers what was not asked */
static bool
relay_one(const AvuFrame *frame, void *data)
{
	const Share *share = data;
	Batch *batch = share->batch;
	AvuFrameReader reader = avu_frame_reader(frame);
	g_auto(ProbeResult) result = { 0 };

	probe_result_init(&result);
	(void)avu_frame_take_u32(&reader); /* batch number: we know it better */
	if (frame->type != WORKER_RESULT || !probe_result_take(&reader, &result, NULL)) {
		return false;
	}
	for (unsigned i = 0; i < share->n; i++) {
		unsigned file = share->files[i];

		if (file == (unsigned)result.file && !batch->answered[file]) {
			batch->answered[file] = true;
			return send_result(batch->channel, batch->number, &result, NULL);
		}
	}
	return false;
}

/* Forks a child for some files of the batch and passes on what it answers. */
static void
run_child(Batch *batch, const unsigned *files, unsigned n)
{
	int fds[AVU_LIMIT_WORKER_BATCH];
	Share share = { batch, files, n };
	const ChildWork work = { fds, n, probe_share, relay_one, &share };

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
			g_auto(ProbeResult) result = { 0 };

			probe_result_init(&result);
			result.file = files[i];
			result.outcome = PROBE_DIED;
			result.reason = g_strdup("reading it ended its worker");
			(void)send_result(
				channel, batch->number, &result, NULL); /* send_done tells */
		}
	}
	avu_frame_close_fds(request);
	return send_done(batch, error);
}
