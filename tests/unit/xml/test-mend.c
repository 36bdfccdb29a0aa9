/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What devices write that is nearly XML: read as it was meant, or refused as before. */
#include <string.h>

#include <av-upnp/error.h>
#include <av-upnp/xml-reader.h>

#define LATIN1 "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>"

static const struct {
	const char *text;
	const char *meant; /* text of the root, or of its attribute x; NULL: refused */
	const char *why;
} rows[] = {
	{ "<a>Rock &amp; Roll</a>", "Rock & Roll", "well-formed" },
	{ "<a>Rock & Roll</a>", "Rock & Roll", "title put into a template" },
	{ "<a>Q&A</a>", "Q&A", "without blanks" },
	{ "<a>http://h/?a=1&b=2&lt=3</a>", "http://h/?a=1&b=2&lt=3", "address with parameters" },
	{ "<a x=\"http://h/?a=1&b=2\"/>", "http://h/?a=1&b=2", "the same as an attribute" },
	{ "<a>&amp;&lt;&#65;&#x42;&</a>", "&<AB&", "references beside one that is none" },
	{ "<a>&nbsp;</a>", "&nbsp;", "entity of HTML, which XML does not have" },
	{ "<a>&#;&#x;&#12</a>", "&#;&#x;&#12", "references that are not whole" },
	{ "<a>1&#0;2&#x1f;3&#xd800;4</a>", "1234", "references to what XML cannot carry" },
	{ "<a>1&#x110000;2</a>", "1&#x110000;2", "reference beyond Unicode" },
	{ "<a>1\x01\x1b[2J2</a>", "1[2J2", "control characters from a tag" },
	{ "<a>Bj\xf6rk</a>", "Bj\xef\xbf\xbdrk", "neither UTF-8 nor said to be anything else" },
	{ LATIN1 "<a>Bj\xf6rk</a>", "Björk", "Latin-1, and says so" },
	{ LATIN1 "<a>Björk</a>", "Björk", "says Latin-1 and is UTF-8" },
	{ "<?xml version=\"1.0\" encoding=\"UTF-16\"?><a>Björk</a>", "Björk",
		"says UTF-16 and is UTF-8" },
	{ "\xef\xbb\xbf\xef\xbb\xbf<a>x</a>", "x", "two byte order marks" },
	{ "<a>x</a>\r\n0\r\n", "x", "the end of a transfer in pieces" },
	{ "<a><![CDATA[<b> & c]]> & d</a>", "<b> & c & d", "CDATA is as it should be" },
	{ "<a>x & <![CDATA[y", NULL, "CDATA without an end" },
	{ "<a>x", NULL, "half a document" },
	{ "<a>x & y</b>", NULL, "closed by another name" },
	{ "<a/><b/>", NULL, "two roots" },
	{ "<a x=1/>", NULL, "value without quotes" },
	{ "<a>1 < 2</a>", NULL, "an angle bracket: it may be anything" },
	{ "<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>", NULL, "document type" },
	{ "text & more", NULL, "no element" },
	{ "", NULL, "nothing" },
	{ ">&<", NULL, "brackets the wrong way round" },
};

static void
test_rows(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL, strict = NULL;
		g_autoptr(AvuXmlDocument) document = avu_xml_parse_foreign(
			&avu_xml_kind_didl, rows[i].text, strlen(rows[i].text), &error);

		g_test_message("%s", rows[i].why);
		if (rows[i].meant == NULL) {
			g_assert_null(document);
			g_assert_null(avu_xml_parse(
				&avu_xml_kind_didl, rows[i].text, strlen(rows[i].text), &strict));
			g_assert_cmpstr(error->message, ==, strict->message);
			continue;
		}
		g_assert_no_error(error);
		const AvuXmlElement *root = avu_xml_get_root(document);
		const char *x = avu_xml_get_attribute(root, "x");

		g_assert_cmpstr(x != NULL ? x : avu_xml_get_text(root), ==, rows[i].meant);
	}
}

/* Ampersands grow fivefold. */
static void
test_limit(void)
{
	const AvuXmlKind small = {
		.name = "small", .max_bytes = 100, .max_depth = 4, .max_elements = 4
	};
	g_autofree char *many = g_strnfill(40, '&');
	g_autofree char *text = g_strdup_printf("<a>%s</a>", many);
	g_autoptr(GError) error = NULL;

	g_assert_null(avu_xml_parse_foreign(&small, text, strlen(text), &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_SYNTAX);
	g_clear_error(&error);
	g_autofree char *longer = g_strnfill(200, '&');

	g_assert_null(avu_xml_parse_foreign(&small, longer, strlen(longer), &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_LIMIT);
}

/* Devices count NULs into the length. */
static void
test_nul(void)
{
	static const char text[] = "<a>x & y</a>\0\0";
	g_autoptr(AvuXmlDocument) document =
		avu_xml_parse_foreign(&avu_xml_kind_didl, text, sizeof text, NULL);

	g_assert_nonnull(document);
	g_assert_cmpstr(avu_xml_get_text(avu_xml_get_root(document)), ==, "x & y");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/xml/mend/rows", test_rows);
	g_test_add_func("/xml/mend/limit", test_limit);
	g_test_add_func("/xml/mend/nul", test_nul);
	return g_test_run();
}
