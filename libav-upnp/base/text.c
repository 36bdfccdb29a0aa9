/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* base/text.c: foreign text made safe, comparable, readable. Pure; any thread. */
#include <inttypes.h>
#include <string.h>

#include <av-upnp/text.h>

#define SORT_KEY_MAX 512

/* What XML 1.0 can carry and a reader can see: no C0 but tab and newline, no surrogates or
 * non-characters. */
static bool
is_kept(gunichar c)
{
	return c == '\t' || c == '\n' || (c >= 0x20 && c != 0x7f && c < 0xfffe) ||
	       (c >= 0x10000 && c <= 0x10ffff);
}

static bool
is_bidi_control(gunichar c)
{
	return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x200e ||
	       c == 0x200f;
}

/* Printable ASCII, as most text is: nothing to clean, and folded by its letters. */
static bool
is_plain(const char *text, size_t len)
{
	bool plain = true;

	for (size_t i = 0; i < len; i++) { /* to the end: compilers do sixteen at a time so */
		plain &= (unsigned char)(text[i] - 0x20) < 0x7f - 0x20;
	}
	return plain;
}

char *
avu_text_sanitize(const char *text, size_t len, size_t max_bytes)
{
	if (is_plain(text, len)) {
		return g_strndup(text, MIN(len, max_bytes));
	}
	GString *out = g_string_sized_new(MIN(len, max_bytes));
	const char *end = text + len;

	while (text < end) {
		gunichar c = g_utf8_get_char_validated(text, end - text);
		char utf8[6];
		int n;

		if (c == (gunichar)-1 || c == (gunichar)-2) {
			c = 0xfffd;
			text++;
		} else {
			text = g_utf8_next_char(text);
		}
		if (!is_kept(c)) {
			continue;
		}
		n = g_unichar_to_utf8(c, utf8);
		if (out->len + (size_t)n > max_bytes) {
			break;
		}
		g_string_append_len(out, utf8, n);
	}
	return g_string_free(out, FALSE);
}

/* What would start a new line or jump in it; U+2028 and U+2029 are line and paragraph separators. */
static bool
is_break(gunichar c)
{
	return c == '\n' || c == '\t' || c == 0x2028 || c == 0x2029;
}

char *
avu_text_for_display(const char *text, size_t max_chars)
{
	g_autofree char *clean = avu_text_sanitize(text, strlen(text), max_chars * 8 + 8);
	GString *out = g_string_new(NULL);
	size_t n = 0;

	for (const char *p = clean; *p != '\0'; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);

		if (is_bidi_control(c) || (c >= 0x80 && c < 0xa0)) {
			continue;
		}
		if (n == max_chars) {
			g_string_append(out, "…");
			break;
		}
		g_string_append_unichar(out, is_break(c) ? ' ' : c);
		n++;
	}
	return g_string_free(out, FALSE);
}

char *
avu_text_fold(const char *text)
{
	if (is_plain(text, strlen(text))) {
		return g_ascii_strdown(text, -1);
	}
	g_autofree char *clean = avu_text_sanitize(text, strlen(text), strlen(text) * 3);
	g_autofree char *decomposed = g_utf8_normalize(clean, -1, G_NORMALIZE_ALL);
	GString *bare = g_string_new(NULL);

	for (const char *p = decomposed; *p != '\0'; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);

		if (g_unichar_type(c) != G_UNICODE_NON_SPACING_MARK) {
			g_string_append_unichar(bare, c);
		}
	}

	g_autofree char *stripped = g_string_free(bare, FALSE);

	return g_utf8_casefold(stripped, -1);
}

char *
avu_text_sort_key(const char *text)
{
	g_autofree char *folded = avu_text_fold(text);
	GString *key = g_string_new(NULL);
	const char *p = folded;

	while (*p == ' ') {
		p++;
	}
	while (*p != '\0' && key->len < SORT_KEY_MAX - 64) {
		if (!g_ascii_isdigit(*p)) {
			g_string_append_c(key, *p++);
			continue;
		}
		while (*p == '0' && g_ascii_isdigit(p[1])) {
			p++;
		}

		size_t digits = strspn(p, "0123456789");
		size_t taken = MIN(digits, (size_t)40);

		/* '0' keeps numbers where digits sort, the length in front orders them by value. */
		g_string_append_c(key, '0');
		g_string_append_c(key, (char)(' ' + (char)taken));
		g_string_append_len(key, p, (gssize)taken);
		p += digits;
	}
	return g_string_free(key, FALSE);
}

#define DISTANCE_MAX 64

static bool
is_same(char a, char b)
{
	return g_ascii_tolower(a) == g_ascii_tolower(b);
}

/* Levenshtein's, with two neighbours swapped as one change: what fingers do most. */
size_t
avu_text_distance(const char *a, const char *b)
{
	size_t rows[3][DISTANCE_MAX + 1], m = strlen(a), n = strlen(b);

	if (m > DISTANCE_MAX || n > DISTANCE_MAX) {
		return SIZE_MAX;
	}
	for (size_t j = 0; j <= n; j++) {
		rows[0][j] = j;
	}
	for (size_t i = 1; i <= m; i++) {
		size_t *row = rows[i % 3];
		const size_t *above = rows[(i - 1) % 3];

		row[0] = i;
		for (size_t j = 1; j <= n; j++) {
			size_t change = is_same(a[i - 1], b[j - 1]) ? 0 : 1;

			row[j] = MIN(above[j - 1] + change, MIN(above[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && is_same(a[i - 1], b[j - 2]) &&
				is_same(a[i - 2], b[j - 1])) {
				row[j] = MIN(row[j], rows[(i - 2) % 3][j - 2] + 1);
			}
		}
	}
	return rows[m % 3][n];
}

const char *
avu_text_nearest(const char *word, const char *const *list)
{
	size_t best = CLAMP(strlen(word) / 3, 1, 3) + 1;
	const char *nearest = NULL;

	for (; *list != NULL; list++) {
		size_t d = avu_text_distance(word, *list);

		if (d < best) {
			best = d;
			nearest = *list;
		}
	}
	return nearest;
}

int
avu_text_compare(const char *a, const char *b)
{
	return g_strcmp0(a, b);
}

char *
avu_text_format_size(uint64_t size_bytes)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB" };
	double value = (double)size_bytes;
	size_t unit = 0;

	if (size_bytes < 1024) {
		return g_strdup_printf("%" PRIu64 " B", size_bytes);
	}
	while (value >= 1024.0 && unit + 1 < G_N_ELEMENTS(units)) {
		value /= 1024.0;
		unit++;
	}
	return g_strdup_printf("%.1f %s", value, units[unit]);
}
