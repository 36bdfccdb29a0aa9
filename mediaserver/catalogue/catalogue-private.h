/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* catalogue/catalogue-private.h: what writer and readers share */
#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include "mediaserver/catalogue/catalogue.h"
#include "mediaserver/catalogue/changes-private.h"
#include "mediaserver/catalogue/database.h"
#include "mediaserver/catalogue/item-sql.h"
#include "mediaserver/catalogue/listing.h"

G_BEGIN_DECLS

#define CONTAINER_LETTER_SQL "-1"
/* Which values of a container say what folder it shows: groups of folders have none of the first. */
enum { CONTAINER_ROOT = VIEW_VALUES_MAX - 2, CONTAINER_PATH = VIEW_VALUES_MAX - 1 };

#define CATALOGUE_READERS 8
#define CATALOGUE_LISTINGS_BYTES ((size_t)64 * 1024 * 1024)

struct Catalogue {
	State *state;
	char *path;
	_Atomic uint32_t update_id;
	_Atomic int64_t n_items;
	_Atomic int64_t query_ns; /* a query may take so long */
	_Atomic int64_t turn_ns;  /* for a turn to write is waited so long */
	const AvuClock *query_clock;
	_Atomic uint64_t n_commits;
	_Atomic bool ending;  /* what takes long is given up */
	_Atomic bool damaged; /* some of the file cannot be read */
	void (*on_damaged)(void *data);
	void *on_damaged_data;
	ListingCache *listings;

	/* of the thread that is between begin and commit */
	Database *writer;
	ChangeLog *changes;
	GHashTable *later;     /* int64_t → what counts.c adds at the end of this transaction */
	GHashTable *chosen;    /* int64_t: groups that are in a sample */
	int64_t sampled_s;     /* when they were chosen, since 1970 */
	GHashTable *split;     /* int64_t: containers of views that are split by letters */
	int64_t letters_above; /* how many groups are too many; 0: any number will do */
	GHashTable *known; /* int64_t: containers that are there, as far as this transaction saw */
	uint32_t stamp;    /* the last number given out */
	int64_t n_added;   /* in this transaction, may be negative */
	uint32_t ceiling;  /* ids below are reserved */
	GArray *settling;  /* SettlingId: of this transaction, for state.db */

	Database *scanner; /* library's thread only: what is on the disk */

	pthread_mutex_t lock;
	pthread_cond_t idle;
	pthread_cond_t written;               /* nobody writes */
	bool writing;                         /* guarded by lock */
	unsigned n_waiting;                   /* for that; guarded by lock */
	bool turn_held;                       /* over several transactions; guarded by lock */
	pthread_t writer_thread;              /* while writing; guarded by lock */
	Database *readers[CATALOGUE_READERS]; /* guarded by lock; NULL: lent */
};

/** A reader for this call; waits for one, at most as long as a query may take.
 *  @return NULL with 720 */
Database *catalogue_borrow(Catalogue *catalogue, GError **error);
void catalogue_return(Catalogue *catalogue, Database *reader);

/* The file and the connections to it, in catalogue-files.c. By who has the turn, or before there are others. */

/** Writer, readers, scanner, and the numbers that they tell. @return false: some may be open */
bool catalogue_open_files(Catalogue *catalogue, GError **error);
void catalogue_close_files(Catalogue *catalogue);
/** Closes all, sets the file aside and opens a new one. @return false: none is open */
bool catalogue_renew_files(Catalogue *catalogue, GError **error);
/** The same after it has waited for readers; others read when first has filled in what they look for.
 *  @return false: none is open, or all are as before, or first has failed */
bool catalogue_replace_files(
	Catalogue *catalogue, bool (*first)(Catalogue *catalogue, GError **error), GError **error);

/* Reading: one connection, one snapshot, one deadline from begin to end. */
Database *catalogue_begin_read(Catalogue *catalogue, GError **error);
void catalogue_end_read(Catalogue *catalogue, Database *reader);
/** 720 to the peer; what SQLite said goes to the log. @param cause  taken  @return false */
bool catalogue_cannot_process(GError *cause, GError **error);

/** Rows (is container, row number) of a bound statement, appended as int64_t: containers negative. */
bool catalogue_collect(Database *reader, Statement *statement, GArray *rows, GError **error);
/** Rows in full, to sink, in order. One that is not there is left out. */
bool catalogue_emit_rows(Database *reader, const GArray *rows, const CataloguePage *page,
	const CatalogueSink *sink, GError **error);
/** Appends the page's part of a listing. */
void catalogue_cut_page(const Listing *listing, const CataloguePage *page, GArray *rows);
/** Which state of the catalogue this snapshot is. */
bool catalogue_get_version(Database *reader, int64_t *ret_version, GError **error);
/** Does the item stand in this container? */
bool catalogue_is_in(Database *reader, int64_t item, int64_t id, bool *ret_in, GError **error);
/** @return STATEMENT_ROW: ret_container borrows from ret_row until the caller finishes it; DONE: none */
StatementStep catalogue_read_container(Database *reader, int64_t id, Container *ret_container,
	Statement **ret_row, GError **error);

/** The row of an id. @return STATEMENT_ROW: to be finished by the caller */
StatementStep catalogue_get_row(Catalogue *catalogue, int64_t id, Item *ret_item,
	Statement **ret_statement, GError **error);

/* Ids of items, in identity.c. Within a transaction. */

/** Gives item its id, or keeps the one it has: then the file moved here, or was here before. */
bool catalogue_choose_id(
	Catalogue *catalogue, const CatalogueFolder *folder, Item *item, GError **error);
/** The item is gone for good. */
void catalogue_release_id(Catalogue *catalogue, int64_t id);
/** Puts what was decided in this transaction on the disk: before the transaction itself. */
bool catalogue_settle_ids(Catalogue *catalogue, GError **error);
/** For what was decided and is not on the disk yet. */
GArray *catalogue_new_settling(void);
void catalogue_forget_settling(Catalogue *catalogue);

/** Which items stand in a container, as a condition on item: text of constants, with ?1, ?2 … for the
 *  values of the container in their order (SEC-100). */
void catalogue_append_items(GString *sql, const Container *container);

/** catalogue_note() for a container. */
void catalogue_note_container(Catalogue *catalogue, CatalogueChangeKind kind, int64_t id,
	int64_t parent, const char *upnp_class, uint32_t stamp);
/** A number of its own for one modification of one object, within a transaction: what is changed in
 *  the tables, carries it. */
uint32_t catalogue_stamp(Catalogue *catalogue);
/** Tells of a change; @param change  update_id from catalogue_stamp() */
void catalogue_note(Catalogue *catalogue, const CatalogueChange *change);
/** The container's containerUpdateID is update_id now. */
void catalogue_note_children(Catalogue *catalogue, int64_t container, uint32_t update_id);

/** catalogue_commit(); before anybody else writes these views are used. @param set  taken, if it is good;
 *  NULL: as before */
bool catalogue_commit_views(Catalogue *catalogue, ViewSet *set, GError **error);

/** Moves an item between its groups, in groups.c. Containers it stays in are touched.
 *  @param was  NULL: it is new  @param is  NULL: it goes */
bool catalogue_regroup(
	Catalogue *catalogue, const Item *was, const Item *is, uint32_t stamp, GError **error);
/** The item enters these views (const View*) that are new. */
bool catalogue_enter_views(
	Catalogue *catalogue, const GPtrArray *entered, const Item *item, GError **error);
/** Enters an item's row with all that follows. @param item  object_update_id is filled in */
bool catalogue_store_item(Catalogue *catalogue, Item *item, GError **error);
/** The item enters the lists that name its place, in listed.c. */
bool listed_enter(Catalogue *catalogue, const Item *item, GError **error);
/** The file is there no more: pieces of it go, and lists of nothing else. */
bool listed_leave(Catalogue *catalogue, int64_t folder, const char *name, GError **error);
/** @param strings  keeps its texts */
bool catalogue_read_item(Catalogue *catalogue, int64_t id, Item *ret_item, GPtrArray *strings,
	bool *ret_there, GError **error);
/** Ids of a query with one parameter, appended. */
bool catalogue_list_ids(
	Catalogue *catalogue, const char *sql, int64_t parameter, GArray *ids, GError **error);
/** One child more or less in a container: counts, shows and hides what is above. */
bool catalogue_enter_container(Catalogue *catalogue, int64_t id, GError **error);
bool catalogue_leave_container(Catalogue *catalogue, int64_t id, GError **error);
/** Container of a disk folder in the folder view of kind, made with all above it on demand. */
int64_t catalogue_folder_container(const View *view, const CatalogueFolder *folder);
bool catalogue_ensure_folder_container(
	Catalogue *catalogue, const View *view, const CatalogueFolder *folder, GError **error);
/** Before numbers of changes begin anew: nobody may take the new ones for the old. */
bool catalogue_renew_reset_token(State *state, GError **error);
/** Makes the rows of the views themselves. */
bool catalogue_put_views(Catalogue *catalogue, GError **error);
const View *catalogue_folder_view(ItemKind kind);

G_END_DECLS
