/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/playback.h: which resource of an object a renderer is given */
#pragma once

#include <av-upnp/client-profile.h>
#include <av-upnp/object.h>

G_BEGIN_DECLS

/** The resource that suits the renderer best: the best match of protocolInfo, of equal ones the
 *  first (servers put the original first). A picture is never chosen for sound or film: it is the
 *  cover or thumbnail.
 *
 *  @param sink  the renderer's list from GetProtocolInfo; without a readable entry every http-get
 *               resource is taken to suit, as some renderers leave it empty
 *  @return index into object->resources, or -1
 *  @thread any
 *  @clause ConnectionManager:1 2.5.2 */
AVU_API int avu_playback_choose(const AvuObject *object, const char *sink);
/** The same with what is known of the renderer besides, in this order: an original that the list has, an
 *  original that the profile knows it to play, a conversion that the list has, an original that it may
 *  play (of film the profile tells codecs, which a server does not). Beyond the profile's limits of size
 *  and rate nothing is known to be played.
 *  @param profile  NULL: nothing is known
 *  @thread any */
AVU_API int avu_playback_choose_known(
	const AvuObject *object, const char *sink, const AvuClientProfile *profile);
/** Would knowing more have changed that choice: is it none, or a conversion? */
AVU_API bool avu_playback_is_makeshift(const AvuObject *object, int chosen);

G_END_DECLS
