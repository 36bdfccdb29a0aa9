/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The bounded reader (FLT-51): what it refuses, and that what it accepts comes out as XML 1.0 says:
 * SEC-060 … SEC-062, LIM-30 … LIM-33. */
#include <string.h>
#include <time.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/limits.h>
#include <av-upnp/xml-reader.h>

#define ACCEPTED (-1)

static const struct {
	const char *text;
	int code; /* AvuError, or ACCEPTED */
	const char *why;
} rows[] = {
	{ "<a/>", ACCEPTED, "smallest document" },
	{ "<?xml version=\"1.0\"?><a/>", ACCEPTED, "declaration without encoding" },
	{ "<?xml version=\"1.0\" encoding=\"UTF-8\"?><a/>", ACCEPTED, "UTF-8" },
	{ "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<a/>\n\n", ACCEPTED,
		"white space at the end" },
	{ "\r\n<?xml version=\"1.0\"?><a/>", ACCEPTED, "white space in front: sent by devices" },
	{ "\xef\xbb\xbf<a/>", ACCEPTED, "byte order mark of UTF-8" },
	{ "<!-- a = <b --><a><!-- > --></a>", ACCEPTED, "comments" },
	{ "<a x='>'/>", ACCEPTED, "greater-than inside a value" },
	{ "<p:a/>", ACCEPTED, "prefix without declaration" },
	{ "<a xmlns:ms=\" urn:x\"/>", ACCEPTED, "namespace with a blank: sent by devices" },
	{ "", AVU_ERROR_SYNTAX, "empty" },
	{ "   ", AVU_ERROR_SYNTAX, "white space alone" },
	{ "text", AVU_ERROR_SYNTAX, "no element" },
	{ "<a>", AVU_ERROR_SYNTAX, "not closed" },
	{ "<a></b>", AVU_ERROR_SYNTAX, "closed by another name" },
	{ "<a/><b/>", AVU_ERROR_SYNTAX, "two roots" },
	{ "<a x='1' x='2'/>", AVU_ERROR_SYNTAX, "attribute twice" },
	{ "<a x=1/>", AVU_ERROR_SYNTAX, "value without quotes" },
	{ "<a>&nbsp;</a>", AVU_ERROR_SYNTAX, "entity of HTML" },
	{ "<a>&#0;</a>", AVU_ERROR_SYNTAX, "reference to NUL" },
	{ "<a>&#x1f;</a>", AVU_ERROR_SYNTAX, "reference to a control character" },
	{ "<a>\x01</a>", AVU_ERROR_SYNTAX, "control character" },
	{ "<a>\xff</a>", AVU_ERROR_SYNTAX, "not UTF-8" },
	{ "<a>\xc0\xaf</a>", AVU_ERROR_SYNTAX, "overlong" },
	{ "<a>\xed\xa0\x80</a>", AVU_ERROR_SYNTAX, "surrogate" },
	{ "<!DOCTYPE a><a/>", AVU_ERROR_SYNTAX, "document type" },
	{ "<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>", AVU_ERROR_SYNTAX, "entity declaration" },
	{ "<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>", AVU_ERROR_SYNTAX, "external subset" },
	{ "<a><!DOCTYPE a></a>", AVU_ERROR_SYNTAX, "document type inside" },
	{ "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a/>", AVU_ERROR_SYNTAX, "Latin-1" },
	{ "<?xml version=\"1.0\" encoding=\"UTF-16\"?><a/>", AVU_ERROR_SYNTAX, "wrong label" },
	{ "<?xml version=\"1.0\" encoding=\"UTF-7\"?><a/>", AVU_ERROR_SYNTAX, "UTF-7" },
	{ "<a><![CDATA[ <b", AVU_ERROR_SYNTAX, "CDATA not ended" },
	{ "<a b=\"", AVU_ERROR_SYNTAX, "ends inside a value" },
};

static void
test_rows(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(AvuXmlDocument) document = avu_xml_parse(
			&avu_xml_kind_didl, rows[i].text, strlen(rows[i].text), &error);

		g_test_message("%s", rows[i].why);
		if (rows[i].code == ACCEPTED) {
			g_assert_no_error(error);
			g_assert_true(avu_xml_is(avu_xml_get_root(document), "a"));
		} else {
			g_assert_null(document);
			g_assert_error(error, AVU_ERROR, rows[i].code);
			g_assert_true(g_str_has_prefix(error->message, "metadata: "));
		}
	}
}

static void
test_tree(void)
{
	static const char text[] = "<r xmlns='urn:r' xmlns:q='urn:q'>\n <a n='1' "
				   "q:m='&lt;&#65;&amp;&#38;&amp;#38;'>x&amp;"
				   "<b/>y<![CDATA[<z>]]></a>\n <q:c> t </q:c>\n <a>second</a></r>";
	g_autoptr(AvuXmlDocument) document =
		avu_xml_parse(&avu_xml_kind_didl, text, strlen(text), NULL);
	const AvuXmlElement *root = avu_xml_get_root(document);
	const AvuXmlElement *a = avu_xml_find_child(root, NULL);
	const AvuXmlElement *c = avu_xml_find_next(a, NULL);

	g_assert_cmpstr(avu_xml_get_name(root), ==, "r");
	g_assert_cmpstr(avu_xml_get_namespace(root), ==, "urn:r");
	g_assert_cmpstr(avu_xml_get_text(root), ==, "");
	g_assert_cmpstr(avu_xml_get_text(a), ==, "x&y<z>");
	g_assert_cmpstr(avu_xml_get_attribute(a, "n"), ==, "1");
	g_assert_cmpstr(avu_xml_get_attribute(a, "m"), ==, "<A&&&#38;");
	g_assert_null(avu_xml_get_attribute(a, "q:m"));
	g_assert_cmpstr(avu_xml_get_child_text(a, "b"), ==, "");
	g_assert_null(avu_xml_find_child(avu_xml_find_child(a, "b"), NULL));
	g_assert_cmpstr(avu_xml_get_name(c), ==, "c");
	g_assert_cmpstr(avu_xml_get_namespace(c), ==, "urn:q");
	g_assert_cmpstr(avu_xml_get_text(c), ==, " t ");
	g_assert_cmpstr(avu_xml_get_text(avu_xml_find_next(a, "a")), ==, "second");
	g_assert_null(avu_xml_find_next(avu_xml_find_next(a, "a"), NULL));
	g_assert_null(avu_xml_find_child(root, "d"));
	g_assert_null(avu_xml_get_child_text(root, "b"));
}

static void
test_trailing_nul(void)
{
	static const char text[] = "<a/>\r\n\0\0";
	g_autoptr(GError) error = NULL;
	g_autoptr(AvuXmlDocument) document =
		avu_xml_parse(&avu_xml_kind_soap_answer, text, sizeof(text), &error);

	g_assert_no_error(error);
	g_assert_nonnull(document);

	static const char inside[] = "<a>\0</a>";
	g_autoptr(AvuXmlDocument) none =
		avu_xml_parse(&avu_xml_kind_soap_answer, inside, sizeof(inside) - 1, &error);

	g_assert_null(none);
	g_assert_error(error, AVU_ERROR, AVU_ERROR_SYNTAX);
}

static void
test_instructions(void)
{
	static const char text[] = "<?xml-stylesheet href='x'?><a><?b <c?></a>";
	g_autoptr(GError) error = NULL;
	g_autoptr(AvuXmlDocument) skipped =
		avu_xml_parse(&avu_xml_kind_description, text, strlen(text), NULL);
	g_autoptr(AvuXmlDocument) refused =
		avu_xml_parse(&avu_xml_kind_soap_request, text, strlen(text), &error);

	g_assert_nonnull(skipped);
	g_assert_null(refused);
	g_assert_error(error, AVU_ERROR, AVU_ERROR_SYNTAX);
}

static char *
repeat(const char *before, const char *each, size_t n, const char *after)
{
	GString *out = g_string_new(before);

	for (size_t i = 0; i < n; i++) {
		g_string_append(out, each);
	}
	g_string_append(out, after);
	return g_string_free(out, FALSE);
}

static void
assert_limit(const AvuXmlKind *kind, char *text_taken, bool accepted, const char *why)
{
	g_autofree char *text = text_taken;
	g_autoptr(GError) error = NULL;
	g_autoptr(AvuXmlDocument) document = avu_xml_parse(kind, text, strlen(text), &error);

	g_test_message("%s", why);
	if (accepted) {
		g_assert_no_error(error);
	} else {
		g_assert_error(error, AVU_ERROR, AVU_ERROR_LIMIT);
	}
}

static char *
many_attributes(unsigned n)
{
	GString *out = g_string_new("<a");

	for (unsigned i = 0; i < n; i++) {
		g_string_append_printf(out, " x%u=''", i);
	}
	g_string_append(out, "/>");
	return g_string_free(out, FALSE);
}

static void
test_limits(void)
{
	const AvuXmlKind *kind = &avu_xml_kind_soap_request;
	size_t around = strlen("<a></a>");

	assert_limit(kind, repeat("<a>", "x", kind->max_bytes - around, "</a>"), true, "longest");
	assert_limit(
		kind, repeat("<a>", "x", kind->max_bytes - around + 1, "</a>"), false, "longer");
	for (unsigned over = 0; over < 2; over++) {
		g_autofree char *inner = repeat("", "</a>", kind->max_depth + over, "");

		assert_limit(
			kind, repeat("", "<a>", kind->max_depth + over, inner), over == 0, "depth");
		assert_limit(kind, repeat("<r>", "<a/>", kind->max_elements - 1 + over, "</r>"),
			over == 0, "elements");
		assert_limit(kind, many_attributes(AVU_LIMIT_XML_ATTRIBUTES + over), over == 0,
			"attributes");
		assert_limit(kind,
			repeat("<a x='", "v", AVU_LIMIT_XML_ATTRIBUTE_VALUE + over, "'/>"),
			over == 0, "value");
		assert_limit(kind, repeat("<", "n", AVU_LIMIT_XML_NAME + over, "/>"), over == 0,
			"element name");
		assert_limit(kind, repeat("<a ", "n", AVU_LIMIT_XML_NAME + over, "='v'/>"),
			over == 0, "attribute name");
	}
}

static int64_t
thread_time_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return now.tv_sec * AVU_NS_PER_S + now.tv_nsec;
}

/* Measured on the parser alone: 80,000 attributes cost 1.3 s of a processor. What others take of it
 * meanwhile is not counted. */
static void
test_attributes_are_not_quadratic(void)
{
	g_autofree char *text = many_attributes(80000);
	g_autoptr(GError) error = NULL;
	int64_t start = thread_time_ns();
	g_autoptr(AvuXmlDocument) document =
		avu_xml_parse(&avu_xml_kind_description, text, strlen(text), &error);

	g_assert_error(error, AVU_ERROR, AVU_ERROR_LIMIT);
	g_assert_cmpint(thread_time_ns() - start, <, 100 * AVU_NS_PER_MS);
	/* Few enough to pass as one long tag: refused before the parser, which names the line. */
	g_autofree char *shorter = many_attributes(6000);
	g_autoptr(GError) second = NULL;
	g_autoptr(AvuXmlDocument) none =
		avu_xml_parse(&avu_xml_kind_description, shorter, strlen(shorter), &second);

	g_assert_cmpstr(second->message, ==, "device description: too many attributes");
}

static void
count_attribute(const char *name, const char *value, void *data)
{
	GString *seen = data;

	g_string_append_printf(seen, "%s=%s;", name, value);
}

static void
test_each_attribute(void)
{
	static const char text[] = "<a x='1' y='2'/>";
	g_autoptr(AvuXmlDocument) document =
		avu_xml_parse(&avu_xml_kind_didl, text, strlen(text), NULL);
	g_autoptr(GString) seen = g_string_new(NULL);

	avu_xml_each_attribute(avu_xml_get_root(document), count_attribute, seen);
	g_assert_cmpstr(seen->str, ==, "x=1;y=2;");
}

#define N_FIRST 8

static gpointer
parse_when_all_are_there(gpointer data)
{
	int *missing = data;

	(void)g_atomic_int_add(missing, -1);
	while (g_atomic_int_get(missing) > 0) {
		/* closer together than a condition would wake them */
	}
	return avu_xml_parse(&avu_xml_kind_event, "<a/>", 4, NULL);
}

/* Events of several services arrive at once. What is made twice shows as a leak at the end. */
static void
test_first_parse_in_many_threads(void)
{
	GThread *threads[N_FIRST];
	int missing = N_FIRST;

	for (unsigned i = 0; i < N_FIRST; i++) {
		threads[i] = g_thread_new("first", parse_when_all_are_there, &missing);
	}
	for (unsigned i = 0; i < N_FIRST; i++) {
		g_autoptr(AvuXmlDocument) document = g_thread_join(threads[i]);

		g_assert_cmpstr(avu_xml_get_name(avu_xml_get_root(document)), ==, "a");
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	/* before any other */
	g_test_add_func("/xml/reader/first-in-many-threads", test_first_parse_in_many_threads);
	g_test_add_func("/xml/reader/rows", test_rows);
	g_test_add_func("/xml/reader/tree", test_tree);
	g_test_add_func("/xml/reader/trailing-nul", test_trailing_nul);
	g_test_add_func("/xml/reader/instructions", test_instructions);
	g_test_add_func("/xml/reader/limits", test_limits);
	g_test_add_func("/xml/reader/quadratic-attributes", test_attributes_are_not_quadratic);
	g_test_add_func("/xml/reader/each-attribute", test_each_attribute);
	return g_test_run();
}
