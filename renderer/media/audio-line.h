/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/media/audio-line.h: branch, branch (each with its loudness) → concat → mixer → sink */
#pragma once

#include "line.h"
#include "sinks.h"

G_BEGIN_DECLS

/** @param sinks  borrowed: the mixer in front of the sink, and the loudness of tracks
 *  @param sink  taken (floating). @return NULL with error when an element is missing */
Line *audio_line_new(
	const LineListener *listener, const Sinks *sinks, GstElement *sink, GError **error);

G_END_DECLS
