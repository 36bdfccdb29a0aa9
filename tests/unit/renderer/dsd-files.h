/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DSD files for tests, made by hand: each bit is known. */
#pragma once

#include <av-upnp/base.h>

#define RATE64 2822400u
#define DSF_BLOCK 4096u

/** Bit n of a channel: whatever, but known. */
bool dsd_bit(unsigned channel, uint64_t n);
/** Eight of them, as one octet of a file. */
uint8_t dsd_eight_bits(unsigned channel, uint64_t octet, bool low_first);
/** Sony's. @param octets  of each channel */
GByteArray *dsf_new(unsigned rate, unsigned channels, unsigned octets);
/** Philips'. @param packing  "DSD ", or "DST "  @param comment  octets of one before everything else; 0: none */
GByteArray *dff_new(
	unsigned rate, unsigned channels, unsigned octets, const char *packing, unsigned comment);
