/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Foreign octets. DSF File Format Specification 1.01, DSDIFF 1.5. */

#include <string.h>

#include <av-upnp/limits.h>

#include "dsd-head.h"

#define DSD_RATE_MIN 2822400u /* 64 × 44.1 kHz */
#define DSD_RATE_MAX AVU_LIMIT_RENDER_DSD_HZ
#define DSD_BLOCK_MAX 65536u
#define DSD_FRAME_BITS 16u
#define DSF_FORMAT_AT 28u
#define DSF_FORMAT_BYTES 52u
#define DSF_DATA_AT 80u
#define DSF_DATA_HEADER 12u
#define DFF_HEADER 12u     /* of a chunk */
#define DFF_CHUNKS_MAX 64u /* before the bits: comments, and what nobody knows */
#define DSD_FILE_MAX ((uint64_t)INT64_MAX / 16)

static const char no_such_file[] = "It is no whole DSD file.";
static const char other_numbers[] = "It is DSD of a rate, or of channels, that nothing here plays.";
static const char is_packed[] = "It is DSD that is packed (DST), which nothing here plays.";

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
	       head->block <= DSD_BLOCK_MAX && head->channel_octets <= DSD_FILE_MAX;
}

static DsdResult
dsd_refuse(DsdWalk *walk, const char *why)
{
	walk->why = why;
	return DSD_REFUSED;
}

/* ---- Sony's: all of it at one place */

/* By DSF's type of channels; what is not there is known by their number alone. */
static const uint64_t dsf_places[] = { 0, 0, 0x3, 0x7, 0x33, 0xf, 0x37, 0x3f };

static DsdResult
dsf_look(DsdWalk *walk, const uint8_t *octets, size_t len)
{
	const uint8_t *format = octets + DSF_FORMAT_AT;
	DsdHead *head = &walk->head;

	if (len < DSF_DATA_AT + DSF_DATA_HEADER || memcmp(format, "fmt ", 4) != 0 ||
		take_little(octets + 4, 8) != DSF_FORMAT_AT ||
		take_little(format + 4, 8) != DSF_FORMAT_BYTES ||
		take_little(format + 16, 4) != 0 || memcmp(octets + DSF_DATA_AT, "data", 4) != 0) {
		return dsd_refuse(walk, no_such_file);
	}
	const uint64_t type = take_little(format + 20, 4), bits = take_little(format + 32, 4);
	const uint64_t samples = take_little(format + 36, 8);
	const uint64_t size = take_little(octets + DSF_DATA_AT + 4, 8);

	head->channels = (unsigned)take_little(format + 24, 4);
	head->places = type < G_N_ELEMENTS(dsf_places) ? dsf_places[type] : 0;
	head->rate_hz = (unsigned)take_little(format + 28, 4);
	head->low_first = bits == 1;
	head->block = (unsigned)take_little(format + 44, 4);
	head->data_at = DSF_DATA_AT + DSF_DATA_HEADER;
	head->channel_octets = samples / 8;
	if ((bits != 1 && bits != 8) || size < DSF_DATA_HEADER) {
		return dsd_refuse(walk, no_such_file);
	}
	if (!dsd_is_good(head)) {
		return dsd_refuse(walk, other_numbers);
	}
	/* The last block of each channel is filled up: what is not there cannot be said to be. */
	const uint64_t there =
		(size - DSF_DATA_HEADER) / head->channels / head->block * head->block;

	head->channel_octets = MIN(head->channel_octets, there);
	return DSD_FOUND;
}

/* ---- Philips': chunks in any order, but the properties stand before the bits */

/* The chunks in PROP. @return NULL: all is well; a sentence */
static const char *
dff_take_properties(const uint8_t *at, size_t len, DsdHead *head)
{
	while (len >= DFF_HEADER) {
		const uint64_t size = take_big(at + 4, 8);
		const uint8_t *body = at + DFF_HEADER;

		len -= DFF_HEADER;
		if (size > len) {
			return no_such_file;
		}
		if (memcmp(at, "FS  ", 4) == 0 && size >= 4) {
			head->rate_hz = (unsigned)take_big(body, 4);
		} else if (memcmp(at, "CHNL", 4) == 0 && size >= 2) {
			head->channels = (unsigned)take_big(body, 2);
		} else if (memcmp(at, "CMPR", 4) == 0 &&
			   (size < 4 || memcmp(body, "DSD ", 4) != 0)) {
			return is_packed;
		}
		const size_t step = MIN((size_t)(size + (size & 1)), len);

		at = body + step;
		len -= step;
	}
	return NULL;
}

static DsdResult
dff_take_bits(DsdWalk *walk, uint64_t data_at, uint64_t size)
{
	/* The order in which DSDIFF has them, by their number. */
	static const uint64_t places[DSD_CHANNELS_MAX + 1] = { 0, 0, 0x3, 0x7, 0x33, 0x37, 0x3f };
	DsdHead *head = &walk->head;

	head->block = 1;
	head->data_at = data_at;
	if (head->channels < 1 || head->channels > DSD_CHANNELS_MAX) {
		return dsd_refuse(walk, other_numbers);
	}
	head->places = places[head->channels];
	head->channel_octets = size / head->channels;
	return dsd_is_good(head) ? DSD_FOUND : dsd_refuse(walk, other_numbers);
}

/* @return DSD_FURTHER: next is where the next chunk is */
static DsdResult
dff_pass_chunk(DsdWalk *walk, const uint8_t *chunk, size_t len, uint64_t *next)
{
	const uint64_t size = take_big(chunk + 4, 8);
	const uint8_t *body = chunk + DFF_HEADER;

	if (memcmp(chunk, "DSD ", 4) == 0) {
		return dff_take_bits(walk, *next + DFF_HEADER, size);
	}
	if (size > DSD_FILE_MAX || *next > DSD_FILE_MAX || ++walk->chunks > DFF_CHUNKS_MAX) {
		return dsd_refuse(walk, no_such_file);
	}
	if (memcmp(chunk, "DST ", 4) == 0) {
		return dsd_refuse(walk, is_packed);
	}
	if (memcmp(chunk, "PROP", 4) == 0) {
		if (size > len - DFF_HEADER) {
			return DSD_FURTHER; /* from here on, if that is more */
		}
		const char *why =
			size >= 4 && memcmp(body, "SND ", 4) == 0
				? dff_take_properties(body + 4, (size_t)size - 4, &walk->head)
				: no_such_file;

		if (why != NULL) {
			return dsd_refuse(walk, why);
		}
	}
	*next += DFF_HEADER + size + (size & 1);
	return DSD_FURTHER;
}

static DsdResult
dff_look(DsdWalk *walk, const uint8_t *octets, size_t len)
{
	const uint64_t from = walk->wanted;
	uint64_t next = from == 0 ? DFF_HEADER + 4 : from;

	while (next - from <= len && len - (next - from) >= DFF_HEADER) {
		const uint64_t at = next;
		DsdResult result = dff_pass_chunk(
			walk, octets + (next - from), len - (size_t)(next - from), &next);

		if (result != DSD_FURTHER) {
			return result;
		}
		if (next == at) {
			break;
		}
	}
	walk->wanted = next;
	/* The same octets once more would tell nothing new. */
	return next > from ? DSD_FURTHER : dsd_refuse(walk, no_such_file);
}

/* ---- either */

static bool
dff_is_one(const uint8_t *octets, size_t len)
{
	return len >= DFF_HEADER + 4 && memcmp(octets, "FRM8", 4) == 0 &&
	       memcmp(octets + DFF_HEADER, "DSD ", 4) == 0;
}

static bool
dsf_is_one(const uint8_t *octets, size_t len)
{
	return len >= DFF_HEADER && memcmp(octets, "DSD ", 4) == 0 &&
	       take_little(octets + 4, 8) == DSF_FORMAT_AT;
}

bool
dsd_head_is_one(const uint8_t *octets, size_t len)
{
	return dsf_is_one(octets, len) || dff_is_one(octets, len);
}

DsdResult
dsd_head_look(DsdWalk *walk, const uint8_t *octets, size_t len)
{
	if (walk->wanted > 0) {
		return dff_look(walk, octets, len);
	}
	if (dsf_is_one(octets, len)) {
		return dsf_look(walk, octets, len);
	}
	return dff_is_one(octets, len) ? dff_look(walk, octets, len)
				       : dsd_refuse(walk, no_such_file);
}

bool
dsd_head_parse(const uint8_t *octets, size_t len, DsdHead *ret_head)
{
	DsdWalk walk = { 0 };

	if (dsd_head_look(&walk, octets, len) != DSD_FOUND) {
		return false;
	}
	*ret_head = walk.head;
	return true;
}

uint64_t
dsd_head_place(const DsdHead *head, unsigned channel, uint64_t index)
{
	return head->data_at + index / head->block * head->block * head->channels +
	       (uint64_t)channel * head->block + index % head->block;
}
