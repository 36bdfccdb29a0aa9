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
		g_auto(PlayItem) item = { .uri = NULL };
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

static bool
choose(const AvuObject *object, const char *sink, PlayItem *ret_item, GError **error)
{
	g_autoptr(Taste) taste = taste_new(sink, NULL);

	return play_item_from_object(object, server_text, taste, ret_item, error);
}

static void
test_object(void)
{
	const AvuObject object = track();
	g_auto(PlayItem) first = { .uri = NULL };
	g_auto(PlayItem) second = { .uri = NULL };
	g_auto(PlayItem) none = { .uri = NULL };
	g_autoptr(GError) error = NULL;

	g_assert_true(choose(&object, "http-get:*:audio/flac:*", &first, &error));
	g_assert_cmpstr(first.uri, ==, "http://192.0.2.1/7.flac");
	g_assert_cmpstr(first.metadata, ==, server_text); /* vendor elements stay */
	g_assert_true(choose(&object, "http-get:*:audio/mpeg:*", &second, &error));
	g_assert_cmpstr(second.uri, ==, "http://192.0.2.1/7.mp3");
	/* the chosen one stands in front, the other is still there */
	const char *mp3 = strstr(second.metadata, "7.mp3");
	const char *flac = strstr(second.metadata, "7.flac");

	g_assert_nonnull(mp3);
	g_assert_true(flac > mp3);
	g_assert_false(choose(&object, "http-get:*:video/mp4:*", &none, &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED);
}

static void
test_container(void)
{
	AvuObject object = track();
	g_auto(PlayItem) item = { .uri = NULL };
	g_autoptr(GError) error = NULL;

	object.container = true;
	g_assert_false(choose(&object, "", &item, &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_USAGE);
}

/* A film whose server tells of its subtitles in one way only: as a row says. */
static AvuObject
film(void)
{
	AvuObject object = track();

	object.upnp_class = "object.item.videoItem";
	object.resources[0].uri = "http://192.0.2.1/7.mkv";
	object.resources[0].protocol_info = "http-get:*:video/x-matroska:*";
	object.n_resources = 1;
	return object;
}

#define SRT "http://192.0.2.1/7.srt"

static void
tell_resource(AvuObject *object)
{
	object->resources[1].uri = SRT;
	object->resources[1].protocol_info = "http-get:*:application/x-subrip:*";
	object->n_resources = 2;
}

static void
tell_element(AvuObject *object)
{
	object->sec_caption_uri = SRT;
	object->sec_caption_type = "srt";
}

static void
tell_attribute(AvuObject *object)
{
	object->resources[0].subtitle_uri = SRT;
	object->resources[0].subtitle_type = "SRT";
}

static unsigned
count(const char *text, const char *word)
{
	unsigned n = 0;

	for (const char *at = strstr(text, word); at != NULL; at = strstr(at + 1, word)) {
		n++;
	}
	return n;
}

static void
test_subtitles(void)
{
	static void (*const tell[])(
		AvuObject * object) = { tell_resource, tell_element, tell_attribute };

	for (size_t i = 0; i < G_N_ELEMENTS(tell); i++) {
		AvuObject object = film();
		g_auto(PlayItem) item = { .uri = NULL };

		tell[i](&object);
		g_assert_true(choose(&object, "http-get:*:video/x-matroska:*", &item, NULL));
		g_assert_cmpstr(item.uri, ==, "http://192.0.2.1/7.mkv");
		g_assert_cmpuint(count(item.metadata, "pv:subtitleFileUri=\"" SRT "\""), ==, 1);
		g_assert_cmpuint(count(item.metadata, "pv:subtitleFileType=\"SRT\""), ==, 1);
		g_assert_cmpuint(count(item.metadata, ">" SRT "</sec:CaptionInfo>"), ==, 1);
		g_assert_cmpuint(count(item.metadata, ">" SRT "</sec:CaptionInfoEx>"), ==, 1);
		g_assert_cmpuint(count(item.metadata, ">" SRT "</res>"), ==, 1);
	}
}

static void
test_subtitles_told(void)
{
	static const char both[] =
		"<DIDL-Lite><item><sec:CaptionInfo/><sec:CaptionInfoEx/></item></DIDL-Lite>";
	AvuObject object = film();
	g_autoptr(Taste) taste = taste_new("http-get:*:video/x-matroska:*", NULL);
	g_auto(PlayItem) whole = { .uri = NULL };
	g_auto(PlayItem) item = { .uri = NULL };

	tell_resource(&object);
	tell_element(&object);
	tell_attribute(&object);
	g_assert_true(play_item_from_object(&object, both, taste, &whole, NULL));
	g_assert_cmpstr(whole.metadata, ==, both); /* nothing is missing: it stays */
	/* Rygel has one of the two elements */
	g_assert_true(play_item_from_object(&object,
		"<DIDL-Lite><item><sec:CaptionInfoEx/></item></DIDL-Lite>", taste, &item, NULL));
	g_assert_cmpuint(count(item.metadata, ">" SRT "</sec:CaptionInfo>"), ==, 1);
	g_assert_cmpuint(count(item.metadata, ">" SRT "</sec:CaptionInfoEx>"), ==, 1);
}

static void
test_file_with_subtitles(void)
{
	g_auto(PlayItem) item = { .uri = NULL };
	g_auto(PlayItem) other = { .uri = NULL };

	play_item_from_file(
		"/f/Film.mkv", "http://192.0.2.2/a/Film.mkv", "/f/Film.de.srt", SRT, &item);
	g_assert_cmpuint(count(item.metadata, SRT), ==, 4);
	play_item_from_file("/f/Film.mkv", "http://192.0.2.2/a/Film.mkv", "/f/Film.vtt",
		"http://192.0.2.2/b/Film.vtt", &other);
	g_assert_cmpuint(count(other.metadata, "Film.vtt"), ==, 1); /* no maker's form is for it */
	g_assert_nonnull(strstr(other.metadata, "http-get:*:text/vtt:*"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/play-item/url", test_url);
	g_test_add_func("/play-item/object", test_object);
	g_test_add_func("/play-item/container", test_container);
	g_test_add_func("/play-item/subtitles", test_subtitles);
	g_test_add_func("/play-item/subtitles-told", test_subtitles_told);
	g_test_add_func("/play-item/file-with-subtitles", test_file_with_subtitles);
	return g_test_run();
}
