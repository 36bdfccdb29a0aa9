/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/scpd.h: foreign service descriptions as service tables, for actions that only a device knows */
#pragma once

#include <av-upnp/service.h>

G_BEGIN_DECLS

typedef struct AvuScpd AvuScpd; /* immutable */

/** Reads what a device says that it can do. Elements in any order, unknown ones are ignored; an action
 *  or argument without a name is left out. An argument whose variable is missing, or of a type that
 *  no table of ours has, is any text.
 *  @param type  of the service, with its version, as the device's description has it
 *  @return NULL with SYNTAX (also when there is no action in it) or LIMIT
 *  @thread any  @clause UDA 1.0, 2.3 */
AVU_API AvuScpd *avu_scpd_read(const char *type, const char *text, size_t len, GError **error);
AVU_API void avu_scpd_free(AvuScpd *scpd);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AvuScpd, avu_scpd_free)
/** Everything in it is since version 0 and not required; name is the last part of the type. Names are
 *  foreign text. Error texts are those of our table for a service of that type. Lives as long as
 *  scpd, and may be given to avu_remote_call(). */
AVU_API const AvuServiceSpec *avu_scpd_get_spec(const AvuScpd *scpd);

G_END_DECLS
