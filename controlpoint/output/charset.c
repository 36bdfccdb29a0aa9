/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "output/charset.h"

#include <langinfo.h>
#include <locale.h>
#include <string.h>

static const struct {
	gunichar sign;
	char like;
} likes[] = {
	{ 0x2588, '#' }, /* full block */
	{ 0x2592, '-' }, /* medium shade */
	{ 0x00b7, '.' }, /* middle dot */
	{ 0x25b8, '>' }, /* small triangle */
	{ 0x25b6, '>' }, /* triangle */
	{ 0x2026, '~' }, /* ellipsis */
	{ 0x2013, '-' }, /* dash */
};

void
charset_init(void)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };
	bool named = false;

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		const char *value = g_getenv(names[i]);

		named = named || (value != NULL && value[0] != '\0');
	}
	(void)setlocale(LC_CTYPE, named ? "" : "C.UTF-8");
}

static bool
is_utf8(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

static char
find_like(gunichar sign)
{
	for (size_t i = 0; i < G_N_ELEMENTS(likes); i++) {
		if (likes[i].sign == sign) {
			return likes[i].like;
		}
	}
	return '\0';
}

/* @param all  also what has nothing like it, as "?" */
static char *
make_plain(const char *text, bool all)
{
	GString *plain = g_string_new(NULL);

	for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
		const gunichar sign = g_utf8_get_char(p);
		const char like = find_like(sign);

		if (like != '\0') {
			g_string_append_c(plain, like);
		} else if (sign < 0x80 || !all) {
			g_string_append_unichar(plain, sign);
		} else {
			g_string_append_c(plain, '?');
		}
	}
	return g_string_free(plain, false);
}

char *
charset_convert(const char *text)
{
	g_autofree char *valid = g_utf8_make_valid(text, -1);
	char question[] = "?";

	if (is_utf8()) {
		return g_steal_pointer(&valid);
	}
	g_autofree char *plain = make_plain(valid, /* all = */ false);
	char *converted = g_convert_with_fallback(
		plain, -1, nl_langinfo(CODESET), "UTF-8", question, NULL, NULL, NULL);

	return converted != NULL ? converted : make_plain(valid, /* all = */ true);
}

typedef struct {
	FILE *file;
	GString *rest; /* of a character that is not whole yet */
} Converter;

static ssize_t
write_converted(void *cookie, const char *octets, size_t len)
{
	Converter *converter = cookie;
	GString *rest = converter->rest;
	const char *end = NULL;

	g_string_append_len(rest, octets, (gssize)len);
	if (!g_utf8_validate(rest->str, (gssize)rest->len, &end) &&
		g_utf8_get_char_validated(end, rest->str + rest->len - end) != (gunichar)-2) {
		end = rest->str + rest->len; /* no text: what cannot be read becomes "?" */
	}
	g_autofree char *whole = g_strndup(rest->str, (gsize)(end - rest->str));
	g_autofree char *converted = charset_convert(whole);

	g_string_erase(rest, 0, end - rest->str);
	return fputs(converted, converter->file) >= 0 && fflush(converter->file) == 0 ? (ssize_t)len
										      : 0;
}

FILE *
charset_open(FILE *file)
{
	static Converter converter;
	static const cookie_io_functions_t functions = { .write = write_converted };

	if (is_utf8()) {
		return file;
	}
	converter = (Converter){ file, g_string_new(NULL) };
	FILE *stream = fopencookie(&converter, "w", functions);

	return stream != NULL ? stream : file;
}
