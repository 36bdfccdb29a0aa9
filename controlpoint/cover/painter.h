/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* cover/painter.h: a foreign picture made into one that is ours */
#pragma once

#include "mediaserver/workers/thumb-request.h"
#include "session.h"

/** Has the worker decode a picture, which is done in a process without any right, scale it into the box and code
 *  it anew: no octet of it comes back. Waits.
 *  @param picture  octets of a foreign picture: JPEG, PNG, GIF, BMP, WebP, TIFF
 *  @return NULL with UNSUPPORTED (no picture, or one that is too large), TIMEOUT, CANCELLED (interrupted), GONE (it
 *          died), NOT_FOUND (the worker is not installed), IO */
GBytes *painter_paint(Session *session, GBytes *picture, const ThumbBox *box, GError **error);
