/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What stands in tags as the values of fields: numbers in words, gains, the scales of ratings. Pure.
 * A field grows to FIELD_MAX octets. */
#include "mediaserver/worker/tag-value.h"

#include <string.h>

#define FIELD_MAX 8192
#define STARS 5

static int64_t *
number_at(ProbeResult *result, size_t offset)
{
	return (int64_t *)((char *)result + offset);
}

static char **
text_at(ProbeResult *result, size_t offset)
{
	return (char **)((char *)result + offset);
}

/* Digits at the start. @return -1 when there are none */
static int64_t
leading_number(const char *text, const char **ret_rest)
{
	int64_t value = 0;
	unsigned digits = 0;

	for (; g_ascii_isdigit(*text) && digits < 9; text++, digits++) {
		value = value * 10 + (*text - '0');
	}
	*ret_rest = text;
	return digits == 0 ? -1 : value;
}

/* "-6.54 dB" is -654. */
static bool
leading_hundredths(const char *text, int64_t *ret_value)
{
	bool negative = *text == '-';
	const char *at = text + (*text == '-' || *text == '+' ? 1 : 0);
	int64_t whole = leading_number(at, &at);
	int64_t part = 0;

	if (whole < 0) {
		return false;
	}
	if (*at == '.' || *at == ',') {
		bool tens = g_ascii_isdigit(at[1]);
		bool ones = tens && g_ascii_isdigit(at[2]);

		part = (tens ? 10 * (at[1] - '0') : 0) + (ones ? at[2] - '0' : 0);
	}
	*ret_value = (negative ? -1 : 1) * (whole * 100 + part);
	return true;
}

bool
tag_put_text(ProbeResult *result, size_t offset, const char *text)
{
	char **field = text_at(result, offset);

	g_free(*field);
	*field = g_strdup(text);
	return true;
}

bool
tag_add_text(ProbeResult *result, size_t offset, const char *text)
{
	char **field = text_at(result, offset);
	g_autofree char *before = *field;

	if (strlen(before) + strlen(text) < FIELD_MAX) {
		*field = g_strconcat(before, "\n", text, NULL);
		return true;
	}
	*field = g_steal_pointer(&before);
	return false;
}

bool
tag_put_number(ProbeResult *result, size_t offset, const char *text)
{
	const char *rest;
	int64_t value = leading_number(text, &rest);

	if (value >= 0) {
		*number_at(result, offset) = value;
	}
	return value >= 0;
}

bool
tag_put_number_of(ProbeResult *result, size_t offset, const char *text)
{
	const char *rest;
	int64_t value = leading_number(text, &rest);
	int64_t *total = offset == offsetof(ProbeResult, track) ? &result->tracks : &result->discs;

	rest += strspn(rest, " of/");
	int64_t of = leading_number(rest, &rest);

	if (of > 0) {
		*total = of;
	}
	if (value > 0) {
		*number_at(result, offset) = value;
	}
	return value > 0;
}

bool
tag_put_rounded(ProbeResult *result, size_t offset, const char *text)
{
	int64_t hundredths;

	if (!leading_hundredths(text, &hundredths) || hundredths < 50) {
		return false;
	}
	*number_at(result, offset) = (hundredths + 50) / 100;
	return true;
}

bool
tag_put_gain(ProbeResult *result, size_t offset, const char *text)
{
	return leading_hundredths(text, number_at(result, offset));
}

/* R128 aims at -23 LUFS, ReplayGain 2.0 at -18. */
bool
tag_put_r128(ProbeResult *result, size_t offset, const char *text)
{
	int64_t hundredths;

	if (!leading_hundredths(text, &hundredths)) {
		return false;
	}
	*number_at(result, offset) = hundredths / 256 + 500;
	return true;
}

bool
tag_put_flag(ProbeResult *result, size_t offset, const char *text)
{
	bool on = g_str_equal(text, "1") || g_ascii_strcasecmp(text, "true") == 0 ||
		  g_ascii_strcasecmp(text, "yes") == 0;

	*number_at(result, offset) = on ? 1 : 0;
	return true;
}

bool
tag_put_presence(ProbeResult *result, size_t offset, const char *text)
{
	(void)text; /* there is some, or this would not be called */
	*number_at(result, offset) = 1;
	return true;
}

/* Stars on a scale whose limits lie half way between the values that most programs write. */
static bool
put_stars(ProbeResult *result, size_t offset, const char *text, const int64_t limits[STARS])
{
	const char *rest;
	int64_t value = leading_number(text, &rest);
	int64_t n = 1;

	if (value < 1 || value > limits[STARS - 1]) {
		return false;
	}
	while (value > limits[n - 1]) {
		n++;
	}
	*number_at(result, offset) = n * 100 / STARS;
	return true;
}

bool
tag_put_rating_255(ProbeResult *result, size_t offset, const char *text)
{
	static const int64_t limits[STARS] = { 31, 95, 159, 223, 255 };

	return put_stars(result, offset, text, limits);
}

bool
tag_put_rating_99(ProbeResult *result, size_t offset, const char *text)
{
	static const int64_t limits[STARS] = { 12, 37, 62, 86, 99 };

	return put_stars(result, offset, text, limits);
}

bool
tag_put_rating_1(ProbeResult *result, size_t offset, const char *text)
{
	int64_t hundredths;

	if (!leading_hundredths(text, &hundredths) || hundredths < 0 || hundredths > 100) {
		return false;
	}
	*number_at(result, offset) = hundredths;
	return true;
}

/* RATING has no agreed scale: up to 5 it counts stars (also Matroska's 4.5), up to 10 half stars, up
 * to 100 per cent. */
bool
tag_put_rating(ProbeResult *result, size_t offset, const char *text)
{
	int64_t hundredths;

	if (!leading_hundredths(text, &hundredths) || hundredths <= 0 || hundredths > 10000) {
		return false;
	}
	*number_at(result, offset) = hundredths <= 500    ? hundredths / 5
				     : hundredths <= 1000 ? hundredths / 10
							  : hundredths / 100;
	return true;
}

/* Degrees with a decimal point, the form that telephones write; longer forms are left out. */
bool
tag_put_iso6709(ProbeResult *result, size_t offset, const char *text)
{
	static const char digits[] = "0123456789.";
	const size_t north = 1 + strspn(text + 1, digits);
	const size_t east =
		text[north] == '+' || text[north] == '-' ? 1 + strspn(text + north + 1, digits) : 0;
	char a[24], b[24];

	if ((*text != '+' && *text != '-') || north < 2 || north > 12 || east < 2 || east > 13) {
		return false;
	}
	g_autofree char *first = g_strndup(text, north);
	g_autofree char *second = g_strndup(text + north, east);
	double latitude = g_ascii_strtod(first, NULL), longitude = g_ascii_strtod(second, NULL);

	if (latitude < -90 || latitude > 90 || longitude < -180 || longitude > 180) {
		return false;
	}
	g_autofree char *both = g_strconcat(g_ascii_formatd(a, sizeof(a), "%.6f", latitude), ",",
		g_ascii_formatd(b, sizeof(b), "%.6f", longitude), NULL);

	return tag_put_text(result, offset, both);
}

bool
tag_put_maker(ProbeResult *result, size_t offset, const char *text)
{
	char **field = text_at(result, offset);
	g_autofree char *model = *field;

	*field = model == NULL ? g_strdup(text) : g_strconcat(text, " ", model, NULL);
	return true;
}

bool
tag_put_model(ProbeResult *result, size_t offset, const char *text)
{
	char **field = text_at(result, offset);
	g_autofree char *maker = *field;

	*field = maker == NULL ? g_strdup(text) : g_strconcat(maker, " ", text, NULL);
	return true;
}
