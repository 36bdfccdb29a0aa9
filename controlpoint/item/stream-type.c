/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Signatures of what can be played without its end being there. Pure. */
#include <string.h>

#include "item/stream-type.h"

static const struct {
	size_t offset, len;
	const char *octets;
	const char *mask; /* NULL: all bits */
	const char *mime;
} signatures[] = {
	{ 0, 3, "ID3", NULL, "audio/mpeg" },
	{ 0, 2, "\xff\xf0", "\xff\xf6", "audio/aac" },  /* ADTS: layer 0 */
	{ 0, 2, "\xff\xe0", "\xff\xe0", "audio/mpeg" }, /* any other layer */
	{ 0, 4, "fLaC", NULL, "audio/flac" },
	{ 0, 4, "OggS", NULL, "audio/ogg" },
	{ 8, 4, "WAVE", NULL, "audio/wav" },
	{ 4, 4, "ftyp", NULL, "video/mp4" },
	{ 0, 4, "\x1a\x45\xdf\xa3", NULL, "video/x-matroska" },
	{ 0, 4, "\x00\x00\x01\xba", NULL, "video/mpeg" },
	{ 0, 1, "\x47", NULL, "video/mp2t" },
	{ 0, 3, "\xff\xd8\xff", NULL, "image/jpeg" },
	{ 0, 8, "\x89PNG\r\n\x1a\n", NULL, "image/png" },
};

static bool
fits(const uint8_t *at, const char *octets, const char *mask, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		const uint8_t bits = mask != NULL ? (uint8_t)mask[i] : 0xff;

		if ((at[i] & bits) != (uint8_t)octets[i]) {
			return false;
		}
	}
	return true;
}

const char *
stream_type_of(const uint8_t *head, size_t n)
{
	for (size_t i = 0; i < G_N_ELEMENTS(signatures); i++) {
		if (signatures[i].offset + signatures[i].len <= n &&
			fits(head + signatures[i].offset, signatures[i].octets, signatures[i].mask,
				signatures[i].len)) {
			return signatures[i].mime;
		}
	}
	return NULL;
}
