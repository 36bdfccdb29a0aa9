/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ID3v2 wherever a container may have it, and APEv2, into the fields of an answer. Whatever comes out
 * passes the check of the other end. */
#include "mediaserver/worker/ape-tag.h"
#include "mediaserver/worker/id3v2.h"
#include "mediaserver/worker/mp4-tags.h"
#include "mediaserver/worker/tag-table.h"
#include "tests/support/memory-file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
add(const char *name, const char *value, void *data)
{
	tag_taker_add(data, name, value);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const containers[] = { "mp3", "wav", "aiff", "dsf", "dff" };
	const ReadAt file = MEMORY_FILE(data, size);

	for (size_t i = 0; i < G_N_ELEMENTS(containers); i++) {
		g_auto(ProbeResult) result = { 0 }, again = { 0 };
		g_auto(AvuFrameWriter) writer = { NULL };
		TagTaker taker;
		uint64_t place;

		probe_result_init(&result);
		probe_result_init(&again);
		tag_taker_init(&taker, &result, containers[i]);
		if (id3v2_find(&file, containers[i], &place)) {
			id3v2_read(&file, place, add, &taker);
		}
		tag_taker_next_source(&taker);
		ape_tag_read(&file, add, &taker);
		mp4_tags_read(&file, add, &taker);
		avu_frame_writer_init(&writer);
		probe_result_put(&result, &writer);
		const AvuFrame frame = {
			.type = WORKER_RESULT, .data = writer.bytes->data, .len = writer.bytes->len
		};
		AvuFrameReader reader = avu_frame_reader(&frame);

		g_assert_true(probe_result_take(&reader, &again, NULL));
	}
	return 0;
}
