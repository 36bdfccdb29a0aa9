/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The writer: markup and escaping against texts written by hand, and every character against the
 * reader, which is libxml2's: SEC-063. */
#include <string.h>

#include <av-upnp/xml-reader.h>
#include <av-upnp/xml-writer.h>

static void
test_markup(void)
{
	AvuXmlWriter *writer = avu_xml_writer_new();

	avu_xml_declaration(writer);
	avu_xml_start(writer, "a");
	avu_xml_attribute(writer, "x", "1");
	avu_xml_attribute_int(writer, "y", -2);
	avu_xml_element(writer, "b", "t");
	avu_xml_element(writer, "c", "");
	avu_xml_element(writer, "d", NULL);
	avu_xml_element_int(writer, "e", INT64_MIN);
	avu_xml_start(writer, "f");
	avu_xml_text_int(writer, 7);
	avu_xml_text(writer, NULL);
	avu_xml_end(writer);
	avu_xml_end(writer);
	g_assert_cmpuint(avu_xml_writer_get_size(writer), >, 0);
	g_autofree char *text = avu_xml_writer_finish_string(writer);

	g_assert_cmpstr(text, ==,
		"<?xml version=\"1.0\" encoding=\"utf-8\"?>"
		"<a x=\"1\" y=\"-2\"><b>t</b><c/><d/><e>-9223372036854775808</e><f>7</f></a>");
}

static const struct {
	const char *text;
	const char *as_text;
	const char *as_value;
	const char *why;
} rows[] = {
	{ "a<b>&\"'", "a&lt;b&gt;&amp;\"'", "a&lt;b&gt;&amp;&quot;'", "the five" },
	{ "\t\n\r", "\t\n&#13;", "&#9;&#10;&#13;", "white space a reader would normalise" },
	{ "\x01\x1f", "\xef\xbf\xbd\xef\xbf\xbd", "\xef\xbf\xbd\xef\xbf\xbd",
		"control characters" },
	{ "\x7f", "\x7f", "\x7f", "DEL is allowed in XML 1.0" },
	{ "\xc3\xa4\xf0\x9f\x8e\xb5", "\xc3\xa4\xf0\x9f\x8e\xb5", "\xc3\xa4\xf0\x9f\x8e\xb5",
		"two and four octets" },
	{ "a\xff"
	  "b",
		"a\xef\xbf\xbd"
		"b",
		"a\xef\xbf\xbd"
		"b",
		"not UTF-8" },
	{ "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd",
		"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", "surrogate" },
	{ "\xef\xbf\xbe", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd",
		"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", "U+FFFE" },
	{ "\xe2\x82", "\xef\xbf\xbd\xef\xbf\xbd", "\xef\xbf\xbd\xef\xbf\xbd", "cut character" },
};

static void
test_escape(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(AvuXmlWriter) writer = avu_xml_writer_new();

		avu_xml_start(writer, "a");
		avu_xml_attribute(writer, "x", rows[i].text);
		avu_xml_text(writer, rows[i].text);
		avu_xml_end(writer);
		g_autofree char *text = avu_xml_writer_finish_string(g_steal_pointer(&writer));
		g_autofree char *expected =
			g_strdup_printf("<a x=\"%s\">%s</a>", rows[i].as_value, rows[i].as_text);

		g_test_message("%s", rows[i].why);
		g_assert_cmpstr(text, ==, expected);
	}
}

static void
test_nest(void)
{
	AvuXmlWriter *writer = avu_xml_writer_new();

	avu_xml_start(writer, "r");
	avu_xml_nest(writer);
	avu_xml_start(writer, "a");
	avu_xml_attribute(writer, "x", "\"&");
	avu_xml_text(writer, "<");
	avu_xml_start(writer, "b");
	avu_xml_nest(writer);
	avu_xml_element(writer, "c", "&");
	avu_xml_unnest(writer);
	avu_xml_end(writer);
	avu_xml_end(writer);
	avu_xml_unnest(writer);
	avu_xml_end(writer);
	g_autofree char *text = avu_xml_writer_finish_string(writer);

	g_assert_cmpstr(text, ==,
		"<r>&lt;a x=\"&amp;quot;&amp;amp;\"&gt;&amp;lt;"
		"&lt;b&gt;&amp;lt;c&amp;gt;&amp;amp;amp;&amp;lt;/c&amp;gt;&lt;/b&gt;"
		"&lt;/a&gt;</r>");
}

/* Every character that XML 1.0 can carry comes back unchanged from text, from a value and from a
 * document inside a document; the others come back as U+FFFD. */
static void
assert_comes_back(gunichar first, gunichar last)
{
	g_autoptr(GString) in = g_string_new(NULL);
	g_autoptr(GString) expected = g_string_new(NULL);

	for (gunichar c = first; c <= last; c++) {
		bool carried = c == 9 || c == 10 || c == 13 || (c >= 0x20 && c <= 0xd7ff) ||
			       (c >= 0xe000 && c <= 0xfffd) || c >= 0x10000;

		if (c >= 0xd800 && c <= 0xdfff) {
			continue;
		}
		size_t octets = in->len;

		g_string_append_unichar(in, c);
		octets = in->len - octets;
		/* One replacement for each octet of what cannot be carried. */
		for (size_t i = 0; i < (carried ? 1 : octets); i++) {
			g_string_append_unichar(expected, carried ? c : 0xfffd);
		}
	}
	AvuXmlWriter *writer = avu_xml_writer_new();

	avu_xml_start(writer, "r");
	avu_xml_attribute(writer, "x", in->str);
	avu_xml_element(writer, "t", in->str);
	avu_xml_start(writer, "n");
	avu_xml_nest(writer);
	avu_xml_element(writer, "t", in->str);
	avu_xml_unnest(writer);
	avu_xml_end(writer);
	avu_xml_end(writer);
	g_autofree char *text = avu_xml_writer_finish_string(writer);
	g_autoptr(GError) error = NULL;
	g_autoptr(AvuXmlDocument) outer =
		avu_xml_parse(&avu_xml_kind_didl, text, strlen(text), &error);

	g_assert_no_error(error);
	const char *nested = avu_xml_get_child_text(avu_xml_get_root(outer), "n");
	g_autoptr(AvuXmlDocument) inner =
		avu_xml_parse(&avu_xml_kind_didl, nested, strlen(nested), &error);

	g_assert_no_error(error);
	const char *value = avu_xml_get_attribute(avu_xml_get_root(outer), "x");
	const char *plain = avu_xml_get_child_text(avu_xml_get_root(outer), "t");

	/* Too long to print. */
	g_assert_true(strcmp(value, expected->str) == 0);
	g_assert_true(strcmp(plain, expected->str) == 0);
	g_assert_true(strcmp(avu_xml_get_text(avu_xml_get_root(inner)), expected->str) == 0);
}

static void
test_all_characters(void)
{
	/* Pieces small enough for one attribute value. */
	for (gunichar c = 1; c <= 0x10ffff; c += 0x1000) {
		assert_comes_back(c, MIN(c + 0xfff, 0x10ffff));
	}
}

/* For weak readers, also one document deeper. */
static void
test_style(void)
{
	static const struct {
		unsigned style;
		const char *text, *alone, *nested;
		const char *why;
	} styles[] = {
		{ 0, "a\xc3\xa4'\"", "<e>a\xc3\xa4'\"</e>",
			"<n>&lt;e&gt;a\xc3\xa4'\"&lt;/e&gt;</n>", "as usual" },
		{ AVU_XML_ASCII, "a\xc3\xa4'", "<e>a&#228;'</e>",
			"<n>&lt;e&gt;a&amp;#228;'&lt;/e&gt;</n>", "two octets" },
		{ AVU_XML_ASCII, "\xf0\x9f\x8e\xb5", "<e>&#127925;</e>",
			"<n>&lt;e&gt;&amp;#127925;&lt;/e&gt;</n>", "four" },
		{ AVU_XML_ASCII, "\xc3", "<e>\xef\xbf\xbd</e>",
			"<n>&lt;e&gt;\xef\xbf\xbd&lt;/e&gt;</n>",
			"what is no character is replaced" },
		{ AVU_XML_QUOTES, "\"Ol' & new\"", "<e>&quot;Ol&apos; &amp; new&quot;</e>",
			"<n>&lt;e&gt;&amp;quot;Ol&amp;apos; &amp;amp; new&amp;quot;&lt;/e&gt;</n>",
			"both quotes" },
		{ AVU_XML_ASCII | AVU_XML_QUOTES, "\xc3\xa4'", "<e>&#228;&apos;</e>",
			"<n>&lt;e&gt;&amp;#228;&amp;apos;&lt;/e&gt;</n>", "all of them" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(styles); i++) {
		AvuXmlWriter *writer = avu_xml_writer_new();
		AvuXmlWriter *outer = avu_xml_writer_new();

		avu_xml_set_style(writer, styles[i].style);
		avu_xml_element(writer, "e", styles[i].text);
		avu_xml_start(outer, "n");
		avu_xml_nest(outer);
		avu_xml_set_style(outer, styles[i].style);
		avu_xml_element(outer, "e", styles[i].text);
		avu_xml_unnest(outer);
		avu_xml_end(outer);
		g_autofree char *alone = avu_xml_writer_finish_string(writer);
		g_autofree char *nested = avu_xml_writer_finish_string(outer);

		g_test_message("%s", styles[i].why);
		g_assert_cmpstr(alone, ==, styles[i].alone);
		g_assert_cmpstr(nested, ==, styles[i].nested);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/xml/writer/markup", test_markup);
	g_test_add_func("/xml/writer/escape", test_escape);
	g_test_add_func("/xml/writer/nest", test_nest);
	g_test_add_func("/xml/writer/style", test_style);
	g_test_add_func("/xml/writer/all-characters", test_all_characters);
	return g_test_run();
}
