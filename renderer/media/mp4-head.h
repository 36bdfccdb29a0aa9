/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/media/mp4-head.h: what the index of an MP4 of nothing but AAC says about samples that are not
 * music: its edit list, or iTunes' comment */
#pragma once

#include "sound-trim.h"

G_BEGIN_DECLS

#define MP4_INDEX_MAX (16u * 1024 * 1024)

/** The octets are an index (moov), whole. */
bool mp4_head_is_index(const uint8_t *octets, size_t len);
/** Reads it, and opens the edit list wide: nobody else is to cut what is cut already.
 *  @return false: it says nothing, or is not of one track of AAC; octets are as they were */
bool mp4_head_take(uint8_t *octets, size_t len, SoundTrim *ret_trim);

G_END_DECLS
