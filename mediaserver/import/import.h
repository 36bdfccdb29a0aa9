/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* import/import.h: all that changes the shared folders for control points, put together */
#pragma once

#include <av-upnp/http-fetch.h>
#include <av-upnp/http-server.h>

#include "mediaserver/content/content.h"
#include "mediaserver/import/rules.h"

G_BEGIN_DECLS

typedef struct Import Import;

/* All of them @thread any */
typedef struct {
	/* something was done to that file or folder: the library is to look there */
	void (*touch)(const char *root, const char *path, void *data);
	/* the catalogue changed */
	void (*changed)(void *data);
	/* a transfer began or ended */
	void (*transfers)(void *data);
} ImportListener;

/** @param policy  which addresses content may be fetched from and sent to; copied
 *  the others outlive it */
Import *import_new(const Rules *rules, Catalogue *catalogue, State *state, const Roots *roots,
	const AvuAddressPolicy *policy, const ImportListener *listener, void *data);
/** After the HTTP server is freed. */
void import_free(Import *import);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Import, import_free)

/** For content_set_writing(). */
ContentWriting import_describe(Import *import);
/** Uploads, when they are allowed; before the server starts. */
void import_add_routes(Import *import, AvuHttpServer *server);
/** Who waits for the library looks again. @thread any */
void import_catalogue_changed(Import *import);
/** The server ends: nobody waits any more. @thread any */
void import_close(Import *import);

G_END_DECLS
