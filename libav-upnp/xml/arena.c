/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Chunked memory of one document. Whoever owns the arena guards it; what is taken from it is bounded
 * by the length of the document that is parsed. */
#include "arena.h"

#define CHUNK_BYTES (16 * 1024 - sizeof(ArenaChunk))

struct ArenaChunk {
	ArenaChunk *next;
	size_t used;
	size_t size;
	max_align_t data[];
};

void *
arena_take(Arena *arena, size_t size)
{
	size = (size + sizeof(void *) - 1) & ~(sizeof(void *) - 1);
	if (arena->chunks == NULL || arena->chunks->size - arena->chunks->used < size) {
		size_t room = MAX(size, CHUNK_BYTES);
		ArenaChunk *chunk = g_try_malloc(sizeof(ArenaChunk) + room);

		if (chunk == NULL) {
			return NULL;
		}
		*chunk = (ArenaChunk){ .next = arena->chunks, .size = room };
		arena->chunks = chunk;
	}
	void *memory = (char *)arena->chunks->data + arena->chunks->used;

	arena->chunks->used += size;
	return memory;
}

void
arena_clear(Arena *arena)
{
	while (arena->chunks != NULL) {
		ArenaChunk *chunk = arena->chunks;

		arena->chunks = chunk->next;
		g_free(chunk);
	}
}
