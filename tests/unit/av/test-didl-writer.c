/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DIDL-Lite as written: order, Filter, lengths, what is left out. Expected documents by hand after
 * spec/upnp-av-cds-objects.md and spec/dlna-core-rules.md. */
#include <string.h>

#include <av-upnp/didl.h>

#define ROOT                                                                 \
	"<DIDL-Lite xmlns=\"urn:schemas-upnp-org:metadata-1-0/DIDL-Lite/\" " \
	"xmlns:dc=\"http://purl.org/dc/elements/1.1/\" "                     \
	"xmlns:upnp=\"urn:schemas-upnp-org:metadata-1-0/upnp/\" "            \
	"xmlns:dlna=\"urn:schemas-dlna-org:metadata-1-0/\" "                 \
	"xmlns:sec=\"http://www.sec.co.kr/\" "                               \
	"xmlns:pv=\"http://www.pv.com/pvns/\">"
#define END "</DIDL-Lite>"

static AvuObject
track(void)
{
	AvuObject object;

	avu_object_init(&object);
	object.id = "7";
	object.parent_id = "2";
	object.restricted = true;
	object.title = "Für & <wider>";
	object.upnp_class = "object.item.audioItem.musicTrack";
	object.creator = "A";
	object.artist = "A";
	object.album_artist = "B";
	object.composer = "C";
	object.date = "2004";
	object.track_number = 3;
	object.n_art = 1;
	object.art[0] = (AvuArt){ "http://192.0.2.1/a?b&c", "JPEG_TN" };
	object.n_resources = 1;
	object.resources[0].uri = "http://192.0.2.1/7.flac";
	object.resources[0].protocol_info = "http-get:*:audio/flac:*";
	object.resources[0].size_bytes = INT64_C(5000000000);
	object.resources[0].duration_ns = 205120 * AVU_NS_PER_MS;
	object.resources[0].bitrate_Bps = 88200;
	object.resources[0].sample_hz = 44100;
	object.resources[0].channels = 2;
	return object;
}

static char *
write_filtered(const AvuObject *object, const char *filter_text)
{
	g_autoptr(AvuXmlWriter) writer = avu_xml_writer_new();
	g_autoptr(AvuFilter) filter = avu_filter_parse(filter_text);

	avu_didl_begin(writer);
	avu_didl_write(writer, object, filter);
	avu_didl_end(writer);
	return avu_xml_writer_finish_string(g_steal_pointer(&writer));
}

#define HEAD                                            \
	"<dc:title>Für &amp; &lt;wider&gt;</dc:title>" \
	"<upnp:class>object.item.audioItem.musicTrack</upnp:class>"
#define ITEM "<item id=\"7\" parentID=\"2\" restricted=\"1\">"

static const struct {
	const char *filter;
	const char *inside; /* behind the required elements */
	const char *why;
} filters[] = {
	{ "", "", "only what is required" },
	{ "nothing,of:this,@exists", "", "unknown names are ignored" },
	{ "upnp:artist", "<upnp:artist>A</upnp:artist>", "one property; a role is another one" },
	{ "dc:title,dc:creator", "<dc:creator>A</dc:creator>", "required ones come once" },
	{ " dc:creator , @childCount", "<dc:creator>A</dc:creator>", "blanks around names" },
	{ "upnp:artist@role",
		"<upnp:artist>A</upnp:artist><upnp:artist role=\"AlbumArtist\">B</upnp:artist>",
		"an attribute brings its element" },
	{ "res", "<res protocolInfo=\"http-get:*:audio/flac:*\">http://192.0.2.1/7.flac</res>",
		"res brings protocolInfo" },
	{ "res@size",
		"<res protocolInfo=\"http-get:*:audio/flac:*\" size=\"5000000000\">"
		"http://192.0.2.1/7.flac</res>",
		"attribute of res, over 4 GiB" },
	{ "didl-lite:res@duration",
		"<res protocolInfo=\"http-get:*:audio/flac:*\" duration=\"0:03:25.120\">"
		"http://192.0.2.1/7.flac</res>",
		"spelling of old control points" },
	{ "upnp:artist#",
		"<upnp:artist>A</upnp:artist><upnp:artist role=\"AlbumArtist\">B</upnp:artist>",
		"all attributes of an element" },
	{ "upnp:art#", "", "all attributes of an element that is not known" },
	{ "res@resolution",
		"<res protocolInfo=\"http-get:*:audio/flac:*\">http://192.0.2.1/7.flac</res>",
		"attribute that is not known" },
	{ "upnp:albumArtURI", "<upnp:albumArtURI>http://192.0.2.1/a?b&amp;c</upnp:albumArtURI>",
		"cover without its attribute" },
	{ "*",
		"<dc:creator>A</dc:creator><dc:date>2004-01-01</dc:date><upnp:artist>A</"
		"upnp:artist>"
		"<upnp:artist role=\"AlbumArtist\">B</upnp:artist>"
		"<upnp:author role=\"Composer\">C</upnp:author>"
		"<upnp:originalTrackNumber>3</upnp:originalTrackNumber>"
		"<upnp:albumArtURI dlna:profileID=\"JPEG_TN\">http://192.0.2.1/a?b&amp;c"
		"</upnp:albumArtURI>"
		"<res protocolInfo=\"http-get:*:audio/flac:*\" size=\"5000000000\" "
		"duration=\"0:03:25.120\" bitrate=\"88200\" sampleFrequency=\"44100\" "
		"nrAudioChannels=\"2\">http://192.0.2.1/7.flac</res>",
		"everything known, nothing else" },
};

static void
test_filter(void)
{
	const AvuObject object = track();

	for (size_t i = 0; i < G_N_ELEMENTS(filters); i++) {
		g_autofree char *expected =
			g_strconcat(ROOT ITEM HEAD, filters[i].inside, "</item>" END, NULL);
		g_autofree char *text = write_filtered(&object, filters[i].filter);

		g_test_message("'%s': %s", filters[i].filter, filters[i].why);
		g_assert_cmpstr(text, ==, expected);
	}
}

static void
test_container(void)
{
	AvuObject object;

	avu_object_init(&object);
	object.container = true;
	object.id = "0";
	object.parent_id = "-1";
	object.title = "Root";
	object.upnp_class = "object.container";
	object.searchable = true;
	object.child_count = 0;
	object.ref_id = "9"; /* containers have none */

	g_autofree char *all = write_filtered(&object, "*");
	g_autofree char *some = write_filtered(&object, "childCount");

	g_assert_cmpstr(all, ==,
		ROOT "<container id=\"0\" parentID=\"-1\" restricted=\"0\" searchable=\"1\" "
		     "childCount=\"0\"><dc:title>Root</dc:title>"
		     "<upnp:class>object.container</upnp:class></container>" END);
	g_assert_cmpstr(some, ==,
		ROOT "<container id=\"0\" parentID=\"-1\" restricted=\"0\" childCount=\"0\">"
		     "<dc:title>Root</dc:title><upnp:class>object.container</upnp:class></"
		     "container>" END);
}

/* Everything an item can carry beyond a track, each in its own form, in the order of the table. */
static void
test_every_form(void)
{
	AvuObject object = track();

	object.creator = object.album_artist = object.composer = object.date = NULL;
	object.track_number = -1;
	object.n_resources = object.n_art = 0;
	object.never_playable = true;
	object.dlna_managed = "00000004";
	object.artist = "A\037B & C\037 \037D";
	object.conductor = "E";
	object.language = "de\037pt-BR";
	object.rating = "PG-13";
	object.series_title = "S";
	object.episode_number = 0;
	object.episode_season = 2;
	object.playback_count = 3;
	object.last_playback_time = "2024-05-14T10:00:00Z";
	object.last_playback_position_ns = INT64_C(90061) * AVU_NS_PER_S; /* 1 d 1 h 1 min 1 s */
	object.object_update_id = 4294967295;
	object.container_update_id = 7; /* items have none */
	object.sec_dcm_info = "CREATIONDATE=0,FOLDER=x,BM=9";
	object.sec_caption_uri = "http://192.0.2.1/7.srt";
	object.sec_caption_type = "srt";
	object.n_art = 2;
	object.art[0] = (AvuArt){ "http://192.0.2.1/t", "JPEG_TN" };
	object.art[1] = (AvuArt){ "http://192.0.2.1/l", NULL };

	g_autofree char *text = write_filtered(&object, "*");

	g_assert_cmpstr(text, ==,
		ROOT "<item id=\"7\" parentID=\"2\" restricted=\"1\" neverPlayable=\"1\" "
		     "dlna:dlnaManaged=\"00000004\">" HEAD
		     "<dc:language>de</dc:language><dc:language>pt-BR</dc:language>"
		     "<upnp:artist>A</upnp:artist><upnp:artist>B &amp; C</upnp:artist>"
		     "<upnp:artist>D</upnp:artist>"
		     "<upnp:artist role=\"Conductor\">E</upnp:artist>"
		     "<upnp:rating>PG-13</upnp:rating><upnp:seriesTitle>S</upnp:seriesTitle>"
		     "<upnp:episodeNumber>0</upnp:episodeNumber>"
		     "<upnp:episodeSeason>2</upnp:episodeSeason>"
		     "<upnp:playbackCount>3</upnp:playbackCount>"
		     "<upnp:lastPlaybackTime>2024-05-14T10:00:00Z</upnp:lastPlaybackTime>"
		     "<upnp:lastPlaybackPosition>P1D01:01:01</upnp:lastPlaybackPosition>"
		     "<upnp:objectUpdateID>4294967295</upnp:objectUpdateID>"
		     "<upnp:albumArtURI dlna:profileID=\"JPEG_TN\">http://192.0.2.1/t"
		     "</upnp:albumArtURI><upnp:albumArtURI>http://192.0.2.1/l</upnp:albumArtURI>"
		     "<sec:dcmInfo>CREATIONDATE=0,FOLDER=x,BM=9</sec:dcmInfo>"
		     "<sec:CaptionInfo sec:type=\"srt\">http://192.0.2.1/7.srt</sec:CaptionInfo>"
		     "<sec:CaptionInfoEx sec:type=\"srt\">http://192.0.2.1/7.srt"
		     "</sec:CaptionInfoEx></item>" END);
}

static void
test_every_resource_attribute(void)
{
	AvuObject object = track();
	AvuResource *res = &object.resources[0];

	*res = (AvuResource){ .uri = "",
		.protocol_info = "http-get:*:video/mp4:*",
		.id = "r1",
		.import_uri = "http://192.0.2.1/upload/7",
		.size_bytes = 10,
		.duration_ns = AVU_TIME_NONE,
		.bitrate_Bps = -1,
		.sample_hz = -1,
		.bits_per_sample = -1,
		.channels = -1,
		.width = 1920,
		.height = 1080,
		.color_depth = 24,
		.frame_rate = "29.97i",
		.protection = "P",
		.update_count = 0,
		.resumable = true,
		.uploaded_bytes = 5,
		.subtitle_type = "SRT",
		.subtitle_uri = "http://192.0.2.1/7.srt",
		.ifo_uri = "http://192.0.2.1/ifo/7" };

	g_autofree char *text = write_filtered(&object, "res#");

	g_assert_cmpstr(text, ==,
		ROOT ITEM HEAD
		"<res id=\"r1\" protocolInfo=\"http-get:*:video/mp4:*\" "
		"importUri=\"http://192.0.2.1/upload/7\" size=\"10\" resolution=\"1920x1080\" "
		"colorDepth=\"24\" framerate=\"29.97i\" protection=\"P\" updateCount=\"0\" "
		"dlna:resumeUpload=\"1\" dlna:uploadedSize=\"5\" "
		"dlna:ifoFileURI=\"http://192.0.2.1/ifo/7\" pv:subtitleFileType=\"SRT\" "
		"pv:subtitleFileUri=\"http://192.0.2.1/7.srt\"/></item>" END);
}

/* upnp:storageUsed is required of these classes, and -1 is its word for "not known". */
static void
test_storage(void)
{
	AvuObject object;

	avu_object_init(&object);
	object.container = true;
	object.id = "4";
	object.parent_id = "0";
	object.title = "T";
	object.upnp_class = "object.container.storageFolder";
	object.create_class = "object.item.audioItem\037object.container";
	object.container_update_id = 8;
	object.total_deleted_children = 0;

	g_autofree char *text = write_filtered(&object, "*");

	g_assert_cmpstr(text, ==,
		ROOT "<container id=\"4\" parentID=\"0\" restricted=\"0\" searchable=\"0\">"
		     "<dc:title>T</dc:title><upnp:class>object.container.storageFolder</upnp:class>"
		     "<upnp:createClass includeDerived=\"1\">object.item.audioItem"
		     "</upnp:createClass>"
		     "<upnp:createClass includeDerived=\"1\">object.container</upnp:createClass>"
		     "<upnp:storageUsed>-1</upnp:storageUsed>"
		     "<upnp:containerUpdateID>8</upnp:containerUpdateID>"
		     "<upnp:totalDeletedChildCount>0</upnp:totalDeletedChildCount>"
		     "</container>" END);
}

static void
test_all_addresses(void)
{
	g_autoptr(AvuFilter) with = avu_filter_parse("dc:title, ALLIP,res");
	g_autoptr(AvuFilter) without = avu_filter_parse("*,allip");

	g_assert_true(avu_filter_wants_all_addresses(with));
	g_assert_false(avu_filter_wants_all_addresses(without)); /* the word keeps its case */
}

static const struct {
	const char *date;
	const char *written; /* NULL: left out */
} dates[] = {
	{ "2004-05-14", "2004-05-14" },
	{ "2004-05-14T10:00:00", "2004-05-14T10:00:00" },
	{ "2004-05", "2004-05-01" },
	{ "2004", "2004-01-01" },
	{ "04", NULL },
	{ "2004-5-1", NULL },
	{ "14.05.2004", NULL },
	{ "2004-05-14 10:00", NULL },
	{ "", NULL },
};

static void
test_dates(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(dates); i++) {
		AvuObject object = track();

		object.date = dates[i].date;

		g_autofree char *element =
			dates[i].written == NULL
				? g_strdup("")
				: g_strdup_printf("<dc:date>%s</dc:date>", dates[i].written);
		g_autofree char *expected =
			g_strconcat(ROOT ITEM HEAD, element, "</item>" END, NULL);
		g_autofree char *text = write_filtered(&object, "dc:date");

		g_assert_cmpstr(text, ==, expected);
	}
}

/* 7.3.24: title at most 1024 octets, class and artist 256; never half a character. */
static void
test_lengths(void)
{
	AvuObject object = track();
	g_autoptr(GString) title = g_string_new("x");
	g_autoptr(GString) artist = g_string_new(NULL);

	while (title->len < 1100) {
		g_string_append(title, "ä");
	}
	while (artist->len < 300) {
		g_string_append_c(artist, 'a');
	}
	object.title = title->str;
	object.artist = artist->str;

	g_autofree char *text = write_filtered(&object, "upnp:artist");
	const char *title_at = strstr(text, "<dc:title>") + strlen("<dc:title>");
	const char *artist_at = strstr(text, "<upnp:artist>") + strlen("<upnp:artist>");

	/* 1 + 511 × 2; a 512th would end at 1025 */
	g_assert_cmpint(strstr(title_at, "</") - title_at, ==, 1023);
	g_assert_cmpint(strstr(artist_at, "</") - artist_at, ==, 256);
	g_assert_true(g_utf8_validate(text, -1, NULL));
}

static void
test_nothing_known(void)
{
	AvuObject object;

	avu_object_init(&object);
	object.id = "5";
	object.parent_id = "1";
	object.title = " ";
	object.album = "";

	g_autofree char *text = write_filtered(&object, "*");

	g_assert_cmpstr(text, ==,
		ROOT "<item id=\"5\" parentID=\"1\" restricted=\"0\"><dc:title>5</dc:title>"
		     "<upnp:class>object.item</upnp:class></item>" END);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/didl-writer/filter", test_filter);
	g_test_add_func("/didl-writer/container", test_container);
	g_test_add_func("/didl-writer/every-form", test_every_form);
	g_test_add_func("/didl-writer/every-resource-attribute", test_every_resource_attribute);
	g_test_add_func("/didl-writer/storage", test_storage);
	g_test_add_func("/didl-writer/all-addresses", test_all_addresses);
	g_test_add_func("/didl-writer/dates", test_dates);
	g_test_add_func("/didl-writer/lengths", test_lengths);
	g_test_add_func("/didl-writer/nothing-known", test_nothing_known);
	return g_test_run();
}
