/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* queue/slot.h: what keeper.c, orders.c and offer.c share of the keeper, and nobody else. Main thread. */
#pragma once

#include "convert/own-server.h"
#include "queue/file-share.h"
#include "queue/keeper.h"
#include "queue/player.h"

/* The queue of one renderer. */
typedef struct {
	Keeper *keeper;
	char *udn, *name, *location;
	Player *player;
} Slot;

struct Keeper {
	Session *session;
	AvuStateDir *directory;
	char *path;
	FileShare *share;  /* NULL: no file was asked for yet */
	OwnServer *server; /* NULL: nothing was to be converted yet */
	GHashTable *slots; /* UDN → Slot */
	bool unsaved;
	int64_t used_ns;
};
