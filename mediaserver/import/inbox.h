/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* import/inbox.h: files on their way in
 *
 * An item is promised (catalogue/overlay.h), then its octets arrive, over one upload or several, in a
 * hidden file beside the place where it will lie; when all are there it is synced and gets its name,
 * and the library looks at it. What does not come in time is forgotten. All functions may be called
 * from any thread that may wait. */
#pragma once

#include <av-upnp/address.h>

#include "mediaserver/catalogue/overlay.h"
#include "mediaserver/import/rules.h"

G_BEGIN_DECLS

#define INBOX_PROMISES_MAX 256
#define INBOX_SETTLE_NS (5 * AVU_NS_PER_S) /* for the library to look at a file that came */

typedef struct Inbox Inbox;
typedef struct InboxFile InboxFile; /* one upload under way */

/** @param touch  something was done to that file or folder: the library looks there
 *  @param changed  what is promised changed in the catalogue. @thread any
 *  catalogue, state, roots, rules outlive it */
Inbox *inbox_new(Catalogue *catalogue, State *state, const Roots *roots, const Rules *rules,
	void (*touch)(const char *root, const char *path, void *data), void (*changed)(void *data),
	void *data);
/** The server ends: nobody waits any more. @thread any */
void inbox_close(Inbox *inbox);
void inbox_free(Inbox *inbox);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Inbox, inbox_free)

/** Promises an item and gives it a name that is free.
 *  @param item       kind, title, mime and what else is known; id and name are filled in; name lives
 *                    until g_free() by the caller of *ret_name
 *  @param extension  of the name, "" none
 *  @param peer       only from there content is taken; NULL: from anywhere
 *  @return false with AVU_ERROR_LIMIT (too many), DENIED, IO, BUSY */
bool inbox_promise(Inbox *inbox, const CatalogueFolder *folder, Item *item, const char *title,
	const char *extension, const AvuAddress *peer, char **ret_name, GError **error);
/** Not promised any more, its octets go. */
bool inbox_drop(Inbox *inbox, int64_t item, GError **error);
/** How much of it is there. @return false: it is not promised */
bool inbox_get_uploaded(Inbox *inbox, int64_t item, uint64_t *ret_bytes);
/** Forgets what is overdue. */
void inbox_expire(Inbox *inbox);

/** Begins or goes on with an upload.
 *  @param offset  what is there already must be as much; 0: from the start
 *  @param length  of what follows; UINT64_MAX: not known
 *  @return NULL with NOT_FOUND (not promised), DENIED (another peer), BUSY (one is under way), SYNTAX
 *          (offset), LIMIT (quota), IO */
InboxFile *inbox_open(Inbox *inbox, int64_t item, const AvuAddress *peer, uint64_t offset,
	uint64_t length, GError **error);
/** So much more may come. */
uint64_t inbox_file_get_room(InboxFile *file);
/** @return false with LIMIT (quota), IO (message of errno; the disk is full) */
bool inbox_file_write(InboxFile *file, const void *octets, size_t len, GError **error);
/** All octets are there: they are on the disk under their name when this returns, and the library has
 *  seen it or will soon. @return false with BUSY (a file of that name came meanwhile), IO */
bool inbox_file_finish(InboxFile *file, GError **error);
/** Unfinished ones keep what has come. */
void inbox_file_free(InboxFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(InboxFile, inbox_file_free)

/** A file is deleted: if it came in, its place in the quota is free again. */
void inbox_release(Inbox *inbox, int64_t item);

/** The catalogue changed: who waits for it looks again. @thread any */
void inbox_catalogue_changed(Inbox *inbox);
/** Waits until done says so, at most INBOX_SETTLE_NS. @return false: it was too long */
bool inbox_settle(Inbox *inbox, bool (*done)(void *data), void *data);
/** The file of an item. One that is no longer where the library saw it was moved or removed in this moment: then
 *  what the library sees next is waited for, as by inbox_settle(). @return false as catalogue_find_file() */
bool inbox_find_file(Inbox *inbox, int64_t item, CatalogueFile *ret_file, GError **error);

G_END_DECLS
