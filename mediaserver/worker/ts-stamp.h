/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* worker/ts-stamp.h: four octets of time before each packet of a transport stream */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

#define TS_PACKET 188

/* Packets wait until the next clock reference says how fast the ones before it left. */
typedef struct {
	GByteArray *waiting; /* whole packets since the last reference, and a part of one */
	uint64_t last_pcr;   /* 27 MHz; of the first that waits */
	bool has_pcr;
	uint64_t step; /* per packet, as it was lately */
} TsStamp;

void ts_stamp_init(TsStamp *stamp);
void ts_stamp_clear(TsStamp *stamp);
/** @param out  packets of 192 octets that are ready are appended
 *  @clause spec/dlna-seek-transcode.md 3 */
void ts_stamp_push(TsStamp *stamp, const uint8_t *data, size_t len, GByteArray *out);
/** What still waits. */
void ts_stamp_finish(TsStamp *stamp, GByteArray *out);

G_END_DECLS
