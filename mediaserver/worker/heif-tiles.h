/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* worker/heif-tiles.h: the pieces of a HEIC picture decoded and put together */
#pragma once

#include <libavutil/frame.h>

#include "mediaserver/worker/heif-picture.h"
#include "mediaserver/worker/input.h"

G_BEGIN_DECLS

/** @return as it lies in the file, not yet turned; av_frame_free() it; NULL: it cannot be decoded */
AVFrame *heif_tiles_decode(Input *source, const HeifPicture *picture);

G_END_DECLS
