/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include <av-upnp/error.h>

#include "item/play-item.h"

static const struct {
	const char *url;
	const char *title; /* NULL: error */
	const char *in_metadata;
	const char *why;
} urls[] = {
	{ "http://192.0.2.7/a/B%C3%B6rk.flac", "Börk.flac", "http-get:*:audio/flac:*", "sound" },
	{ "http://192.0.2.7/film.MP4?x=.mp3", "film.MP4", "http-get:*:video/mp4:*",
		"the query says nothing of the kind" },
	{ "http://192.0.2.7/p.jpg", "p.jpg", "object.item.imageItem", "a picture" },
	{ "http://192.0.2.7/stream", "stream", "http-get:*:*:*", "no ending" },
	{ "http://192.0.2.7/", "192.0.2.7", "http-get:*:*:*", "no name" },
	{ "http://192.0.2.7/a?b&c", "a", "a?b&amp;c", "escaped where it must be" },
	{ "http:///a", NULL, NULL, "no host" },
};

static void
test_url(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(urls); i++) {
		g_auto(PlayItem) item = { NULL, NULL, NULL };
		const bool made = play_item_from_url(urls[i].url, &item, NULL);

		g_test_message("%s: %s", urls[i].url, urls[i].why);
		g_assert_cmpint(made, ==, urls[i].title != NULL);
		g_assert_cmpstr(item.title, ==, urls[i].title);
		if (made) {
			g_assert_nonnull(strstr(item.metadata, urls[i].in_metadata));
		}
	}
}

static const char server_text[] = "<DIDL-Lite><item><vendor:x/></item></DIDL-Lite>";

static AvuObject
track(void)
{
	AvuObject object;

	avu_object_init(&object);
	object.id = "7";
	object.parent_id = "1";
	object.title = "Post";
	object.upnp_class = "object.item.audioItem.musicTrack";
	for (unsigned i = 0; i < 2; i++) {
		avu_resource_init(&object.resources[i]);
	}
	object.resources[0].uri = "http://192.0.2.1/7.flac";
	object.resources[0].protocol_info = "http-get:*:audio/flac:*";
	object.resources[1].uri = "http://192.0.2.1/7.mp3";
	object.resources[1].protocol_info = "http-get:*:audio/mpeg:*";
	object.n_resources = 2;
	return object;
}

static void
test_object(void)
{
	const AvuObject object = track();
	g_auto(PlayItem) first = { NULL, NULL, NULL };
	g_auto(PlayItem) second = { NULL, NULL, NULL };
	g_auto(PlayItem) none = { NULL, NULL, NULL };
	g_autoptr(GError) error = NULL;

	g_assert_true(play_item_from_object(
		&object, server_text, "http-get:*:audio/flac:*", &first, &error));
	g_assert_cmpstr(first.uri, ==, "http://192.0.2.1/7.flac");
	g_assert_cmpstr(first.metadata, ==, server_text); /* vendor elements stay */
	g_assert_true(play_item_from_object(
		&object, server_text, "http-get:*:audio/mpeg:*", &second, &error));
	g_assert_cmpstr(second.uri, ==, "http://192.0.2.1/7.mp3");
	/* the chosen one stands in front, the other is still there */
	const char *mp3 = strstr(second.metadata, "7.mp3");
	const char *flac = strstr(second.metadata, "7.flac");

	g_assert_nonnull(mp3);
	g_assert_true(flac > mp3);
	g_assert_false(play_item_from_object(
		&object, server_text, "http-get:*:video/mp4:*", &none, &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED);
}

static void
test_container(void)
{
	AvuObject object = track();
	g_auto(PlayItem) item = { NULL, NULL, NULL };
	g_autoptr(GError) error = NULL;

	object.container = true;
	g_assert_false(play_item_from_object(&object, server_text, "", &item, &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_USAGE);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/play-item/url", test_url);
	g_test_add_func("/play-item/object", test_object);
	g_test_add_func("/play-item/container", test_container);
	return g_test_run();
}
