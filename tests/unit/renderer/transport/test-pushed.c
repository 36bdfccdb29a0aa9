/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pushed playlists as text: each type that is taken, what is left out, and the one to begin with. */
#include <string.h>

#include "transport/pushed.h"

#define SINK "http-get:*:audio/flac:*"
#define DIDL(id, uri)                                                                \
	"<item id=\"" id "\" parentID=\"0\" restricted=\"1\"><dc:title>t</dc:title>" \
	"<upnp:class>object.item.audioItem</upnp:class><res "                        \
	"protocolInfo=\"http-get:*:audio/flac:*\">" uri "</res></item>"
#define DIDL_LITE(items)                                                     \
	"<DIDL-Lite xmlns=\"urn:schemas-upnp-org:metadata-1-0/DIDL-Lite/\" " \
	"xmlns:dc=\"http://purl.org/dc/elements/1.1/\" "                     \
	"xmlns:upnp=\"urn:schemas-upnp-org:metadata-1-0/upnp/\">" items "</DIDL-Lite>"

static const struct {
	const char *mime, *text, *start_id;
	const char *uris; /* joined; NULL: it is no list */
	size_t first;
	const char *why;
} rows[] = {
	{ "audio/x-mpegurl", "#EXTM3U\n#EXTINF:3,x\nhttp://h/1\nhttp://h/2", "",
		"http://h/1 http://h/2", 0, "M3U" },
	{ "Audio/MPEGURL", "http://h/1", "", "http://h/1", 0, "whatever the case" },
	{ "audio/x-scpls", "[playlist]\nFile1=http://h/1\n", "", "http://h/1", 0, "PLS" },
	{ "application/xspf+xml",
		"<playlist version=\"1\" "
		"xmlns=\"http://xspf.org/ns/0/\"><trackList><track><location>"
		"http://h/1</location></track></trackList></playlist>",
		"", "http://h/1", 0, "XSPF" },
	{ "video/x-ms-asx", "<asx version=\"3\"><entry><ref href=\"http://h/1\"/></entry></asx>",
		"", "http://h/1", 0, "ASX" },
	{ "text/xml", DIDL_LITE(DIDL("a", "http://h/1") DIDL("b", "http://h/2")), "b",
		"http://h/1 http://h/2", 1, "DIDL-Lite, from b on" },
	{ "text/xml", DIDL_LITE(DIDL("a", "http://h/1")), "z", "http://h/1", 0, "no such object" },
	{ "audio/x-mpegurl", "a.flac\n/b\nhttp://h/list.m3u\nhttp://h/1", "", "http://h/1", 0,
		"no whole address, and a list" },
	{ "audio/x-mpegurl", "#EXTM3U\n", "", "", 0, "nothing" },
	{ "audio/x-mpegurl", "#EXT-X-VERSION:3\nhttp://h/1", "", NULL, 0, "pieces of a stream" },
	{ "application/xspf+xml", "<playlist><track>", "", NULL, 0, "broken" },
	{ "text/xml", "http://h/1", "", NULL, 0, "no XML" },
};

static void
test_rows(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(ListItems) items =
			pushed_read(rows[i].text, rows[i].mime, rows[i].start_id, SINK, &error);
		g_autoptr(GString) uris = g_string_new(NULL);

		g_test_message("%s", rows[i].why);
		g_assert_cmpint(items == NULL, ==, rows[i].uris == NULL);
		g_assert_cmpint(error == NULL, ==, rows[i].uris != NULL);
		for (guint k = 0; items != NULL && k < items->items->len; k++) {
			g_string_append(uris, k > 0 ? " " : "");
			g_string_append(uris, g_array_index(items->items, AvuTransportItem, k).uri);
		}
		if (items != NULL) {
			g_assert_cmpstr(uris->str, ==, rows[i].uris);
			g_assert_cmpuint(items->first, ==, rows[i].first);
		}
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/pushed/rows", test_rows);
	return g_test_run();
}
