/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* clients/client-view.h: what is known of who asks, at this moment; immutable, counted. And what the
 * server's own files are called towards it. */
#pragma once

#include <av-upnp/client-profile.h>
#include <av-upnp/protocol-info.h>

#include "mediaserver/catalogue/item.h"
#include "mediaserver/convert/plan.h"
#include "mediaserver/negotiate/verdict.h"

G_BEGIN_DECLS

typedef struct {
	AvuClientProfiles *profiles; /* of which profile is one */
	const AvuClientProfile *profile;
	char *address;   /* "192.0.2.1" */
	GPtrArray *sink; /* AvuProtocolInfo: what the renderer there says it plays; NULL: unknown */
	History history;
	bool overridden; /* by the administrator */
	char *why;       /* "User-Agent contains "SEC_HHP_"" */
	bool known;      /* by name, not only generic */
} ClientView;

void client_view_unref(ClientView *view);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ClientView, client_view_unref)

/** The profile, also of NULL: then nothing is particular. */
const AvuClientProfile *client_view_get_profile(const ClientView *view);

/** The same for negotiate(); lives as long as the view. */
NegotiateClient client_view_get_witnesses(const ClientView *view);

/** MIME type and DLNA parameters of a resource as this client wants them: the same in res@protocolInfo
 *  and in the answer's headers. What they point to afterwards is the profile's, or what it was. */
void client_view_name(
	const ClientView *view, ItemKind kind, const char **mime, AvuDlnaParameters *dlna);
/** What its profile adds to a plan: a size that is guessed. */
void client_view_complete_plan(const ClientView *view, ConvertPlan *plan);
/** The same as client_view_name() of what is converted. */
void client_view_name_converted(
	const ClientView *view, ItemKind kind, const char **mime, AvuDlnaParameters *dlna);
/** Likewise of the nth time that the file is offered once more, in front, under a name that few players want.
 *  @return false: it is not, so often; nothing is changed */
bool client_view_name_extra(const ClientView *view, unsigned n, ItemKind kind, const char **mime,
	AvuDlnaParameters *dlna);

G_END_DECLS
