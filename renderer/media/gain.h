/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/media/gain.h: how loud a track is by its tags (ReplayGain, R128), and what is made of it */
#pragma once

#include <gst/gst.h>

#include <av-upnp/base.h>

#include "../engine/protocol.h"

G_BEGIN_DECLS

/* What the operator wants. */
typedef struct {
	MediaGain mode;
	int preamp_db; /* added where the tags say something */
} GainWish;

/* What tags said so far; all zero: nothing. */
typedef struct {
	bool has_track, has_album;
	double track_db, album_db;
	double track_peak, album_peak; /* of full scale; 0: not known */
} GainTags;

/** Takes what is of use; what is absurd is left out. */
void gain_take(GainTags *tags, const GstTagList *list);
/** @return by what samples are multiplied: 1 where nothing is known; never so much that the peak would be
 *          above full scale, never louder where no peak is known, and at most 10 */
double gain_factor(const GainTags *tags, const GainWish *wish);

/** What counts: the tags of the file, or what its server said where they say nothing. */
const GainTags *gain_choose(const GainTags *tags, const GainTags *said);

/** @return floating element that makes the samples of one track louder or softer by the tags that pass
 *          it, by what its server said where there are none, and else leaves them alone; NULL with AVU_ERROR: GStreamer's is missing
 *  @param wish,said  copied */
GstElement *gain_make_element(const GainWish *wish, const GainTags *said, GError **error);

G_END_DECLS
