/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ID3v2, APEv2 and MP4 tags, put together by hand from their formats. */
#include <string.h>

#include "mediaserver/worker/ape-tag.h"
#include "mediaserver/worker/id3v2.h"
#include "mediaserver/worker/mp4-tags.h"
#include "tests/support/memory-file.h"

static void
append(const char *name, const char *value, void *data)
{
	g_string_append_printf(data, "%s=%s|", name, value);
}

#define OCTETS(text)                   \
	{                              \
		text, sizeof(text) - 1 \
	}
/* header of a tag with len octets of frames (below 128) */
#define TAG(version, flags, len) "ID3" version "\0" flags "\0\0\0" len
#define FRAME4(name, len) name "\0\0\0" len "\0\0"

static const struct {
	MemoryFile memory;
	const char *found;
	const char *why;
} rows[] = {
	{ OCTETS(TAG("\4", "\0", "\x0e") FRAME4("TPE1", "\4") "\3Can"), "TPE1=Can|",
		"UTF-8, one value" },
	{ OCTETS(TAG("\4", "\0", "\x14") FRAME4("TPE1", "\x0a") "\3Can\0Faust"),
		"TPE1=Can|TPE1=Faust|", "two values" },
	{ OCTETS(TAG("\4", "\0", "\x0f") FRAME4("TPE1", "\5") "\3Can\0"), "TPE1=Can|",
		"an end that is a zero" },
	{ OCTETS(TAG("\3", "\0", "\x11") FRAME4("TPE1", "\7") "\1\xff\xfe\xe9\0a\0"),
		"TPE1=\xc3\xa9"
		"a|",
		"UTF-16, little end first" },
	{ OCTETS(TAG("\3", "\0", "\x11") FRAME4("TPE1", "\7") "\1\xfe\xff\xd8\x3d\xde\0"),
		"TPE1=\xf0\x9f\x98\x80|", "a pair of surrogates" },
	{ OCTETS(TAG("\4", "\0", "\x0d") FRAME4("TPE1", "\3") "\2\xd8\0"), "TPE1=\xef\xbf\xbd|",
		"half a pair" },
	{ OCTETS(TAG("\3", "\0", "\x0d") FRAME4("TPE1", "\3") "\0\xe9\0"), "TPE1=\xc3\xa9|",
		"Latin-1" },
	{ OCTETS(TAG("\2", "\0", "\x0a") "TP1\0\0\4\0Can"), "TP1=Can|", "version 2.2" },
	{ OCTETS(TAG("\4", "\0", "\x10") FRAME4("TXXX", "\6") "\3BPM\0"
							      "9"),
		"BPM=9|", "a frame with a name of its own" },
	{ OCTETS(TAG("\3", "\0", "\x0f") FRAME4("POPM", "\5") "a@b\0\xc4"), "POPM=196|",
		"a rating" },
	{ OCTETS(TAG("\3", "\0", "\x0d") FRAME4("POPM", "\3") "a@b"), "", "no rating in it" },
	{ OCTETS(TAG("\3", "\0", "\x10") FRAME4("COMM", "\6") "\0eng\0x"), "COMM=x|", "a comment" },
	{ OCTETS(TAG("\3", "\0", "\x11") FRAME4("COMM", "\7") "\0engn\0x"), "",
		"a program's note" },
	{ OCTETS(TAG("\3", "\0", "\x13") FRAME4("USLT", "\x09") "\0eng\0la l"), "USLT=1|",
		"words of the song" },
	{ OCTETS(TAG("\3", "\0", "\x0e") FRAME4("TCON", "\4") "\0(17"), "",
		"genres by number are FFmpeg's" },
	{ OCTETS(TAG("\4", "\0", "\x10") "TPE1\0\0\0\6\0\2"
					 "\3A\xff\0\xf8"
					 "B"),
		"TPE1=A\xff\xf8"
		"B|",
		"unsynchronised frame" },
	{ OCTETS(TAG("\4", "\0", "\x12") "TPE1\0\0\0\x08\0\1\0\0\0\4\3Can"), "TPE1=Can|",
		"length told twice" },
	{ OCTETS(TAG("\4", "\0", "\x0e") "TPE1\0\0\0\4\0\x08\3Can"), "", "compressed" },
	{ OCTETS(TAG("\4", "\x40", "\x14") "\0\0\0\6\1\0" FRAME4("TPE1", "\4") "\3Can"),
		"TPE1=Can|", "extended header of 2.4 counts itself" },
	{ OCTETS(TAG("\3", "\x40", "\x18") "\0\0\0\6\0\0\0\0\0\0" FRAME4("TPE1", "\4") "\3Can"),
		"TPE1=Can|", "that of 2.3 does not" },
	{ OCTETS(TAG("\3", "\x80", "\x0e") FRAME4("TPE1", "\4") "\3Can"), "",
		"unsynchronised as a whole" },
	{ OCTETS(TAG("\4", "\0", "\x0e") FRAME4("TPE1", "\x44") "\3Can"), "",
		"longer than its tag" },
	{ OCTETS(TAG("\4", "\0", "\x0e") FRAME4("TPE1", "\4") "\3"), "", "cut" },
	{ OCTETS(TAG("\4", "\0", "\x0e") FRAME4("tpe1", "\4") "\3Can"), "", "no name of a frame" },
	{ OCTETS(TAG("\5", "\0", "\x0e") FRAME4("TPE1", "\4") "\3Can"), "", "a version to come" },
	{ OCTETS("ID3"), "", "nearly nothing" },
};

static void
test_frames(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		MemoryFile memory = rows[i].memory;
		const ReadAt file = MEMORY_FILE(memory.octets, memory.len);
		g_autoptr(GString) found = g_string_new(NULL);

		g_test_message("%s", rows[i].why);
		id3v2_read(&file, 0, append, found);
		g_assert_cmpstr(found->str, ==, rows[i].found);
	}
}

/* iTunes wrote 2.4 with plain lengths: 0x0101 octets, where safe ones would mean 129. */
static void
test_plain_lengths(void)
{
	g_autoptr(GByteArray) tag = g_byte_array_new();
	g_autoptr(GString) found = g_string_new(NULL);
	guint8 text[0x101];

	memset(text, 'x', sizeof(text));
	text[0] = 3;
	g_byte_array_append(tag, (const guint8 *)"ID3\4\0\0\0\0\2\x19", 10);
	g_byte_array_append(tag, (const guint8 *)"TPE1\0\0\1\1\0\0", 10);
	g_byte_array_append(tag, text, sizeof(text));
	g_byte_array_append(tag, (const guint8 *)"TALB\0\0\0\4\0\0\3Can", 14);
	MemoryFile memory = { (const char *)tag->data, tag->len };
	const ReadAt file = MEMORY_FILE(memory.octets, tag->len);

	id3v2_read(&file, 0, append, found);
	g_assert_true(g_str_has_suffix(found->str, "x|TALB=Can|"));
	g_assert_cmpuint(found->len, ==, strlen("TPE1=|TALB=Can|") + 0x100);
}

static void
test_places(void)
{
	static const struct {
		const char *container;
		MemoryFile memory;
		int64_t place; /* -1: none */
		const char *why;
	} places[] = {
		{ "mp3", OCTETS("ID3\4\0\0\0\0\0\0________________________"), 0, "in front" },
		{ "mp3", OCTETS("\xff\xfb__________________________________"), -1, "none" },
		{ "wav", OCTETS("RIFF\x30\0\0\0WAVEfmt \1\0\0\0_\0id3 \4\0\0\0____"), 30,
			"chunk after one of odd length" },
		{ "aiff",
			OCTETS("FORM\0\0\0\x30"
			       "AIFFCOMM\0\0\0\2__ID3 \0\0\0\4____"),
			30, "big end first" },
		{ "dff",
			OCTETS("FRM8\0\0\0\0\0\0\0\x30"
			       "DSD FVER\0\0\0\0\0\0\0\2__ID3 \0\0\0\0\0\0\0\4____"),
			42, "lengths of eight octets" },
		{ "dsf", OCTETS("DSD \x1c\0\0\0\0\0\0\0\x60\0\0\0\0\0\0\0\x40\0\0\0\0\0\0\0"), 64,
			"where the header says" },
		{ "dsf", OCTETS("DSD \x1c\0\0\0\0\0\0\0\x60\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), -1,
			"the header says nowhere" },
		{ "wav", OCTETS("RIFF\x30\0\0\0WAVEfmt \xff\xff\xff\xff____________"), -1,
			"a chunk that goes on for ever" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
		MemoryFile memory = places[i].memory;
		const ReadAt file = MEMORY_FILE(memory.octets, memory.len);
		uint64_t place = 0;

		g_test_message("%s: %s", places[i].container, places[i].why);
		g_assert_cmpint(
			id3v2_find(&file, places[i].container, &place), ==, places[i].place >= 0);
		if (places[i].place >= 0) {
			g_assert_cmpuint(place, ==, places[i].place);
		}
	}
}

#define FOOTER(len) "APETAGEX\xd0\7\0\0" len "\0\0\0\1\0\0\0\0\0\0\0________"

static void
test_ape(void)
{
	static const struct {
		MemoryFile memory;
		const char *found;
		const char *why;
	} tags[] = {
		{ OCTETS("\3\0\0\0\0\0\0\0Artist\0Can" FOOTER("\x32")), "Artist=Can|", "one" },
		{ OCTETS("\x09\0\0\0\0\0\0\0Artist\0Can\0Faust" FOOTER("\x38")),
			"Artist=Can|Artist=Faust|", "two values" },
		{ OCTETS("\3\0\0\0\2\0\0\0Cover\0\xff\xd8\xff\3\0\0\0\0\0\0\0Artist\0Can" FOOTER(
			  "\x43")),
			"Artist=Can|", "what is no text is passed over" },
		{ OCTETS("\xff\0\0\0\0\0\0\0Artist\0Can" FOOTER("\x32")), "",
			"longer than its tag" },
		{ OCTETS("\3\0\0\0\0\0\0\0ArtistXCan" FOOTER("\x32")), "", "a name without end" },
		{ OCTETS("\3\0\0\0\0\0\0\0Artist\0Can" FOOTER("\xff")), "",
			"a tag larger than the file" },
		{ OCTETS(FOOTER("\x20")), "", "empty" },
		{ OCTETS("APETAGEX"), "", "cut" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(tags); i++) {
		MemoryFile memory = tags[i].memory;
		const ReadAt file = MEMORY_FILE(memory.octets, memory.len);
		g_autoptr(GString) found = g_string_new(NULL);
		g_autofree char *longer = g_malloc0(memory.len + 128);

		g_test_message("%s", tags[i].why);
		ape_tag_read(&file, append, found);
		g_assert_cmpstr(found->str, ==, tags[i].found);
		/* the same in front of an ID3v1 tag */
		memcpy(longer, memory.octets, memory.len);
		MemoryFile more = { longer, memory.len + 128 };
		const ReadAt file2 = MEMORY_FILE(more.octets, more.len);

		g_string_truncate(found, 0);
		ape_tag_read(&file2, append, found);
		g_assert_cmpstr(found->str, ==, tags[i].found);
	}
}

/* One box with its length in front, by hand: g_string_append_len() of what it has. */
static GString *
box(const char *type, GString *body)
{
	GString *out = g_string_new(NULL);
	guint32 len = GUINT32_TO_BE((guint32)(8 + body->len));

	g_string_append_len(out, (const char *)&len, 4);
	g_string_append_len(out, type, 4);
	g_string_append_len(out, body->str, (gssize)body->len);
	(void)g_string_free(body, TRUE);
	return out;
}

static GString *
text(const char *octets, size_t len)
{
	return g_string_new_len(octets, (gssize)len);
}
#define TEXT(octets) text(octets, sizeof(octets) - 1)

static GString *
both(GString *a, GString *b)
{
	g_string_append_len(a, b->str, (gssize)b->len);
	(void)g_string_free(b, TRUE);
	return a;
}

static void
test_mp4(void)
{
	GString *artists = box("\251ART", both(box("data", TEXT("\0\0\0\1\0\0\0\0Can")),
						  box("data", TEXT("\0\0\0\1\0\0\0\0Faust"))));
	GString *cover = box("covr", box("data", TEXT("\0\0\0\x0d\0\0\0\0\xff\xd8")));
	GString *own = box("----", both(both(box("mean", TEXT("\0\0\0\0com.apple.iTunes")),
						box("name", TEXT("\0\0\0\0ARTISTS"))),
					   box("data", TEXT("\0\0\0\1\0\0\0\0Neu!"))));
	GString *list = box("ilst", both(both(artists, cover), own));
	GString *meta = box("meta", both(TEXT("\0\0\0\0"), list));
	g_autoptr(GString) file = both(box("ftyp", TEXT("M4A ")),
		both(box("mdat", TEXT("xxx")), box("moov", box("udta", meta))));

	for (size_t len = 0; len <= file->len; len++) { /* cut anywhere: less, never more */
		g_autofree char *copy = g_memdup2(file->str, len);
		MemoryFile memory = { copy, len };
		const ReadAt cut = MEMORY_FILE(memory.octets, len);
		g_autoptr(GString) found = g_string_new(NULL);

		mp4_tags_read(&cut, append, found);
		g_assert_cmpstr(found->str, ==,
			len == file->len ? "artist=Can|artist=Faust|ARTISTS=Neu!|" : "");
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/worker/id3v2/frames", test_frames);
	g_test_add_func("/worker/id3v2/plain-lengths", test_plain_lengths);
	g_test_add_func("/worker/id3v2/places", test_places);
	g_test_add_func("/worker/id3v2/ape", test_ape);
	g_test_add_func("/worker/id3v2/mp4", test_mp4);
	return g_test_run();
}
