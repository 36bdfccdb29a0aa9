/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* UpdateObject's lists against one object (spec/upnp-av-contentdirectory.md 6.3): rows of current, new,
 * and what follows. Edits are compared as "property=value;", "-" for no value. */
#include <string.h>

#include <av-upnp/error.h>

#include "libav-upnp/av/tag-list.h"

#define T(tag, text) "<" tag ">" text "</" tag ">"

static const struct {
	const char *current, *next;
	int code; /* 0: accepted */
	const char *edits;
	const char *why;
} rows[] = {
	{ T("dc:title", "Old"), T("dc:title", "New"), 0, "dc:title=New;", "replace" },
	{ T("upnp:album", "L"), "", 0, "upnp:album=-;", "delete" },
	{ "", T("upnp:genre", "G"), 0, "upnp:genre=G;", "add the first" },
	{ "", T("upnp:artist", "C"), 0, "upnp:artist=A|B|C;", "add a further one" },
	{ T("upnp:artist", "A"), T("upnp:artist", "X"), 0, "upnp:artist=X|B;",
		"one of several keeps its place" },
	{ T("upnp:artist", "B"), "", 0, "upnp:artist=A;", "delete one of several" },
	{ T("upnp:artist", "A") "," T("upnp:artist", "B"), "," T("upnp:artist", "A and B"), 0,
		"upnp:artist=A and B;", "two entries of one" },
	{ T("dc:title", "Old") "," T("upnp:originalTrackNumber", "3"),
		T("dc:title", "New") "," T("upnp:originalTrackNumber", "4"), 0,
		"dc:title=New;upnp:originalTrackNumber=4;", "two properties" },
	{ T("upnp:originalTrackNumber", " 03 "), T("upnp:originalTrackNumber", "4"), 0,
		"upnp:originalTrackNumber=4;", "equal as numbers" },
	{ T("dc:date", "2004-01-01"), T("dc:date", "2005-06-07"), 0, "dc:date=2005-06-07;",
		"as it was browsed" },
	{ "<d:title xmlns:d='http://purl.org/dc/elements/1.1/'>Old</d:title>", T("dc:title", "New"),
		0, "dc:title=New;", "another prefix" },
	{ "<upnp:artist role=\"AlbumArtist\">Band</upnp:artist>",
		"<upnp:artist role=\"AlbumArtist\">Choir</upnp:artist>", 0,
		"upnp:artist[@role=\"AlbumArtist\"]=Choir;", "a role is a property of its own" },
	{ T("dc:title", "Old"), T("dc:title", "One\\, two \\\\ three"), 0,
		"dc:title=One, two \\ three;", "escapes" },
	{ T("dc:title", "Old"), T("dc:title", "One, two"), 0, "dc:title=One, two;",
		"a comma that nobody escaped" },
	{ T("dc:title", "Old"), T("dc:title", "A &amp; B &lt;C&gt;"), 0, "dc:title=A & B <C>;",
		"character entities" },
	{ " " T("dc:title", "Old") " , ", T("dc:title", "New") ",", 0, "dc:title=New;",
		"an empty pair" },
	{ T("upnp:lastPlaybackPosition", "0:00:00"), T("upnp:lastPlaybackPosition", "0:01:30.5"), 0,
		"upnp:lastPlaybackPosition=P00:01:30;",
		"play state: what is current is not known" },
	{ "", T("upnp:lastPlaybackPosition", "P00:02:00"), 0,
		"upnp:lastPlaybackPosition=P00:02:00;", "play state: there is a value" },
	{ T("upnp:playCount", "0"), T("upnp:playCount", "1"), 0, "upnp:playbackCount=1;",
		"the name that Kodi uses" },
	{ T("upnp:playbackCount", "7"), "", 0, "upnp:playbackCount=-;", "play state: forget" },

	{ T("dc:title", "Other"), T("dc:title", "New"), 702, NULL, "not the current value" },
	{ T("upnp:genre", "G"), "", 702, NULL, "not there" },
	{ T("upnp:artist", "C"), "", 702, NULL, "not one of several" },
	{ "", T("dc:title", "New"), 702, NULL, "there is one already" },
	{ T("dc:title", "Old"), "", 704, NULL, "required" },
	{ T("dc:title", "Old"), T("dc:title", " "), 704, NULL, "required, and blank" },
	{ T("upnp:class", "object.item"), T("upnp:class", "object.item.audioItem"), 705, NULL,
		"the class stays" },
	{ "", T("upnp:objectUpdateID", "9"), 705, NULL, "counted by us" },
	{ "", T("upnp:albumArtURI", "http://192.0.2.1/"), 705, NULL, "not offered" },
	{ "", "<res protocolInfo=\"*:*:*:*\">http://192.0.2.1/</res>", 705, NULL, "not offered" },
	{ T("dc:title", "Old"), T("upnp:album", "L"), 703, NULL, "another name" },
	{ T("upnp:originalTrackNumber", "3"), T("upnp:originalTrackNumber", "x"), 703, NULL,
		"not a number" },
	{ T("dc:date", "2004-01-01"), T("dc:date", "yesterday"), 703, NULL, "not a date" },
	{ T("dc:title", "Old"), T("dc:title", "Old"), 703, NULL, "nothing would change" },
	{ "", "", 703, NULL, "nothing at all" },
	{ "", T("upnp:colour", "red"), 703, NULL, "not a property" },
	{ T("upnp:colour", "red"), "", 702, NULL, "not a property, current" },
	{ T("dc:title", "Old") ",", T("dc:title", "New"), 706, NULL, "two against one" },
	{ T("dc:title", "Old"), T("dc:title", "A") "," T("upnp:genre", "B"), 706, NULL,
		"one against two" },
	{ T("dc:title", "Old"), "<dc:title>New", 703, NULL, "not closed" },
	{ "<dc:title>Old", T("dc:title", "New"), 702, NULL, "not closed, current" },
	{ T("dc:title", "Old"), "New", 703, NULL, "text alone" },
	{ T("dc:title", "Old"), T("dc:title", "A") T("dc:title", "B"), 703, NULL,
		"two in one entry" },
	{ T("dc:title", "Old"), "</item><item>" T("dc:title", "A"), 703, NULL, "out of its place" },
	{ T("dc:title", "Old"), "<!-- " T("dc:title", "A") " -->", 703, NULL, "a comment" },
	{ T("dc:title", "Old"), "<dc:title>A\037B</dc:title>", 703, NULL, "the separator" },
};

static AvuObject
object(void)
{
	AvuObject o;

	avu_object_init(&o);
	o.title = "Old";
	o.upnp_class = "object.item";
	o.artist = "A\037B";
	o.album_artist = "Band";
	o.album = "L";
	o.date = "2004";
	o.track_number = 3;
	o.last_playback_position_ns = 60 * AVU_NS_PER_S;
	o.playback_count = 4;
	return o;
}

static char *
describe(const GArray *edits)
{
	g_autoptr(GString) out = g_string_new(NULL);

	for (guint i = 0; i < edits->len; i++) {
		const AvuContentEdit *edit = &g_array_index(edits, AvuContentEdit, i);
		g_autofree char *value = g_strdup(edit->value != NULL ? edit->value : "-");

		g_string_append_printf(out, "%s=%s;", avu_property_get_name(edit->property),
			g_strdelimit(value, AVU_VALUE_SEPARATOR, '|'));
	}
	return g_string_free(g_steal_pointer(&out), FALSE);
}

static GArray *
update(const char *current_text, const char *next_text, GError **error)
{
	static const AvuProperty offered[] = { AVU_PROPERTY_TITLE, AVU_PROPERTY_ARTIST,
		AVU_PROPERTY_ALBUM_ARTIST, AVU_PROPERTY_ALBUM, AVU_PROPERTY_GENRE,
		AVU_PROPERTY_DATE, AVU_PROPERTY_TRACK };
	static const AvuProperty play[] = { AVU_PROPERTY_PLAYBACK_COUNT,
		AVU_PROPERTY_LAST_PLAYBACK_POSITION };
	const AvuObject o = object();
	AvuPropertySet writable = { 0 }, lenient = { 0 };

	for (size_t i = 0; i < G_N_ELEMENTS(offered); i++) {
		avu_property_set_add(&writable, offered[i]);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(play); i++) {
		avu_property_set_add(&writable, play[i]);
		avu_property_set_add(&lenient, play[i]);
	}
	g_autoptr(GArray) current = tag_list_parse(current_text, false, error);
	g_autoptr(GArray) next = current != NULL ? tag_list_parse(next_text, true, error) : NULL;

	return next != NULL ? tag_list_apply(&o, current, next, &writable, &lenient, error) : NULL;
}

static void
test_rows(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(GArray) edits = update(rows[i].current, rows[i].next, &error);

		g_test_message("%s: %s", rows[i].why, error != NULL ? error->message : "");
		if (rows[i].code != 0) {
			g_assert_null(edits);
			g_assert_error(error, AVU_UPNP_ERROR, rows[i].code);
			continue;
		}
		g_assert_no_error(error);

		g_autofree char *text = describe(edits);

		g_assert_cmpstr(text, ==, rows[i].edits);
	}
}

static void
test_limit(void)
{
	g_autoptr(GString) commas = g_string_new(NULL);
	g_autoptr(GError) error = NULL;

	for (unsigned i = 1; i < TAG_LIST_MAX; i++) {
		g_string_append_c(commas, ',');
	}
	g_autoptr(GArray) most = tag_list_parse(commas->str, true, NULL);

	g_assert_nonnull(most);
	g_string_append_c(commas, ',');
	g_assert_null(tag_list_parse(commas->str, true, &error));
	g_assert_error(error, AVU_UPNP_ERROR, 703);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/tag-list/rows", test_rows);
	g_test_add_func("/tag-list/limit", test_limit);
	return g_test_run();
}
