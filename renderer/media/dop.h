/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/media/dop.h: DSD over PCM: sixteen bits of DSD and a marker in each sample of 24 bits, for
 * converters that know them. To all others it is hiss, so it is asked for by setting. */
#pragma once

#include <gst/gst.h>

#include "dsd-head.h"
#include "track.h"

G_BEGIN_DECLS

/** The track is DSD that can be put into samples, as far as its first octets tell. */
bool dop_look(const Track *track, DsdHead *ret_head);
/** @return of the samples; gst_caps_unref() it */
GstCaps *dop_make_caps(const DsdHead *head);
/** The output takes such samples as they are. */
bool dop_is_taken(const DsdHead *head, GstElement *sink);
/** @return floating element with a pad "src"; NULL with AVU_ERROR */
GstElement *dop_source_new(const Track *track, const DsdHead *head, GError **error);

G_END_DECLS
