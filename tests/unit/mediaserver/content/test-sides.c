/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Subtitles as resources and in makers' forms, by what lies beside a film and what the player reads; and
 * their URLs back. */
#include <string.h>

#include <av-upnp/client-profile.h>

#include "mediaserver/content/sides.h"

#define BASE "http://192.0.2.1:80"
#define OWN BASE "/subtitle/i0000000000000a1/"

enum { SRT = AVU_SUBTITLE_SRT, VTT = AVU_SUBTITLE_VTT, AS_IT_IS = AVU_SUBTITLE_OWN };

static const struct {
	const char *column;
	unsigned types;
	const char *resources; /* between blanks: name and MIME type of each */
	const char *caption;   /* NULL: none */
	const char *why;
} rows[] = {
	{ "srt en -- a.srt", SRT | AS_IT_IS, "0.en.srt text/srt", "0.en.srt", "the usual one" },
	{ "srt - -- a.srt", SRT | AS_IT_IS, "0.srt text/srt", "0.srt", "of no language" },
	{ "ass en -- a.ass", SRT | AS_IT_IS, "0.en.srt text/srt 0.en.ass text/x-ssa", "0.en.srt",
		"converted, and as it is" },
	{ "ass en -- a.ass", SRT, "0.en.srt text/srt", "0.en.srt", "converted only" },
	{ "srt en -- a.srt", VTT, "0.en.vtt text/vtt", "0.en.vtt", "who reads WebVTT only" },
	{ "srt en -- a.srt", VTT | AS_IT_IS, "0.en.vtt text/vtt 0.en.srt text/srt", "0.en.vtt",
		"and the file" },
	{ "vtt en -- a.vtt", SRT | VTT | AS_IT_IS, "0.en.srt text/srt 0.en.vtt text/vtt",
		"0.en.srt", "nothing twice" },
	{ "track de -- 2", SRT | AS_IT_IS, "0.de.srt text/srt", "0.de.srt",
		"in the film: there is no file" },
	{ "srt en f- a.srt\ntrack de -- 2", SRT, "0.en.forced.srt text/srt 1.de.srt text/srt",
		"1.de.srt", "single words are the last choice" },
	{ "srt en f- a.srt", SRT, "0.en.forced.srt text/srt", "0.en.forced.srt",
		"but better than nothing" },
	{ "idx en -- a.idx\nsrt en -- a.srt", SRT | AS_IT_IS,
		"1.en.srt text/srt 0.en.idx text/vobsub", "1.en.srt", "pictures are no text" },
	{ "idx - -- a.idx\nsub - -- a.sub", SRT | AS_IT_IS,
		"0.idx text/vobsub 1.sub text/x-microdvd", NULL, "the pictures of an idx" },
	{ "idx - -- a.idx\nsub - -- b.sub", SRT, "1.srt text/srt", "1.srt",
		"text beside pictures" },
	{ "idx en -- a.idx", SRT, "", NULL, "nor can they be had as one" },
	{ "", SRT | AS_IT_IS, "", NULL, "none" },
	{ "exe en -- a.exe", SRT | AS_IT_IS, "", NULL, "a damaged row" },
};

static char *
list_of(const AvuObject *object, unsigned from)
{
	GString *list = g_string_new(NULL);

	for (unsigned i = from; i < object->n_resources; i++) {
		g_auto(GStrv) fields = g_strsplit(object->resources[i].protocol_info, ":", 4);

		g_assert_true(g_str_has_prefix(object->resources[i].uri, OWN));
		g_string_append_printf(list, "%s%s %s", list->len > 0 ? " " : "",
			object->resources[i].uri + strlen(OWN), fields[2]);
	}
	return g_string_free(list, FALSE);
}

static void
test_forms(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(TextPool) pool = text_pool_new();
		g_autofree char *caption =
			rows[i].caption != NULL ? g_strconcat(OWN, rows[i].caption, NULL) : NULL;
		g_autofree char *url =
			sides_dup_caption_url(BASE, 0xa1, rows[i].column, rows[i].types);
		Item item;
		AvuObject object;

		item_init(&item);
		item.id = 0xa1;
		item.subtitles = rows[i].column;
		avu_object_init(&object);
		object.n_resources = 2; /* the film, in two forms */
		sides_add_subtitles(&object, &item, rows[i].types, BASE, pool);
		g_autofree char *list = list_of(&object, 2);

		g_test_message("%s", rows[i].why);
		g_assert_cmpstr(list, ==, rows[i].resources);
		g_assert_cmpstr(url, ==, caption);
		g_assert_cmpstr(object.sec_caption_uri, ==, caption);
		for (unsigned n = 0; n < 2; n++) {
			g_assert_cmpstr(object.resources[n].subtitle_uri, ==, caption);
		}
	}
}

/* An object has room for so many. */
static void
test_too_many(void)
{
	g_autoptr(TextPool) pool = text_pool_new();
	g_autoptr(GString) column = g_string_new("ass en -- a.ass");
	Item item;
	AvuObject object;

	for (unsigned i = 0; i < SUBTITLES_MAX - 1; i++) {
		g_string_append(column, "\nass en -- a.ass");
	}
	item_init(&item);
	item.subtitles = column->str;
	for (unsigned n = 0; n <= AVU_RESOURCES_MAX; n++) {
		avu_object_init(&object);
		object.n_resources = n;
		sides_add_subtitles(&object, &item, SRT | AS_IT_IS, BASE, pool);
		g_assert_cmpuint(object.n_resources, <=, AVU_RESOURCES_MAX);
		g_assert_cmpuint(object.n_resources, <=, n + 2 * SIDES_SUBTITLES_MAX);
	}
}

static void
test_urls(void)
{
	static const struct {
		const char *rest;
		unsigned n;
		const char *type; /* NULL: refused */
		const char *why;
	} urls[] = {
		{ "i0000000000000a1/0.srt", 0, "srt", "without a language" },
		{ "i0000000000000a1/31.pt-BR.forced.vtt", 31, "vtt", "with all that there is" },
		{ "i0000000000000a1/32.srt", 0, NULL, "more than are kept" },
		{ "i0000000000000a1/0", 0, NULL, "no type" },
		{ "i0000000000000a1/0.", 0, NULL, "an empty one" },
		{ "i0000000000000a1/0.srtx", 0, NULL, "longer than any" },
		{ "i0000000000000a1/.srt", 0, NULL, "no number" },
		{ "i0000000000000a1", 0, NULL, "no more than an object" },
		{ "music/0.srt", 0, NULL, "a container" },
		{ "", 0, NULL, "nothing" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(urls); i++) {
		SideUrl url;

		g_test_message("%s", urls[i].why);
		g_assert_cmpint(sides_parse_subtitle(urls[i].rest, &url), ==, urls[i].type != NULL);
		if (urls[i].type != NULL) {
			g_assert_cmpint(url.item, ==, 0xa1);
			g_assert_cmpuint(url.n, ==, urls[i].n);
			g_assert_cmpstr(url.type, ==, urls[i].type);
		}
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/mediaserver/content/sides/forms", test_forms);
	g_test_add_func("/mediaserver/content/sides/too-many", test_too_many);
	g_test_add_func("/mediaserver/content/sides/urls", test_urls);
	return g_test_run();
}
