/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* catalogue/item.h: one file of the library as the catalogue keeps it */
#pragma once

#include "mediaserver/catalogue/database.h"

G_BEGIN_DECLS

typedef enum {
	ITEM_NONE,
	ITEM_AUDIO,
	ITEM_VIDEO,
	ITEM_IMAGE,
} ItemKind;

/* Strings are borrowed: from who fills it, or from the statement's row until its next step.
 * Numbers: -1 unknown, duration AVU_TIME_NONE. */
typedef struct {
	int64_t id;                          /* 60-bit hash of (root, path when first seen) */
	int64_t folder;                      /* folder on the disk */
	int64_t home;                        /* container of its folder view: the item's parent */
	int64_t kind;                        /* ItemKind */
	int64_t inode, size_bytes, mtime_ns; /* as when probed */
	int64_t outcome;                     /* ProbeOutcome */
	int64_t duration_ns, bitrate_bps, sample_hz, channels, bits, width, height;
	int64_t track, disc;
	int64_t has_cover;
	const char *name; /* of the file, octets as on the disk */
	const char *title;
	const char *artist, *album_artist, *album, *genre, *composer;
	const char *date; /* YYYY-MM-DD or with time */
	const char *mime;
	const char *profile; /* DLNA.ORG_PN */
	/* what views group by; "" when there is none */
	const char *group_artist, *group_album, *album_owner, *group_genre, *group_year;
	/* keys of avu_text_sort_key() */
	const char *sort_name, *sort_title, *sort_artist, *sort_album;
	/* avu_text_fold(): what searches compare */
	const char *fold_title, *fold_artist, *fold_album, *fold_genre;
} Item;

void item_init(Item *item);

/** The columns, for CREATE TABLE; static. */
const char *item_sql_create(void);
/** "INSERT OR REPLACE INTO item …" with one parameter per column, in order; static. */
const char *item_sql_put(void);
/** "SELECT … FROM item WHERE id = ?1"; static. */
const char *item_sql_get(void);

void item_bind(const Item *item, Statement *statement);
void item_from_row(Item *ret_item, Statement *statement);

G_END_DECLS
