/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/media/audio-line.h: branch, branch → concat → mixer → sink */
#pragma once

#include "line.h"
#include "mixer.h"

G_BEGIN_DECLS

/** @param mixer  in front of the sink; NULL: samples reach it unchanged
 *  @param sink  taken (floating). @return NULL with error when an element is missing */
Line *audio_line_new(const LineListener *listener, Mixer *mixer, GstElement *sink, GError **error);

G_END_DECLS
