/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* worker/sniff.h: which of the formats we know a file is, by its own first octets */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

#define SNIFF_LEN 1024

typedef struct {
	const char *name;    /* goes into ProbeResult.container */
	const char *demuxer; /* FFmpeg's short name; NULL: a picture, read by picture.c */
	bool needs_packets;  /* header says too little: avformat_find_stream_info */
} SniffFormat;

/** @param data  the first octets, after an ID3v2 tag if there is one
 *  @param tagged  there was one
 *  @param hint  extension in lower case, believed only where the octets leave it open; may be NULL
 *  @return static, or NULL when nothing fits */
const SniffFormat *sniff(const uint8_t *data, size_t len, bool tagged, const char *hint);

/** Of a stream that was entered in the middle of a frame or packet: what its extension says, if that is a format in
 *  which readers find the next one. @return static, or NULL */
const SniffFormat *sniff_under_way(const char *hint);

/** Octets of the ID3v2 tag that data starts with, 0 when there is none. */
uint64_t sniff_id3v2_len(const uint8_t *data, size_t len);

/** Packet size of a transport stream (188, 192), 0 when it is none.
 *  @param ret_stamped  the time stamps of the 192 form are not all zero */
unsigned sniff_ts_packet(const uint8_t *data, size_t len, bool *ret_stamped);

G_END_DECLS
