/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Playlists of all forms, as players write them and as nobody should. */
#include <string.h>

#include <av-upnp/error.h>

#include <av-upnp/playlist.h>

static const char *const hints[] = {
	[AVU_PLAYLIST_NOTHING] = "",
	[AVU_PLAYLIST_RADIO] = "(radio)",
	[AVU_PLAYLIST_TELEVISION] = "(tv)",
};

static char *
dump(const AvuPlaylist *playlist)
{
	GString *out = g_string_new(playlist->title != NULL ? playlist->title : "");

	g_string_append_c(out, '|');
	for (guint i = 0; i < playlist->entries->len; i++) {
		const AvuPlaylistEntry *entry = avu_playlist_get(playlist, i);

		g_string_append_printf(out, "%s", entry->location);
		if (entry->title != NULL) {
			g_string_append_printf(out, "=%s", entry->title);
		}
		g_string_append(out, hints[entry->hint]);
		if (entry->duration_ns != AVU_TIME_NONE) {
			g_string_append_printf(
				out, "@%d", (int)(entry->duration_ns / AVU_NS_PER_S));
		}
		g_string_append_c(out, '|');
	}
	return g_string_free(out, FALSE);
}

static const struct {
	const char *name;
	const char *text;
	const char *expected; /* NULL: refused */
	const char *why;
} rows[] = {
	{ "a.m3u", "a.mp3\nb/c.flac\n", "|a.mp3|b/c.flac|", "bare names" },
	{ "a.m3u", "#EXTM3U\r\n#EXTINF:123,Can - Spoon\r\nspoon.mp3\r\n",
		"|spoon.mp3=Can - Spoon@123|", "with titles" },
	{ "a.m3u8", "\xef\xbb\xbf#EXTM3U\n#PLAYLIST:Mix\na.mp3", "Mix|a.mp3|",
		"mark, name, no end of line" },
	{ "a.m3u", "#EXTINF:-1 tvg-name=\"a,b\" logo=\"x\",Radio\nhttp://h/s\nb\n",
		"|http://h/s=Radio(tv)|b|", "attributes with a comma; no end" },
	{ "a.m3u", "#EXTINF:-1 tvg-id=\"x\" radio=\"true\",R\nhttp://h/s\n",
		"|http://h/s=R(radio)|", "a guide's entry that is radio" },
	{ "a.m3u", "#EXTINF:-1, tvg-id radio=\"true\"\nhttp://h/s\n",
		"|http://h/s=tvg-id radio=\"true\"|", "in a title it is a title" },
	{ "a.m3u", "#EXTINF:5,T\n\n#comment\na.mp3\nb.mp3\n", "|a.mp3=T@5|b.mp3|",
		"a title is for one entry" },
	{ "a.m3u", "Bj\xf6rk.mp3\n", "|Bj\xf6rk.mp3|", "names stay octets" },
	{ "a.m3u", "#EXTINF:5,Bj\xf6rk\na.mp3\n", "|a.mp3=Bj\xc3\xb6rk@5|", "titles become UTF-8" },
	{ "a.m3u", "a\x1b.mp3\nb.mp3\n", "|b.mp3|", "control characters" },
	{ "a.m3u", "", "|", "empty" },
	{ "a.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:8\na.ts\n", NULL, "pieces of a stream" },
	{ "a.pls", "[playlist]\nNumberOfEntries=2\nFile2=b.mp3\nFile1=a.mp3\nTitle1=A\nLength1=9\n",
		"|a.mp3=A@9|b.mp3|", "out of order" },
	{ "a.pls", "[playlist]\nfile1 = http://h/\nlength1=-1\n", "|http://h/|",
		"small letters, blanks, a stream" },
	{ "a.pls", "File99999999999=x\nFile=y\nTitle3=z\n", "|", "numbers too large and missing" },
	{ "a.xspf",
		"<?xml version='1.0'?><playlist xmlns='http://xspf.org/ns/0/' version='1'>"
		"<title>T</title><trackList><track><location>a%20b.mp3</location>"
		"<title>Spoon</title><creator>Can</creator><duration>123000</duration></track>"
		"<track><location> http://h/a%20b </location></track></trackList></playlist>",
		"T|a b.mp3=Can - Spoon@123|http://h/a%20b|", "XSPF; addresses keep their escapes" },
	{ "a.xspf", "<playlist><trackList/></playlist>", "|", "an empty list" },
	{ "a.xspf", "<playlist/>", NULL, "no list" },
	{ "a.xspf", "<playlist><trackList>", NULL, "cut" },
	{ "a.xspf",
		"<!DOCTYPE p [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><playlist><trackList/>"
		"</playlist>",
		NULL, "a document type" },
	{ "a.asx",
		"<ASX version=3><Title>T</Title><Entry><Title>A &amp; B</Title>"
		"<Ref HREF=\"http://h/?a=1&b=2\"/><ref href='http://other/'/></Entry>"
		"<EntryRef href=\"more.asx\"/></ASX>",
		"T|http://h/?a=1&b=2=A & B|more.asx|",
		"any case, bare ampersands, one address each" },
	{ "a.wax", "<asx><entry><ref href=\"a.wma\"/><title>Late</title></entry></asx>",
		"|a.wma=Late|", "title behind" },
	{ "a.asx", "<asx><entry><ref href=\"a\"><entry><ref href=\"b\">", "|a|b|",
		"nothing is closed" },
	{ "a.asx", "<asx><entry><ref href=\" \"/><ref href=\"b\"/><ref href=\"c\"/></entry></asx>",
		"|b|", "the first address that is one" },
	{ "a.asx", "<asx><entry><ref href=\"a", "|a|", "cut in an attribute" },
	{ "a.asx", "[Reference]\r\nRef1=http://h/1\r\nRef2=http://h/2\r\n",
		"|http://h/1|http://h/2|", "the form before there were tags" },
	{ "a.txt", "a.mp3\n", NULL, "no playlist by its name" },
};

static void
test_forms(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GBytes) bytes = g_bytes_new(rows[i].text, strlen(rows[i].text));
		g_autoptr(AvuPlaylist) playlist = NULL;
		g_autoptr(GError) error = NULL;

		g_test_message("%s: %s", rows[i].name, rows[i].why);
		playlist = avu_playlist_parse(rows[i].name, bytes, &error);
		if (rows[i].expected == NULL) {
			g_assert_error(error, AVU_ERROR, AVU_ERROR_SYNTAX);
			continue;
		}
		g_assert_no_error(error);
		g_autofree char *text = dump(playlist);

		g_assert_cmpstr(text, ==, rows[i].expected);
	}
}

static void
test_utf16(void)
{
	static const char text[] = "\xff\xfe#\0E\0X\0T\0M\0003\0U\0\n\0\xf6\0.\0m\0p\0003\0";
	g_autoptr(GBytes) bytes = g_bytes_new(text, sizeof(text) - 1);
	g_autoptr(AvuPlaylist) playlist = avu_playlist_parse("x.m3u", bytes, NULL);

	g_assert_cmpuint(playlist->entries->len, ==, 1);
	g_assert_cmpstr(avu_playlist_get(playlist, 0)->location, ==, "\xc3\xb6.mp3");
}

/* 10^6 entries: LIM-47 and LIM-21. */
static void
test_limits(void)
{
	g_autofree char *many = g_strnfill(2 * (AVU_PLAYLIST_ENTRIES_MAX + 1), '\n');
	g_autoptr(GBytes) large = g_bytes_new_take(
		g_strnfill(AVU_PLAYLIST_BYTES_MAX + 1, 'x'), AVU_PLAYLIST_BYTES_MAX + 1);
	g_autoptr(GError) error = NULL;

	for (size_t i = 0; i < 2 * (AVU_PLAYLIST_ENTRIES_MAX + 1); i += 2) {
		many[i] = 'x';
	}
	g_autoptr(GBytes) lines = g_bytes_new(many, strlen(many));

	g_assert_null(avu_playlist_parse("x.m3u", lines, &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_LIMIT);
	g_clear_error(&error);
	g_assert_null(avu_playlist_parse("x.m3u", large, &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_LIMIT);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/library/playlist/forms", test_forms);
	g_test_add_func("/library/playlist/utf16", test_utf16);
	g_test_add_func("/library/playlist/limits", test_limits);
	return g_test_run();
}
