/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* FZ-21: answers of a worker. What is taken is within its ranges, so it goes out and comes in unchanged. */
#include "mediaserver/workers/probe-result.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
take(const uint8_t *data, size_t len, ProbeResult *result)
{
	const AvuFrame frame = { .type = WORKER_RESULT, .data = data, .len = len };
	AvuFrameReader reader = avu_frame_reader(&frame);

	probe_result_init(result);
	return probe_result_take(&reader, result, NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_auto(ProbeResult) result = { 0 };

	if (take(data, size, &result)) {
		g_auto(AvuFrameWriter) writer = { NULL };
		g_auto(ProbeResult) again = { 0 };

		avu_frame_writer_init(&writer);
		probe_result_put(&result, &writer);
		g_assert_true(take(writer.bytes->data, writer.bytes->len, &again));
		g_assert_cmpint(again.duration_ns, ==, result.duration_ns);
		g_assert_cmpint(again.track, ==, result.track);
		g_assert_cmpstr(again.title, ==, result.title);
	}
	return 0;
}
