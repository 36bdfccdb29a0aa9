/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* worker/heif-box.h: the meta box of HEIC and AVIF pictures, for the parsers of what is in it */
#pragma once

#include "mediaserver/worker/read-at.h"

G_BEGIN_DECLS

typedef struct {
	const uint8_t *at, *end;
	bool failed;
} HeifOctets;

/** A number of n octets, big end first; 0, and failed for good, where there are less. */
uint64_t heif_take(HeifOctets *in, unsigned n);
/** The same as a number of things that follow, of which some thousand are looked at. */
uint64_t heif_take_count(HeifOctets *in, unsigned n);
/** The next box inside in. */
bool heif_take_box(HeifOctets *in, char ret_type[5], HeifOctets *ret_body);
bool heif_find_box(HeifOctets in, const char *type, HeifOctets *ret_body);
/** A box with version and flags in front. */
bool heif_find_full_box(HeifOctets in, const char *type, HeifOctets *ret_body,
	unsigned *ret_version, unsigned *ret_flags);
/** The meta box's contents, which stand at the top level. @return g_free() it; NULL: none */
uint8_t *heif_load_meta(const ReadAt *file, size_t *ret_len);

G_END_DECLS
