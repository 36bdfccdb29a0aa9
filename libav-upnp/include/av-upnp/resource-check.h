/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/resource-check.h: what speaks against a resource by what its server declares of it. Pure; any
 * thread. */
#pragma once

#include <av-upnp/object.h>

G_BEGIN_DECLS

/** Not tried by a renderer: content that is protected, and pictures or sound beyond AVU_LIMIT_RENDER_….
 *  What is not declared does not count.
 *  @return false with AVU_UPNP_ERROR 719 (protected) or 704 (too large) */
AVU_API bool avu_resource_check(const AvuResource *resource, GError **error);

G_END_DECLS
