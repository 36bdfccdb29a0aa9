/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which URIs are lists, and what a play-container URI says (spec/dlna-device-classes.md 3.2). */
#include <av-upnp/error.h>

#include "transport/list-kind.h"

static const struct {
	const char *uri, *protocol_info;
	ListKind kind;
	const char *why;
} kinds[] = {
	{ "http://h/a.mp3", NULL, LIST_NONE, "content" },
	{ "http://h/a.m3u", NULL, LIST_PLAYLIST, "by name" },
	{ "http://h/A.PLS?x=1", NULL, LIST_PLAYLIST, "by name, with a query" },
	{ "http://h/a.xspf#t", NULL, LIST_PLAYLIST, "with a fragment" },
	{ "http://h/?f=a.m3u", NULL, LIST_NONE, "the name ends before the query" },
	{ "http://h/.m3u", NULL, LIST_PLAYLIST, "a file without a name" },
	{ ".m3u", NULL, LIST_NONE, "nothing before it" },
	{ "http://h/a.m3u", "http-get:*:audio/mpeg:*", LIST_NONE, "the type wins" },
	{ "http://h/a", "http-get:*:audio/x-mpegurl:*", LIST_PLAYLIST, "by type" },
	{ "http://h/a", "http-get:*:audio/x-scpls:*", LIST_PLAYLIST, "PLS by type" },
	{ "http://h/a", "http-get:*:application/xspf+xml:*", LIST_PLAYLIST, "XSPF by type" },
	{ "http://h/a.m3u", "http-get:*:*:*", LIST_PLAYLIST, "the type is not known" },
	{ "http://h/a.m3u", "http-get:*:text/plain:*", LIST_PLAYLIST, "a type that says nothing" },
	{ "http://h/a.m3u", "nonsense", LIST_PLAYLIST, "no protocolInfo" },
	{ "http://h/c", "http-get:*:text/xml:DLNA.ORG_PN=DIDL_S", LIST_DIDL, "media collection" },
	{ "http://h/c", "http-get:*:text/xml:DLNA.ORG_PN=DIDL_V", LIST_DIDL, "of films" },
	{ "http://h/c", "http-get:*:text/xml:*", LIST_NONE, "some XML" },
	{ "dlna-playcontainer://uuid%3Aa?sid=s&cid=c", NULL, LIST_CONTAINER, "container" },
	{ "DLNA-PlayContainer://a?cid=c", "http-get:*:audio/mpeg:*", LIST_CONTAINER,
		"the scheme wins, in any case" },
	{ "dlna-playsingle://a?iid=i", NULL, LIST_SINGLE, "item" },
	{ "", NULL, LIST_NONE, "nothing" },
};

static void
test_kind(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		g_test_message("%s: %s", kinds[i].why, kinds[i].uri);
		g_assert_cmpint(
			list_kind_of(kinds[i].uri, kinds[i].protocol_info), ==, kinds[i].kind);
	}
}

static const struct {
	const char *url, *mime, *form;
} forms[] = {
	{ "http://h/a", "audio/x-mpegurl; charset=utf-8", ".m3u" },
	{ "http://h/a.pls", "audio/x-mpegurl", ".m3u" },
	{ "http://h/a.pls", "text/html", ".pls" },
	{ "http://h/a.M3U8", NULL, ".m3u8" },
	{ "http://h/a", "AUDIO/X-SCPLS", ".pls" },
	{ "http://h/a", NULL, NULL },
};

static void
test_form(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(forms); i++) {
		g_assert_cmpstr(list_form_of(forms[i].url, forms[i].mime), ==, forms[i].form);
	}
}

#define P "dlna-playcontainer://uuid%3A1234-ab"

static const struct {
	const char *uri;
	const char *udn; /* NULL: refused */
	const char *object, *first, *sort;
	uint32_t index, depth;
	const char *why;
} containers[] = {
	{ P "?sid=urn%3Aupnp-org%3AserviceId%3AContentDirectory&cid=0%2440&fid=0%2440%247&fii=3"
	    "&sc=%2Bdc%3Atitle&md=1",
		"uuid:1234-ab", "0$40", "0$40$7", "+dc:title", 3, 1, "everything" },
	{ P "?cid=7", "uuid:1234-ab", "7", NULL, "", 0, 0, "the least" },
	{ P "/?cid=7", "uuid:1234-ab", "7", NULL, "", 0, 0, "a slash before the query" },
	{ P "?cid=7&x=y&flag&=", "uuid:1234-ab", "7", NULL, "", 0, 0, "names not known" },
	{ P "?cid=1&cid=2", "uuid:1234-ab", "2", NULL, "", 0, 0, "the last one counts" },
	{ "dlna-playsingle://a-b?sid=s&iid=i%26j", "a-b", "i&j", NULL, "", 0, 0, "an item" },
	{ P, NULL, NULL, NULL, NULL, 0, 0, "no container" },
	{ P "?cid=", NULL, NULL, NULL, NULL, 0, 0, "an empty one" },
	{ P "?sid=x", NULL, NULL, NULL, NULL, 0, 0, "none among the parameters" },
	{ "dlna-playcontainer://?cid=7", NULL, NULL, NULL, NULL, 0, 0, "no server" },
	{ P "?cid=%zz", NULL, NULL, NULL, NULL, 0, 0, "no escape" },
	{ P "?cid=a%00b", NULL, NULL, NULL, NULL, 0, 0, "a NUL" },
	{ P "?cid=7&fii=x", NULL, NULL, NULL, NULL, 0, 0, "no number" },
	{ P "?cid=7&fii=2147483648", NULL, NULL, NULL, NULL, 0, 0, "2^31" },
	{ P "?cid=7&md=33", NULL, NULL, NULL, NULL, 0, 0, "too deep" },
	{ P "?cid=7&md=-1", NULL, NULL, NULL, NULL, 0, 0, "negative" },
	{ "http://h/?cid=7", NULL, NULL, NULL, NULL, 0, 0, "another scheme" },
};

static void
test_container(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(containers); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(PlayContainer) container =
			play_container_parse(containers[i].uri, &error);

		g_test_message("%s: %s", containers[i].why, containers[i].uri);
		if (containers[i].udn == NULL) {
			g_assert_null(container);
			g_assert_error(error, AVU_ERROR, AVU_ERROR_SYNTAX);
			continue;
		}
		g_assert_no_error(error);
		g_assert_cmpstr(container->udn, ==, containers[i].udn);
		g_assert_cmpstr(container->object_id, ==, containers[i].object);
		g_assert_cmpstr(container->first_id, ==, containers[i].first);
		g_assert_cmpstr(container->sort, ==, containers[i].sort);
		g_assert_cmpuint(container->first_index, ==, containers[i].index);
		g_assert_cmpuint(container->depth, ==, containers[i].depth);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/list-kind/kind", test_kind);
	g_test_add_func("/list-kind/form", test_form);
	g_test_add_func("/list-kind/container", test_container);
	return g_test_run();
}
