/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Steps back from frames to the structures in front of them (dlna-seek-transcode.md 4: TS to a packet,
 * PS to a pack). Pure over a reader; every look is bounded. */
#include "mediaserver/worker/entry-point.h"

#include <string.h>

#define TS_SYNC 0x47
#define TS_LEN 188
/* PAT and PMT repeat every 0.1 s; half a second at 8 Mbit/s. */
#define TS_LOOK (512 * 1024)
#define PS_LOOK (64 * 1024)
/* Fragments of a second, of a film of a day. */
#define FRAGMENTS_MAX 86400
#define BOXES_MAX (3 * FRAGMENTS_MAX)

/* Payload starts here, and its PID is 0? */
static bool
is_pat(const uint8_t *packet)
{
	return packet[0] == TS_SYNC && (packet[1] & 0xdf) == 0x40 && packet[2] == 0;
}

uint64_t
entry_point_ts(const ReadAt *file, uint64_t byte, unsigned packet)
{
	const uint64_t own = byte - byte % packet;
	const uint64_t first = own - MIN(own, (uint64_t)(TS_LOOK / packet * packet));
	const size_t len = (size_t)(own - first) + packet;
	g_autofree uint8_t *octets = g_malloc(len);
	const size_t lead = packet - TS_LEN; /* the time stamp of the 192 form */

	if (!read_at_exactly(file, first, octets, len)) {
		return own;
	}
	for (size_t at = len; at >= packet; at -= packet) {
		if (is_pat(octets + at - packet + lead)) {
			return first + at - packet;
		}
	}
	return own;
}

uint64_t
entry_point_ps(const ReadAt *file, uint64_t byte)
{
	static const uint8_t pack[] = { 0x00, 0x00, 0x01, 0xba };
	const uint64_t first = byte - MIN(byte, (uint64_t)PS_LOOK);
	const size_t len = (size_t)(byte - first) + sizeof(pack);
	g_autofree uint8_t *octets = g_malloc(len);

	if (!read_at_exactly(file, first, octets, len)) {
		return byte;
	}
	for (size_t at = len - sizeof(pack) + 1; at-- > 0;) {
		if (memcmp(octets + at, pack, sizeof(pack)) == 0) {
			return first + at;
		}
	}
	return byte;
}

/* @return length of the box at offset, 0 when it is none or the last */
static uint64_t
read_box(const ReadAt *file, uint64_t offset, bool *ret_moof)
{
	uint8_t header[16];
	uint64_t len;

	if (!read_at_exactly(file, offset, header, 8)) {
		return 0;
	}
	*ret_moof = memcmp(header + 4, "moof", 4) == 0;
	len = read_be32(header);
	if (len == 1) {
		len = read_at_exactly(file, offset, header, 16) ? read_be64(header + 8) : 0;
	}
	return len >= 8 && len <= file->size - offset ? len : 0;
}

bool
fragments_read(const ReadAt *file, Fragments *ret_fragments)
{
	g_autoptr(GArray) starts = g_array_new(FALSE, FALSE, sizeof(uint64_t));
	uint64_t offset = 0;

	for (unsigned i = 0; i < BOXES_MAX && starts->len < FRAGMENTS_MAX; i++) {
		bool moof = false;
		uint64_t len = offset < file->size ? read_box(file, offset, &moof) : 0;

		if (moof) {
			g_array_append_val(starts, offset);
		}
		if (len == 0) {
			break;
		}
		offset += len;
	}
	ret_fragments->n = starts->len;
	ret_fragments->starts = (uint64_t *)(void *)g_array_free(g_steal_pointer(&starts), FALSE);
	return ret_fragments->n > 0;
}

uint64_t
fragments_find(const Fragments *fragments, uint64_t byte)
{
	size_t low = 0;
	size_t high = fragments->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (fragments->starts[middle] <= byte) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low > 0 ? fragments->starts[low - 1] : byte;
}

void
fragments_clear(Fragments *fragments)
{
	g_clear_pointer(&fragments->starts, g_free);
	fragments->n = 0;
}
