/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* worker/tag-value.h: texts of tags as values of a probe answer's fields */
#pragma once

#include "mediaserver/workers/probe-result.h"

G_BEGIN_DECLS

/* Sets the field at offset of the answer. @param text  UTF-8, not empty
 * @return false: text is no such value, the field stays as it is */
typedef bool TagPut(ProbeResult *result, size_t offset, const char *text);

TagPut tag_put_text;
/** Leading digits. */
TagPut tag_put_number;
/** "3/12" for track and disc: the total too. */
TagPut tag_put_number_of;
/** "127.96": beats per minute. */
TagPut tag_put_rounded;
/** "-6.54 dB" in hundredths. */
TagPut tag_put_gain;
/** Q7.8 of R128_TRACK_GAIN, as ReplayGain in hundredths. @clause RFC 7845 5.2.1 */
TagPut tag_put_r128;
/** "1", "true", "yes". */
TagPut tag_put_flag;
/** 1, whatever the text. */
TagPut tag_put_presence;
/** Ratings become 0 to 100: of an unknown scale … */
TagPut tag_put_rating;
/** … 0.0 to 1.0 (FMPS) … */
TagPut tag_put_rating_1;
/** … 1, 25, 50, 75, 99 (WM) … */
TagPut tag_put_rating_99;
/** … 1, 64, 128, 196, 255 (POPM). */
TagPut tag_put_rating_255;
/** "+48.8584+002.2945/" as "48.858400,2.294500". */
TagPut tag_put_iso6709;
/** Two parts of one field. */
TagPut tag_put_maker;
TagPut tag_put_model;

/** A further value in a line of its own, behind one that is there. */
bool tag_add_text(ProbeResult *result, size_t offset, const char *text);

G_END_DECLS
