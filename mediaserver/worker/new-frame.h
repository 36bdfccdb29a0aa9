/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* worker/new-frame.h: room for a picture */
#pragma once

#include <libavutil/frame.h>

#include <av-upnp/base.h>

G_BEGIN_DECLS

/** @return its octets are whatever was there; NULL: no memory. av_frame_free() it */
AVFrame *new_frame(int width, int height, enum AVPixelFormat format);

G_END_DECLS
