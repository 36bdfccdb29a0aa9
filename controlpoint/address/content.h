/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* address/content.h: objects of a server's ContentDirectory: named, listed, fetched. Main thread. */
#pragma once

#include <av-upnp/didl.h>

#include "session.h"

#define CONTENT_ROOT "0"

/* An object of a server. */
typedef struct {
	AvuRemoteDevice *server;
	char *id;
} ContentPlace;

void content_place_clear(ContentPlace *place);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ContentPlace, content_place_clear)

/** What an operand means: "Server:/a/b", "/a/b" or an object id on the server of -s.
 *  @param operand  NULL: the root of the server
 *  @param server   value of -s, or NULL: the only server
 *  @return false with USAGE, NOT_FOUND, AMBIGUOUS, or what the network said */
bool content_find(Session *session, const char *operand, const char *server,
	ContentPlace *ret_place, GError **error);
/** The object of that id on the server of -s, whatever else the id looks like. */
bool content_find_id(Session *session, const char *id, const char *server, ContentPlace *ret_place,
	GError **error);
/** The -s part alone, so that the search can start before the answer is needed. */
bool content_prepare(Session *session, const char *operand, const char *server, GError **error);

/* @return false: enough */
typedef bool (*ContentEmit)(const AvuObject *object, void *data);

/** All children of a container, page by page, in the server's order.
 *  @param filter  Filter argument of Browse */
bool content_browse(Session *session, const ContentPlace *place, const char *filter,
	ContentEmit emit, void *data, GError **error);
/** All objects below a container that match. @param criteria  ContentDirectory:1 2.5.5 */
bool content_search(Session *session, const ContentPlace *place, const char *criteria,
	const char *filter, ContentEmit emit, void *data, GError **error);
/** The object itself with everything known of it.
 *  @param ret_text  the document as the server wrote it; may be NULL
 *  @return a document with exactly one object */
AvuDidl *content_get(Session *session, const ContentPlace *place, char **ret_text, GError **error);
