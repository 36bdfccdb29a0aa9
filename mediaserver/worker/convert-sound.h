/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* worker/convert-sound.h: packets of sound decoded, brought to rate, depth and channels, coded anew */
#pragma once

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>

#include "mediaserver/worker/convert-output.h"
#include "mediaserver/workers/convert-request.h"

G_BEGIN_DECLS

typedef struct ConvertSound ConvertSound;

/** Opens decoder and encoder and adds the stream to output, which outlives it.
 *  @param zero  in the stream's time base: what stands there is the first that is sent
 *  @return NULL: this stream cannot be decoded, or there is no encoder */
ConvertSound *convert_sound_new(
	const AVStream *stream, const ConvertRequest *request, int64_t zero, ConvertOutput *output);
void convert_sound_free(ConvertSound *sound);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ConvertSound, convert_sound_free)

/** @param packet  NULL: it was the last @return false: nobody takes the output */
bool convert_sound_push(ConvertSound *sound, const AVPacket *packet);
/** The end that was asked for has been reached. */
bool convert_sound_is_done(const ConvertSound *sound);
/** Anything came out of the decoder at all? */
bool convert_sound_has_begun(const ConvertSound *sound);

G_END_DECLS
