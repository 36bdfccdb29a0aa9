/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/media/sink-protocols.h: which MIME types can be played, from GStreamer's registry */
#pragma once

#include <gst/gst.h>

#include <av-upnp/base.h>

G_BEGIN_DECLS

/** SinkProtocolInfo: "http-get:*:audio/flac:*,…" for what the installed demuxers, parsers and
 *  decoders play. g_free() it. */
char *sink_protocols_list(void);
/** Demuxers and decoders that the formats above need, whatever of them is installed.
 *  gst_plugin_feature_list_free() it. */
GList *sink_protocols_list_factories(void);
/** Which elements come first where several do the same. Before anything is played. */
void sink_protocols_rank(void);
/** Loads the plug-ins that most first tracks need, so that they do not wait for the disk. */
void sink_protocols_preload(void);

G_END_DECLS
