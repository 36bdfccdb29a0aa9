/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* worker/tags.h: from FFmpeg's tag dictionaries to the fields of a probe answer */
#pragma once

#include <libavutil/dict.h>

#include "mediaserver/workers/probe-result.h"

G_BEGIN_DECLS

/** Fills the fields that are still unknown; the first dictionary asked wins. */
void tags_take(const AVDictionary *tags, ProbeResult *result);

G_END_DECLS
