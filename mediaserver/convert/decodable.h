/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* convert/decodable.h: codecs of files of which something can be made; both ends count them alike */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

G_BEGIN_DECLS

#define DECODABLE_MAX 128

/* Those for which an FFmpeg has no decoder: a bit for each, in the order of the table. */
typedef struct {
	uint64_t missing[DECODABLE_MAX / 64];
} DecodableGaps;

/** FFmpeg's name of the codec, as a probe says it. NULL: there are no more. */
const char *decodable_nth(unsigned n);

/** @param codec  may be NULL @return false: not in the table, or missing here */
bool decodable_has(const DecodableGaps *gaps, const char *codec);

bool decodable_is_missing(const DecodableGaps *gaps, unsigned n);
void decodable_set_missing(DecodableGaps *gaps, unsigned n);

G_END_DECLS
