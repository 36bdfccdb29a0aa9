/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ContentDirectory over a store of numbered tracks: container 0 holds TRACKS items named by their
 * number. Expected answers after spec/upnp-av-contentdirectory.md 4. */
#include <av-upnp/content-directory.h>
#include <av-upnp/error.h>

#include "service-fixture.h"

#define TRACKS 2500

typedef struct {
	Fixture base;
	AvuContentDirectory *directory;
	AvuContentQuery asked; /* by the last call */
	char *criteria, *base_url;
	uint32_t system_update_id;
	const char *padding; /* into every object's description */
	bool too_slow;
	/* what take_changes tells next */
	AvuContentChange changes[4];
	unsigned n_changes, n_crowd;
	uint32_t container_update_ids[3];
	bool lost;
} Library;

static void
emit_track(
	Library *l, uint32_t number, void (*emit)(const AvuObject *object, void *data), void *data)
{
	g_autofree char *id = g_strdup_printf("t%u", number);
	AvuObject object;

	avu_object_init(&object);
	object.id = id;
	object.parent_id = "0";
	object.title = id;
	object.upnp_class = "object.item.audioItem";
	object.artist = "A";
	object.description = l->padding;
	emit(&object, data);
}

static void
remember(Library *l, const AvuContentQuery *query)
{
	l->asked = *query;
	l->asked.object_id = NULL; /* dies with the call */
	g_free(l->base_url);
	l->base_url = g_strdup(query->base_url);
}

static bool
get_object(void *self, const AvuContentQuery *query,
	void (*emit)(const AvuObject *object, void *data), void *data, AvuContentResult *ret_result,
	GError **error)
{
	Library *l = self;

	remember(l, query);
	ret_result->update_id = 12;
	if (strcmp(query->object_id, "t7") == 0) {
		emit_track(l, 7, emit, data);
		return true;
	}
	if (strcmp(query->object_id, "0") == 0) {
		AvuObject root;

		avu_object_init(&root);
		root.container = true;
		root.id = "0";
		root.parent_id = "-1";
		root.title = "Root";
		root.upnp_class = "object.container";
		emit(&root, data);
		return true;
	}
	if (strcmp(query->object_id, "vanished") == 0) {
		return true;
	}
	g_set_error(error, AVU_UPNP_ERROR, 701, "no such object");
	return false;
}

static bool
get_children(void *self, const AvuContentQuery *query,
	void (*emit)(const AvuObject *object, void *data), void *data, AvuContentResult *ret_result,
	GError **error)
{
	Library *l = self;

	remember(l, query);
	if (l->too_slow) {
		emit_track(l, 0, emit, data);
		g_set_error(error, AVU_UPNP_ERROR, 720, "too slow");
		return false;
	}
	if (strcmp(query->object_id, "t7") == 0) {
		g_set_error(error, AVU_UPNP_ERROR, 710, "not a container");
		return false;
	}
	for (uint32_t i = 0; i < query->count && query->start + (uint64_t)i < TRACKS; i++) {
		emit_track(l, query->start + i, emit, data);
	}
	*ret_result = (AvuContentResult){ .total = TRACKS, .update_id = 34 };
	return true;
}

static bool
search(void *self, const AvuContentQuery *query, const AvuQuery *criteria,
	void (*emit)(const AvuObject *object, void *data), void *data, AvuContentResult *ret_result,
	GError **error)
{
	Library *l = self;

	(void)error;
	remember(l, query);
	g_free(l->criteria);
	l->criteria = avu_query_format(criteria);
	emit_track(l, 5, emit, data);
	*ret_result = (AvuContentResult){ .total = 1, .update_id = 56 };
	return true;
}

static uint32_t
get_system_update_id(void *self)
{
	return ((Library *)self)->system_update_id;
}

static const char *const container_ids[] = { "0", "c1", "a,b\\c" };

/* Plays the script of changes that the test wrote. */
static bool
take_changes(void *self, const AvuContentChangeSink *sink)
{
	Library *l = self;

	for (unsigned i = 0; i < l->n_changes; i++) {
		sink->change(&l->changes[i], sink->data);
	}
	for (unsigned i = 0; i < l->n_crowd; i++) {
		g_autofree char *id = g_strdup_printf("x%u", i);
		const AvuContentChange change = { AVU_CONTENT_MODIFIED, id, NULL, NULL, i };

		sink->change(&change, sink->data);
		sink->container(id, i, sink->data);
	}
	for (unsigned i = 0; i < G_N_ELEMENTS(container_ids); i++) {
		if (l->container_update_ids[i] != 0) {
			sink->container(container_ids[i], l->container_update_ids[i], sink->data);
		}
	}
	l->n_changes = l->n_crowd = 0;
	memset(l->container_update_ids, 0, sizeof l->container_update_ids);
	return !l->lost;
}

static char *
dup_reset_token(void *self)
{
	(void)self;
	return g_strdup("token-1");
}

static const AvuContentShortcut shortcuts[] = { { "MUSIC", "m" }, { "VIDEOS_ALL", "v&a" },
	{ NULL } };

static AvuContentStore without_search = {
	.get_object = get_object,
	.get_children = get_children,
	.get_system_update_id = get_system_update_id,
};
static AvuContentStore with_search = {
	.get_object = get_object,
	.get_children = get_children,
	.get_system_update_id = get_system_update_id,
	.search = search,
	.take_changes = take_changes,
	.dup_reset_token = dup_reset_token,
	.shortcuts = shortcuts,
};

static void
library_init_version(Library *l, AvuContentStore *store, unsigned version)
{
	avu_property_set_add(&store->search_properties, AVU_PROPERTY_TITLE);
	avu_property_set_add(&store->search_properties, AVU_PROPERTY_CLASS);
	avu_property_set_add(&store->sort_properties, AVU_PROPERTY_TITLE);
	avu_property_set_add(&store->sort_properties, AVU_PROPERTY_DATE);
	avu_property_set_add(&store->sort_properties, AVU_PROPERTY_ALBUM);
	*l = (Library){ .system_update_id = 99 };
	fixture_init(&l->base);
	l->directory = avu_content_directory_new(l->base.host, version, store, l);
	fixture_start(&l->base, "ContentDirectory");
}

static void
library_init(Library *l, AvuContentStore *store)
{
	library_init_version(l, store, 1);
}

static void
library_clear(Library *l)
{
	avu_content_directory_free(l->directory);
	fixture_clear(&l->base);
	g_free(l->criteria);
	g_free(l->base_url);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Library, library_clear)

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

#define STATE_EVENT                                                \
	"<StateEvent xmlns=\"urn:schemas-upnp-org:av:cds-event\" " \
	"xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" " \
	"xsi:schemaLocation=\"urn:schemas-upnp-org:av:cds-event "  \
	"http://www.upnp.org/schemas/av/cds-events.xsd\">"

static void
assert_variable(Library *l, const char *name, const char *value)
{
	g_autofree char *present =
		avu_variables_dup(avu_service_get_variables(l->base.service), 0, NULL, name);

	g_assert_cmpstr(present, ==, value);
}

static void
test_tracking(void)
{
	g_auto(Library) l;

	library_init_version(&l, &with_search, 4);
	assert_variable(&l, "ContainerUpdateIDs", "");

	/* the first event goes out at once; what follows is held back for a while */
	l.container_update_ids[1] = 99;
	avu_content_directory_changed(l.directory);
	assert_variable(&l, "ContainerUpdateIDs", "c1,99");

	l.n_changes = 2;
	l.changes[0] = (AvuContentChange){ AVU_CONTENT_ADDED, "i1", "c1", "object.item", 100 };
	l.changes[1] = (AvuContentChange){ AVU_CONTENT_MODIFIED, "c1", NULL, NULL, 101 };
	l.container_update_ids[1] = 101;
	l.system_update_id = 101;
	avu_content_directory_changed(l.directory);
	assert_variable(&l, "SystemUpdateID", "101");
	assert_variable(&l, "ContainerUpdateIDs", "c1,101");
	assert_variable(&l, "LastChange",
		STATE_EVENT "<objAdd objID=\"i1\" updateID=\"100\" stUpdate=\"0\" "
			    "objParentID=\"c1\" objClass=\"object.item\"/>"
			    "<objMod objID=\"c1\" updateID=\"101\" stUpdate=\"0\"/></StateEvent>");

	/* Nobody runs the loop here, so no event goes out: the next change is added. */
	l.n_changes = 1;
	l.changes[0] = (AvuContentChange){ AVU_CONTENT_DELETED, "a\"<", NULL, NULL, 102 };
	l.container_update_ids[1] = 102;
	l.container_update_ids[2] = 102;
	avu_content_directory_changed(l.directory);
	assert_variable(&l, "ContainerUpdateIDs", "c1,102,a\\,b\\\\c,102");
	assert_variable(&l, "LastChange",
		STATE_EVENT "<objAdd objID=\"i1\" updateID=\"100\" stUpdate=\"0\" "
			    "objParentID=\"c1\" objClass=\"object.item\"/>"
			    "<objMod objID=\"c1\" updateID=\"101\" stUpdate=\"0\"/>"
			    "<objDel objID=\"a&quot;&lt;\" updateID=\"102\" stUpdate=\"0\"/>"
			    "</StateEvent>");
}

/* Until the event that moderation holds back has gone. */
static void
wait_until_told(Library *l)
{
	while (avu_variables_is_untold(avu_service_get_variables(l->base.service), "LastChange")) {
		(void)g_main_context_iteration(NULL, TRUE);
	}
}

/* After an event the lists start anew, also when nothing of one of them changed. */
static void
test_tracking_starts_anew(void)
{
	g_auto(Library) l;

	library_init_version(&l, &with_search, 4);
	for (unsigned i = 0; i < 2; i++) {
		l.n_changes = 1;
		l.changes[0] = (AvuContentChange){ AVU_CONTENT_MODIFIED, "i1", NULL, NULL, 100 };
		l.container_update_ids[1] = 100;
		avu_content_directory_changed(l.directory);
	}
	wait_until_told(&l);
	l.n_changes = 1;
	l.changes[0] = (AvuContentChange){ AVU_CONTENT_MODIFIED, "i2", NULL, NULL, 101 };
	l.container_update_ids[0] = 101;
	avu_content_directory_changed(l.directory);
	assert_variable(&l, "ContainerUpdateIDs", "0,101");
	assert_variable(&l, "LastChange",
		STATE_EVENT "<objMod objID=\"i2\" updateID=\"101\" stUpdate=\"0\"/></StateEvent>");
	/* nothing changed: nothing is told */
	avu_content_directory_changed(l.directory);
	assert_variable(&l, "ContainerUpdateIDs", "0,101");
}

/* Neither a first scan nor a store that lost count makes the lists endless. */
static void
test_tracking_is_bounded(void)
{
	g_auto(Library) l;

	library_init_version(&l, &with_search, 4);
	l.n_crowd = 100000;
	l.system_update_id = 100000;
	avu_content_directory_changed(l.directory);

	AvuVariables *variables = avu_service_get_variables(l.base.service);
	g_autofree char *pairs = avu_variables_dup(variables, 0, NULL, "ContainerUpdateIDs");
	g_autofree char *changes = avu_variables_dup(variables, 0, NULL, "LastChange");

	g_assert_cmpuint(strlen(pairs), <, 32 * 1024);
	g_assert_cmpuint(strlen(changes), <, 64 * 1024);
	g_assert_true(g_str_has_suffix(pairs, ",0,100000"));
	g_assert_true(g_str_has_suffix(
		changes, "<stDone objID=\"0\" updateID=\"100000\"/></StateEvent>"));
	g_assert_null(strstr(changes, "stUpdate=\"0\""));
	l.lost = true;
	avu_content_directory_changed(l.directory);
	assert_variable(&l, "ContainerUpdateIDs", "0,100000");
	assert_variable(&l, "LastChange",
		STATE_EVENT "<stDone objID=\"0\" updateID=\"100000\"/></StateEvent>");
}

static void
test_without_tracking(void)
{
	g_auto(Library) l;

	library_init_version(&l, &without_search, 1);
	assert_variable(&l, "ContainerUpdateIDs", "");
	assert_variable(&l, "LastChange", "");
	avu_content_directory_changed(l.directory);
	assert_variable(&l, "LastChange", "");
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
	g_test_add_func("/content-directory/tracking", test_tracking);
	g_test_add_func("/content-directory/tracking-starts-anew", test_tracking_starts_anew);
	g_test_add_func("/content-directory/tracking-is-bounded", test_tracking_is_bounded);
	g_test_add_func("/content-directory/without-tracking", test_without_tracking);
	return g_test_run();
}
