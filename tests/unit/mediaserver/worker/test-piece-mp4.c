/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An MP4 around three samples of another: every place in it counted by hand. */
#include "mediaserver/worker/piece-mp4.h"

#include <string.h>

#include "mediaserver/worker/mp4-box.h"
#include "mediaserver/workers/piece-result.h"
#include "tests/support/memory-file.h"

static void
put32(GByteArray *out, uint32_t value)
{
	const uint32_t octets = GUINT32_TO_BE(value);

	g_byte_array_append(out, (const uint8_t *)&octets, 4);
}

/* A box around what there is; body is freed. */
static GByteArray *
box(const char *type, GByteArray *body)
{
	GByteArray *out = g_byte_array_new();

	put32(out, body->len + 8);
	g_byte_array_append(out, (const uint8_t *)type, 4);
	g_byte_array_append(out, body->data, body->len);
	g_byte_array_unref(body);
	return out;
}

static GByteArray *
join(GByteArray *a, GByteArray *b)
{
	g_byte_array_append(a, b->data, b->len);
	g_byte_array_unref(b);
	return a;
}

static GByteArray *
numbers(const uint32_t *values, size_t n)
{
	GByteArray *out = g_byte_array_new();

	for (size_t i = 0; i < n; i++) {
		put32(out, values[i]);
	}
	return out;
}

static GByteArray *
track(uint32_t number, uint32_t descriptions, const char *codec)
{
	const uint32_t header[6] = { 0, 0, 0, number, 0, 0 };
	const uint32_t entries[5] = { 0, descriptions, 12, 0, 0x77777777 };
	GByteArray *stsd = box("stsd", numbers(entries, G_N_ELEMENTS(entries)));

	memcpy(stsd->data + 8 + 12, codec, 4);
	return box("trak", join(box("tkhd", numbers(header, G_N_ELEMENTS(header))),
				   box("mdia", box("minf", box("stbl", stsd)))));
}

static size_t sizes; /* where they stand in the last head */

/* @param extra  a box in "moov" behind the tracks; taken; may be NULL */
static GByteArray *
file_with(uint32_t descriptions, GByteArray *extra)
{
	const uint32_t brand[2] = { 0x4d344120, 0 }; /* "M4A " */
	GByteArray *tracks = join(track(1, 1, "tmcd"), track(7, descriptions, "alac"));

	return join(box("ftyp", numbers(brand, G_N_ELEMENTS(brand))),
		box("moov", extra != NULL ? join(tracks, extra) : tracks));
}

/* The second and the third lie together; so two chunks. */
static const PieceSample samples[] = {
	{ 1000, 300, 4096 },
	{ 2000, 200, 4096 },
	{ 2200, 100, 808 },
};

static PieceMp4
some(void)
{
	return (PieceMp4){
		.track_id = 7,
		.timescale = 44100,
		.samples = samples,
		.n_samples = G_N_ELEMENTS(samples),
		.skip = 96,
		.heard = 8904,
		.begin = 1000,
		.end = 2300,
	};
}

static void
assert_box(const ReadAt *head, const Mp4Box *parent, const char *const *path,
	const uint32_t *values, size_t n)
{
	Mp4Box found;
	uint8_t octets[64];

	g_assert_true(mp4_box_descend(head, parent, path, &found));
	g_assert_cmpuint(found.end - found.body, ==, 4 * n);
	g_assert_true(read_at_exactly(head, found.body, octets, 4 * n));
	for (size_t i = 0; i < n; i++) {
		g_assert_cmphex(read_be32(octets + 4 * i), ==, values[i]);
	}
}

/* A path, and the numbers of 32 bits in that box. */
typedef struct {
	const char *path[6];
	uint32_t values[8];
	size_t n;
} Expected;

static void
test_tables(void)
{
	g_autoptr(GByteArray) whole = file_with(1, NULL);
	const ReadAt file = MEMORY_FILE(whole->data, whole->len);
	const PieceMp4 piece = some();
	g_autoptr(GBytes) head = piece_head_mp4(&file, &piece, &sizes);

	g_assert_nonnull(head);
	gsize len;
	const uint8_t *data = g_bytes_get_data(head, &len);
	g_autoptr(GByteArray) octets = g_byte_array_new();

	g_byte_array_append(octets, data, (guint)len);
	const ReadAt in = MEMORY_FILE(octets->data, octets->len);
	Mp4Box type, movie, rest;
	uint64_t places = len; /* behind the header of "mdat" */

	g_assert_true(mp4_box_read(&in, 0, len, &type));
	g_assert_cmpstr(type.type, ==, "ftyp");
	g_assert_cmpmem(data, type.end, whole->data, type.end);
	g_assert_true(mp4_box_read(&in, type.end, len, &movie));
	g_assert_cmpstr(movie.type, ==, "moov");
	/* 1300 octets follow the head */
	g_assert_true(mp4_box_read(&in, movie.end, len + 1300, &rest));
	g_assert_cmpstr(rest.type, ==, "mdat");
	g_assert_cmpuint(rest.body, ==, len);
	g_assert_cmpuint(rest.end, ==, len + 1300);

	const uint32_t at = (uint32_t)places;
	const Expected rows[] = {
		{ { "trak", "edts", "elst" }, { 0, 1, 8904, 96, 0x10000 }, 5 },
		{ { "trak", "mdia", "mdhd" }, { 0, 0, 0, 44100, 9000, 0x55c40000 }, 6 },
		{ { "trak", "mdia", "minf", "stbl", "stsd" }, { 0, 1, 12, 0x616c6163, 0x77777777 },
			5 },
		{ { "trak", "mdia", "minf", "stbl", "stts" }, { 0, 2, 2, 4096, 1, 808 }, 6 },
		{ { "trak", "mdia", "minf", "stbl", "stsc" }, { 0, 2, 1, 1, 1, 2, 2, 1 }, 8 },
		{ { "trak", "mdia", "minf", "stbl", "stsz" }, { 0, 0, 3, 300, 200, 100 }, 6 },
		{ { "trak", "mdia", "minf", "stbl", "stco" }, { 0, 2, at, at + 1000 }, 4 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		assert_box(&in, &movie, rows[i].path, rows[i].values, rows[i].n);
	}
}

static void
test_refused(void)
{
	static const struct {
		const char *why;
		uint32_t track_id, descriptions;
		uint64_t end, heard, skip;
	} rows[] = {
		{ "no such track", 8, 1, 2300, 8904, 96 },
		{ "another description from some sample on", 7, 2, 2300, 8904, 96 },
		{ "no description", 7, 0, 2300, 8904, 96 },
		{ "a sample that is not sent", 7, 1, 2299, 8904, 96 },
		{ "nothing is heard", 7, 1, 2300, 0, 96 },
		{ "27 hours", 7, 1, 2300, UINT64_C(1) << 32, 96 },
		{ "an edit that 32 bits with a sign do not hold", 7, 1, 2300, 8904,
			UINT64_C(1) << 31 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GByteArray) whole = file_with(rows[i].descriptions, NULL);
		const ReadAt file = MEMORY_FILE(whole->data, whole->len);
		PieceMp4 piece = some();

		g_test_message("%s", rows[i].why);
		piece.track_id = rows[i].track_id;
		piece.end = rows[i].end;
		piece.heard = rows[i].heard;
		piece.skip = rows[i].skip;
		g_assert_null(piece_head_mp4(&file, &piece, &sizes));
	}
}

/* The samples are the caller's; what tells them in the file stays unread. */
static void
test_fragments(void)
{
	g_autoptr(GByteArray) plain = file_with(1, NULL);
	g_autoptr(GByteArray) whole = file_with(1, box("mvex", g_byte_array_new()));
	const ReadAt plain_file = MEMORY_FILE(plain->data, plain->len),
		     file = MEMORY_FILE(whole->data, whole->len);
	const PieceMp4 piece = some();

	g_assert_false(piece_mp4_is_fragmented(&plain_file));
	g_assert_true(piece_mp4_is_fragmented(&file));
	g_autoptr(GBytes) expected = piece_head_mp4(&plain_file, &piece, &sizes);
	g_autoptr(GBytes) head = piece_head_mp4(&file, &piece, &sizes);

	g_assert_true(g_bytes_equal(head, expected));
	const uint8_t *data = g_bytes_get_data(head, NULL);

	g_assert_cmpuint(read_be32(data + sizes), ==, 300);
	g_assert_cmpuint(read_be32(data + sizes + 8), ==, 100);
}

static void
test_long(void)
{
	g_autoptr(GByteArray) whole = file_with(1, NULL);
	const ReadAt file = MEMORY_FILE(whole->data, whole->len);
	const uint32_t n = PIECE_HEAD_MAX / 4;
	g_autofree PieceSample *many = g_new0(PieceSample, n);
	PieceMp4 piece = some();

	for (uint32_t i = 0; i < n; i++) {
		many[i] = (PieceSample){ 1000, 0, 1024 };
	}
	piece.samples = many;
	piece.n_samples = 450000; /* nearly three hours of AAC at 44.1 kHz */
	g_autoptr(GBytes) fits = piece_head_mp4(&file, &piece, &sizes);

	g_assert_nonnull(fits);
	g_assert_cmpuint(g_bytes_get_size(fits), <=, PIECE_HEAD_MAX);
	piece.n_samples = n - 1;
	g_assert_null(piece_head_mp4(&file, &piece, &sizes));
	piece.n_samples = n;
	g_assert_null(piece_head_mp4(&file, &piece, &sizes));
}

/* More than 4 GiB lie between the first and the last. */
static void
test_wide(void)
{
	static const PieceSample far[] = { { 1000, 300, 4096 },
		{ UINT64_C(5000000000), 200, 4096 } };
	g_autoptr(GByteArray) whole = file_with(1, NULL);
	const ReadAt file = MEMORY_FILE(whole->data, whole->len);
	PieceMp4 piece = some();

	piece.samples = far;
	piece.n_samples = G_N_ELEMENTS(far);
	piece.end = UINT64_C(5000000200);
	g_autoptr(GBytes) head = piece_head_mp4(&file, &piece, &sizes);

	g_assert_nonnull(head);
	gsize len;
	const uint8_t *data = g_bytes_get_data(head, &len);

	g_assert_cmpuint(read_be32(data + len - 16), ==, 1); /* the length is eight octets */
	g_assert_cmpuint(read_be64(data + len - 8), ==, UINT64_C(5000000200) - 1000 + 16);
	/* the last place stands before "mdat" */
	g_assert_cmpuint(read_be64(data + len - 16 - 8), ==, len + UINT64_C(5000000000) - 1000);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/piece-mp4/tables", test_tables);
	g_test_add_func("/piece-mp4/refused", test_refused);
	g_test_add_func("/piece-mp4/long", test_long);
	g_test_add_func("/piece-mp4/fragments", test_fragments);
	g_test_add_func("/piece-mp4/wide", test_wide);
	return g_test_run();
}
