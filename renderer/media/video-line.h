/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/media/video-line.h: one item with pictures at a time, no joining */
#pragma once

#include "line.h"
#include "sinks.h"

G_BEGIN_DECLS

/** @param sinks  borrowed, outlives the line: fresh sinks come from it at each opening */
Line *video_line_new(const LineListener *listener, const Sinks *sinks);

/** Of what is open. @param data  a file; NULL: none */
void video_line_set_subtitles(Line *line, const char *data, size_t len);

G_END_DECLS
