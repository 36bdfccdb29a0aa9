/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* clients/clients.h: who was seen, which profile fits, and what the administrator says of it */
#pragma once

#include <av-upnp/action.h>
#include <av-upnp/http-server.h>
#include <av-upnp/state-dir.h>

#include "mediaserver/clients/client-view.h"

G_BEGIN_DECLS

#define CLIENTS_MAX 256 /* addresses that are remembered; the one not seen for longest goes */

typedef struct Clients Clients;

/** Says what is wrong with all profiles there. @return false with AVU_ERROR_USAGE, a line each */
bool clients_check(GError **error);

Clients *clients_new(void);
void clients_free(Clients *clients);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Clients, clients_free)

/** Reads them again whenever they change, until then. @thread main
 *  @param folders  of other profiles that are watched, too  @param changed  called when they are read again */
void clients_watch(Clients *clients, const char *const *folders, void (*changed)(void));
void clients_unwatch(Clients *clients);
/** Reads the profiles again; what is wrong is logged, and left out. @thread main */
void clients_reload(Clients *clients);

/* What a device says of itself. NULL: nothing. */
typedef struct {
	char *friendly_name, *manufacturer, *model_name, *model_number, *udn;
} ClientDevice;

/** A renderer was seen there. Of several at one address the first counts until it is gone.
 *  @param address  as in URLs  @param device  has a udn  @thread main */
void clients_set_device(Clients *clients, const char *address, const ClientDevice *device);
/** It is gone, and what it said. */
void clients_lose_device(Clients *clients, const char *address, const char *udn);
/** What it says it plays. @param sink  AvuProtocolInfo; a reference is taken; NULL: nothing */
void clients_set_sink(Clients *clients, const char *address, const char *udn, GPtrArray *sink);

/** So much of an item left for who is there. @param key  of history_format_key()  @thread any */
void clients_fetched(Clients *clients, const AvuAddress *peer, int64_t item, const char *key,
	uint64_t octets, uint64_t size_bytes);
/** An answer was not what it asked for. clients may be NULL. @thread any */
void clients_refused(
	Clients *clients, const AvuHttpRequest *request, unsigned status, const char *name);

/** Reads what the administrator said before; it is kept there. @param dir  outlives it */
void clients_set_state(Clients *clients, AvuStateDir *dir);
/** @param key  an address or "uuid:…"  @param profile  NULL: as it is recognised
 *  @return false with USAGE (neither, or no such profile: the nearest is named), LIMIT, IO
 *  @thread main */
bool clients_override(Clients *clients, const char *key, const char *profile, GError **error);

/** Who was seen, the last first, as JSON: an array. g_free() it  @thread main */
char *clients_format_json(Clients *clients);
/** The lines for people, of that JSON. @return NULL with AVU_ERROR_SYNTAX */
char *clients_format_text(const char *json, GError **error);
/** Who has that address or UDN, or would be recognised by that name of a profile or User-Agent.
 *  @return NULL with AVU_ERROR_NOT_FOUND  @thread main */
ClientView *clients_find(Clients *clients, const char *who, GError **error);

/** Who asks. @return never NULL  @thread any */
ClientView *clients_identify(
	Clients *clients, const AvuAddress *peer, AvuClientEvidence header, const void *data);
/** The same of a call and of a request. clients and call may be NULL: then NULL. */
ClientView *clients_identify_call(Clients *clients, const AvuCall *call);
ClientView *clients_identify_request(Clients *clients, const AvuHttpRequest *request);
/** The same, without counting: who asks is not seen by that. */
ClientView *clients_glance_call(Clients *clients, const AvuCall *call);
ClientView *clients_glance_request(Clients *clients, const AvuHttpRequest *request);

G_END_DECLS
