/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Foreign octets. DSF File Format Specification 1.01, DSDIFF 1.5. */

#include <string.h>

#include "dsd-head.h"

#define DSD_RATE_MIN 2822400u /* 64 × 44.1 kHz */
#define DSD_RATE_MAX (256u * 48000)
#define DSD_BLOCK_MAX 65536u
#define DSD_FRAME_BITS 16u
#define DSF_FORMAT_AT 28u
#define DSF_FORMAT_BYTES 52u
#define DSF_DATA_AT 80u
#define DSF_DATA_HEADER 12u
#define DFF_HEADER 12u /* of a chunk */

static uint64_t
take_little(const uint8_t *at, unsigned bytes)
{
	uint64_t value = 0;

	for (unsigned i = bytes; i > 0; i--) {
		value = value << 8 | at[i - 1];
	}
	return value;
}

static uint64_t
take_big(const uint8_t *at, unsigned bytes)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < bytes; i++) {
		value = value << 8 | at[i];
	}
	return value;
}

static bool
dsd_is_good(const DsdHead *head)
{
	return head->channels >= 1 && head->channels <= DSD_CHANNELS_MAX &&
	       head->rate_hz >= DSD_RATE_MIN && head->rate_hz <= DSD_RATE_MAX &&
	       head->rate_hz % DSD_FRAME_BITS == 0 &&
	       (head->block == 1 || (head->block > 0 && head->block % 2 == 0)) &&
	       head->block <= DSD_BLOCK_MAX && head->channel_octets <= INT64_MAX / 16;
}

static bool
dsf_parse(const uint8_t *octets, size_t len, DsdHead *head)
{
	const uint8_t *format = octets + DSF_FORMAT_AT;

	if (len < DSF_DATA_AT + DSF_DATA_HEADER || memcmp(format, "fmt ", 4) != 0 ||
		take_little(octets + 4, 8) != DSF_FORMAT_AT ||
		take_little(format + 4, 8) != DSF_FORMAT_BYTES ||
		take_little(format + 16, 4) != 0 || memcmp(octets + DSF_DATA_AT, "data", 4) != 0) {
		return false;
	}
	const uint64_t bits = take_little(format + 32, 4), samples = take_little(format + 36, 8);
	const uint64_t size = take_little(octets + DSF_DATA_AT + 4, 8);

	head->channels = (unsigned)take_little(format + 24, 4);
	head->rate_hz = (unsigned)take_little(format + 28, 4);
	head->low_first = bits == 1;
	head->block = (unsigned)take_little(format + 44, 4);
	head->data_at = DSF_DATA_AT + DSF_DATA_HEADER;
	head->channel_octets = samples / 8;
	if ((bits != 1 && bits != 8) || size < DSF_DATA_HEADER || !dsd_is_good(head)) {
		return false;
	}
	/* The last block of each channel is filled up: what is not there cannot be said to be. */
	const uint64_t there =
		(size - DSF_DATA_HEADER) / head->channels / head->block * head->block;

	head->channel_octets = MIN(head->channel_octets, there);
	return true;
}

/* The chunks in PROP. @return false: packed */
static bool
dff_take_properties(const uint8_t *at, size_t len, DsdHead *head)
{
	while (len >= DFF_HEADER) {
		const uint64_t size = take_big(at + 4, 8);
		const uint8_t *body = at + DFF_HEADER;

		len -= DFF_HEADER;
		if (size > len) {
			return false;
		}
		if (memcmp(at, "FS  ", 4) == 0 && size >= 4) {
			head->rate_hz = (unsigned)take_big(body, 4);
		} else if (memcmp(at, "CHNL", 4) == 0 && size >= 2) {
			head->channels = (unsigned)take_big(body, 2);
		} else if (memcmp(at, "CMPR", 4) == 0 &&
			   (size < 4 || memcmp(body, "DSD ", 4) != 0)) {
			return false;
		}
		const size_t step = MIN((size_t)(size + (size & 1)), len);

		at = body + step;
		len -= step;
	}
	return true;
}

static bool
dff_parse(const uint8_t *octets, size_t len, DsdHead *head)
{
	const size_t first = DFF_HEADER + 4;

	head->block = 1;
	for (size_t at = first; len >= DFF_HEADER && at <= len - DFF_HEADER;) {
		const uint64_t size = take_big(octets + at + 4, 8);
		const uint8_t *body = octets + at + DFF_HEADER;

		if (memcmp(octets + at, "DSD ", 4) == 0) {
			head->data_at = at + DFF_HEADER;
			head->channel_octets = head->channels > 0 ? size / head->channels : 0;
			return dsd_is_good(head);
		}
		if (size > len - DFF_HEADER - at) {
			return false;
		}
		if (memcmp(octets + at, "PROP", 4) == 0 &&
			(size < 4 || memcmp(body, "SND ", 4) != 0 ||
				!dff_take_properties(body + 4, (size_t)size - 4, head))) {
			return false;
		}
		at += DFF_HEADER + (size_t)(size + (size & 1));
	}
	return false;
}

bool
dsd_head_parse(const uint8_t *octets, size_t len, DsdHead *ret_head)
{
	DsdHead head = { 0 };
	bool good = false;

	if (len >= DSF_FORMAT_AT && memcmp(octets, "DSD ", 4) == 0) {
		good = dsf_parse(octets, len, &head);
	} else if (len >= DFF_HEADER + 4 && memcmp(octets, "FRM8", 4) == 0 &&
		   memcmp(octets + DFF_HEADER, "DSD ", 4) == 0) {
		good = dff_parse(octets, len, &head);
	}
	if (good) {
		*ret_head = head;
	}
	return good;
}

uint64_t
dsd_head_place(const DsdHead *head, unsigned channel, uint64_t index)
{
	return head->data_at + index / head->block * head->block * head->channels +
	       (uint64_t)channel * head->block + index % head->block;
}
