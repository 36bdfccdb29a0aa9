/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The grammar of SearchCriteria (spec/upnp-av-contentdirectory.md 5). The tree is compared through its
 * text with all brackets written; the brackets below are set by hand. */
#include <string.h>

#include <av-upnp/error.h>
#include <av-upnp/query.h>

static const AvuPropertySet all_known = { { UINT64_MAX, UINT64_MAX } };

static const struct {
	const char *text;
	const char *tree; /* NULL: 708 */
	const char *why;
} rows[] = {
	{ "*", "*", "everything" },
	{ " \t* ", "*", "white space around" },
	{ "dc:title = \"a\"", "dc:title = \"a\"", "one relation" },
	{ "dc:title=\"a\"", "dc:title = \"a\"", "no white space" },
	{ "dc:title\n\v\f\r=\t\"a\"", "dc:title = \"a\"", "all kinds of white space" },
	{ "dc:title = \"\"", "dc:title = \"\"", "empty value" },
	{ "dc:title contains \"say \\\"hi\\\" \\\\\"", "dc:title contains \"say \\\"hi\\\" \\\\\"",
		"escapes" },
	{ "dc:title contains \"a\\b\"", "dc:title contains \"a\\\\b\"",
		"lone backslash is itself" },
	{ "dc:title contains \"a, (b) and * c\"", "dc:title contains \"a, (b) and * c\"",
		"signs inside quotes" },
	{ "dc:title contains \"Bj\xc3\xb6rk\"", "dc:title contains \"Bj\xc3\xb6rk\"", "UTF-8" },
	{ "upnp:class derivedfrom \"object.item\"", "upnp:class derivedfrom \"object.item\"",
		"class" },
	{ "upnp:class derivedFrom \"object.item\"", "upnp:class derivedfrom \"object.item\"",
		"spelling of version 4" },
	{ "dc:title DOESNOTCONTAIN \"a\"", "dc:title doesNotContain \"a\"",
		"operators in any case" },
	{ "dc:title startsWith \"a\"", "dc:title startsWith \"a\"", "added in version 4" },
	{ "@refID exists false", "@refID exists false", "exists" },
	{ "refID exists TRUE", "@refID exists true", "@ left out" },
	{ "res@size > \"1000000\"", "res@size > \"1000000\"", "attribute" },
	{ "res@size >= \"1\" and res@size<=\"2\"", "(res@size >= \"1\" and res@size <= \"2\")",
		"signs of two characters" },
	{ "dc:date < \"2004\" or dc:date != \"2005\"",
		"(dc:date < \"2004\" or dc:date != \"2005\")", "or" },
	{ "@id=\"a\" and @id=\"b\" or @id=\"c\" or @id=\"d\" and @id=\"e\"",
		"(((@id = \"a\" and @id = \"b\") or @id = \"c\") or (@id = \"d\" and @id = \"e\"))",
		"and before or" },
	{ "@id=\"a\" or @id=\"b\" and @id=\"c\"", "(@id = \"a\" or (@id = \"b\" and @id = \"c\"))",
		"and before or, the other way" },
	{ "(@id=\"a\" or @id=\"b\") and @id=\"c\"",
		"((@id = \"a\" or @id = \"b\") and @id = \"c\")", "brackets" },
	{ "((( @id = \"a\" )))AND( @id=\"b\" )", "(@id = \"a\" and @id = \"b\")", "more brackets" },
	{ "", NULL, "empty" },
	{ "**", NULL, "two stars" },
	{ "* and @id=\"a\"", NULL, "star is the whole criteria or nothing" },
	{ "dc:title", NULL, "property alone" },
	{ "dc:title =", NULL, "value absent" },
	{ "dc:title = a", NULL, "value without quotes" },
	{ "dc:title = \"a", NULL, "quote not closed" },
	{ "dc:title = \"a\\\"", NULL, "quote closed by an escape" },
	{ "dc:title ! \"a\"", NULL, "lone exclamation mark" },
	{ "dc:title == \"a\"", NULL, "not an operator" },
	{ "dc:title like \"a\"", NULL, "word that is no operator" },
	{ "\"a\" = dc:title", NULL, "sides exchanged" },
	{ "DC:title = \"a\"", NULL, "properties keep their case" },
	{ "upnp:ratings = \"a\"", NULL, "property that nobody knows" },
	{ "upnp:artist[@role=\"AlbumArtist\"] = \"a\"",
		"upnp:artist[@role=\"AlbumArtist\"] = \"a\"", "property with a condition" },
	{ "upnp:artist[@role=\"AlbumArtist\" = \"a\"", NULL, "condition not closed" },
	{ "upnp:artist[@role=\"Chef\"] = \"a\"", NULL, "condition that nobody knows" },
	{ "@refID exists \"true\"", NULL, "exists with quotes" },
	{ "@refID exists", NULL, "exists alone" },
	{ "not @id=\"a\"", NULL, "there is no not" },
	{ "@id=\"a\" @id=\"b\"", NULL, "nothing between" },
	{ "@id=\"a\" and", NULL, "nothing after and" },
	{ "and @id=\"a\"", NULL, "nothing before and" },
	{ "(@id=\"a\"", NULL, "bracket not closed" },
	{ "@id=\"a\")", NULL, "bracket not opened" },
	{ "()", NULL, "nothing between brackets" },
	{ "@id=\"\xff\"", NULL, "not UTF-8" },
};

static void
test_grammar(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(AvuQuery) query = avu_query_parse(rows[i].text, &all_known, &error);

		g_test_message("%s", rows[i].why);
		if (rows[i].tree == NULL) {
			g_assert_null(query);
			g_assert_error(error, AVU_UPNP_ERROR, 708);
			continue;
		}
		g_assert_no_error(error);

		g_autofree char *tree = avu_query_format(query);

		g_assert_cmpstr(tree, ==, rows[i].tree);
	}
}

static void
test_known(void)
{
	g_autoptr(GError) error = NULL;
	AvuPropertySet known = { 0 };

	avu_property_set_add(&known, AVU_PROPERTY_CLASS);
	avu_property_set_add(&known, AVU_PROPERTY_TITLE);

	g_autoptr(AvuQuery) query = avu_query_parse("dc:title=\"a\"", &known, &error);

	g_assert_no_error(error);
	g_assert_null(avu_query_parse("dc:title=\"a\" or upnp:artist=\"a\"", &known, &error));
	g_assert_error(error, AVU_UPNP_ERROR, 708);
	g_assert_nonnull(strstr(error->message, "octet 16"));
}

static void
test_tree(void)
{
	g_autoptr(AvuQuery) query =
		avu_query_parse("dc:title=\"a\\\"b\" and @refID exists false", &all_known, NULL);
	const AvuQueryNode *root = avu_query_get_root(query);

	g_assert_cmpint(root->kind, ==, AVU_QUERY_AND);
	g_assert_cmpint(root->left->kind, ==, AVU_QUERY_RELATION);
	g_assert_cmpint(root->left->property, ==, AVU_PROPERTY_TITLE);
	g_assert_cmpint(root->left->relation, ==, AVU_QUERY_EQUAL);
	g_assert_cmpstr(root->left->value, ==, "a\"b");
	g_assert_cmpint(root->right->relation, ==, AVU_QUERY_EXISTS_NOT);
	g_assert_null(root->right->value);
}

static char *
repeated(const char *before, const char *middle, const char *after, unsigned n, const char *joint)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (unsigned i = 0; i < n; i++) {
		g_string_append(text, before);
	}
	g_string_append(text, middle);
	for (unsigned i = 0; i < n; i++) {
		g_string_append(text, joint);
		g_string_append(text, after);
	}
	return g_string_free(g_steal_pointer(&text), FALSE);
}

/* LIM-34: 4,096 octets, 32 brackets, 64 comparisons. */
static void
test_limits(void)
{
	static const struct {
		const char *before, *after, *joint;
		unsigned most;
	} limits[] = {
		{ "(", ")", "", 32 },
		{ "", "@id=\"b\"", " or ", 63 },
		{ "", "@id=\"b\"", " and ", 63 },
		{ "", " ", "", 4096 - 7 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(limits); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *most = repeated(limits[i].before, "@id=\"a\"", limits[i].after,
			limits[i].most, limits[i].joint);
		g_autofree char *more = repeated(limits[i].before, "@id=\"a\"", limits[i].after,
			limits[i].most + 1, limits[i].joint);
		g_autoptr(AvuQuery) query = avu_query_parse(most, &all_known, &error);

		g_assert_no_error(error);
		g_free(avu_query_format(query));
		g_assert_null(avu_query_parse(more, &all_known, &error));
		g_assert_error(error, AVU_UPNP_ERROR, 708);
	}
	/* Deepest and widest at once: or and and waiting in every bracket. */
	g_autofree char *crowd = repeated("@id=\"a\" or @id=\"b\" and (", "@id=\"c\"", ")", 31, "");
	g_autoptr(AvuQuery) query = avu_query_parse(crowd, &all_known, NULL);

	g_assert_nonnull(query);
	g_free(avu_query_format(query));
}

static void
test_quote(void)
{
	g_autofree char *text = avu_query_quote("a \"b\" \\ c");

	g_assert_cmpstr(text, ==, "\"a \\\"b\\\" \\\\ c\"");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/query/grammar", test_grammar);
	g_test_add_func("/query/known", test_known);
	g_test_add_func("/query/tree", test_tree);
	g_test_add_func("/query/limits", test_limits);
	g_test_add_func("/query/quote", test_quote);
	return g_test_run();
}
