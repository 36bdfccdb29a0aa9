/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/media/audio-line.h: branch, branch → concat → volume → sink */
#pragma once

#include "line.h"

G_BEGIN_DECLS

/** @param sink  taken (floating). @return NULL with error when an element is missing */
Line *audio_line_new(const LineListener *listener, GstElement *sink, GError **error);

G_END_DECLS
