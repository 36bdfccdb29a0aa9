/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* transport/containers.h: containers of servers, expanded through the server's own Browse */
#pragma once

#include <av-upnp/http-fetch.h>
#include <av-upnp/interface-watch.h>
#include <av-upnp/supervisor.h>

#include "list-items.h"
#include "list-kind.h"

G_BEGIN_DECLS

typedef struct Containers Containers;
typedef struct ContainerRead ContainerRead;

/** As DocumentDone; a container without anything that can be played is an error. */
typedef void (*ContainerDone)(ListItems *take_items, const GError *error, void *user_data);

/** Servers are looked for when one is named, and for a while after; not before.
 *  All of these outlive the result. */
Containers *containers_new(
	AvuSupervisor *supervisor, AvuInterfaceWatch *watch, AvuFetcher *fetcher);
void containers_free(Containers *containers);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Containers, containers_free)
void containers_interfaces_changed(Containers *containers);

/** @param uri   dlna-playcontainer or dlna-playsingle
 *  @param kind  CONTAINER or SINGLE
 *  @param sink  what can be played, as in GetProtocolInfo
 *  @return NULL with AVU_ERROR_SYNTAX, BUSY */
ContainerRead *containers_read(Containers *containers, const char *uri, ListKind kind,
	const char *sink, ContainerDone done, void *user_data, GError **error);
/** done is not called. */
void container_read_cancel(ContainerRead *read);

G_END_DECLS
