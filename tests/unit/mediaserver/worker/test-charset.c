/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What people wrote in many encodings comes back as they wrote it. The octets are the C library's, made
 * of the text here. */
#include <string.h>

#include "mediaserver/worker/charset.h"
#include "mediaserver/workers/charsets.h"

#define TIMES "1\n00:00:01,000 --> 00:00:04,000\n"

static const struct {
	const char *charset, *language, *text, *why;
} rows[] = {
	{ "windows-1250", "cs", "Příliš žluťoučký kůň úpěl ďábelské ódy.\nŽe prý šel domů?",
		"Czech" },
	{ "ISO-8859-2", "cs", "Příliš žluťoučký kůň úpěl ďábelské ódy, že prý šel domů.",
		"the older Czech one" },
	{ "windows-1250", "pl", "Zażółć gęślą jaźń. Święta są później.", "Polish" },
	{ "windows-1251", "ru", "Съешь ещё этих мягких французских булок, да выпей чаю.",
		"Russian" },
	{ "KOI8-R", "ru", "Съешь ещё этих мягких французских булок, да выпей чаю. Здравствуй!",
		"what Unix had" },
	{ "windows-1251", "",
		"Съешь же ещё этих мягких французских булок, да выпей чаю. Где вы были?",
		"Russian that nobody calls so" },
	{ "windows-1252", "de", "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich.",
		"German" },
	{ "windows-1252", "fr", "Où êtes-vous ? Voilà l’été, là-bas, chez le garçon… c’est ça.",
		"French with typographer's marks" },
	{ "windows-1252", "", "Où êtes-vous ? Voilà l’été, là-bas, chez le garçon… c’est déjà ça.",
		"French that nobody calls so" },
	{ "windows-1253", "el", "Ξεσκεπάζω την ψυχοφθόρα βδελυγμία. Τι κάνεις εδώ;", "Greek" },
	{ "ISO-8859-7", "el", "Ξεσκεπάζω την ψυχοφθόρα βδελυγμία. Τι κάνεις εδώ; Άσε με.",
		"Greek of ISO, where the accented A differs" },
	{ "windows-1254", "tr", "Pijamalı hasta yağız şoföre çabucak güvendi. İyi akşamlar.",
		"Turkish" },
	{ "windows-1255", "he", "דג סקרן שט בים מאוכזב ולפתע מצא לו חברה. שלום לכולם.", "Hebrew" },
	{ "windows-1256", "ar", "نص حكيم له سر قاطع وذو شأن عظيم مكتوب على ثوب أخضر.", "Arabic" },
	{ "windows-1257", "lt", "Įlinkdama fechtuotojo špaga sublykčiojusi pragręžė apvalų arbūzą.",
		"Lithuanian" },
	{ "windows-874", "th", "เป็นมนุษย์สุดประเสริฐเลิศคุณค่า กว่าบรรดาฝูงสัตว์เดรัจฉาน", "Thai" },
	{ "GB18030", "zh", "我能吞下玻璃而不伤身体。你好，世界！今天天气怎么样？", "Chinese" },
	{ "GB18030", "", "我能吞下玻璃而不伤身体。你好，世界！今天天气怎么样？我们一起去看电影吧。",
		"Chinese that nobody calls so" },
	{ "BIG5-HKSCS", "zh-TW", "我能吞下玻璃而不傷身體。你好，世界！今天天氣怎麼樣？",
		"of Taiwan" },
	{ "BIG5-HKSCS", "zh",
		"我能吞下玻璃而不傷身體。你好，世界！今天天氣怎麼樣？我們一起去看電影吧。",
		"of Taiwan, called Chinese" },
	{ "CP932", "ja", "いろはにほへと ちりぬるを。私はガラスを食べられます。", "Japanese" },
	{ "EUC-JP", "ja", "いろはにほへと ちりぬるを。私はガラスを食べられます。",
		"what Unix had" },
	{ "CP949", "ko", "나는 유리를 먹을 수 있어요. 그래도 아프지 않아요.", "Korean" },
	{ "UTF-8", "cs", "Příliš žluťoučký kůň", "a language does not hide UTF-8" },
	{ "UTF-16LE", "", "Žluťoučký kůň, 我", "two octets without a mark" },
	{ "UTF-16BE", "", "Žluťoučký kůň, 我", "the other way round" },
};

static void
check(size_t row, const char *octets, size_t len, const char *wanted, int fallback)
{
	size_t n = 0;
	g_autofree char *text = charset_to_utf8(octets, len, rows[row].language, fallback, &n);

	g_test_message(
		"%s: %s", rows[row].why, charset_guess(octets, len, rows[row].language, fallback));
	g_assert_cmpstr(text, ==, wanted);
	g_assert_cmpuint(n, ==, strlen(wanted));
}

static void
test_languages(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *wanted =
			g_strdup_printf(TIMES "%s\n\n2\n00:00:05,000 --> 00:00:06,000\n%s\n",
				rows[i].text, rows[i].text);
		g_autoptr(GError) error = NULL;
		size_t len = 0;
		g_autofree char *octets =
			g_convert(wanted, -1, rows[i].charset, "UTF-8", NULL, &len, &error);

		g_assert_no_error(error);
		check(i, octets, len, wanted, -1);
	}
}

static void
test_marks(void)
{
	static const struct {
		const char *octets;
		size_t len;
		const char *text, *why;
	} marked[] = {
#define OCTETS(text) text, sizeof(text) - 1
		{ OCTETS("\xef\xbb\xbf\xc3\xa9"), "é", "UTF-8" },
		{ OCTETS("\xff\xfe\xe9\0\x3d\xd8\x00\xde"), "é😀",
			"little end first, a surrogate pair" },
		{ OCTETS("\xfe\xff\0\xe9\xd8\x3d\xde\x00"), "é😀", "big end first" },
		{ OCTETS("\xff\xfe\x00\xdc"), "\xef\xbf\xbd", "half a pair" },
		{ OCTETS("\xef\xbb\xbf\xe9"), "\xef\xbf\xbd", "a mark that lies" },
		{ OCTETS("\xff\xfe\x41"), "", "half a character" },
		{ OCTETS(""), "", "nothing" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(marked); i++) {
		size_t n;
		g_autofree char *text =
			charset_to_utf8(marked[i].octets, marked[i].len, "", -1, &n);

		g_test_message("%s", marked[i].why);
		g_assert_cmpstr(text, ==, marked[i].text);
		g_assert_cmpuint(n, ==, strlen(marked[i].text));
	}
}

/* A default counts where statistics say nothing certain, and never against what is certain. */
static void
test_fallback(void)
{
	const int greek = charset_find("cp1253"), none = -1;
	size_t len;
	const char word[] = TIMES "\xd4\xe9;\n",
		   chinese[] =
			   "\xce\xd2\xc4\xdc\xcd\xcc\xcf\xc2\xb2\xa3\xc1\xa7\xb6\xf8\xb2\xbb\xc9"
			   "\xcb\xc9\xed\xcc\xe5\xa1\xa3\xc4\xe3\xba\xc3\xa3\xac\xca\xc0\xbd\xe7";

	g_assert_cmpint(greek, >=, 0);
	g_assert_cmpstr(charset_guess(word, strlen(word), "", greek), ==, "windows-1253");
	g_assert_cmpstr(charset_guess(word, strlen(word), "ru", greek), ==, "windows-1251");
	g_autofree char *said = charset_to_utf8(word, strlen(word), "el", none, &len);

	g_assert_cmpstr(said, ==, TIMES "Τι;\n"); /* of the Greek ones either */
	g_assert_cmpstr(charset_guess(chinese, strlen(chinese), "", greek), ==, "GB18030");
	g_assert_cmpstr(charset_guess("caf\xe9", 4, "", none), ==, "windows-1252");
	g_assert_cmpint(charset_find("utf-9"), ==, -1);
	g_assert_cmpint(charset_find(""), ==, -1);
	g_assert_cmpint(charset_find("EUC-KR"), ==, charset_find("cp949"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/mediaserver/worker/charset/languages", test_languages);
	g_test_add_func("/mediaserver/worker/charset/marks", test_marks);
	g_test_add_func("/mediaserver/worker/charset/fallback", test_fallback);
	return g_test_run();
}
