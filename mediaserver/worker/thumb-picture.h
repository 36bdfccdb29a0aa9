/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* worker/thumb-picture.h: a decoded picture scaled, turned upright and coded */
#pragma once

#include <libavcodec/packet.h>

#include "mediaserver/worker/thumb-source.h"

G_BEGIN_DECLS

/** @return the coded picture, av_packet_free() it; NULL: it cannot be made */
AVPacket *thumb_picture_code(const ThumbPicture *picture, const ThumbBox *box);

G_END_DECLS
