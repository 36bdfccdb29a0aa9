/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* catalogue/catalogue.h: items and containers of the library, written by one thread and read by many
 *
 * The writer is the library's thread. Readers each borrow a connection of a pool; they see either the
 * state before or after a transaction, never between (ROB-024). */
#pragma once

#include <av-upnp/clock.h>
#include <av-upnp/content-directory.h>

#include "mediaserver/catalogue/changes.h"
#include "mediaserver/catalogue/item.h"
#include "mediaserver/catalogue/state.h"
#include "mediaserver/catalogue/views.h"

G_BEGIN_DECLS

/** Opens DIRECTORY/library.db, made anew when it is absent, damaged or of another schema.
 *  @param state  outlives the catalogue */
Catalogue *catalogue_open(const char *directory, State *state, GError **error);
/** Lets the next start go on from exactly the last update id. */
void catalogue_close(Catalogue *catalogue);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Catalogue, catalogue_close)

/** A part of the file turned out to be damaged: what is in it cannot be read or changed. @thread any */
bool catalogue_is_damaged(Catalogue *catalogue);
/** Who is told of that, once. Before others use the catalogue. @thread damaged: any, within a call */
void catalogue_set_damaged(Catalogue *catalogue, void (*damaged)(void *data), void *data);
/** Sets the file aside and begins anew, as catalogue_open() does: what was in it is to be put in again, and gets
 *  the same ids. Waits for readers. Of the thread that reads what is on the disk (disk.h).
 *  @return false: there is nothing to read or write until a later try succeeds */
bool catalogue_rebuild(Catalogue *catalogue, GError **error);

/** Views that allow it get a container per letter when they have more groups than this; 0: never. From
 *  the next commit on. */
void catalogue_set_letters_above(Catalogue *catalogue, int64_t n_groups);
/** What takes longer ends in 720; AVU_LIMIT_QUERY_NS from the start. @thread any */
void catalogue_set_query_limit(Catalogue *catalogue, int64_t limit_ns);
/** So long others are waited for who write; 10 s. @thread any */
void catalogue_set_turn_limit(Catalogue *catalogue, int64_t limit_ns);
/** By which that is measured. While nobody reads. @param clock  outlives the catalogue */
void catalogue_set_query_clock(Catalogue *catalogue, const AvuClock *clock);
/** Reads the files of views again. Containers of views that changed are made anew, from what the
 *  catalogue knows of the items; who reads meanwhile sees the old ones to the end.
 *  @return false with AVU_ERROR_USAGE (a mistake in a file), UNSUPPORTED (only at the next start): all
 *          stays as it was. @thread any that may wait */
bool catalogue_reload_views(Catalogue *catalogue, bool *ret_changed, GError **error);
/** Lists that are longer than catalogue_set_letters_above() says get a container per letter, if their view
 *  allows it; those that are short again lose them. @return as catalogue_reload_views() */
bool catalogue_balance_views(Catalogue *catalogue, bool *ret_changed, GError **error);
/** The same with a set that is finished. @param views_taken  taken, also on failure */
bool catalogue_use_views(Catalogue *catalogue, ViewSet *views_taken, GError **error);
/** The server ends: what would take longer than that may, other views over a large library, fails with
 *  AVU_ERROR_CANCELLED or TIMEOUT and leaves all as it was. @thread any */
void catalogue_end_long(Catalogue *catalogue);
/** SystemUpdateID. @thread any */
uint32_t catalogue_get_update_id(Catalogue *catalogue);
/** Another one whenever the library was made anew: numbers of changes known from before say nothing
 *  any more. NULL when the disk fails. g_free() it. @thread any */
char *catalogue_dup_reset_token(Catalogue *catalogue);
/** What was read while this number stayed the same is still so. @thread any */
uint64_t catalogue_count_commits(Catalogue *catalogue);
/** Files in the catalogue, as of the last commit. @thread any */
int64_t catalogue_count_items(Catalogue *catalogue);

/* Writing. Any thread that may wait (not the main thread), between begin and commit: begin waits for
 * whoever writes now: one transaction of a scan (ROB-024), or other views over all that is there. */

/** @return false with AVU_ERROR_BUSY when that takes too long, or what the database said */
bool catalogue_begin(Catalogue *catalogue, GError **error);
/** SystemUpdateID moves by one for each object that changed. @return false: nothing was changed */
bool catalogue_commit(Catalogue *catalogue, GError **error);
/** Nothing to do for a thread that does not write, so that it may follow a commit that failed. */
void catalogue_rollback(Catalogue *catalogue);
/** After much was written: brings together what searches look into. A transaction of its own of some ten
 *  milliseconds. @param first  the first of several @param ret_more  there should be another */
bool catalogue_tidy(Catalogue *catalogue, bool first, bool *ret_more, GError **error);

/* A folder on the disk. */
typedef struct {
	const char *root;  /* uuid */
	const char *title; /* of the root: what people see */
	const char *path;  /* below the root, "" for itself; octets */
} CatalogueFolder;

int64_t catalogue_folder_id(const CatalogueFolder *folder);
/** The container that shows it among the folders of a kind. */
int64_t catalogue_folder_view_container(ItemKind kind, const CatalogueFolder *folder);
bool catalogue_put_folder(Catalogue *catalogue, const CatalogueFolder *folder, GError **error);
/** The folder, those below it, and all their items: as many as fit into one transaction.
 *  @param gone  from the disk; else it is not shared now, and what people made of it is kept for when it is again
 *  @param ret_more  not all of it went: once more, in this transaction or another */
bool catalogue_remove_folder(
	Catalogue *catalogue, int64_t id, bool gone, bool *ret_more, GError **error);
/** Folders of the roots whose uuid is not in the NULL-ended list, appended as int64_t. */
bool catalogue_list_other_roots(
	Catalogue *catalogue, const char *const *uuids, GArray *ids, GError **error);

/** Adds or replaces. id, folder, home and the view groups follow from folder and item->name.
 *  @param item  folder, home are filled in; id too, unless it is given: then the file had it at another
 *      place, or here before */
bool catalogue_put_item(
	Catalogue *catalogue, const CatalogueFolder *folder, Item *item, GError **error);
bool catalogue_remove_item(Catalogue *catalogue, int64_t id, GError **error);

/* Reading. @thread any, several at once */

typedef enum {
	CONTAINER_FOUND,       /* it follows from files and views */
	CONTAINER_FOLDER,      /* a folder that was made */
	CONTAINER_LIST,        /* a list of references */
	CONTAINER_LISTED,      /* a list that a file describes: see listed.h */
	CONTAINER_LETTER = -1, /* groups that begin with it: see letters.h */
} ContainerMade;

/* Strings live until the call-back returns. */
typedef struct {
	int64_t id;
	const View *view;
	unsigned level; /* 0: the view itself */
	const char *values[VIEW_VALUES_MAX];
	const char *title;
	const char *upnp_class;
	int64_t parent;          /* container id */
	const View *parent_view; /* the parent is this view itself; NULL: a group or folder */
	int64_t children;
	uint32_t update_id;        /* containerUpdateID */
	uint32_t object_update_id; /* of the container as an object */
	int64_t deleted_children;  /* totalDeletedChildCount */
	int64_t art;               /* items in it that have a picture */
	bool further;              /* some items are here by one of several values */
	ContainerMade made;        /* by a control point (overlay.h) */
	/* the folder of the disk that it shows: uuid, below it octets; NULL: none */
	const char *root, *path;
} Container;

typedef struct {
	void (*container)(const Container *container, void *data);
	void (*item)(const Item *item, void *data);
	void *data;
} CatalogueSink;

typedef struct {
	uint32_t start, count;
	const AvuSortKey *sort;
	unsigned n_sort;
	bool no_roots; /* Item.root is not asked for, which saves a row of another table for each */
} CataloguePage;

/** Children of a container in order. @return false with AVU_UPNP_ERROR 710 when there is no such
 *  container, 720 when the query took too long */
bool catalogue_get_children(Catalogue *catalogue, int64_t container, const CataloguePage *page,
	const CatalogueSink *sink, AvuContentResult *ret_result, GError **error);
/** @return false with 701 when there is none */
bool catalogue_get_container(Catalogue *catalogue, int64_t id, const CatalogueSink *sink,
	uint32_t *ret_update_id, GError **error);
/** @param container  0, or the item must be in there (701 otherwise) */
bool catalogue_get_item(Catalogue *catalogue, int64_t id, int64_t container,
	const CatalogueSink *sink, GError **error);
/** All below a container (itself left out) for which query holds; items first unless sorted.
 *  @return false with 710 when there is no such container, 720 when the query took too long */
bool catalogue_search(Catalogue *catalogue, int64_t container, const AvuQuery *query,
	const CataloguePage *page, const CatalogueSink *sink, AvuContentResult *ret_result,
	GError **error);
/** What a query may name. */
AvuPropertySet catalogue_get_search_properties(void);
/** What a page can be sorted by. */
AvuPropertySet catalogue_get_sort_properties(void);

/* Where an item's file is. */
typedef struct {
	char *root; /* uuid */
	char *path; /* below the root, octets */
	char *mime;
	char *profile; /* may be NULL */
	ItemKind kind;
	int64_t inode, mtime_ns;         /* as when probed */
	int64_t size_bytes;              /* the same; -1: unknown; or ITEM_SIZE_GROWS */
	int64_t duration_ns;             /* of the item; 0: unknown */
	int64_t start_ns;                /* the item is a piece of the file; -1: it is all of it */
	int64_t end_ns;                  /* of a piece; AVU_TIME_NONE: the file's end */
	char *subtitles;                 /* files beside it, as Item.subtitles; may be NULL */
	bool has_ifo;                    /* as Item.has_ifo */
	int64_t frame_rate_mhz;          /* as Item.frame_rate_mhz */
	char *video_codec, *audio_codec; /* FFmpeg's names; may be NULL */
} CatalogueFile;
void catalogue_file_clear(CatalogueFile *file);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CatalogueFile, catalogue_file_clear)
/** @return false with 701 when there is none, 720 */
bool catalogue_find_file(Catalogue *catalogue, int64_t id, CatalogueFile *ret_file, GError **error);

/* A live source: a radio station, or a pipe on this machine. Owned strings. */
typedef struct {
	int64_t kind; /* ITEM_RADIO or ITEM_TELEVISION */
	char *url;    /* http, https, udp or rtp; or CATALOGUE_PIPE_SCHEME and a path below the root */
	char *root;   /* uuid of the shared folder with the playlist that names it */
	char *mime;
} CatalogueStation;
#define CATALOGUE_PIPE_SCHEME "pipe:"
void catalogue_station_clear(CatalogueStation *station);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CatalogueStation, catalogue_station_clear)
/** @return false with 701 when there is none, 720 */
bool catalogue_find_station(
	Catalogue *catalogue, int64_t id, CatalogueStation *ret_station, GError **error);
/** MIME types and profiles in the catalogue. @param add  @thread any */
bool catalogue_list_formats(Catalogue *catalogue,
	void (*add)(const char *mime, const char *profile, ItemKind kind, void *data), void *data,
	GError **error);

G_END_DECLS
