/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* convert/kept-source.h: a conversion that was kept, as a source of octets for delivery */
#pragma once

#include <av-upnp/media-source.h>

#include "mediaserver/convert/plan.h"

G_BEGIN_DECLS

/** @param made  what makes it anew, for times that are not found in it; taken  @param fd  taken
 *  @param get_index  of fd; data lives as long as the source */
AvuMediaSource *kept_source_new(AvuMediaSource *made, int fd, uint64_t size_octets,
	const ConvertPlan *plan, AvuTimeIndexGetter get_index, void *data);

G_END_DECLS
