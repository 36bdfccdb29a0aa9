/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* worker/convert-codec.h: which encoder and muxer a recipe means, with options from tables (SEC-160) */
#pragma once

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>

#include "mediaserver/workers/convert-request.h"

G_BEGIN_DECLS

/** What this FFmpeg lacks. */
ConvertAbility convert_codec_ability(void);

/** @return opened, NULL: the decoder is not among those that may be, or refuses */
AVCodecContext *convert_codec_open_decoder(const AVStream *stream, unsigned n_threads);

/** @param request  with rate, channels and bits filled in @return opened, or NULL */
AVCodecContext *convert_codec_open_sound(
	const Recipe *recipe, const ConvertRequest *request, bool global_header);

/** @param context  with size, rates, shape and colours filled in; opened here
 *  @return false: it refuses */
bool convert_codec_open_picture(AVCodecContext *context, const ConvertRequest *request);
/** NULL: a recipe without moving pictures, or there is no encoder. */
AVCodecContext *convert_codec_new_picture(const Recipe *recipe);

/** FFmpeg's name of the muxer; NULL: packets go out as they are. */
const char *convert_codec_muxer(RecipeContainer container);
/** Options for avformat_write_header(). @return av_dict_free() it */
AVDictionary *convert_codec_muxer_options(RecipeContainer container);

G_END_DECLS
