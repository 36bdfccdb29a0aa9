/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Octets in memory as the file that a parser of the worker looks at. */
#pragma once

#include <string.h>

#include "mediaserver/worker/read-at.h"

typedef struct {
	const void *octets;
	size_t len;
} MemoryFile;

static inline size_t
memory_file_read(void *data, uint64_t offset, uint8_t *buffer, size_t len)
{
	const MemoryFile *file = data;

	if (offset >= file->len) {
		return 0;
	}
	len = MIN(len, file->len - (size_t)offset);
	memcpy(buffer, (const uint8_t *)file->octets + offset, len);
	return len;
}

/* A ReadAt, good as long as the block in which this stands. */
#define MEMORY_FILE(octets, len) \
	((ReadAt){ memory_file_read, &(MemoryFile){ (octets), (len) }, (len) })
