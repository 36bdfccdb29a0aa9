/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* worker/streams.h: what the streams of an opened container say: codecs, sizes, languages, HDR */
#pragma once

#include <libavformat/avformat.h>

#include "mediaserver/workers/probe-result.h"

G_BEGIN_DECLS

/** The first of a type that is no cover; NULL: none. */
const AVStream *streams_first(const AVFormatContext *context, enum AVMediaType type);
/** Of the container, else of its longest stream; AVU_TIME_NONE: unknown. */
int64_t streams_duration_ns(const AVFormatContext *context);
/** How a film is to be turned, as EXIF counts it: 1, 3, 6 or 8. */
unsigned streams_orientation(const AVStream *stream);
/** Fills all but the tags. */
void streams_take(const AVFormatContext *context, ProbeResult *result);

/** Is it known, without a packet, how bright the picture is meant? */
bool streams_knows_range(const AVStream *video);

G_END_DECLS
