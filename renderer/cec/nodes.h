/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/cec/nodes.h: the device files that an adapter may have. What the sandbox opens is settled when
 * the helper starts, so one that is plugged in later is known by being another one. */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

typedef struct CecNodes CecNodes;

/** Looks which there are. @param folder  "/dev", or where a test has some
 *  @param port  this one alone, whether it is there or not; "": all that may be adapters */
CecNodes *cec_nodes_new(const char *folder, const char *port);
void cec_nodes_free(CecNodes *nodes);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CecNodes, cec_nodes_free)

size_t cec_nodes_get_n(const CecNodes *nodes);
const char *cec_nodes_get_path(const CecNodes *nodes, size_t i);
/** There is one now that was not there before. */
bool cec_nodes_have_come(const CecNodes *nodes);

G_END_DECLS
