/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Points as a worker gives them become an index that trusts them no more than they deserve. */
#include "mediaserver/delivery/time-indexes.h"

#include "mediaserver/workers/index-result.h"

#define WEIGHT_MAX (16 * 1024 * 1024)

static void *
parse(AvuFrameReader *answer, uint64_t size)
{
	g_auto(IndexResult) result = { 0 };

	if (!index_result_take(answer, &result)) {
		return NULL;
	}
	g_autofree AvuTimePoint *points = g_new(AvuTimePoint, MAX(result.n, 1));

	for (uint32_t i = 0; i < result.n; i++) {
		points[i] = (AvuTimePoint){ result.points[i].time_ns, result.points[i].byte };
	}
	return avu_time_index_new(points, result.n, result.unit, size, result.duration_ns);
}

static void *
ref(void *value)
{
	return avu_time_index_ref(value);
}

static void
unref(void *value)
{
	avu_time_index_unref(value);
}

static size_t
weigh(const void *value)
{
	return avu_time_index_get_n_points(value) * sizeof(AvuTimePoint);
}

const FileAnswerClass time_indexes = {
	.kind = WORKER_INDEX,
	.parse = parse,
	.ref = ref,
	.unref = unref,
	.weigh = weigh,
	.weight_max = WEIGHT_MAX,
};
