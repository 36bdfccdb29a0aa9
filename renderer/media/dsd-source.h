/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/media/dsd-source.h: reads the bits of a DSD file from its ring, channel by channel, and passes them on in a
 * form: as they are, for a decoder, or packed into samples */
#pragma once

#include <gst/gst.h>

#include "dsd-head.h"
#include "track.h"

G_BEGIN_DECLS

/* What is passed on. Constant; its functions are called on a streaming thread. */
typedef struct {
	unsigned frame_octets; /* of each channel, in the file */
	unsigned frame_bytes;  /* of each channel, passed on */
	unsigned
		lead_frames; /* passed on before the place that is sought: what follows changes them */
	/** @return gst_caps_unref() it */
	GstCaps *(*make_caps)(const DsdHead *head);
	/** @param first  number of the first frame in the track
	 *  @param channels  octets of each, the oldest bit highest */
	void (*pack)(const DsdHead *head, uint64_t first, const uint8_t *const *channels,
		size_t n_frames, uint8_t *samples);
} DsdForm;

/** @param head  NULL: it is read first of all
 *  @return floating element with a pad "src"; NULL with AVU_ERROR */
GstElement *dsd_source_new(
	const Track *track, const DsdHead *head, const DsdForm *form, GError **error);

G_END_DECLS
