/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which resource of an object becomes the item of a list. */
#include <av-upnp/didl.h>
#include <av-upnp/error.h>

#include "renderer/transport/list-items.h"

#define SINK "http-get:*:image/jpeg:*,http-get:*:audio/flac:*"
#define RES(attributes, uri) \
	"<res " attributes " protocolInfo=\"http-get:*:image/jpeg:*\">" uri "</res>"

static const struct {
	const char *resources;
	const char *uri; /* NULL: none */
	const char *why;
	const char *attributes; /* of the item; NULL: none */
} rows[] = {
	{ RES("", "http://192.0.2.1/a"), "http://192.0.2.1/a", "the only one" },
	{ RES("", "small/a"), "http://192.0.2.9/lists/small/a", "as seen from the list" },
	{ "<res protocolInfo=\"http-get:*:image/x-other:*\">http://192.0.2.1/a</res>", NULL,
		"of another type" },
	{ RES("resolution=\"20000x20000\"", "http://192.0.2.1/large"), NULL,
		"too large to be tried (SEC-188)" },
	{ RES("resolution=\"20000x20000\"", "http://192.0.2.1/large")
			RES("resolution=\"4096x3072\"", "http://192.0.2.1/small"),
		"http://192.0.2.1/small", "the smaller one beside it" },
	{ RES("protection=\"DTCP\"", "http://192.0.2.1/locked") RES("", "http://192.0.2.1/free"),
		"http://192.0.2.1/free", "the one that is free" },
	{ RES("protection=\"DTCP\"", "http://192.0.2.1/locked"), NULL, "protected" },
	{ RES("", "http://192.0.2.1/a"), NULL, "not to be played", " neverPlayable=\"1\"" },
	{ RES("", "http://192.0.2.1/a"), "http://192.0.2.1/a", "it may", " neverPlayable=\"0\"" },
};

static void
test_chosen(void)
{
	g_autoptr(AvuUrl) base = avu_url_parse("http://192.0.2.9/lists/a.xml", NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *text =
			g_strconcat("<DIDL-Lite "
				    "xmlns=\"urn:schemas-upnp-org:metadata-1-0/DIDL-Lite/\" "
				    "xmlns:dc=\"http://purl.org/dc/elements/1.1/\" "
				    "xmlns:upnp=\"urn:schemas-upnp-org:metadata-1-0/upnp/\">"
				    "<item id=\"1\" parentID=\"0\" restricted=\"1\"",
				rows[i].attributes != NULL ? rows[i].attributes : "",
				"><dc:title>a</dc:title>"
				"<upnp:class>object.item.imageItem</upnp:class>",
				rows[i].resources, "</item></DIDL-Lite>", NULL);
		g_autoptr(GError) error = NULL;
		g_autoptr(AvuDidl) didl = avu_didl_parse(text, strlen(text), &error);
		ListItems *list = list_items_new();

		g_test_message("%s", rows[i].why);
		g_assert_no_error(error);
		g_assert_cmpint(list_items_add_object(list, avu_didl_get(didl, 0), SINK, base), ==,
			rows[i].uri != NULL);
		g_assert_cmpuint(list->items->len, ==, rows[i].uri != NULL);
		if (rows[i].uri != NULL) {
			const AvuTransportItem *item =
				&g_array_index(list->items, AvuTransportItem, 0);

			g_assert_cmpstr(item->uri, ==, rows[i].uri);
			g_assert_nonnull(strstr(item->metadata, rows[i].uri));
			g_assert_null(strstr(item->metadata, "locked"));
		}
		list_items_free(list);
	}
}

/* Nobody plays more than that; what comes over the bound is left out, and what was there stays. */
static void
test_full(void)
{
	g_autofree char *path = g_strnfill(2000, 'a');
	g_autofree char *far = g_strconcat("http://192.0.2.9/", path, NULL);
	const char *const uris[] = { "http://192.0.2.9/a", far };

	for (size_t i = 0; i < G_N_ELEMENTS(uris); i++) {
		const AvuPlaylistEntry entry = { .title = (char *)"t",
			.duration_ns = AVU_TIME_NONE };
		g_autoptr(AvuUrl) url = avu_url_parse(uris[i], NULL);
		ListItems *list = list_items_new();
		size_t octets = 0;
		unsigned n = 0;

		for (; !list_items_is_full(list); n++) {
			g_assert_cmpuint(n, <, LIST_ITEMS_MAX);
			g_assert_cmpuint(octets, <, LIST_ITEMS_BYTES_MAX);
			list_items_add_entry(list, url, &entry);
			octets += strlen(uris[i]);
			octets += strlen(g_array_index(list->items, AvuTransportItem, n).metadata);
		}
		g_assert_cmpuint(list->items->len, ==, n);
		g_assert_cmpint(n == LIST_ITEMS_MAX, ==, i == 0);
		g_assert_cmpint(octets >= LIST_ITEMS_BYTES_MAX, ==, i == 1);
		list_items_add_entry(list, url, &entry);
		g_assert_cmpuint(list->items->len, ==, n);
		list_items_free(list);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/list-items/chosen", test_chosen);
	g_test_add_func("/list-items/full", test_full);
	return g_test_run();
}
