/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* First look at a file: a table of signatures decides the demuxer, so that FFmpeg never guesses and
 * a playlist named .avi never reaches its nested openers (SEC-146, 147). Pure. */
#include "mediaserver/worker/sniff.h"

#include <string.h>

typedef struct {
	SniffFormat format;
	size_t offset;
	const char *magic;
	size_t magic_len;
	size_t second_offset; /* a second signature that must hold too */
	const char *second;
} Signature;

#define MAGIC(text) text, sizeof(text) - 1

static const Signature signatures[] = {
	{ { "flac", "flac", false }, 0, MAGIC("fLaC") },
	{ { "ogg", "ogg", false }, 0, MAGIC("OggS") },
	{ { "wav", "wav", false }, 0, MAGIC("RIFF"), 8, "WAVE" },
	{ { "wav", "wav", false }, 0, MAGIC("RF64"), 8, "WAVE" },
	{ { "avi", "avi", false }, 0, MAGIC("RIFF"), 8, "AVI " },
	{ { "webp", NULL, false }, 0, MAGIC("RIFF"), 8, "WEBP" },
	{ { "aiff", "aiff", false }, 0, MAGIC("FORM"), 8, "AIF" },
	{ { "heic", NULL, false }, 4, MAGIC("ftyp"), 8, "hei" }, /* heic, heix, heim, heis */
	{ { "heic", NULL, false }, 4, MAGIC("ftyp"), 8, "mif1" },
	{ { "avif", NULL, false }, 4, MAGIC("ftyp"), 8, "avi" }, /* avif, avis */
	{ { "raw", NULL, false }, 4, MAGIC("ftyp"), 8, "crx " }, /* Canon */
	{ { "mp4", "mov", false }, 4, MAGIC("ftyp") },
	{ { "mp4", "mov", false }, 4, MAGIC("moov") },
	{ { "mp4", "mov", false }, 4, MAGIC("mdat") },
	{ { "mp4", "mov", false }, 4, MAGIC("wide") },
	{ { "mp4", "mov", false }, 4, MAGIC("free") },
	{ { "mkv", "matroska", false }, 0, MAGIC("\x1a\x45\xdf\xa3") },
	{ { "asf", "asf", false }, 0, MAGIC("\x30\x26\xb2\x75\x8e\x66\xcf\x11") },
	{ { "mpeg", "mpeg", true }, 0, MAGIC("\x00\x00\x01\xba") },
	{ { "mpegvideo", "mpegvideo", true }, 0, MAGIC("\x00\x00\x01\xb3") },
	{ { "flv", "flv", true }, 0, MAGIC("FLV\x01") },
	{ { "ape", "ape", false }, 0, MAGIC("MAC ") },
	{ { "wv", "wv", true }, 0, MAGIC("wvpk") },
	{ { "tta", "tta", false }, 0, MAGIC("TTA1") },
	{ { "mpc", "mpc", false }, 0, MAGIC("MP+") },
	{ { "mpc", "mpc8", false }, 0, MAGIC("MPCK") },
	{ { "dsf", "dsf", false }, 0, MAGIC("DSD ") },
	{ { "dff", "iff", false }, 0, MAGIC("FRM8"), 12, "DSD " },
	{ { "caf", "caf", false }, 0, MAGIC("caff") },
	{ { "au", "au", false }, 0, MAGIC(".snd") },
	{ { "amr", "amr", true }, 0, MAGIC("#!AMR") },
	{ { "ac3", "ac3", true }, 0, MAGIC("\x0b\x77") },
	{ { "jpeg", NULL, false }, 0, MAGIC("\xff\xd8\xff") },
	{ { "png", NULL, false }, 0, MAGIC("\x89PNG\r\n\x1a\n") },
	{ { "gif", NULL, false }, 0, MAGIC("GIF8") },
	{ { "bmp", NULL, false }, 0, MAGIC("BM") },
	{ { "raw", NULL, false }, 0, MAGIC("IIU\0") }, /* Panasonic */
	{ { "raw", NULL, false }, 0, MAGIC("IIRO") },  /* Olympus */
	{ { "raw", NULL, false }, 0, MAGIC("IIRS") },
	{ { "raw", NULL, false }, 0, MAGIC("MMOR") },
	{ { "raw", NULL, false }, 0, MAGIC("FUJIFILMCCD-RAW ") },
	{ { "tiff", NULL, false }, 0, MAGIC("II*\0") },
	{ { "tiff", NULL, false }, 0, MAGIC("MM\0*") },
};

/* The first of the family, when brands further on say so. */
static const struct {
	const char *family, *brand;
	SniffFormat format;
} members[] = {
	{ "mkv", "webm", { "webm", "matroska", false } },
	{ "heic", "avif", { "avif", NULL, false } },
};

static const SniffFormat mp3 = { "mp3", "mp3", false };
static const SniffFormat adts = { "adts", "aac", true };
static const SniffFormat ts = { "ts", "mpegts", true };
static const SniffFormat ac3 = { "ac3", "ac3", true };

static bool
has_at(const uint8_t *data, size_t len, size_t offset, const char *magic, size_t magic_len)
{
	return offset <= len && magic_len <= len - offset &&
	       memcmp(data + offset, magic, magic_len) == 0;
}

uint64_t
sniff_id3v2_len(const uint8_t *data, size_t len)
{
	if (len < 10 || memcmp(data, "ID3", 3) != 0 ||
		((data[6] | data[7] | data[8] | data[9]) & 0x80) != 0) {
		return 0;
	}
	uint64_t body = ((uint64_t)data[6] << 21) | ((uint64_t)data[7] << 14) |
			((uint64_t)data[8] << 7) | data[9];

	return 10 + body + ((data[5] & 0x10) != 0 ? 10 : 0); /* footer */
}

unsigned
sniff_ts_packet(const uint8_t *data, size_t len, bool *ret_stamped)
{
	static const struct {
		unsigned size, start;
	} forms[] = { { 188, 0 }, { 192, 4 } };

	for (size_t f = 0; f < G_N_ELEMENTS(forms); f++) {
		unsigned packets = 0;
		bool stamped = false;
		size_t at = forms[f].start;

		for (; at < len && data[at] == 0x47; at += forms[f].size) {
			for (size_t i = at - forms[f].start; i < at; i++) {
				stamped = stamped || data[i] != 0;
			}
			packets++;
		}
		/* a single sync octet is the letter G */
		if (at >= len && packets >= 3) {
			*ret_stamped = stamped;
			return forms[f].size;
		}
	}
	return 0;
}

/* MPEG audio without a tag has no signature, only an 11-bit sync and fields that must not take
 * their reserved values; layer 0 is ADTS. */
static const SniffFormat *
sniff_mpeg_audio(const uint8_t *data, size_t len)
{
	if (len < 4 || data[0] != 0xff || (data[1] & 0xe0) != 0xe0) {
		return NULL;
	}
	if ((data[1] & 0xf6) == 0xf0) {
		return &adts;
	}
	bool reserved = (data[1] & 0x18) == 0x08 || (data[1] & 0x06) == 0 ||
			(data[2] & 0xf0) == 0xf0 || (data[2] & 0x0c) == 0x0c;

	return reserved ? NULL : &mp3;
}

static const SniffFormat *
member(const uint8_t *data, size_t len, const SniffFormat *family)
{
	for (size_t i = 0; i < G_N_ELEMENTS(members); i++) {
		if (g_str_equal(family->name, members[i].family) &&
			memmem(data, MIN(len, 64), members[i].brand, 4) != NULL) {
			return &members[i].format;
		}
	}
	return family;
}

const SniffFormat *
sniff(const uint8_t *data, size_t len, bool tagged, const char *hint)
{
	bool stamped;

	for (size_t i = 0; i < G_N_ELEMENTS(signatures); i++) {
		const Signature *s = &signatures[i];

		if (!has_at(data, len, s->offset, s->magic, s->magic_len) ||
			(s->second != NULL && !has_at(data, len, s->second_offset, s->second,
						      strlen(s->second)))) {
			continue;
		}
		return member(data, len, &s->format);
	}
	if (sniff_ts_packet(data, len, &stamped) != 0) {
		return &ts;
	}
	const SniffFormat *audio = sniff_mpeg_audio(data, len);

	/* Padding may stand between tag and first frame; the demuxer looks further than we do. */
	if (audio == NULL && (tagged || g_strcmp0(hint, "mp3") == 0)) {
		return &mp3;
	}
	return audio;
}

const SniffFormat *
sniff_under_way(const char *hint)
{
	static const struct {
		const char *hint;
		const SniffFormat *format;
	} rows[] = { { "mp3", &mp3 }, { "aac", &adts }, { "ac3", &ac3 }, { "mpg", &ts } };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		if (g_strcmp0(hint, rows[i].hint) == 0) {
			return rows[i].format;
		}
	}
	return NULL;
}
