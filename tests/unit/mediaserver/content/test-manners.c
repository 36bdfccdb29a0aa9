/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Each key of a profile that shapes what is told: what becomes of one object by it. */
#include <string.h>

#include <av-upnp/client-profile.h>
#include <av-upnp/didl.h>

#include "mediaserver/catalogue/view-file.h"
#include "mediaserver/content/manners.h"
#include "mediaserver/content/sides.h"

#define LONG "Die Kunst der Fuge, Contrapunctus XIV"

typedef struct {
	const char *keys;  /* lines of a profile */
	ItemKind kind;     /* ITEM_NONE: a container */
	bool subtitles;    /* the film has a file of them */
	const char *has;   /* what is in the document then */
	const char *lacks; /* and what is not; NULL: nothing is missing */
	const char *why;
} Row;

static const Row rows[] = {
	{ "", ITEM_AUDIO, false, ">" LONG "<", "upnp:album>", "nothing particular" },
	{ "Title.Max = 9", ITEM_AUDIO, false, ">Die Kunst<", LONG, "a title cut" },
	{ "Text.Max = 12", ITEM_AUDIO, false,
		"<dc:description>\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4"
		"\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4</dc:description>",
		LONG, "characters are counted, not octets" },
	{ "Text.Max = 12", ITEM_NONE, false, ">Die Kunst de<", LONG, "of a container, too" },
	{ "Album.Needed = yes", ITEM_AUDIO, false, "<upnp:album>Unknown album</upnp:album>", NULL,
		"music of no album" },
	{ "Album.Needed = yes", ITEM_VIDEO, false, "<dc:title>", "upnp:album>",
		"films are of none" },
	{ "", ITEM_AUDIO, false, ">2013-05-04T10:11:12+02:00<", NULL, "a date with its zone" },
	{ "Date = full", ITEM_AUDIO, false, ">2013-05-04T10:11:12+02:00<", NULL, "the same" },
	{ "Date = plain", ITEM_AUDIO, false, ">2013-05-04T10:11:12<", "+02:00",
		"radios that know no zones" },
	{ "Date = plain", ITEM_VIDEO, false, ">2013-05-04<", NULL, "a day has no zone" },
	{ "Date = day", ITEM_AUDIO, false, ">2013-05-04<", "T10", "the day alone" },
	{ "Date = day", ITEM_NONE, false, ">2013-01-01<", NULL, "a year, completed" },
	{ "Date = year", ITEM_AUDIO, false, "<dc:date>2013</dc:date>", NULL, "the year alone" },
	{ "Date = year", ITEM_NONE, false, "<dc:date>2013</dc:date>", NULL, "not completed" },
	{ "Text.Characters = all", ITEM_AUDIO, false, "\xc3\xa4", "&#228;", "as all have it" },
	{ "Text.Characters = ascii", ITEM_AUDIO, false, "<dc:description>&#228;&#228;", "\xc3",
		"references for what is not ASCII" },
	{ "Text.Characters = quoted", ITEM_VIDEO, false, ">&quot;Ol&apos; Man\xc3\xa4&quot;<", NULL,
		"references for quotes" },
	{ "", ITEM_VIDEO, false, ">\"Ol' Man\xc3\xa4\"<", NULL, "to others they are themselves" },
	{ "", ITEM_VIDEO, true, "xmlns:sec=", "mediaClass", "Samsung's, Sony's not" },
	{ "", ITEM_VIDEO, true, "FOLDER=x,BM=75<", NULL, "a position in seconds" },
	{ "Bookmark = s", ITEM_VIDEO, true, "FOLDER=x,BM=75<", NULL, "the same" },
	{ "Bookmark = ms", ITEM_VIDEO, true, "FOLDER=x,BM=75250<", NULL, "in milliseconds" },
	{ "Sec = no", ITEM_VIDEO, true, "subtitleFileUri", "sec", "nothing of Samsung" },
	{ "Class.Media = yes", ITEM_AUDIO, false,
		"<av:mediaClass xmlns:av=\"urn:schemas-sony-com:av\">M</av:mediaClass>", NULL,
		"music" },
	{ "Class.Media = yes", ITEM_VIDEO, false, ">V</av:mediaClass>", NULL, "a film" },
	{ "Class.Media = yes", ITEM_NONE, false, "<dc:title>", "mediaClass",
		"a container has none" },
	{ "Title.Extension = yes", ITEM_AUDIO, false, ">" LONG ".mp3<", NULL,
		"with its extension" },
	{ "Title.Dot = yes", ITEM_VIDEO, true, ">" LONG ".<", NULL,
		"a dot for who shows subtitles" },
	{ "Title.Dot = yes", ITEM_VIDEO, false, ">" LONG "<", NULL, "no subtitles, no dot" },
	{ "Class.Basic = yes", ITEM_VIDEO, false, ">object.item.videoItem<", "movie",
		"no classes below" },
	{ "Class.StorageFolders = yes", ITEM_NONE, false, ">object.container.storageFolder<", NULL,
		"folders" },
	{ "Subtitles = element", ITEM_VIDEO, true, "CaptionInfo", "subtitleFileUri",
		"one form only" },
	{ "Subtitles = none", ITEM_VIDEO, true, "<dc:title>", "/subtitle/", "in no form" },
};

static const char *
class_of(ItemKind kind)
{
	static const char *const classes[] = {
		[ITEM_NONE] = "object.container.person.musicArtist",
		[ITEM_AUDIO] = "object.item.audioItem.musicTrack",
		[ITEM_VIDEO] = "object.item.videoItem.movie",
	};

	return classes[kind];
}

/* A moment, a day and a year: what tags hold. */
static const char *
date_of(ItemKind kind)
{
	static const char *const dates[] = {
		[ITEM_NONE] = "2013",
		[ITEM_AUDIO] = "2013-05-04T10:11:12+02:00",
		[ITEM_VIDEO] = "2013-05-04",
	};

	return dates[kind];
}

static void
add_resource(AvuObject *object, const char *uri)
{
	AvuResource *resource = &object->resources[object->n_resources++];

	avu_resource_init(resource);
	resource->uri = uri;
	resource->protocol_info = "http-get:*:text/srt:*";
}

/* @return the object as a document; g_free() it */
static char *
shape(const Row *row, const AvuClientProfile *profile)
{
	g_autoptr(TextPool) pool = text_pool_new();
	AvuObject object;
	Item item;

	item_init(&item);
	item.kind = row->kind;
	item.mime = row->kind == ITEM_AUDIO ? "audio/mpeg" : "video/mp4";
	avu_object_init(&object);
	object.id = "i1";
	object.parent_id = "0";
	object.container = row->kind == ITEM_NONE;
	object.upnp_class = class_of(row->kind);
	object.title = LONG;
	object.date = date_of(row->kind);
	object.description =
		"\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4"
		"\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4";
	object.artist = row->kind == ITEM_VIDEO ? "\"Ol' Man\xc3\xa4\"" : NULL;
	if (row->subtitles) {
		item.position = 75250 * AVU_NS_PER_MS;
		object.sec_dcm_info = "CREATIONDATE=0,FOLDER=x,BM=75";
		add_resource(&object, "http://192.0.2.1" SIDES_SUBTITLE_PREFIX "i1/0.srt");
		object.resources[0].subtitle_uri = object.resources[0].uri;
		object.resources[0].subtitle_type = "srt";
		object.sec_caption_uri = object.resources[0].uri;
		object.sec_caption_type = "srt";
	}
	manners_apply(&object, row->kind != ITEM_NONE ? &item : NULL, profile, pool);
	AvuXmlWriter *writer = avu_xml_writer_new();

	avu_didl_begin_as(writer, manners_get_style(profile));
	avu_didl_write(writer, &object, NULL);
	avu_didl_end(writer);
	return avu_xml_writer_finish_string(writer);
}

static void
test_keys(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);
		g_autofree char *text =
			g_strdup_printf("[Player]\nMatch.User-Agent = x\n%s\n", rows[i].keys);
		g_autoptr(AvuClientProfiles) profiles =
			avu_client_profiles_parse("test.client", text, strlen(text), problems);
		const AvuClientProfile *profile = avu_client_profiles_find(profiles, "Player");

		g_test_message("%s", rows[i].why);
		g_assert_cmpuint(problems->len, ==, 0);
		g_assert_nonnull(profile);
		g_autofree char *document = shape(&rows[i], profile);

		g_assert_nonnull(strstr(document, rows[i].has));
		g_assert_true(rows[i].lacks == NULL || strstr(document, rows[i].lacks) == NULL);
	}
}

/* Fixed ids of makers, for those who ask for them. */
static void
test_ids(void)
{
	static const struct {
		const char *keys, *id, *view; /* NULL: none */
		const char *why;
	} ids[] = {
		{ "", "4", NULL, "to others it is nothing" },
		{ "Ids = own", "7", NULL, "nor here" },
		{ "Ids = microsoft", "4", "music-tracks", "all music" },
		{ "Ids = microsoft", "5", "music-genres", "genres" },
		{ "Ids = microsoft", "6", "music-artists", "artists" },
		{ "Ids = microsoft", "7", "music-albums", "albums" },
		{ "Ids = microsoft", "F", "music-playlists", "playlists" },
		{ "Ids = microsoft", "14", "music", "music" },
		{ "Ids = microsoft", "15", "video", "films" },
		{ "Ids = microsoft", "16", "pictures", "pictures" },
		{ "Ids = microsoft", "8", NULL, "nobody says what that is" },
		{ "Ids = microsoft", "A", NULL, "another maker's" },
		{ "Ids = samsung", "A", "music", "audio" },
		{ "Ids = samsung", "V", "video", "video" },
		{ "Ids = samsung", "I", "pictures", "images" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(ids); i++) {
		g_autofree char *text =
			g_strdup_printf("[Player]\nMatch.User-Agent = x\n%s\n", ids[i].keys);
		g_autoptr(AvuClientProfiles) profiles =
			avu_client_profiles_parse("test.client", text, strlen(text), NULL);
		const AvuClientProfile *profile = avu_client_profiles_find(profiles, "Player");

		g_test_message("%s: %s", ids[i].id, ids[i].why);
		g_assert_cmpstr(manners_find_container(profile, ids[i].id), ==, ids[i].view);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_assert_true(views_load(NULL));
	g_test_add_func("/manners/keys", test_keys);
	g_test_add_func("/manners/ids", test_ids);
	return g_test_run();
}
