/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* clients/clients.h: who was seen, which profile fits, and what the administrator says of it */
#pragma once

#include <av-upnp/action.h>
#include <av-upnp/http-server.h>
#include <av-upnp/mailbox.h>

#include "mediaserver/clients/client-view.h"

G_BEGIN_DECLS

#define CLIENTS_MAX 256 /* addresses that are remembered; the one not seen for longest goes */

typedef struct Clients Clients;

/** Folders of profiles: the shipped ones, then the administrator's and the user's. g_strfreev() it */
char **clients_list_folders(void);
/** Says what is wrong with all profiles there. @return false with AVU_ERROR_USAGE, a line each */
bool clients_check(GError **error);

Clients *clients_new(void);
void clients_free(Clients *clients);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Clients, clients_free)

/** Reads the profiles again; what is wrong is logged, and left out. @thread main */
void clients_reload(Clients *clients);

/** Who asks. @return never NULL  @thread any */
ClientView *clients_identify(
	Clients *clients, const AvuAddress *peer, AvuClientEvidence header, const void *data);
/** The same of a call and of a request. clients and call may be NULL: then NULL. */
ClientView *clients_identify_call(Clients *clients, const AvuCall *call);
ClientView *clients_identify_request(Clients *clients, const AvuHttpRequest *request);

G_END_DECLS
