/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Datagrams of stations: RFC 3550 and RFC 2250, and packets without any head. Pure. */
#include "mediaserver/live/live-datagram.h"

#define SYNC 0x47
#define HEAD_OCTETS 12u
#define WORD_OCTETS 4u
/* What is older by less was overtaken; by more: the sender began anew. */
#define LATE_MAX 100

static uint32_t
take_number(const uint8_t *data, unsigned octets)
{
	uint32_t number = 0;

	for (unsigned i = 0; i < octets; i++) {
		number = number << 8 | data[i];
	}
	return number;
}

/* @return where the payload of RTP is; 0: it is none  @param len  shorter by what fills it up */
static size_t
skip_head(const uint8_t *data, size_t *len)
{
	size_t at = HEAD_OCTETS;

	if (*len <= HEAD_OCTETS || data[0] >> 6 != 2) {
		return 0;
	}
	at += (data[0] & 0x0fu) * WORD_OCTETS; /* who was mixed into it */
	if ((data[0] & 0x10) != 0) {           /* an extension, with its length in words */
		if (at + WORD_OCTETS > *len) {
			return 0;
		}
		at += WORD_OCTETS + take_number(data + at + 2, 2) * WORD_OCTETS;
	}
	if ((data[0] & 0x20) != 0) {
		const size_t filling = data[*len - 1];

		*len -= MIN(filling, *len);
	}
	return at < *len ? at : 0;
}

static bool
is_next(LiveDatagrams *self, const uint8_t *data)
{
	const uint16_t number = (uint16_t)take_number(data + 2, 2);
	const uint32_t sender = take_number(data + 8, 4);
	const int behind = (int16_t)(uint16_t)(self->last - number);

	if (self->begun && sender == self->sender && behind >= 0 && behind < LATE_MAX) {
		return false;
	}
	*self = (LiveDatagrams){ true, sender, number };
	return true;
}

const uint8_t *
live_datagram_take(LiveDatagrams *self, const uint8_t *data, size_t len, size_t *ret_len)
{
	size_t at = 0;

	*ret_len = 0;
	if (len > 0 && data[0] != SYNC) {
		at = skip_head(data, &len);
		if (at == 0 || data[at] != SYNC || !is_next(self, data)) {
			return data;
		}
	}
	while (at + *ret_len + LIVE_PACKET_OCTETS <= len && data[at + *ret_len] == SYNC) {
		*ret_len += LIVE_PACKET_OCTETS;
	}
	return data + at;
}
