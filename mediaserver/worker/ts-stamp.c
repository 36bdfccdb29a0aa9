/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A 32-bit counter at 27 MHz in step with the program clock: between two references it runs evenly
 * over the packets. Our muxer writes one every 100 ms at least; if it does not, nothing waits longer
 * than WAITING_MAX. Pure. */
#include "mediaserver/worker/ts-stamp.h"

#define WAITING_MAX (4096 * TS_PACKET)
#define CLOCKS_PER_PCR_BASE 300
/* A step like this is a jump of the clock, not its pace: a second. */
#define JUMP UINT64_C(27000000)

void
ts_stamp_init(TsStamp *stamp)
{
	*stamp = (TsStamp){ .waiting = g_byte_array_new() };
}

void
ts_stamp_clear(TsStamp *stamp)
{
	g_clear_pointer(&stamp->waiting, g_byte_array_unref);
}

/* ISO/IEC 13818-1, 2.4.3.4: adaptation field with a program clock reference */
static bool
read_pcr(const uint8_t *packet, uint64_t *ret_pcr)
{
	if (packet[0] != 0x47 || (packet[3] & 0x20) == 0 || packet[4] < 7 ||
		(packet[5] & 0x10) == 0) {
		return false;
	}
	const uint64_t base = (uint64_t)packet[6] << 25 | (uint64_t)packet[7] << 17 |
			      (uint64_t)packet[8] << 9 | (uint64_t)packet[9] << 1 | packet[10] >> 7;
	const uint64_t extension = (uint64_t)(packet[10] & 1) << 8 | packet[11];

	*ret_pcr = base * CLOCKS_PER_PCR_BASE + extension;
	return true;
}

/* The first n packets that wait, at last_pcr and step apart. */
static void
release(TsStamp *stamp, size_t n, GByteArray *out)
{
	for (size_t i = 0; i < n; i++) {
		const uint32_t at = (uint32_t)(stamp->last_pcr + stamp->step * i);
		const uint8_t head[] = { (uint8_t)(at >> 24), (uint8_t)(at >> 16),
			(uint8_t)(at >> 8), (uint8_t)at };

		g_byte_array_append(out, head, sizeof(head));
		g_byte_array_append(out, stamp->waiting->data + i * TS_PACKET, TS_PACKET);
	}
	if (n > 0) {
		stamp->last_pcr += stamp->step * n;
		g_byte_array_remove_range(stamp->waiting, 0, (guint)(n * TS_PACKET));
	}
}

/* A packet with a reference stands behind n others. */
static void
take_pcr(TsStamp *stamp, size_t n, uint64_t pcr, GByteArray *out)
{
	if (stamp->has_pcr && n > 0 && pcr > stamp->last_pcr && pcr - stamp->last_pcr < JUMP) {
		stamp->step = (pcr - stamp->last_pcr) / n;
	} else if (!stamp->has_pcr) {
		stamp->last_pcr = pcr; /* what came before the first: tables */
		stamp->step = 0;
	}
	release(stamp, n, out);
	stamp->last_pcr = pcr;
	stamp->has_pcr = true;
}

void
ts_stamp_push(TsStamp *stamp, const uint8_t *data, size_t len, GByteArray *out)
{
	/* what waited has been looked at, up to its last whole packet */
	size_t seen = stamp->waiting->len / TS_PACKET;
	uint64_t pcr;

	g_byte_array_append(stamp->waiting, data, (guint)len);
	while ((seen + 1) * TS_PACKET <= stamp->waiting->len) {
		if (read_pcr(stamp->waiting->data + seen * TS_PACKET, &pcr)) {
			take_pcr(stamp, seen, pcr, out);
			seen = 0;
		}
		seen++;
		if (seen * TS_PACKET > WAITING_MAX) {
			release(stamp, seen, out);
			seen = 0;
		}
	}
}

void
ts_stamp_finish(TsStamp *stamp, GByteArray *out)
{
	release(stamp, stamp->waiting->len / TS_PACKET, out);
}
