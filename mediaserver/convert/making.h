/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* convert/making.h: a conversion that is being made and kept, read by all who ask for the same.
 *
 * There is one encoder, whoever reads. Whoever has read all that is there lets it make more, at the pace of
 * his player; the others read what was written (kept.h). It ends with the last of them. Any thread. */
#pragma once

#include <sys/types.h>

#include "mediaserver/convert/kept.h"

G_BEGIN_DECLS

typedef struct Makings Makings;           /* those under way, by key */
typedef struct MakingReader MakingReader; /* one connection's */

/** What makingOrigin.read gives when its player has left: others may go on. */
#define MAKING_PLAYER_LEFT (-2)

/* Where octets come from: asked from front to back, by one thread at a time. */
typedef struct {
	/* > 0 octets, 0 at a good end, -1 on fault, MAKING_PLAYER_LEFT. @param player  whose turn it is */
	ssize_t (*read)(void *data, int player, char *buffer, size_t max);
	GDestroyNotify free_data;
	void *data;
} MakingOrigin;

/** @param kept  taken */
Makings *makings_new(Kept *kept);
/** After the last reader. Accepts NULL. */
void makings_free(Makings *makings);
Kept *makings_get_kept(Makings *makings);

/** Can a part from its first octet on be joined? */
bool makings_has(Makings *makings, const char *key);

typedef enum {
	MAKING_ALONE,  /* it is not there, or not so far: one of its own, not kept; no reader */
	MAKING_BEGIN,  /* nobody makes it: begin, then say so by making_begin() */
	MAKING_JOINED, /* it is under way */
} MakingRole;

/** Waits for one that is just beginning. @param end_byte  AVU_LENGTH_UNKNOWN: as far as it goes
 *  @param whole  from the first to the last octet: only those are kept  @param player  a connection, looked at
 *  while nothing comes; -1: none */
MakingRole makings_enter(Makings *makings, const char *key, uint64_t first_byte, uint64_t end_byte,
	bool whole, int player, MakingReader **ret_reader);
/** It has begun. @param origin  its data is taken */
void making_begin(MakingReader *reader, const MakingOrigin *origin);
/** @return octets, 0 at a good end, -1: it failed, it is late, or the player has left */
ssize_t making_read(MakingReader *reader, char *buffer, size_t max);
/** Before making_begin(): it does not begin. Accepts NULL. */
void making_leave(MakingReader *reader);

G_END_DECLS
