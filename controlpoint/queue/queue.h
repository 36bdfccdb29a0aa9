/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* queue/queue.h: what a renderer is to play, in order, and where it is. Pure; one thread. */
#pragma once

#include <jansson.h>

#include <av-upnp/base.h>

#define QUEUE_ENTRIES_MAX 10000

typedef struct {
	char *title, *uri;
	char *metadata;      /* DIDL-Lite document, may be "" */
	char *file;          /* "file:///…" of this host, which uri shares; NULL: none */
	int64_t duration_ns; /* AVU_TIME_NONE: not known */
	char *staged;        /* path of the file that uri is made of, on this host; NULL: none */
} QueueEntry;

typedef struct Queue Queue;

Queue *queue_new(void);
void queue_free(Queue *queue);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Queue, queue_free)

unsigned queue_get_n(const Queue *queue);
/** @return borrowed until the queue changes; NULL behind the end */
const QueueEntry *queue_get(const Queue *queue, unsigned at);
/** The entry that plays, or is the next to; queue_get_n(): the end is reached. */
unsigned queue_get_at(const Queue *queue);
/** @param at  0…n; n: the end */
void queue_set_at(Queue *queue, unsigned at);

/** Before the entry at position at (n: at the end); the one that plays stays the one that plays.
 *  @return false with LIMIT when there would be more than QUEUE_ENTRIES_MAX */
bool queue_insert(Queue *queue, unsigned at, const QueueEntry *entry, GError **error);
/** Takes entry from and puts it so that it is entry to.
 *  @return false with NOT_FOUND when there is no such position */
bool queue_move(Queue *queue, unsigned from, unsigned to, GError **error);
/** Takes n entries out. When the one that plays goes, the one behind them is the next to play.
 *  @return false with NOT_FOUND */
bool queue_remove(Queue *queue, unsigned at, unsigned n, GError **error);
void queue_clear(Queue *queue);
/** An entry with a file is shared anew. */
void queue_set_uri(Queue *queue, unsigned at, const char *uri, const char *metadata);

/** {at, entries: [{title, uri, metadata, file, duration_s}]}. New reference. */
json_t *queue_to_json(const Queue *queue);
/** @return NULL with SYNTAX or LIMIT when it is none */
Queue *queue_from_json(const json_t *json, GError **error);
/** One entry of that. New reference. */
json_t *queue_entry_to_json(const QueueEntry *entry);
/** Borrows its texts from json. @return false with SYNTAX */
bool queue_entry_from_json(const json_t *json, QueueEntry *ret_entry, GError **error);
