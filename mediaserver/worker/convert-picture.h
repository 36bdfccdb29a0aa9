/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* worker/convert-picture.h: packets of moving pictures decoded, scaled, and coded anew */
#pragma once

#include <libavformat/avformat.h>

#include "mediaserver/worker/convert-output.h"
#include "mediaserver/worker/vaapi.h"
#include "mediaserver/workers/convert-request.h"

G_BEGIN_DECLS

typedef struct ConvertPicture ConvertPicture;

/** Opens the decoder. @param zero  in the stream's time base: what stands there is sent first
 *  @param n_threads  for each of decoder and encoder  @param vaapi  outlives it; NULL: the processor encodes
 *  @return NULL: it cannot be decoded */
ConvertPicture *convert_picture_new(const AVStream *stream, const ConvertRequest *request,
	int64_t zero, unsigned n_threads, const Vaapi *vaapi, ConvertOutput *output);
void convert_picture_free(ConvertPicture *picture);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ConvertPicture, convert_picture_free)

/** @param packet  NULL: it was the last @return false: nobody takes the output, or it cannot be coded */
bool convert_picture_push(ConvertPicture *picture, const AVPacket *packet);
/** A key frame that needs no other and of which none remains: shown at a time, whatever it says itself.
 *  @param at_ns  in the output, rising */
bool convert_picture_push_alone(ConvertPicture *picture, const AVPacket *packet, int64_t at_ns);
/** The stream is added to the output when its first picture is there: its size is known then. */
bool convert_picture_has_stream(const ConvertPicture *picture);
/** From now on packets go to the output; before they are held. */
bool convert_picture_begin(ConvertPicture *picture);
bool convert_picture_is_done(const ConvertPicture *picture);

G_END_DECLS
