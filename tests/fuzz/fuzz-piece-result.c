/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* FZ-21: what a worker says of a piece: within the file, taken again as it was. */
#include "mediaserver/workers/piece-result.h"

#define FILE_SIZE (UINT64_C(1) << 40)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const AvuFrame frame = { .data = data, .len = size };
	AvuFrameReader reader = avu_frame_reader(&frame);
	g_auto(PieceResult) result = { 0 };

	if (piece_result_take(&reader, FILE_SIZE, &result)) {
		g_auto(AvuFrameWriter) writer = { NULL };

		g_assert_cmpuint(result.offset + result.length, <=, FILE_SIZE);
		avu_frame_writer_init(&writer);
		piece_result_put(&result, &writer);
		g_assert_cmpmem(writer.bytes->data, writer.bytes->len, data, size);
	}
	return 0;
}
