/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* transport/documents.h: playlists and media collection files, fetched and read off the main thread */
#pragma once

#include <av-upnp/http-fetch.h>

#include "list-items.h"
#include "list-kind.h"

G_BEGIN_DECLS

typedef struct Documents Documents;
typedef struct Document Document; /* one list on its way */

/** Once, on the main thread, never from inside documents_read(). items is the callee's; NULL when error
 *  is set; without any item when it turned out to be no list: a station, or the pieces of a stream (HLS). */
typedef void (*DocumentDone)(ListItems *take_items, const GError *error, void *user_data);

/** @param policy  whom documents may be read from; copied, its data outlives the result */
Documents *documents_new(const AvuAddressPolicy *policy);
/** Ends what is under way, without calling back. */
void documents_free(Documents *documents);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Documents, documents_free)

/** A playlist that names others is read with them, in the order in which they stand.
 *  @param kind  PLAYLIST or DIDL
 *  @param mime  what it is said to be, or NULL
 *  @param sink  what can be played, for DIDL
 *  @return NULL with AVU_ERROR_SYNTAX (no address), BUSY */
Document *documents_read(Documents *documents, const char *uri, ListKind kind, const char *mime,
	const char *sink, DocumentDone done, void *user_data, GError **error);
/** done is not called. */
void document_cancel(Document *document);

G_END_DECLS
