/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/media/dsd-bits.h: DSD as it is, for a decoder that makes samples of it */
#pragma once

#include <gst/gst.h>

#include "track.h"

G_BEGIN_DECLS

/** The track is a DSD file, by its first octets; while they are not there, by what it is said to be. */
bool dsd_bits_look(const Track *track);
/** @return floating element with a pad "src"; NULL with AVU_ERROR */
GstElement *dsd_bits_source_new(const Track *track, GError **error);
/** @return floating element that takes that source's; NULL with AVU_ERROR: it is missing */
GstElement *dsd_bits_decoder_new(GError **error);

G_END_DECLS
