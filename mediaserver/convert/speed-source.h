/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* convert/speed-source.h: a film that can also be sent faster and backwards, as key frames */
#pragma once

#include <av-upnp/media-source.h>

#include "mediaserver/convert/conversions.h"

G_BEGIN_DECLS

/** Adds DLNA.ORG_PS to what is said of a file when a worker can make key frames of it now.
 *  @param mime  of the file  @return true: it can, so a speed source is right  @thread any */
bool speed_source_describe(
	const ConvertMachine *machine, const char *mime, AvuDlnaParameters *dlna);

/** What is asked of the worker for key frames of a file as they are. */
void speed_source_ask_file(ConvertRequest *request);

/** @param plain  the source for the normal speed; taken  @param fd  duplicated; the file's
 *  @param player  as conversion_begin() wants it  @param conversions  outlives it
 *  @param request  in which form: speed and times are filled in; its hint is copied
 *  @thread the connection's */
AvuMediaSource *speed_source_new(AvuMediaSource *plain, Conversions *conversions, int fd,
	int player, const ConvertRequest *request);

G_END_DECLS
