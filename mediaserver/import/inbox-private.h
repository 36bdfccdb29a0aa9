/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* import/inbox-private.h: what the promises and the files of the inbox share */
#pragma once

#include <pthread.h>

#include "mediaserver/import/inbox.h"

struct Inbox {
	Catalogue *catalogue;
	State *state;
	const Roots *roots;
	const Rules *rules;
	void (*touch)(const char *root, const char *path, void *data);
	void (*tell)(void *data);
	void *data;
	pthread_mutex_t lock;
	pthread_cond_t changed; /* the catalogue */
	unsigned generation;    /* of the catalogue; guarded by lock */
	bool closed;            /* guarded by lock */
	GHashTable *promised;   /* id → Promised; guarded by lock */
	uint64_t stored_bytes;  /* of uploads that are done; guarded by lock */
	uint64_t partial_bytes; /* of those that are not; guarded by lock */
	int64_t recounted_ns;   /* when; 0: never; guarded by lock */
};

typedef struct {
	int64_t item;
	uint32_t peer;  /* hash of who may send it; 0: anybody */
	uint64_t bytes; /* that have come */
	bool open;      /* an upload is under way */
} Promised;

/* Where a promised item's file is or will be. */
typedef struct {
	const Root *root;
	char *folder; /* below the root, octets */
	char *name;
} InboxPlace;
void inbox_place_clear(InboxPlace *place);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(InboxPlace, inbox_place_clear)
/** @return false with NOT_FOUND when it is not promised */
bool inbox_find_place(Inbox *inbox, int64_t item, InboxPlace *ret_place, GError **error);

/* The hidden file: ".av-upnp-ITEM-PEER.part". g_free() it. */
#define PART_PREFIX ".av-upnp-"
char *inbox_name_part(const Promised *promised);
/** May this peer send it? NULL: we ourselves. */
bool inbox_is_peer(const Promised *promised, const AvuAddress *peer);
/** Opens the folder. -1 with error */
int inbox_open_folder(const InboxPlace *place, GError **error);
/** The lock is held. @return NULL: not promised */
Promised *inbox_find_locked(Inbox *inbox, int64_t item);

/* stored.c */

/** How much was uploaded in former runs: the sum of what is kept of each file that is in a shared folder.
 *  Before others look. */
void inbox_load_stored(Inbox *inbox);

/** An upload is complete. The lock is held. */
void inbox_note_stored_locked(
	Inbox *inbox, int64_t item, uint64_t bytes, const char *root, const char *path);
/** Room is short: looks for uploaded files that others have removed. @return false: it was done lately */
bool inbox_recount(Inbox *inbox);
