/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DIDL-Lite as servers send it, with the deviations of spec/upnp-av-cds-objects.md 9. */
#include <string.h>

#include <av-upnp/didl.h>
#include <av-upnp/error.h>

#define OPEN                                                                 \
	"<DIDL-Lite xmlns=\"urn:schemas-upnp-org:metadata-1-0/DIDL-Lite/\" " \
	"xmlns:dc=\"http://purl.org/dc/elements/1.1/\" "                     \
	"xmlns:upnp=\"urn:schemas-upnp-org:metadata-1-0/upnp/\">"
#define CLOSE "</DIDL-Lite>"

static AvuDidl *
parse(const char *text)
{
	g_autoptr(GError) error = NULL;
	AvuDidl *didl = avu_didl_parse(text, strlen(text), &error);

	g_assert_no_error(error);
	g_assert_nonnull(didl);
	return didl;
}

static void
test_item(void)
{
	g_autoptr(AvuDidl) didl = parse(OPEN
		"<item id=\"5\" parentID=\"2\" refID=\"4\" restricted=\"true\">"
		"<upnp:class>object.item.audioItem.musicTrack</upnp:class>"
		"<res size=\"5000000000\" duration=\"0:03:25.120\" bitrate=\"88200\" "
		"sampleFrequency=\"96000\" bitsPerSample=\"24\" nrAudioChannels=\"6\" "
		"resolution=\"1920x1080\" protocolInfo=\"http-get:*:audio/mpeg:*\">\n "
		"http://192.0.2.1/5?a=1&amp;b=2 \n</res>"
		"<dc:title>T &amp; U</dc:title><dc:creator>C</dc:creator>"
		"<upnp:artist role=\"Composer\">X</upnp:artist>"
		"<upnp:artist role=\"AlbumArtist\">B</upnp:artist><upnp:artist>A2</upnp:artist>"
		"<upnp:author role=\"Composer\">D</upnp:author>"
		"<upnp:album>L</upnp:album><upnp:genre>G</upnp:genre><dc:date>2004-05-14</dc:date>"
		"<upnp:originalTrackNumber> 3 </upnp:originalTrackNumber>"
		"<upnp:albumArtURI>http://192.0.2.1/a</upnp:albumArtURI>"
		"<upnp:albumArtURI>http://192.0.2.1/b</upnp:albumArtURI>"
		"<dc:description>N</dc:description></item>" CLOSE);

	g_assert_cmpuint(avu_didl_get_n(didl), ==, 1);

	const AvuObject *object = avu_didl_get(didl, 0);
	const AvuResource *res = &object->resources[0];

	g_assert_false(object->container);
	g_assert_cmpstr(object->id, ==, "5");
	g_assert_cmpstr(object->parent_id, ==, "2");
	g_assert_cmpstr(object->ref_id, ==, "4");
	g_assert_true(object->restricted);
	g_assert_cmpint(object->child_count, ==, -1);
	g_assert_cmpstr(object->title, ==, "T & U");
	g_assert_cmpstr(object->upnp_class, ==, "object.item.audioItem.musicTrack");
	g_assert_cmpstr(object->creator, ==, "C");
	g_assert_cmpstr(object->artist, ==,
		"X\037"
		"A2");
	g_assert_cmpstr(object->album_artist, ==, "B");
	g_assert_cmpstr(object->composer, ==, "D");
	g_assert_cmpstr(object->album, ==, "L");
	g_assert_cmpstr(object->genre, ==, "G");
	g_assert_cmpstr(object->date, ==, "2004-05-14");
	g_assert_cmpint(object->track_number, ==, 3);
	g_assert_cmpint(object->disc_number, ==, -1);
	g_assert_cmpuint(object->n_art, ==, 2);
	g_assert_cmpstr(object->art[0].uri, ==, "http://192.0.2.1/a");
	g_assert_cmpstr(object->art[1].uri, ==, "http://192.0.2.1/b");
	g_assert_cmpstr(object->description, ==, "N");
	g_assert_cmpuint(object->n_resources, ==, 1);
	g_assert_cmpstr(res->uri, ==, "http://192.0.2.1/5?a=1&b=2");
	g_assert_cmpstr(res->protocol_info, ==, "http-get:*:audio/mpeg:*");
	g_assert_cmpint(res->size_bytes, ==, INT64_C(5000000000));
	g_assert_cmpint(res->duration_ns, ==, 205120 * AVU_NS_PER_MS);
	g_assert_cmpint(res->bitrate_Bps, ==, 88200);
	g_assert_cmpint(res->sample_hz, ==, 96000);
	g_assert_cmpint(res->bits_per_sample, ==, 24);
	g_assert_cmpint(res->channels, ==, 6);
	g_assert_cmpint(res->width, ==, 1920);
	g_assert_cmpint(res->height, ==, 1080);
}

static void
test_containers_and_strangers(void)
{
	g_autoptr(AvuDidl) didl = parse(
		"<?xml version=\"1.0\"?><d:DIDL-Lite xmlns:d=\"urn:schemas-upnp-org:metadata-1-0/"
		"DIDL-Lite/\" xmlns:e=\"http://purl.org/dc/elements/1.1/\" "
		"xmlns:u=\"urn:schemas-upnp-org:metadata-1-0/upnp/\" xmlns:v=\"urn:example\">"
		"<v:item-ish/><d:desc id=\"x\" nameSpace=\"y\">z</d:desc>"
		"<d:container id=\"a\" parentID=\"0\" restricted=\"0\" searchable=\"1\" "
		"childCount=\"12\">"
		"<v:title>of the "
		"maker</v:title><e:title>Proper</e:title><v:nested><e:title>no</e:title>"
		"</v:nested><u:class/><u:class>object.container.album</u:class>"
		"<u:class>object.container</u:class></d:container>"
		"<d:item id=\"b\"><e:title>Second</e:title><v:title>late</v:title>"
		"<d:res protocolInfo=\"http-get:*:a/b:*\"/></d:item></d:DIDL-Lite>");

	g_assert_cmpuint(avu_didl_get_n(didl), ==, 2);

	const AvuObject *container = avu_didl_get(didl, 0);
	const AvuObject *item = avu_didl_get(didl, 1);

	g_assert_true(container->container);
	g_assert_true(container->searchable);
	g_assert_cmpint(container->child_count, ==, 12);
	g_assert_cmpstr(container->title, ==, "Proper");
	g_assert_cmpstr(container->upnp_class, ==, "object.container.album");
	g_assert_cmpstr(item->title, ==, "Second");
	g_assert_null(item->parent_id);
	g_assert_null(item->upnp_class);
	g_assert_cmpuint(item->n_resources, ==, 0); /* res without an address */
}

/* Facts of our own namespace; those of others, and names that are none of ours, are passed over. */
static void
test_facts(void)
{
	g_autoptr(AvuDidl) didl = parse(
		"<DIDL-Lite><item id=\"a\"><title>T</title><desc nameSpace=\"urn:av-upnp:facts\">"
		"<x:facts xmlns:x=\"urn:example\"><x:replayGainTrack>-1 "
		"dB</x:replayGainTrack></x:facts>"
		"</desc><desc>only text</desc><desc nameSpace=\"urn:av-upnp:facts\">"
		"<av:facts xmlns:av=\"urn:av-upnp:facts\"><av:lyrics/>"
		"<av:replayGainTrack>-6.54 dB</av:replayGainTrack>"
		"<av:aNameThatIsLongerThanWhatWeWouldEverCallIt>1</"
		"av:aNameThatIsLongerThanWhatWeWouldEverCallIt>"
		"<av:hdr>HDR10</av:hdr></av:facts></desc></item></DIDL-Lite>");
	g_autoptr(GString) many = g_string_new("<DIDL-Lite><item id=\"a\"><title>T</title><desc>"
					       "<f:facts xmlns:f=\"urn:av-upnp:facts\">");
	const AvuObject *object = avu_didl_get(didl, 0);

	g_assert_cmpuint(object->n_facts, ==, 2);
	g_assert_cmpstr(object->facts[0].name, ==, "replayGainTrack");
	g_assert_cmpstr(object->facts[0].value, ==, "-6.54 dB");
	g_assert_cmpstr(object->facts[1].value, ==, "HDR10");
	for (unsigned i = 0; i < 3 * AVU_FACTS_MAX; i++) {
		(void)g_string_append(many, "<f:a>1</f:a>");
	}
	(void)g_string_append(many, "</f:facts></desc></item></DIDL-Lite>");
	g_autoptr(AvuDidl) full = parse(many->str);

	g_assert_cmpuint(avu_didl_get(full, 0)->n_facts, ==, AVU_FACTS_MAX);
}

/* Content that is still to be sent: the address it goes to is kept. */
static void
test_awaited(void)
{
	g_autoptr(AvuDidl) didl = parse("<DIDL-Lite><item id=\"a\"><title>T</title>"
					"<res protocolInfo=\"http-get:*:a/b:*\" "
					"importUri=\"http://192.0.2.1/u\"/></item></DIDL-Lite>");
	const AvuObject *item = avu_didl_get(didl, 0);

	g_assert_cmpuint(item->n_resources, ==, 1);
	g_assert_cmpstr(item->resources[0].uri, ==, "");
	g_assert_cmpstr(item->resources[0].import_uri, ==, "http://192.0.2.1/u");
}

static const struct {
	const char *attributes;
	int64_t duration_ns, size_bytes;
	int32_t width;
	const char *why;
} resources[] = {
	{ "", AVU_TIME_NONE, -1, -1, "absent" },
	{ "duration=\"\" size=\"\" resolution=\"\"", AVU_TIME_NONE, -1, -1, "empty" },
	{ "duration=\"1:50:00:000\"", INT64_C(6600) * AVU_NS_PER_S, -1, -1,
		"colon before fraction" },
	{ "duration=\"8:17.493\"", 497493 * AVU_NS_PER_MS, -1, -1, "no hours" },
	{ "duration=\"08:17\"", 497 * AVU_NS_PER_S, -1, -1, "no hours, two digits" },
	{ "duration=\"0:00:01.1234567\"", 1123456700, -1, -1, "seven decimals" },
	{ "duration=\"+0:00:02\"", 2 * AVU_NS_PER_S, -1, -1, "sign" },
	{ "duration=\"-0:00:02\"", AVU_TIME_NONE, -1, -1, "negative" },
	{ "duration=\"00:00:00\"", AVU_TIME_NONE, -1, -1, "zero means unknown" },
	{ "duration=\"soon\"", AVU_TIME_NONE, -1, -1, "not a time" },
	{ "duration=\"1:2:3:4:5\"", AVU_TIME_NONE, -1, -1, "too many parts" },
	{ "size=\"-1\"", AVU_TIME_NONE, -1, -1, "negative size" },
	{ "size=\" 12 \"", AVU_TIME_NONE, 12, -1, "blanks" },
	{ "size=\"18446744073709551615\"", AVU_TIME_NONE, -1, -1, "more than we count" },
	{ "resolution=\"640X480\"", AVU_TIME_NONE, -1, 640, "large x" },
	{ "resolution=\"640\"", AVU_TIME_NONE, -1, -1, "half a resolution" },
	{ "resolution=\"640x-480\"", AVU_TIME_NONE, -1, -1, "negative height" },
};

static void
test_resources(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(resources); i++) {
		g_autofree char *text = g_strconcat(OPEN "<item id=\"1\"><res protocolInfo=\"x\" ",
			resources[i].attributes, ">u</res></item>" CLOSE, NULL);
		g_autoptr(AvuDidl) didl = parse(text);
		const AvuResource *res = &avu_didl_get(didl, 0)->resources[0];

		g_test_message("%s: %s", resources[i].attributes, resources[i].why);
		g_assert_cmpint(res->duration_ns, ==, resources[i].duration_ns);
		g_assert_cmpint(res->size_bytes, ==, resources[i].size_bytes);
		g_assert_cmpint(res->width, ==, resources[i].width);
	}
}

static const struct {
	const char *text;
	int code; /* -1: accepted, without objects */
	const char *why;
} documents[] = {
	{ "", -1, "an empty listing of some servers" },
	{ " \r\n", -1, "white space" },
	{ OPEN CLOSE, -1, "an empty listing" },
	{ "<DIDL-Lite>", AVU_ERROR_SYNTAX, "not closed" },
	{ "<html/>", AVU_ERROR_SYNTAX, "another document" },
	{ "NOT_IMPLEMENTED", AVU_ERROR_SYNTAX, "the word for nothing" },
	{ "<!DOCTYPE x [<!ENTITY a \"b\">]>" OPEN "&a;" CLOSE, AVU_ERROR_SYNTAX, "document type" },
};

static void
test_documents(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(documents); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(AvuDidl) didl =
			avu_didl_parse(documents[i].text, strlen(documents[i].text), &error);

		g_test_message("%s", documents[i].why);
		if (documents[i].code < 0) {
			g_assert_no_error(error);
			g_assert_cmpuint(avu_didl_get_n(didl), ==, 0);
		} else {
			g_assert_null(didl);
			g_assert_error(error, AVU_ERROR, documents[i].code);
		}
	}
}

static char *
many(const char *before, const char *each, unsigned n, const char *after)
{
	g_autoptr(GString) text = g_string_new(before);

	for (unsigned i = 0; i < n; i++) {
		g_string_append(text, each);
	}
	g_string_append(text, after);
	return g_string_free(g_steal_pointer(&text), FALSE);
}

static void
test_limits(void)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *most = many(OPEN, "<item id=\"1\"/>", 8192, CLOSE);
	g_autofree char *too_many = many(OPEN, "<item id=\"1\"/>", 8193, CLOSE);
	g_autofree char *resources_text =
		many(OPEN "<item>", "<res protocolInfo=\"x\">u</res>", 40, "</item>" CLOSE);
	g_autoptr(AvuDidl) didl = parse(most);
	g_autoptr(AvuDidl) with_resources = parse(resources_text);

	g_assert_cmpuint(avu_didl_get_n(didl), ==, 8192);
	g_assert_cmpuint(avu_didl_get(with_resources, 0)->n_resources, ==, AVU_RESOURCES_MAX);
	g_assert_null(avu_didl_parse(too_many, strlen(too_many), &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_LIMIT);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/didl-reader/item", test_item);
	g_test_add_func("/didl-reader/containers-and-strangers", test_containers_and_strangers);
	g_test_add_func("/didl-reader/resources", test_resources);
	g_test_add_func("/didl-reader/documents", test_documents);
	g_test_add_func("/didl-reader/limits", test_limits);
	g_test_add_func("/didl-reader/awaited", test_awaited);
	g_test_add_func("/didl-reader/facts", test_facts);
	return g_test_run();
}
