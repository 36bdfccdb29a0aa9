/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* transport/lists.h: the lists that AVTransport plays: documents and containers */
#pragma once

#include <av-upnp/av-transport.h>
#include <av-upnp/http-fetch.h>
#include <av-upnp/interface-watch.h>
#include <av-upnp/supervisor.h>

G_BEGIN_DECLS

typedef struct Lists Lists;

/** @param media    whom documents are read from
 *  @param fetcher  for the actions of servers
 *  All of these outlive the result. */
Lists *lists_new(AvuSupervisor *supervisor, AvuInterfaceWatch *watch, AvuFetcher *fetcher,
	const AvuAddressPolicy *media);
/** After the transport. */
void lists_free(Lists *lists);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Lists, lists_free)
/** For AvuTransportConfig, self being the lists. */
const AvuTransportLists *lists_get_functions(void);

/** What can be played, as in GetProtocolInfo: of several resources the best is chosen. */
void lists_set_sink(Lists *lists, const char *protocols);
void lists_interfaces_changed(Lists *lists);

G_END_DECLS
