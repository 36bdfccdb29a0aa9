/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* convert/convert.h: something that a renderer does not play, in a form that it plays, made on this host
 * while it is fetched. Main thread; waits. */
#pragma once

#include <av-upnp/object.h>
#include <av-upnp/remote-device.h>

#include "item/play-item.h"
#include "session.h"

typedef struct {
	PlayItem item;
	int64_t duration_ns; /* AVU_TIME_NONE: not known */
	char *staged;        /* what it is made of, on this host */
} Conversion;

void conversion_clear(Conversion *conversion);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Conversion, conversion_clear)

/** A file of this host. @param taste  the renderer's
 *  @return false with UNSUPPORTED (no conversion suits), UNREACHABLE, TIMEOUT, DENIED, what staging said */
bool convert_file(Session *session, const AvuRemoteDevice *renderer, Taste *taste, const char *path,
	Conversion *ret_conversion, GError **error);
/** An item of a server, which is fetched whole first; what was fetched before is taken again. */
bool convert_object(Session *session, const AvuRemoteDevice *renderer, Taste *taste,
	const AvuObject *object, Conversion *ret_conversion, GError **error);
