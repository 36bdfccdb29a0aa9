/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* TIFF and EXIF. Every offset comes from the file: all reading goes through a function that gives
 * what is there. Pure, bounded: three directories of at most FIELDS_MAX fields.
 * @clause TIFF 6.0 section 2, CIPA DC-008 (Exif 2.32) 4.6 */
#include "mediaserver/worker/exif.h"

#include <stdio.h>
#include <string.h>

#define FIELDS_MAX 256
#define GPS_PARTS 3

enum { TYPE_ASCII = 2, TYPE_SHORT = 3 };

typedef struct {
	const ReadAt *file;
	uint64_t base;
	bool big_endian;
	Exif *exif;
	uint32_t exif_directory, gps_directory; /* 0: none */
	bool original_date;
	char north_south, east_west;
	uint32_t latitude, longitude; /* places of three fractions each; 0: none */
} Tiff;

typedef struct {
	uint32_t tag, type, count, value;
	const uint8_t *octets; /* the four of the value */
} Field;

static uint32_t
u16(const Tiff *tiff, const uint8_t *p)
{
	return tiff->big_endian ? read_be16(p) : read_le16(p);
}

static uint32_t
u32(const Tiff *tiff, const uint8_t *p)
{
	return tiff->big_endian ? read_be32(p) : read_le32(p);
}

/* Copies a text of at most size - 1 octets; blanks at its end are the camera's padding. */
static void
take_text(const Tiff *tiff, const Field *field, char *buffer, size_t size)
{
	size_t len = MIN(field->count, size - 1);

	if (field->type != TYPE_ASCII || buffer[0] != '\0') {
		return;
	}
	if (field->count <= 4) {
		memcpy(buffer, field->octets, len);
	} else if (!read_at_exactly(
			   tiff->file, tiff->base + field->value, (uint8_t *)buffer, len)) {
		len = 0;
	}
	buffer[len] = '\0';
	(void)g_strchomp(buffer);
}

/* "2024:05:17 12:30:00" as ISO 8601; cameras without a clock write blanks or zeros. */
static void
take_date(Tiff *tiff, const Field *field, bool original)
{
	static const char form[] = "dddd:dd:dd dd:dd:dd";
	char text[sizeof(form)] = "";

	if (tiff->original_date) { /* wins over the moment of the last change */
		return;
	}
	take_text(tiff, field, text, sizeof(text));
	if (strlen(text) != sizeof(form) - 1 || memcmp(text, "0000", 4) == 0) {
		return;
	}
	for (size_t i = 0; form[i] != '\0'; i++) {
		if (form[i] == 'd' ? !g_ascii_isdigit(text[i]) : text[i] != form[i]) {
			return;
		}
	}
	text[4] = text[7] = '-';
	text[10] = 'T';
	memcpy(tiff->exif->date, text, sizeof(text));
	tiff->original_date = original;
}

static void
take_gps(Tiff *tiff, const Field *field)
{
	switch (field->tag) {
	case 1: /* GPSLatitudeRef */
		tiff->north_south = (char)field->octets[0];
		break;
	case 2: /* GPSLatitude */
		tiff->latitude = field->count == GPS_PARTS ? field->value : 0;
		break;
	case 3: /* GPSLongitudeRef */
		tiff->east_west = (char)field->octets[0];
		break;
	case 4: /* GPSLongitude */
		tiff->longitude = field->count == GPS_PARTS ? field->value : 0;
		break;
	default:
		break;
	}
}

static void
take_field(Tiff *tiff, const Field *field)
{
	Exif *exif = tiff->exif;

	switch (field->tag) {
	case 0x0100: /* ImageWidth */
		exif->width = field->value;
		break;
	case 0x0101: /* ImageLength */
		exif->height = field->value;
		break;
	case 0x010e: /* ImageDescription */
		take_text(tiff, field, exif->description, sizeof(exif->description));
		break;
	case 0x010f: /* Make */
		take_text(tiff, field, exif->maker, sizeof(exif->maker));
		break;
	case 0x0110: /* Model */
		take_text(tiff, field, exif->model, sizeof(exif->model));
		break;
	case 0x0112: /* Orientation */
		exif->orientation = field->value >= 1 && field->value <= 8 ? field->value : 0;
		break;
	case 0x013b: /* Artist */
		take_text(tiff, field, exif->artist, sizeof(exif->artist));
		break;
	case 0x4746: /* Rating, of a widespread system */
		exif->stars = field->value <= 5 ? field->value : 0;
		break;
	case 0x8298: /* Copyright */
		take_text(tiff, field, exif->rights, sizeof(exif->rights));
		break;
	case 0x8769: /* Exif directory */
		tiff->exif_directory = field->value;
		break;
	case 0x8825: /* GPS directory */
		tiff->gps_directory = field->value;
		break;
	case 0x9003: /* DateTimeOriginal */
		take_date(tiff, field, /* original = */ true);
		break;
	case 0x0132: /* DateTime */
		take_date(tiff, field, /* original = */ false);
		break;
	default:
		break;
	}
}

static bool
read_directory(Tiff *tiff, uint32_t offset, void (*take)(Tiff *tiff, const Field *field))
{
	uint8_t count[2];

	if (!read_at_exactly(tiff->file, tiff->base + offset, count, sizeof(count))) {
		return false;
	}
	uint32_t n = MIN(u16(tiff, count), FIELDS_MAX);
	g_autofree uint8_t *entries = g_malloc(12 * (size_t)n + 1);
	size_t got = tiff->file->read(
		tiff->file->data, tiff->base + offset + sizeof(count), entries, 12 * (size_t)n);

	for (uint32_t i = 0; i < got / 12; i++) {
		const uint8_t *entry = entries + 12 * (size_t)i;
		const Field field = {
			.tag = u16(tiff, entry),
			.type = u16(tiff, entry + 2),
			.count = u32(tiff, entry + 4),
			.value = u16(tiff, entry + 2) == TYPE_SHORT ? u16(tiff, entry + 8)
								    : u32(tiff, entry + 8),
			.octets = entry + 8,
		};

		take(tiff, &field);
	}
	return got == 12 * (size_t)n;
}

/* Degrees, minutes and seconds as fractions. @return false: not there, or no place on earth */
static bool
read_angle(const Tiff *tiff, uint32_t offset, double max, double *ret_degrees)
{
	static const double weights[GPS_PARTS] = { 1, 60, 3600 };
	uint8_t octets[8 * GPS_PARTS];

	*ret_degrees = 0;
	if (offset == 0 ||
		!read_at_exactly(tiff->file, tiff->base + offset, octets, sizeof(octets))) {
		return false;
	}
	for (size_t i = 0; i < GPS_PARTS; i++) {
		uint32_t over = u32(tiff, octets + 8 * i), under = u32(tiff, octets + 8 * i + 4);

		if (under == 0 && over != 0) {
			return false;
		}
		*ret_degrees += under == 0 ? 0 : (double)over / under / weights[i];
	}
	return *ret_degrees <= max;
}

static void
set_location(const Tiff *tiff)
{
	double north, east;
	char a[16], b[16];

	if (tiff->north_south == '\0' || strchr("NS", tiff->north_south) == NULL ||
		tiff->east_west == '\0' || strchr("EW", tiff->east_west) == NULL ||
		!read_angle(tiff, tiff->latitude, 90, &north) ||
		!read_angle(tiff, tiff->longitude, 180, &east)) {
		return;
	}
	(void)g_snprintf(tiff->exif->location, sizeof(tiff->exif->location), "%s,%s",
		g_ascii_formatd(a, sizeof(a), "%.6f", tiff->north_south == 'S' ? -north : north),
		g_ascii_formatd(b, sizeof(b), "%.6f", tiff->east_west == 'W' ? -east : east));
}

bool
exif_read(const ReadAt *file, uint64_t base, Exif *ret_exif)
{
	Tiff tiff = { .file = file, .base = base, .exif = ret_exif };
	uint8_t head[8];

	*ret_exif = (Exif){ 0 };
	if (base > INT64_MAX || !read_at_exactly(file, base, head, sizeof(head)) ||
		(memcmp(head, "II*\0", 4) != 0 && memcmp(head, "MM\0*", 4) != 0)) {
		return false;
	}
	tiff.big_endian = head[0] == 'M';
	if (!read_directory(&tiff, u32(&tiff, head + 4), take_field)) {
		return false;
	}
	if (tiff.exif_directory != 0) {
		(void)read_directory(&tiff, tiff.exif_directory, take_field); /* optional part */
	}
	if (tiff.gps_directory != 0 && read_directory(&tiff, tiff.gps_directory, take_gps)) {
		set_location(&tiff);
	}
	return true;
}
