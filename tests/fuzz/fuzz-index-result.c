/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* FZ-21: what a worker says of an index: taken again as it was, and never more than its limit. */
#include "mediaserver/workers/index-result.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
take(const uint8_t *data, size_t len, IndexResult *result)
{
	const AvuFrame frame = { .data = data, .len = len };
	AvuFrameReader reader = avu_frame_reader(&frame);

	return index_result_take(&reader, result);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_auto(IndexResult) result = { 0 };

	if (take(data, size, &result)) {
		g_auto(AvuFrameWriter) writer = { NULL };

		g_assert_cmpuint(result.n, <=, INDEX_POINTS_MAX);
		avu_frame_writer_init(&writer);
		index_result_put(&result, &writer);
		g_assert_cmpmem(writer.bytes->data, writer.bytes->len, data, size);
	}
	return 0;
}
