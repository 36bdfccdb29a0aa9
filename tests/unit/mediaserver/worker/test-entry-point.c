/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From a frame back to where a player can start: streams put together by hand from ISO 13818-1 and
 * ISO 14496-12. */
#include "mediaserver/worker/entry-point.h"
#include "tests/support/memory-file.h"

/* pid, and whether payload starts in it */
static void
add_packet(GByteArray *octets, unsigned size, unsigned pid, bool start)
{
	uint8_t packet[192] = { 0 };
	uint8_t *ts = packet + size - 188;

	ts[0] = 0x47;
	ts[1] = (uint8_t)((start ? 0x40 : 0) | pid >> 8);
	ts[2] = (uint8_t)pid;
	ts[3] = 0x10;
	g_byte_array_append(octets, packet, size);
}

static void
test_ts(void)
{
	static const unsigned sizes[] = { 188, 192 };

	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
		g_autoptr(GByteArray) octets = g_byte_array_new();
		const unsigned size = sizes[i];

		add_packet(octets, size, 256, true);  /* 0: before any PAT */
		add_packet(octets, size, 0, true);    /* 1 */
		add_packet(octets, size, 4096, true); /* 2: PMT */
		add_packet(octets, size, 256, true);  /* 3 */
		add_packet(octets, size, 0, false);   /* 4: PID 0, but a PAT goes on in it */
		add_packet(octets, size, 256, true);  /* 5 */
		add_packet(octets, size, 0, true);    /* 6 */
		const ReadAt file = MEMORY_FILE(octets->data, octets->len);

		g_assert_cmpuint(entry_point_ts(&file, 0, size), ==, 0);
		g_assert_cmpuint(entry_point_ts(&file, 3 * size, size), ==, size);
		g_assert_cmpuint(entry_point_ts(&file, 3 * size + 4, size), ==, size);
		g_assert_cmpuint(entry_point_ts(&file, 5 * size, size), ==, size);
		g_assert_cmpuint(entry_point_ts(&file, 6 * size, size), ==, 6 * size);
		/* behind the end: where it was asked */
		g_assert_cmpuint(entry_point_ts(&file, 7 * size, size), ==, 7 * size);
	}
}

static void
test_ps(void)
{
	g_autoptr(GByteArray) octets = g_byte_array_new();
	static const uint8_t pack[] = { 0, 0, 1, 0xba };
	static const uint8_t zeros[100000] = { 0 };

	g_byte_array_append(octets, zeros, 2048);
	g_byte_array_append(octets, pack, 4); /* 2048 */
	g_byte_array_append(octets, zeros, 2044);
	g_byte_array_append(octets, pack, 4); /* 4096 */
	g_byte_array_append(octets, zeros, sizeof(zeros));
	const ReadAt file = MEMORY_FILE(octets->data, octets->len);

	g_assert_cmpuint(entry_point_ps(&file, 2048), ==, 2048);
	g_assert_cmpuint(entry_point_ps(&file, 2047), ==, 2047); /* none before */
	g_assert_cmpuint(entry_point_ps(&file, 4095), ==, 2048);
	g_assert_cmpuint(entry_point_ps(&file, 4096), ==, 4096);
	g_assert_cmpuint(entry_point_ps(&file, 4110), ==, 4096);
	g_assert_cmpuint(entry_point_ps(&file, 4096 + 65536), ==, 4096);
	g_assert_cmpuint(entry_point_ps(&file, 4097 + 65536), ==, 4097 + 65536); /* too far */
}

static void
add_box(GByteArray *octets, const char *name, uint32_t len, uint32_t claimed)
{
	const uint32_t size = GUINT32_TO_BE(claimed);

	g_byte_array_append(octets, (const uint8_t *)&size, 4);
	g_byte_array_append(octets, (const uint8_t *)name, 4);
	g_byte_array_set_size(octets, octets->len + len - 8);
}

static void
test_fragments(void)
{
	g_autoptr(GByteArray) octets = g_byte_array_new();
	static const uint64_t large = 0x1c00000000000000; /* 28, as it lies in the file */
	g_auto(Fragments) fragments = { 0 };

	add_box(octets, "ftyp", 24, 24);
	add_box(octets, "moov", 100, 100);
	add_box(octets, "moof", 16, 16); /* 124 */
	add_box(octets, "mdat", 8, 1);   /* 140, with a length of 64 bits */
	g_byte_array_append(octets, (const uint8_t *)&large, 8);
	g_byte_array_append(octets, (const uint8_t *)"moof moof me", 12);
	add_box(octets, "moof", 16, 16); /* 168 */
	add_box(octets, "mdat", 8, 0);   /* to the end */
	add_box(octets, "moof", 16, 16); /* inside of it */
	const ReadAt file = MEMORY_FILE(octets->data, octets->len);

	g_assert_true(fragments_read(&file, &fragments));
	g_assert_cmpuint(fragments.n, ==, 2);
	g_assert_cmpuint(fragments_find(&fragments, 123), ==, 123);
	g_assert_cmpuint(fragments_find(&fragments, 124), ==, 124);
	g_assert_cmpuint(fragments_find(&fragments, 167), ==, 124);
	g_assert_cmpuint(fragments_find(&fragments, 168), ==, 168);
	g_assert_cmpuint(fragments_find(&fragments, 9999), ==, 168);
}

static void
test_no_fragments(void)
{
	static const struct {
		uint32_t len, claimed;
		const char *why;
	} rows[] = {
		{ 100, 100, "a film in one piece" },
		{ 100, 7, "shorter than its own header" },
		{ 100, 101, "longer than the file" },
		{ 100, 0, "to the end" },
		{ 12, 1, "no room for the long length" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GByteArray) octets = g_byte_array_new();
		g_auto(Fragments) fragments = { 0 };

		g_test_message("%s", rows[i].why);
		add_box(octets, "moov", rows[i].len, rows[i].claimed);
		const ReadAt file = MEMORY_FILE(octets->data, octets->len);

		g_assert_false(fragments_read(&file, &fragments));
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/worker/entry-point/ts", test_ts);
	g_test_add_func("/worker/entry-point/ps", test_ps);
	g_test_add_func("/worker/entry-point/fragments", test_fragments);
	g_test_add_func("/worker/entry-point/no-fragments", test_no_fragments);
	return g_test_run();
}
