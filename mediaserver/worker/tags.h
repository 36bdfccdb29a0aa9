/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* worker/tags.h: all tags of a file, from our own readers and from FFmpeg's dictionaries */
#pragma once

#include <libavformat/avformat.h>

#include "mediaserver/worker/read-at.h"
#include "mediaserver/workers/probe-result.h"

G_BEGIN_DECLS

/** @param container  of worker/sniff.c */
void tags_take(const ReadAt *file, const char *container, const AVFormatContext *context,
	ProbeResult *result);

G_END_DECLS
