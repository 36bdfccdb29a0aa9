/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The index of an MP4 of AAC, made by hand after ISO 14496-12: 44100 samples of music behind 1024 that
 * the encoder put in front. */

#include <string.h>

#include "media/mp4-head.h"

#define RATE 44100u
#define FRONT 1024u

typedef struct {
	const char *why;
	unsigned tracks;
	const char *handler, *codec;
	bool edited;
	unsigned edits;         /* in the list */
	unsigned start, end_ms; /* of the edit */
	unsigned samples;       /* by stts */
	const char *comment;    /* iTunSMPB; NULL: none */
	bool good;
	unsigned front;
	uint64_t total;
} Row;

static const Row rows[] = {
	{ "an edit list by the millisecond", 1, "soun", "mp4a", true, 1, FRONT, 1001, FRONT + 44145,
		NULL, true, FRONT, 44145 },
	{ "an edit list that ends before the samples do", 1, "soun", "mp4a", true, 1, FRONT, 1000,
		FRONT + 50000, NULL, true, FRONT, RATE },
	{ "iTunes' comment", 1, "soun", "mp4a", false, 0, 0, 0, 2112 + RATE + 588,
		" 00000000 00000840 0000024C 000000000000AC44 00000000", true, 2112, RATE },
	{ "the edit list comes before the comment", 1, "soun", "mp4a", true, 1, FRONT, 1000,
		FRONT + RATE, " 00000000 00000840 0000024C 000000000000AC44 00000000", true, FRONT,
		RATE },
	{ "nothing is said", 1, "soun", "mp4a", false, 0, 0, 0, RATE, NULL, false, 0, 0 },
	{ "two parts", 1, "soun", "mp4a", true, 2, FRONT, 1000, FRONT + RATE, NULL, false, 0, 0 },
	{ "it begins later than any encoder answers", 1, "soun", "mp4a", true, 1, 20000, 500,
		20000 + RATE, NULL, false, 0, 0 },
	{ "it begins behind its end", 1, "soun", "mp4a", true, 1, FRONT, 1000, 1000, NULL, false, 0,
		0 },
	{ "two tracks", 2, "soun", "mp4a", true, 1, FRONT, 1000, FRONT + RATE, NULL, false, 0, 0 },
	{ "pictures", 1, "vide", "mp4a", true, 1, FRONT, 1000, FRONT + RATE, NULL, false, 0, 0 },
	{ "a lossless codec", 1, "soun", "alac", true, 1, FRONT, 1000, FRONT + RATE, NULL, false, 0,
		0 },
	{ "a comment of more than there is", 1, "soun", "mp4a", false, 0, 0, 0, RATE,
		" 00000000 00000840 00000000 0000000000FFFFFF", false, 0, 0 },
	{ "a comment of words", 1, "soun", "mp4a", false, 0, 0, 0, RATE, " who knows", false, 0,
		0 },
};

/* Big-endian; more octets than a number has are zeros in front of it. */
static void
put(GByteArray *out, uint64_t value, unsigned bytes)
{
	for (unsigned i = bytes; i > 0; i--) {
		uint8_t octet = i <= sizeof value ? (uint8_t)(value >> (8 * (i - 1))) : 0;

		g_byte_array_append(out, &octet, 1);
	}
}

static guint
begin(GByteArray *out, const char *type)
{
	const guint at = out->len;

	put(out, 0, 4);
	g_byte_array_append(out, (const uint8_t *)type, 4);
	return at;
}

static void
end(GByteArray *out, guint at)
{
	for (unsigned i = 0; i < 4; i++) {
		out->data[at + i] = (uint8_t)((out->len - at) >> (8 * (3 - i)));
	}
}

static void
put_times(GByteArray *out, const char *type, unsigned scale)
{
	const guint at = begin(out, type);

	put(out, 0, 12); /* version, flags, made, changed */
	put(out, scale, 4);
	put(out, 0, 8);
	end(out, at);
}

static void
put_track(GByteArray *out, const Row *row)
{
	const guint track = begin(out, "trak");

	if (row->edited) {
		const guint edts = begin(out, "edts"), elst = begin(out, "elst");

		put(out, 0, 4);
		put(out, row->edits, 4);
		for (unsigned i = 0; i < row->edits; i++) {
			put(out, row->end_ms, 4);
			put(out, row->start, 4);
			put(out, 0x10000, 4);
		}
		end(out, elst);
		end(out, edts);
	}
	const guint mdia = begin(out, "mdia");

	put_times(out, "mdhd", RATE);
	const guint hdlr = begin(out, "hdlr");

	put(out, 0, 8);
	g_byte_array_append(out, (const uint8_t *)row->handler, 4);
	end(out, hdlr);
	const guint minf = begin(out, "minf"), stbl = begin(out, "stbl"), stsd = begin(out, "stsd");

	put(out, 1, 8);
	const guint entry = begin(out, row->codec);

	end(out, entry);
	end(out, stsd);
	const guint stts = begin(out, "stts");

	put(out, 0, 4);
	put(out, 2, 4);
	put(out, (row->samples - 1) / FRONT, 4);
	put(out, FRONT, 4);
	put(out, 1, 4);
	put(out, row->samples - (row->samples - 1) / FRONT * FRONT, 4);
	end(out, stts);
	end(out, stbl);
	end(out, minf);
	end(out, mdia);
	end(out, track);
}

static void
put_comment(GByteArray *out, const char *comment)
{
	const guint udta = begin(out, "udta"), meta = begin(out, "meta");

	put(out, 0, 4);
	const guint ilst = begin(out, "ilst"), entry = begin(out, "----"),
		    name = begin(out, "name");

	put(out, 0, 4);
	g_byte_array_append(out, (const uint8_t *)"iTunSMPB", 8);
	end(out, name);
	const guint data = begin(out, "data");

	put(out, 1, 8);
	g_byte_array_append(out, (const uint8_t *)comment, (guint)strlen(comment));
	end(out, data);
	end(out, entry);
	end(out, ilst);
	end(out, meta);
	end(out, udta);
}

static GByteArray *
make_index(const Row *row)
{
	GByteArray *out = g_byte_array_new();
	const guint moov = begin(out, "moov");

	put_times(out, "mvhd", 1000);
	for (unsigned i = 0; i < row->tracks; i++) {
		put_track(out, row);
	}
	if (row->comment != NULL) {
		put_comment(out, row->comment);
	}
	end(out, moov);
	return out;
}

static void
test_rows(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GByteArray) index = make_index(&rows[i]);
		g_autoptr(GByteArray) before = g_byte_array_new();
		SoundTrim trim = { 0 };

		g_test_message("%s", rows[i].why);
		g_byte_array_append(before, index->data, index->len);
		g_assert_true(mp4_head_is_index(index->data, index->len));
		g_assert_cmpint(mp4_head_take(index->data, index->len, &trim), ==, rows[i].good);
		if (!rows[i].good) {
			g_assert_cmpmem(index->data, index->len, before->data, before->len);
			continue;
		}
		g_assert_cmpuint(trim.front, ==, rows[i].front);
		g_assert_cmpuint(trim.total, ==, rows[i].total);
		g_assert_cmpuint(trim.rate_hz, ==, RATE);
		/* Opened: a second reader finds nothing to cut. */
		g_assert_cmpint(mp4_head_take(index->data, index->len, &trim), ==, !rows[i].edited);
	}
}

/* Cut anywhere, it is read without going beyond its end. */
static void
test_cut(void)
{
	g_autoptr(GByteArray) whole = make_index(&rows[3]);

	for (guint len = 8; len < whole->len; len++) {
		g_autofree uint8_t *part = g_memdup2(whole->data, len);
		SoundTrim trim;

		g_assert_false(mp4_head_is_index(part, len));
		part[0] = part[1] = 0;
		part[2] = (uint8_t)(len >> 8);
		part[3] = (uint8_t)len;
		(void)mp4_head_take(part, len, &trim);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/mp4-head/rows", test_rows);
	g_test_add_func("/mp4-head/cut", test_cut);
	return g_test_run();
}
