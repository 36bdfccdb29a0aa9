/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A request as a table of numbers with their ranges. Pure, any thread, both ends. */
#include "mediaserver/workers/convert-request.h"

#define HOURS_NS(n) ((n)*INT64_C(3600) * AVU_NS_PER_S)

static const struct {
	size_t offset;
	int64_t unknown, min, max;
} numbers[] = {
#define NUMBER(field, unknown, min, max)                           \
	{                                                          \
		offsetof(ConvertRequest, field), unknown, min, max \
	}
	NUMBER(recipe, 0, 0, 31),
	NUMBER(sample_hz, -1, 8000, 192000),
	NUMBER(channels, -1, 1, 8),
	NUMBER(bits, -1, 16, 24),
	NUMBER(width, -1, 2, 8192),
	NUMBER(height, -1, 2, 8192),
	NUMBER(frame_rate_mhz, -1, 1, 1000000),
	NUMBER(video_bps, -1, 1, 100000000),
	NUMBER(preset, 0, 0, 2),
	NUMBER(threads, 1, 1, CONVERT_THREADS_MAX),
	NUMBER(start_ns, 0, 0, HOURS_NS(10000)),
	NUMBER(from_ns, 0, 0, HOURS_NS(10000)),
	NUMBER(to_ns, -1, 0, HOURS_NS(10000)),
	NUMBER(first_sample, 0, 0, INT64_C(1) << 42),
	NUMBER(n_samples, -1, 0, INT64_C(1) << 42),
	NUMBER(speed, 1, -CONVERT_SPEED_MAX, CONVERT_SPEED_MAX),
	NUMBER(own, 0, 0, 1),
	NUMBER(joins, 0, 0, 1),
#undef NUMBER
};

static int64_t *
number_at(const ConvertRequest *request, size_t i)
{
	return (int64_t *)(void *)((char *)request + numbers[i].offset);
}

void
convert_request_init(ConvertRequest *request)
{
	*request = (ConvertRequest){ 0 };
	for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
		*number_at(request, i) = numbers[i].unknown;
	}
}

void
convert_request_clear(ConvertRequest *request)
{
	g_clear_pointer(&request->hint, g_free);
}

void
convert_request_put(const ConvertRequest *request, AvuFrameWriter *writer)
{
	for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
		avu_frame_put_i64(writer, *number_at(request, i));
	}
	avu_frame_put_string(writer, request->hint);
}

bool
convert_request_take(AvuFrameReader *reader, ConvertRequest *ret_request)
{
	bool good = true;

	ret_request->cost = 0;
	for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
		int64_t value = avu_frame_take_i64(reader);

		good = good && (value == numbers[i].unknown ||
				       (value >= numbers[i].min && value <= numbers[i].max));
		*number_at(ret_request, i) = value;
	}
	ret_request->hint = avu_frame_take_string(reader, CONVERT_HINT_MAX);
	return good && avu_frame_reader_finish(reader) && ret_request->speed != 0 &&
	       recipe_nth((uint32_t)ret_request->recipe) != NULL;
}

void
convert_ability_put(const ConvertAbility *ability, AvuFrameWriter *writer)
{
	avu_frame_put_u32(writer, ability->no_container);
	avu_frame_put_u32(writer, ability->no_video);
	avu_frame_put_u32(writer, ability->no_audio);
	for (size_t i = 0; i < G_N_ELEMENTS(ability->gaps.missing); i++) {
		avu_frame_put_i64(writer, (int64_t)ability->gaps.missing[i]);
	}
}

bool
convert_ability_take(AvuFrameReader *reader, ConvertAbility *ret_ability)
{
	ret_ability->no_container = avu_frame_take_u32(reader);
	ret_ability->no_video = avu_frame_take_u32(reader);
	ret_ability->no_audio = avu_frame_take_u32(reader);
	for (size_t i = 0; i < G_N_ELEMENTS(ret_ability->gaps.missing); i++) {
		ret_ability->gaps.missing[i] = (uint64_t)avu_frame_take_i64(reader);
	}
	return avu_frame_reader_finish(reader);
}

bool
convert_ability_has(const ConvertAbility *ability, const Recipe *recipe)
{
	return (ability->no_container & 1u << recipe->container) == 0 &&
	       (ability->no_video & 1u << recipe->video) == 0 &&
	       (ability->no_audio & 1u << recipe->audio) == 0;
}
