/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* transport/memory.h: what was played outlives the program */
#pragma once

#include <av-upnp/av-transport.h>
#include <av-upnp/state-dir.h>

G_BEGIN_DECLS

typedef struct Memory Memory;

typedef enum {
	MEMORY_NOTHING,
	MEMORY_QUEUE, /* what is played, what comes next, the play mode, the track */
	MEMORY_ALL,   /* and the place in the track */
} MemoryExtent;

/** "nothing", "queue", "all", as in the settings table; NULL-ended, by MemoryExtent. */
extern const char *const memory_extents[];
MemoryExtent memory_extent_parse(const char *word);

/** @param state  borrowed, outlives the result */
Memory *memory_new(AvuStateDir *state, MemoryExtent extent);
/** Gives transport what was kept, and keeps what comes. transport is left alone from
 *  memory_free() on, which must be before its end. */
void memory_attach(Memory *memory, AvuTransport *transport);
/** Stores what is pending. */
void memory_free(Memory *memory);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Memory, memory_free)

/** For AvuTransportConfig.changed, memory being the data. */
void memory_on_changed(void *memory);

/** As text and back; pure. @return one line, g_free() it */
char *memory_format(const AvuTransportMemory *memory);
/** @return false: it makes no sense, nothing is set */
bool memory_parse(const char *text, size_t len, AvuTransportMemory *ret_memory);

G_END_DECLS
