/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* item/media-type.h: media types and the endings of file names. Pure. */
#pragma once

#include <av-upnp/base.h>

/** By the ending, in any case; "*": not known. Static. */
const char *media_type_of_path(const char *path);
/** ".mp3" for "audio/mpeg"; "" when not known. Static. */
const char *media_type_ending(const char *mime);
/** Fourth field of protocolInfo for a file of this type as it is. g_free() it.
 *  @clause DLNA 7.4.1.3 (guidelines part 1-1), FLAGS */
char *media_type_features(const char *mime);
/** "object.item.audioItem.musicTrack" for "audio/mpeg". Static. */
const char *media_type_class(const char *mime);
