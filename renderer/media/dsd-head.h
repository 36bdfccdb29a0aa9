/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/media/dsd-head.h: where the bits of a DSD file are: Sony's DSF, Philips' DSDIFF. Pure. */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

#define DSD_CHANNELS_MAX 2 /* DoP is known to be taken with two */

typedef struct {
	unsigned rate_hz;        /* bits a second, a multiple of 16 */
	unsigned channels;       /* 1 … DSD_CHANNELS_MAX */
	bool low_first;          /* the first bit of an octet is its lowest */
	unsigned block;          /* octets of one channel before those of the next */
	uint64_t data_at;        /* of the first octet with bits, in the file */
	uint64_t channel_octets; /* whole octets of each channel */
} DsdHead;

/** @param octets  the first ones of the file  @return false: it is no such file, one that is packed (DST),
 *          has other rates or channels, or its bits begin behind these octets */
bool dsd_head_parse(const uint8_t *octets, size_t len, DsdHead *ret_head);
/** @param index  of an octet of the channel. @return where it is in the file */
uint64_t dsd_head_place(const DsdHead *head, unsigned channel, uint64_t index);

G_END_DECLS
