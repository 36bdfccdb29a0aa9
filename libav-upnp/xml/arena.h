/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory that is taken piece by piece and freed at once; pieces never move. */
#pragma once

#include <av-upnp/base.h>

typedef struct ArenaChunk ArenaChunk;

typedef struct {
	ArenaChunk *chunks;
} Arena;

/* Aligned for pointers, not zeroed; NULL when memory is short. The caller bounds the sum. */
void *arena_take(Arena *arena, size_t size);
void arena_clear(Arena *arena);
