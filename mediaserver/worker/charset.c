/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Encodings of subtitles. libuchardet knows the statistics, iconv the tables; what a language is written
 * in stands here. Lengths are the caller's limit. Runs in a sandboxed child, where iconv can open no
 * tables: charset_warm() has. One thread. */
#include "mediaserver/worker/charset.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>

#include <uchardet.h>

#include <av-upnp/foreign-text.h>

#include "mediaserver/workers/charsets.h"

#define CHARSETS_MAX 40
#define LOOK_BYTES (512 * 1024)
#define LOOK_WIDE 4096
/* Fewer letters than this are no statistics: a name with an accent. */
#define HIGH_MIN 8
#define WESTERN 0 /* charsets_list() */
/* One octet of so many above ASCII may mean nothing: files that people edited. */
#define FAULTS_PART 200
#define REPLACEMENT "\xef\xbf\xbd"

/* What a language is written in, the commonest first. */
static const struct {
	const char *languages; /* between blanks */
	const char *charsets[4];
} written[] = {
	{ " cs sk pl hu sl hr bs sq ro ", { "windows-1250", "ISO-8859-2", "ISO-8859-16" } },
	{ " ru be bg mk uk sr ", { "windows-1251", "KOI8-R", "ISO-8859-5", "IBM866" } },
	{ " el ", { "windows-1253", "ISO-8859-7" } },
	{ " tr az ", { "windows-1254", "ISO-8859-9" } },
	{ " he iw yi ", { "windows-1255", "ISO-8859-8" } },
	{ " ar fa ur ", { "windows-1256", "ISO-8859-6" } },
	{ " et lv lt ", { "windows-1257", "ISO-8859-13", "ISO-8859-4" } },
	{ " vi ", { "windows-1258" } },
	{ " th ", { "windows-874" } },
	{ " zh-tw zh-hk zh-hant ", { "BIG5-HKSCS", "GB18030" } },
	{ " zh ", { "GB18030", "BIG5-HKSCS" } },
	{ " ja ", { "CP932", "EUC-JP" } },
	{ " ko ", { "CP949" } },
	{ " en de fr es it pt nl sv da nb nn no fi is ca eu gl ga af id ms ",
		{ "windows-1252", "ISO-8859-15", "ISO-8859-1" } },
};

static iconv_t tables[CHARSETS_MAX]; /* 0: not opened yet */

static iconv_t
table_of(int charset)
{
	if (tables[charset] == (iconv_t)0) {
		tables[charset] = iconv_open("UTF-8", charsets_list()[charset]);
	}
	return tables[charset];
}

void
charset_warm(void)
{
	for (int i = 0; charsets_list()[i] != NULL && i < CHARSETS_MAX; i++) {
		(void)table_of(i); /* a system without it has one encoding less */
	}
}

static size_t
count_high(const char *data, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		n += (unsigned char)data[i] >= 0x80;
	}
	return n;
}

/* @param ret_faults  octets that mean nothing  @return NULL: the system has no such table */
static char *
convert(iconv_t table, const char *data, size_t len, size_t *ret_len, size_t *ret_faults)
{
	g_autoptr(GString) out = g_string_sized_new(len + len / 2);
	char *in = (char *)(uintptr_t)data; /* iconv only reads */
	size_t left = len;

	*ret_faults = 0;
	if (table == (iconv_t)-1) {
		return NULL;
	}
	(void)iconv(table, NULL, NULL, NULL, NULL);
	while (left > 0) {
		char piece[4096], *to = piece;
		size_t room = sizeof(piece);
		size_t code = iconv(table, &in, &left, &to, &room);
		int cause = code == (size_t)-1 ? errno : 0;

		g_string_append_len(out, piece, to - piece);
		if (cause != 0 && cause != E2BIG && left > 0) {
			g_string_append(out, REPLACEMENT);
			++*ret_faults;
			in++;
			left--;
		}
	}
	char last[16], *to = last;
	size_t room = sizeof(last);

	/* Big5 may hold one back */
	(void)iconv(table, NULL, NULL, &to, &room);
	g_string_append_len(out, last, to - last);
	*ret_len = out->len;
	return g_string_free(g_steal_pointer(&out), FALSE);
}

/* Where ISO has control characters, which no text has, Windows has letters. */
static size_t
count_controls(const char *data, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		n += (unsigned char)data[i] >= 0x80 && (unsigned char)data[i] < 0xa0;
	}
	return n;
}

static bool
fits(int charset, const char *data, size_t len)
{
	size_t n, faults;
	g_autofree char *text = convert(table_of(charset), data, len, &n, &faults);

	if (g_str_has_prefix(charsets_list()[charset], "ISO-8859-")) {
		faults += count_controls(data, len);
	}
	return text != NULL && faults <= count_high(data, len) / FAULTS_PART;
}

/* -1: it knows none */
static int
ask_statistics(const char *data, size_t len)
{
	uchardet_t detector = uchardet_new();

	(void)uchardet_handle_data(detector, data, MIN(len, LOOK_BYTES));
	uchardet_data_end(detector);
	int found = charset_find(uchardet_get_charset(detector));

	uchardet_delete(detector);
	return found >= 0 && fits(found, data, len) ? found : -1;
}

static bool
is_language(const char *list, const char *language)
{
	g_autofree char *word = g_strdup_printf(" %s ", language);
	g_autofree char *lower = g_ascii_strdown(word, -1);

	return strstr(list, lower) != NULL;
}

static const char *const *
charsets_of(const char *language)
{
	g_autofree char *plain = g_strndup(language, strcspn(language, "-"));

	for (size_t i = 0; i < G_N_ELEMENTS(written) && language[0] != '\0'; i++) {
		if (is_language(written[i].languages, language) ||
			is_language(written[i].languages, plain)) {
			return written[i].charsets;
		}
	}
	return NULL;
}

/* Of these the one that statistics say, else the first that fits. */
static int
choose(const char *const charsets[4], int said, const char *data, size_t len)
{
	int first = -1;

	for (size_t i = 0; i < 4 && charsets[i] != NULL; i++) {
		int charset = charset_find(charsets[i]);

		if (charset == said) {
			return said;
		}
		if (first < 0 && fits(charset, data, len)) {
			first = charset;
		}
	}
	return first;
}

/* Those are hardly ever taken for what they are not. */
static bool
is_wide(int charset)
{
	return charset >= 0 && charset >= charset_find("GB18030");
}

static int
guess_old(const char *data, size_t len, const char *language, int fallback)
{
	const int said = ask_statistics(data, len);
	const char *const *usual = charsets_of(language);
	int chosen = usual != NULL ? choose(usual, said, data, len) : -1;

	if (chosen >= 0) {
		return chosen;
	}
	if (fallback >= 0 && !is_wide(said)) {
		return fallback;
	}
	return said >= 0 && (is_wide(said) || count_high(data, len) >= HIGH_MIN) ? said : WESTERN;
}

/* UTF-16 without a mark: lines of digits and blanks have nothing in every other octet.
 * @return "UTF-16LE", "UTF-16BE" or NULL */
static const char *
guess_wide(const char *data, size_t len)
{
	const size_t look = MIN(len, LOOK_WIDE) & ~(size_t)1;
	size_t zeros[2] = { 0, 0 };

	for (size_t i = 0; i < look; i++) {
		zeros[i & 1] += data[i] == '\0';
	}
	for (size_t first = 0; first < 2; first++) {
		if (zeros[first] > look / 10 && zeros[1 - first] <= look / 100) {
			return first == 0 ? "UTF-16BE" : "UTF-16LE";
		}
	}
	return NULL;
}

static const struct {
	const char *octets;
	size_t len;
	const char *name;
} marks[] = {
	{ "\xef\xbb\xbf", 3, "UTF-8" },
	{ "\xff\xfe", 2, "UTF-16LE" },
	{ "\xfe\xff", 2, "UTF-16BE" },
};

/* @param ret_charset  number, when the name is one of charsets_list() */
static const char *
find_charset(const char *data, size_t len, const char *language, int fallback, size_t *ret_mark,
	int *ret_charset)
{
	*ret_mark = 0;
	*ret_charset = -1;
	for (size_t i = 0; i < G_N_ELEMENTS(marks); i++) {
		if (len >= marks[i].len && memcmp(data, marks[i].octets, marks[i].len) == 0) {
			*ret_mark = marks[i].len;
			return marks[i].name;
		}
	}
	const char *wide = guess_wide(data, len);

	if (wide != NULL) {
		return wide;
	}
	if (g_utf8_validate_len(data, len, NULL)) {
		return "UTF-8";
	}
	*ret_charset = guess_old(data, len, language, fallback);
	return charsets_list()[*ret_charset];
}

const char *
charset_guess(const char *data, size_t len, const char *language, int fallback)
{
	size_t mark;
	int charset;

	return find_charset(data, len, language, fallback, &mark, &charset);
}

char *
charset_to_utf8(const char *data, size_t len, const char *language, int fallback, size_t *ret_len)
{
	size_t mark, faults;
	int charset;
	const char *name = find_charset(data, len, language, fallback, &mark, &charset);
	char *text = NULL;

	data += mark;
	len -= mark;
	if (g_str_has_prefix(name, "UTF-16")) {
		/* needs no table of iconv's */
		return avu_utf16_to_utf8(data, len, g_str_equal(name, "UTF-16BE"), ret_len);
	}
	if (charset >= 0) {
		text = convert(table_of(charset), data, len, ret_len, &faults);
	}
	if (text == NULL) { /* a mark may lie, and the system may lack a table */
		text = g_utf8_make_valid(data, (gssize)len);
		*ret_len = strlen(text);
	}
	return text;
}
