/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* worker/convert-keys.h: a film's key frames alone, for scaled play, as they are or in a recipe's form */
#pragma once

#include <libavformat/avformat.h>

#include "mediaserver/worker/convert-output.h"
#include "mediaserver/workers/convert-request.h"

G_BEGIN_DECLS

/** @param zero  of the film, in the stream's time base  @return something was sent, and to its end */
bool convert_keys(AVFormatContext *context, const AVStream *picture, int64_t zero,
	const ConvertRequest *request, ConvertOutput *output);

G_END_DECLS
