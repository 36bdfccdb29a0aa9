/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Places of tracks as a worker found them. */
#include "mediaserver/delivery/pieces.h"

#define WEIGHT_MAX (8 * 1024 * 1024)

static void *
parse(AvuFrameReader *answer, uint64_t size)
{
	g_auto(PieceResult) result = { 0 };

	if (!piece_result_take(answer, size, &result)) {
		return NULL;
	}
	PieceResult *piece = g_atomic_rc_box_new0(PieceResult);

	*piece = result;
	result.head = NULL; /* the box has it now */
	return piece;
}

static void *
ref(void *value)
{
	return g_atomic_rc_box_acquire(value);
}

static void
clear(void *value)
{
	piece_result_clear(value);
}

static void
unref(void *value)
{
	g_atomic_rc_box_release_full(value, clear);
}

static size_t
weigh(const void *value)
{
	return sizeof(PieceResult) + g_bytes_get_size(((const PieceResult *)value)->head);
}

const FileAnswerClass pieces = {
	.kind = WORKER_PIECE,
	.parse = parse,
	.ref = ref,
	.unref = unref,
	.weigh = weigh,
	.weight_max = WEIGHT_MAX,
};
