/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <av-upnp/error.h>

#include "commands/tag-value.h"

#define DIDL(body)                                                               \
	"<DIDL-Lite xmlns=\"urn:schemas-upnp-org:metadata-1-0/DIDL-Lite/\" "     \
	"xmlns:dc=\"http://purl.org/dc/elements/1.1/\" "                         \
	"xmlns:upnp=\"urn:schemas-upnp-org:metadata-1-0/upnp/\"><item id=\"1\" " \
	"parentID=\"0\">" body "</item></DIDL-Lite>"

static const struct {
	const char *didl;
	const char *tag, *value;
	const char *current, *next; /* NULL: refused */
	int code;
	const char *why;
} rows[] = {
	{ DIDL("<dc:title>Old</dc:title>"), "dc:title", "New", "<dc:title>Old</dc:title>",
		"<dc:title>New</dc:title>", 0, "changed" },
	{ DIDL("<dc:title>Old</dc:title>"), "upnp:rating", "5", "", "<upnp:rating>5</upnp:rating>",
		0, "new: nothing before" },
	{ DIDL("<upnp:rating>5</upnp:rating>"), "upnp:rating", "", "<upnp:rating>5</upnp:rating>",
		"", 0, "taken away: nothing after" },
	{ DIDL("<dc:title>a, b</dc:title>"), "dc:title", "c, d\\e", "<dc:title>a\\, b</dc:title>",
		"<dc:title>c\\, d\\\\e</dc:title>", 0, "commas and backslashes are escaped" },
	{ DIDL("<dc:title>R&amp;B &lt;3</dc:title>"), "dc:title", "a<b>&c",
		"<dc:title>R&amp;B &lt;3</dc:title>", "<dc:title>a&lt;b&gt;&amp;c</dc:title>", 0,
		"markup stays text" },
	{ DIDL("<upnp:genre>A</upnp:genre><upnp:genre>B</upnp:genre>"), "upnp:genre", "C", NULL,
		NULL, AVU_ERROR_UNSUPPORTED, "which of two is not said" },
	{ DIDL(""), "title", "x", NULL, NULL, AVU_ERROR_USAGE, "no prefix" },
	{ DIDL(""), "dc:", "x", NULL, NULL, AVU_ERROR_USAGE, "no name" },
	{ DIDL(""), ":title", "x", NULL, NULL, AVU_ERROR_USAGE, "nothing in front" },
	{ DIDL(""), "dc:a><b", "x", NULL, NULL, AVU_ERROR_USAGE, "markup for a name" },
	{ "<broken", "dc:title", "x", NULL, NULL, AVU_ERROR_SYNTAX,
		"the server's document is none" },
};

static void
test_rows(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(TagValues) values;
		g_autoptr(GError) error = NULL;

		g_test_message("%s", rows[i].why);
		tag_values_init(&values);
		const bool done =
			tag_values_add(&values, rows[i].didl, rows[i].tag, rows[i].value, &error);

		g_assert_cmpint(done, ==, rows[i].next != NULL);
		if (!done) {
			g_assert_error(error, AVU_ERROR, rows[i].code);
			continue;
		}
		g_assert_cmpstr(values.current->str, ==, rows[i].current);
		g_assert_cmpstr(values.next->str, ==, rows[i].next);
	}
}

/* Pairs keep their places, also where one side has nothing. */
static void
test_pairs(void)
{
	static const char didl[] = DIDL("<dc:title>Old</dc:title>");
	g_auto(TagValues) values;

	tag_values_init(&values);
	g_assert_true(tag_values_add(&values, didl, "upnp:rating", "5", NULL));
	g_assert_true(tag_values_add(&values, didl, "dc:title", "New", NULL));
	g_assert_true(tag_values_add(&values, didl, "dc:description", "", NULL));
	g_assert_cmpstr(values.current->str, ==, ",<dc:title>Old</dc:title>,");
	g_assert_cmpstr(
		values.next->str, ==, "<upnp:rating>5</upnp:rating>,<dc:title>New</dc:title>,");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/tag-value/rows", test_rows);
	g_test_add_func("/tag-value/pairs", test_pairs);
	return g_test_run();
}
