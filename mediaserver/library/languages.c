/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Languages: ISO 639-1, both forms of 639-2, and the names people write into file names. Pure, any
 * thread. */
#include "mediaserver/library/languages.h"

#include <string.h>

static const struct {
	const char *tag;                            /* ISO 639-1 */
	const char *bibliographic, *terminological; /* ISO 639-2 */
	const char *names[2];
} languages[] = {
	{ "en", "eng", "eng", { "English" } },
	{ "de", "ger", "deu", { "German", "Deutsch" } },
	{ "fr", "fre", "fra", { "French", "Français" } },
	{ "es", "spa", "spa", { "Spanish", "Español" } },
	{ "it", "ita", "ita", { "Italian", "Italiano" } },
	{ "pt", "por", "por", { "Portuguese", "Português" } },
	{ "nl", "dut", "nld", { "Dutch", "Nederlands" } },
	{ "sv", "swe", "swe", { "Swedish", "Svenska" } },
	{ "da", "dan", "dan", { "Danish", "Dansk" } },
	{ "no", "nor", "nor", { "Norwegian", "Norsk" } },
	{ "nb", "nob", "nob", { "Bokmål" } },
	{ "nn", "nno", "nno", { "Nynorsk" } },
	{ "fi", "fin", "fin", { "Finnish", "Suomi" } },
	{ "is", "ice", "isl", { "Icelandic" } },
	{ "pl", "pol", "pol", { "Polish", "Polski" } },
	{ "cs", "cze", "ces", { "Czech", "Čeština" } },
	{ "sk", "slo", "slk", { "Slovak" } },
	{ "sl", "slv", "slv", { "Slovenian" } },
	{ "hr", "hrv", "hrv", { "Croatian" } },
	{ "sr", "srp", "srp", { "Serbian" } },
	{ "bs", "bos", "bos", { "Bosnian" } },
	{ "mk", "mac", "mkd", { "Macedonian" } },
	{ "bg", "bul", "bul", { "Bulgarian" } },
	{ "ro", "rum", "ron", { "Romanian" } },
	{ "hu", "hun", "hun", { "Hungarian", "Magyar" } },
	{ "et", "est", "est", { "Estonian" } },
	{ "lv", "lav", "lav", { "Latvian" } },
	{ "lt", "lit", "lit", { "Lithuanian" } },
	{ "ru", "rus", "rus", { "Russian", "Русский" } },
	{ "uk", "ukr", "ukr", { "Ukrainian" } },
	{ "be", "bel", "bel", { "Belarusian" } },
	{ "el", "gre", "ell", { "Greek" } },
	{ "tr", "tur", "tur", { "Turkish", "Türkçe" } },
	{ "he", "heb", "heb", { "Hebrew" } },
	{ "ar", "ara", "ara", { "Arabic" } },
	{ "fa", "per", "fas", { "Persian" } },
	{ "hi", "hin", "hin", { "Hindi" } },
	{ "bn", "ben", "ben", { "Bengali" } },
	{ "ta", "tam", "tam", { "Tamil" } },
	{ "te", "tel", "tel", { "Telugu" } },
	{ "ur", "urd", "urd", { "Urdu" } },
	{ "zh", "chi", "zho", { "Chinese", "中文" } },
	{ "ja", "jpn", "jpn", { "Japanese", "日本語" } },
	{ "ko", "kor", "kor", { "Korean", "한국어" } },
	{ "th", "tha", "tha", { "Thai" } },
	{ "vi", "vie", "vie", { "Vietnamese" } },
	{ "id", "ind", "ind", { "Indonesian" } },
	{ "ms", "may", "msa", { "Malay" } },
	{ "tl", "tgl", "tgl", { "Tagalog" } },
	{ "ca", "cat", "cat", { "Catalan" } },
	{ "eu", "baq", "eus", { "Basque" } },
	{ "gl", "glg", "glg", { "Galician" } },
	{ "ga", "gle", "gle", { "Irish" } },
	{ "cy", "wel", "cym", { "Welsh" } },
	{ "sq", "alb", "sqi", { "Albanian" } },
	{ "hy", "arm", "hye", { "Armenian" } },
	{ "ka", "geo", "kat", { "Georgian" } },
	{ "az", "aze", "aze", { "Azerbaijani" } },
	{ "kk", "kaz", "kaz", { "Kazakh" } },
	{ "af", "afr", "afr", { "Afrikaans" } },
	{ "sw", "swa", "swa", { "Swahili" } },
	{ "la", "lat", "lat", { "Latin" } },
	{ "eo", "epo", "epo", { "Esperanto" } },
};

static bool
equal_folded(const char *a, const char *b)
{
	g_autofree char *x = g_utf8_casefold(a, -1);
	g_autofree char *y = g_utf8_casefold(b, -1);

	return g_str_equal(x, y);
}

static const char *
find(const char *word, size_t len)
{
	g_autofree char *copy = g_strndup(word, len);

	if (!g_utf8_validate(copy, -1, NULL)) {
		return NULL;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(languages); i++) {
		const char *const forms[] = { languages[i].tag, languages[i].bibliographic,
			languages[i].terminological, languages[i].names[0], languages[i].names[1] };

		for (size_t f = 0; f < G_N_ELEMENTS(forms); f++) {
			if (forms[f] != NULL && equal_folded(copy, forms[f])) {
				return languages[i].tag;
			}
		}
	}
	return NULL;
}

/* "-BR", "_br", "-419" after the language; "" when there is none or it has another form. */
static char *
region(const char *rest)
{
	size_t len = strlen(rest);

	if (len < 3 || len > 4 || (rest[0] != '-' && rest[0] != '_')) {
		return g_strdup("");
	}
	for (size_t i = 1; i < len; i++) {
		if (len == 3 ? !g_ascii_isalpha(rest[i]) : !g_ascii_isdigit(rest[i])) {
			return g_strdup("");
		}
	}
	char *text = g_ascii_strup(rest, -1);

	text[0] = '-';
	return text;
}

char *
language_tag_of_word(const char *word)
{
	size_t len = strcspn(word, "-_");
	const char *tag = find(word, len);

	if (tag == NULL) {
		return NULL;
	}
	g_autofree char *end = region(word + len);

	return g_strconcat(tag, end, NULL);
}

char *
language_tag(const char *text)
{
	static const char *const none[] = { "und", "zxx", "mis", "mul", "unk", NULL };
	size_t len = strlen(text);
	char *known = language_tag_of_word(text);

	if (known != NULL) {
		return known;
	}
	g_autofree char *lower = g_ascii_strdown(text, -1);

	if (len < 2 || len > 3 || g_strv_contains(none, lower) ||
		strspn(lower, "abcdefghijklmnopqrstuvwxyz") != len) {
		return NULL;
	}
	return g_steal_pointer(&lower);
}
