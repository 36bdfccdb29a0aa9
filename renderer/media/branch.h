/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/media/branch.h: one track of the audio line, from its octets to samples of one format:
 * source → decoder → queue → audioconvert → loudness, where wanted → audioresample → capsfilter, in a
 * bin with one pad */
#pragma once

#include "dsd-head.h"
#include "gain.h"
#include "line.h"

G_BEGIN_DECLS

typedef struct Branch Branch;

/** @param format  the samples must have; NULL: free
 *  @param dop  its DSD goes into samples as it is; NULL: it is decoded
 *  @return NULL with error: an element is missing, or the ring is none */
Branch *branch_new(Line *line, const Track *track, const GainWish *gain, GstCaps *format,
	const DsdHead *dop, GError **error);
/** Takes the branch out of its pipeline: safe while another one plays. */
void branch_free(Branch *branch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Branch, branch_free)

/** Puts it into pipeline, in front of a new pad of concat. */
void branch_join(Branch *branch, GstElement *pipeline, GstElement *concat);
/** Octets flow from now on: after the pipeline was set to PAUSED or PLAYING. */
void branch_start(Branch *branch);
/** Both have samples of the same rate, channels and width, or it is not known of one. */
bool branch_is_like(const Branch *a, const Branch *b);
uint32_t branch_get_token(const Branch *branch);
/** Its pad at concat; borrowed */
GstPad *branch_get_concat_pad(const Branch *branch);
/** Where its samples come out; gst_object_unref() it */
GstPad *branch_dup_out(const Branch *branch);
/** Decoded and not passed on yet. */
int64_t branch_get_ahead_ns(const Branch *branch);
/** The time that its stream begins with; AVU_TIME_NONE: not known yet. */
int64_t branch_get_origin_ns(const Branch *branch);
int64_t branch_get_duration_ns(const Branch *branch);

G_END_DECLS
