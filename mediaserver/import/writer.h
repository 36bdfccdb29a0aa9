/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* import/writer.h: what control points change, done on the disk, in the overlay and in the inbox */
#pragma once

#include "mediaserver/content/content.h"
#include "mediaserver/import/inbox.h"

G_BEGIN_DECLS

typedef struct Transfers Transfers;

/* All that the functions of the writer need; lives as long as the Content that has it as data. */
typedef struct {
	Catalogue *catalogue;
	const Roots *roots;
	const Rules *rules;
	Inbox *inbox;
	Transfers *transfers; /* NULL: there are none */
	void (*touch)(const char *root, const char *path, void *data);
	void (*changed)(void *data); /* the catalogue changed by this. @thread any */
	void *data;
	AvuContentWriter writer; /* filled by writer_init() */
} Writer;

/** Fills the table: an action that the rules do not allow is NULL. */
void writer_init(Writer *writer);
/** What the content store is to know of it. */
ContentWriting writer_describe(Writer *writer);

G_END_DECLS
