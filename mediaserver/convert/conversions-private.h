/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* convert/conversions-private.h: what the list of conversions and each of them know of one another */
#pragma once

#include "mediaserver/convert/conversions.h"
#include "mediaserver/convert/deadly-files.h"
#include "mediaserver/workers/job.h"

G_BEGIN_DECLS

struct Conversion {
	Conversions *owner;
	uint32_t number;
	RecipeKind kind;
	double cost; /* of the plan */
	int fd;      /* the reader's */
	int player;  /* a connection that is looked at while nothing comes; -1: none */
	bool player_left;
	DeadlyFile file;
	/* guarded by the owner's lock */
	unsigned refs; /* the reader's; the list's, until it has ended */
	bool left;     /* by its reader */
	bool ended;
	WorkerOutcome outcome;
};

struct Conversions {
	AvuSpawner *spawner;
	AvuMailbox *mailbox;
	AvuSupervised *helper;
	unsigned max_films;
	char niceness[4]; /* as a word */
	char *vaapi;      /* device; NULL: none */
	const char *argv[4];
	Makings *makings; /* NULL: none are kept */
	GMutex lock;      /* guards the following */
	GCond changed;
	GPtrArray *running; /* Conversion, until ended */
	DeadlyFiles deadly;
	ConvertMachine machine;
	uint32_t last_number;
	bool asked; /* what it is able to is known */
	bool up, stopped;
};

/** The lock is held. */
void conversion_unref(Conversion *conversion);
/** To the worker: nobody reads this one any more. @thread any */
void conversions_post_end(Conversions *conversions, uint32_t number);

G_END_DECLS
