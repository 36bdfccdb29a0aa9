/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How an index travels: the fields, then time and octet of each point. Compiled into both ends. Pure. */
#include "mediaserver/workers/index-result.h"

#include <string.h>

/* A year; no unit of samples is larger than this many octets. */
#define DURATION_MAX_NS (INT64_C(366) * 86400 * AVU_NS_PER_S)
#define UNIT_MAX 65536

void
index_result_clear(IndexResult *result)
{
	g_clear_pointer(&result->points, g_free);
	result->n = 0;
}

void
index_result_put(const IndexResult *result, AvuFrameWriter *writer)
{
	avu_frame_put_i64(writer, result->duration_ns);
	avu_frame_put_u32(writer, result->unit);
	avu_frame_put_bytes(writer, result->points, result->n * sizeof(IndexPoint));
}

bool
index_result_take(AvuFrameReader *reader, IndexResult *ret_result)
{
	size_t len;

	ret_result->duration_ns = avu_frame_take_i64(reader);
	ret_result->unit = avu_frame_take_u32(reader);
	const uint8_t *octets = avu_frame_take_bytes(reader, &len);

	if (!avu_frame_reader_finish(reader) || ret_result->unit > UNIT_MAX ||
		(ret_result->duration_ns != AVU_TIME_NONE &&
			(ret_result->duration_ns < 0 ||
				ret_result->duration_ns > DURATION_MAX_NS)) ||
		len % sizeof(IndexPoint) != 0 || len / sizeof(IndexPoint) > INDEX_POINTS_MAX) {
		return false;
	}
	ret_result->n = (uint32_t)(len / sizeof(IndexPoint));
	ret_result->points = g_new(IndexPoint, MAX(ret_result->n, 1));
	if (len > 0) {
		memcpy(ret_result->points, octets, len);
	}
	return true;
}
