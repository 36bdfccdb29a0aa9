/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ContentDirectory over a store of numbered tracks. Expected answers after spec/upnp-av-contentdirectory.md
 * 4. What it tells of changes: test-content-tracking.c. */
#include "track-library.h"

static AvuSoapMessage *
browse(Library *l, const char *id, const char *flag, const char *start, const char *count,
	const char *sort)
{
	return fixture_call(&l->base, "Browse", "ObjectID", id, "BrowseFlag", flag, "Filter", "",
		"StartingIndex", start, "RequestedCount", count, "SortCriteria", sort, NULL);
}

static const struct {
	const char *id, *flag, *start, *count;
	int code;
	const char *returned, *total, *update_id;
	const char *first; /* id of the first object */
	const char *why;
} rows[] = {
	{ "0", "BrowseDirectChildren", "0", "10", 0, "10", "2500", "99", "t0", "first page" },
	{ "0", "BrowseDirectChildren", "2495", "10", 0, "5", "2500", "99", "t2495", "last page" },
	{ "0", "BrowseDirectChildren", "0", "0", 0, "1000", "2500", "99", "t0",
		"0 is all, in pages" },
	{ "0", "BrowseDirectChildren", "0", "4294967295", 0, "1000", "2500", "99", "t0",
		"very many" },
	{ "0", "BrowseDirectChildren", "2500", "1", 0, "0", "2500", "99", NULL, "behind the end" },
	{ "0", "BrowseDirectChildren", "4294967295", "1", 0, "0", "2500", "99", NULL,
		"far behind" },
	{ "c", "BrowseDirectChildren", "0", "1", 0, "1", "2500", "34", "t0",
		"a container's own id" },
	{ "t7", "BrowseDirectChildren", "0", "0", 710, NULL, NULL, NULL, NULL,
		"children of an item" },
	{ "0", "BrowseMetadata", "0", "0", 0, "1", "1", "99", "0", "the root" },
	{ "t7", "BrowseMetadata", "0", "0", 0, "1", "1", "12", "t7", "an item" },
	{ "t7", "BrowseMetadata", "0", "5", 0, "1", "1", "12", "t7",
		"RequestedCount does not matter" },
	{ "t7", "BrowseMetadata", "1", "0", 402, NULL, NULL, NULL, NULL,
		"StartingIndex must be 0" },
	{ "nothing", "BrowseMetadata", "0", "0", 701, NULL, NULL, NULL, NULL, "no such object" },
	{ "vanished", "BrowseMetadata", "0", "0", 701, NULL, NULL, NULL, NULL, "gone meanwhile" },
	{ "", "BrowseMetadata", "0", "0", 701, NULL, NULL, NULL, NULL, "empty id" },
	{ "0", "BrowseEverything", "0", "0", 601, NULL, NULL, NULL, NULL, "flag not in the list" },
	{ "0", "BrowseMetadata", "x", "0", 402, NULL, NULL, NULL, NULL, "index is no number" },
	{ "0", "BrowseMetadata", "0", "-1", 402, NULL, NULL, NULL, NULL, "count is negative" },
};

static void
test_browse(void)
{
	g_auto(Library) l;

	library_init(&l, &with_search);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(AvuSoapMessage) answer =
			browse(&l, rows[i].id, rows[i].flag, rows[i].start, rows[i].count, "");

		g_test_message("%s", rows[i].why);
		if (rows[i].code != 0) {
			g_assert_cmpint(answer->fault_code, ==, rows[i].code);
			continue;
		}
		fixture_assert_out(answer, "NumberReturned", rows[i].returned);
		fixture_assert_out(answer, "TotalMatches", rows[i].total);
		fixture_assert_out(answer, "UpdateID", rows[i].update_id);

		const char *result = avu_soap_find_argument(answer, "Result");
		g_autoptr(AvuDidl) didl = avu_didl_parse(result, strlen(result), NULL);

		g_assert_nonnull(didl);
		g_assert_cmpuint(
			avu_didl_get_n(didl), ==, g_ascii_strtoull(rows[i].returned, NULL, 10));
		if (rows[i].first != NULL) {
			g_assert_cmpstr(avu_didl_get(didl, 0)->id, ==, rows[i].first);
		}
	}
}

static void
test_what_the_store_is_asked(void)
{
	g_auto(Library) l;

	library_init(&l, &with_search);

	g_autoptr(AvuSoapMessage) answer =
		browse(&l, "0", "BrowseDirectChildren", "3", "7", "-dc:date,+upnp:album");
	g_autofree char *url =
		g_strdup_printf("http://127.0.0.1:%u", avu_http_server_get_port(l.base.server));

	g_assert_cmpint(answer->fault_code, ==, 0);
	g_assert_cmpuint(l.asked.start, ==, 3);
	g_assert_cmpuint(l.asked.count, ==, 7);
	g_assert_cmpuint(l.asked.n_sort, ==, 2);
	g_assert_cmpint(l.asked.sort[0].property, ==, AVU_PROPERTY_DATE);
	g_assert_true(l.asked.sort[0].descending);
	g_assert_cmpint(l.asked.sort[1].property, ==, AVU_PROPERTY_ALBUM);
	g_assert_cmpstr(l.base_url, ==, url);

	g_autoptr(AvuSoapMessage) refused =
		browse(&l, "0", "BrowseDirectChildren", "0", "0", "+upnp:rating");

	g_assert_cmpint(refused->fault_code, ==, 709);
}

static void
test_filter(void)
{
	g_auto(Library) l;

	library_init(&l, &with_search);

	g_autoptr(AvuSoapMessage) without = browse(&l, "t7", "BrowseMetadata", "0", "0", "");
	g_autoptr(AvuSoapMessage) with = fixture_call(&l.base, "Browse", "ObjectID", "t7",
		"BrowseFlag", "BrowseMetadata", "Filter", "upnp:artist", "StartingIndex", "0",
		"RequestedCount", "0", "SortCriteria", "", NULL);

	g_assert_null(strstr(avu_soap_find_argument(without, "Result"), "upnp:artist"));
	g_assert_nonnull(strstr(avu_soap_find_argument(with, "Result"), "<upnp:artist>A<"));
}

/* The reply has begun when the store fails: nothing of it may be sent. */
static void
test_store_fails_late(void)
{
	g_auto(Library) l;

	library_init(&l, &with_search);
	l.too_slow = true;

	g_autoptr(AvuSoapMessage) answer = browse(&l, "0", "BrowseDirectChildren", "0", "0", "");

	g_assert_cmpint(answer->fault_code, ==, 720);
	g_assert_null(avu_soap_find_argument(answer, "Result"));
}

/* A page of big objects ends early, and says how many there are in it. */
static void
test_reply_is_bounded(void)
{
	g_auto(Library) l;
	g_autoptr(GString) padding = g_string_new(NULL);

	while (padding->len < 1000) {
		g_string_append(padding, "<&>\""); /* each grows when it is escaped twice */
	}
	library_init(&l, &with_search);
	l.padding = padding->str;

	g_autoptr(AvuSoapMessage) answer = fixture_call(&l.base, "Browse", "ObjectID", "0",
		"BrowseFlag", "BrowseDirectChildren", "Filter", "dc:description", "StartingIndex",
		"0", "RequestedCount", "0", "SortCriteria", "", NULL);
	const char *result = avu_soap_find_argument(answer, "Result");

	g_assert_cmpint(answer->fault_code, ==, 0);

	g_autoptr(AvuDidl) didl = avu_didl_parse(result, strlen(result), NULL);
	g_autofree char *n = g_strdup_printf("%zu", avu_didl_get_n(didl));

	g_assert_cmpuint(avu_didl_get_n(didl), <, 1000);
	g_assert_cmpuint(avu_didl_get_n(didl), >, 100);
	fixture_assert_out(answer, "NumberReturned", n);
	fixture_assert_out(answer, "TotalMatches", "2500");
}

static AvuSoapMessage *
ask_search(Library *l, const char *criteria)
{
	return fixture_call(&l->base, "Search", "ContainerID", "c", "SearchCriteria", criteria,
		"Filter", "*", "StartingIndex", "1", "RequestedCount", "0", "SortCriteria",
		"+dc:title", NULL);
}

static void
test_search(void)
{
	g_auto(Library) l;

	library_init(&l, &with_search);

	g_autoptr(AvuSoapMessage) answer = ask_search(&l, "dc:title contains \"a\"");

	fixture_assert_out(answer, "NumberReturned", "1");
	fixture_assert_out(answer, "TotalMatches", "1");
	fixture_assert_out(answer, "UpdateID", "56");
	g_assert_cmpstr(l.criteria, ==, "dc:title contains \"a\"");
	g_assert_cmpuint(l.asked.start, ==, 1);
	g_assert_cmpuint(l.asked.count, ==, 1000);
	g_assert_cmpuint(l.asked.n_sort, ==, 1);

	g_autoptr(AvuSoapMessage) unknown = ask_search(&l, "upnp:artist = \"a\"");
	g_autoptr(AvuSoapMessage) malformed = ask_search(&l, "dc:title =");

	g_assert_cmpint(unknown->fault_code, ==, 708);
	g_assert_cmpint(malformed->fault_code, ==, 708);
}

static void
assert_out(Library *l, const char *action, const char *name, const char *value)
{
	g_autoptr(AvuSoapMessage) answer = fixture_call(&l->base, action, NULL);

	fixture_assert_out(answer, name, value);
}

static void
test_capabilities(void)
{
	static const char sort[] = "dc:title,dc:date,upnp:album";
	g_auto(Library) l;

	library_init(&l, &with_search);
	assert_out(&l, "GetSearchCapabilities", "SearchCaps", "dc:title,upnp:class");
	assert_out(&l, "GetSortCapabilities", "SortCaps", sort);
}

static void
test_without_search(void)
{
	g_auto(Library) l;

	library_init(&l, &without_search);
	assert_out(&l, "GetSearchCapabilities", "SearchCaps", "");

	g_autoptr(AvuSoapMessage) answer = ask_search(&l, "*");

	g_assert_cmpint(answer->fault_code, !=, 0);
	g_assert_null(l.criteria);
}

static void
test_update_id(void)
{
	g_auto(Library) l;

	library_init(&l, &with_search);

	AvuVariables *variables = avu_service_get_variables(l.base.service);

	g_assert_cmpint(avu_variables_get_int(variables, 0, NULL, "SystemUpdateID"), ==, 99);
	l.system_update_id = 4294967295u;
	assert_out(&l, "GetSystemUpdateID", "Id", "4294967295"); /* the answer is not moderated */
	g_assert_cmpint(avu_variables_get_int(variables, 0, NULL, "SystemUpdateID"), ==, 99);
	avu_content_directory_changed(l.directory);
	g_assert_cmpint(
		avu_variables_get_int(variables, 0, NULL, "SystemUpdateID"), ==, 4294967295);
}

/* UpdateID of an item, of a container, and of the root, in every version. */
static void
test_versions_of_update_id(void)
{
	static const struct {
		unsigned version;
		const char *of_container;
	} versions[] = { { 1, "34" }, { 2, "34" }, { 3, "99" }, { 4, "99" } };

	for (size_t i = 0; i < G_N_ELEMENTS(versions); i++) {
		g_auto(Library) l;

		library_init_version(&l, &with_search, versions[i].version);

		g_autoptr(AvuSoapMessage) of_container =
			browse(&l, "c", "BrowseDirectChildren", "0", "1", "");
		g_autoptr(AvuSoapMessage) of_root =
			browse(&l, "0", "BrowseDirectChildren", "0", "1", "");

		g_test_message("version %u", versions[i].version);
		fixture_assert_out(of_container, "UpdateID", versions[i].of_container);
		fixture_assert_out(of_root, "UpdateID", "99");
	}
}

static void
test_what_later_versions_say(void)
{
	g_auto(Library) l;

	library_init_version(&l, &with_search, 4);
	assert_out(&l, "GetServiceResetToken", "ResetToken", "token-1");
	assert_out(&l, "GetSortExtensionCapabilities", "SortExtensionCaps", "+,-");
	assert_out(&l, "GetFeatureList", "FeatureList",
		"<Features xmlns=\"urn:schemas-upnp-org:av:avs\">"
		"<Feature name=\"CONTAINER_SHORTCUTS\" version=\"1\"><shortcutlist>"
		"<shortcut><name>MUSIC</name><objectID>m</objectID></shortcut>"
		"<shortcut><name>VIDEOS_ALL</name><objectID>v&amp;a</objectID></shortcut>"
		"</shortcutlist></Feature></Features>");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/content-directory/browse", test_browse);
	g_test_add_func("/content-directory/store", test_what_the_store_is_asked);
	g_test_add_func("/content-directory/filter", test_filter);
	g_test_add_func("/content-directory/store-fails-late", test_store_fails_late);
	g_test_add_func("/content-directory/reply-is-bounded", test_reply_is_bounded);
	g_test_add_func("/content-directory/search", test_search);
	g_test_add_func("/content-directory/capabilities", test_capabilities);
	g_test_add_func("/content-directory/without-search", test_without_search);
	g_test_add_func("/content-directory/update-id", test_update_id);
	g_test_add_func("/content-directory/versions-of-update-id", test_versions_of_update_id);
	g_test_add_func("/content-directory/later-versions", test_what_later_versions_say);
	return g_test_run();
}
