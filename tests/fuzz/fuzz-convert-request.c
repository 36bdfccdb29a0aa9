/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* FZ-21: what travels between the server and a worker that converts: taken again as it was; a recipe that does
 * not exist is never taken. */
#include "mediaserver/workers/convert-request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_ability(const uint8_t *data, size_t size)
{
	const AvuFrame frame = { .data = data, .len = size };
	AvuFrameReader reader = avu_frame_reader(&frame);
	ConvertAbility ability;

	if (convert_ability_take(&reader, &ability)) {
		g_auto(AvuFrameWriter) writer = { NULL };

		avu_frame_writer_init(&writer);
		convert_ability_put(&ability, &writer);
		g_assert_cmpmem(writer.bytes->data, writer.bytes->len, data, size);
		for (const Recipe *recipe = recipe_list(); recipe->name != NULL; recipe++) {
			(void)convert_ability_has(&ability, recipe);
		}
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const AvuFrame frame = { .data = data, .len = size };
	AvuFrameReader reader = avu_frame_reader(&frame);
	g_auto(ConvertRequest) request = { 0 };

	check_ability(data, size);
	if (convert_request_take(&reader, &request)) {
		g_auto(ConvertRequest) again = { 0 };
		g_auto(AvuFrameWriter) writer = { NULL };

		g_assert_nonnull(recipe_nth((uint32_t)request.recipe));
		g_assert_cmpint(request.threads, <=, CONVERT_THREADS_MAX);
		avu_frame_writer_init(&writer);
		convert_request_put(&request, &writer);
		const AvuFrame sent = { .data = writer.bytes->data, .len = writer.bytes->len };

		reader = avu_frame_reader(&sent);
		g_assert_true(convert_request_take(&reader, &again));
		g_assert_cmpint(again.from_ns, ==, request.from_ns);
		g_assert_cmpint(again.joins, ==, request.joins);
		g_assert_cmpstr(again.hint, ==, request.hint);
	}
	return 0;
}
