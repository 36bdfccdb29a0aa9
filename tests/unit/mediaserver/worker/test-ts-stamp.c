/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Time before each packet of a transport stream, from the references within. Expected values by hand: a
 * reference is base * 300 + extension at 27 MHz (ISO/IEC 13818-1, 2.4.2.2). */
#include <string.h>

#include "mediaserver/worker/ts-stamp.h"

/* A packet; base < 0: without a reference. */
static void
add_packet(GByteArray *stream, uint8_t mark, int64_t base, unsigned extension)
{
	uint8_t packet[TS_PACKET] = { 0x47, 0x01, mark, 0x10 };

	if (base >= 0) {
		packet[3] = 0x30;
		packet[4] = 7;
		packet[5] = 0x10;
		packet[6] = (uint8_t)(base >> 25);
		packet[7] = (uint8_t)(base >> 17);
		packet[8] = (uint8_t)(base >> 9);
		packet[9] = (uint8_t)(base >> 1);
		packet[10] = (uint8_t)((base & 1) << 7 | 0x7e | extension >> 8);
		packet[11] = (uint8_t)extension;
	}
	g_byte_array_append(stream, packet, sizeof(packet));
}

static uint32_t
stamp_of(const GByteArray *out, unsigned n)
{
	const uint8_t *at = out->data + (size_t)n * (TS_PACKET + 4);

	g_assert_cmpuint(out->len, >=, (n + 1) * (TS_PACKET + 4));
	g_assert_cmpuint(at[4], ==, 0x47);
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static const struct {
	uint8_t mark;
	int64_t base;
	unsigned extension;
	uint32_t stamp;
	const char *why;
} rows[] = {
	{ 0, -1, 0, 300300, "a table before the first reference: at its time" },
	{ 1, 1001, 0, 300300, "1001 * 300" },
	{ 2, -1, 0, 300450, "a third of the way to the next" },
	{ 3, -1, 0, 300600, "two thirds" },
	{ 4, 1002, 150, 300750, "1002 * 300 + 150" },
	{ 5, -1, 0, 300900, "half way" },
	{ 6, 1003, 150, 301050, "the last reference" },
	{ 7, -1, 0, 301200, "behind it: in the pace of before" },
	{ 8, INT64_C(9000000), 0, 2700000000, "a jump of the clock: not its pace" },
	{ 9, -1, 0, 2700000150, "the pace of before the jump" },
};

/* @param part  octets at a time */
static void
check(size_t part)
{
	g_autoptr(GByteArray) stream = g_byte_array_new();
	g_autoptr(GByteArray) out = g_byte_array_new();
	TsStamp stamp;

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		add_packet(stream, rows[i].mark, rows[i].base, rows[i].extension);
	}
	ts_stamp_init(&stamp);
	for (size_t at = 0; at < stream->len; at += part) {
		ts_stamp_push(&stamp, stream->data + at, MIN(part, stream->len - at), out);
	}
	ts_stamp_finish(&stamp, out);
	ts_stamp_clear(&stamp);
	g_assert_cmpuint(out->len, ==, G_N_ELEMENTS(rows) * (TS_PACKET + 4));
	for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s", rows[i].why);
		g_assert_cmpuint(stamp_of(out, i), ==, rows[i].stamp);
		g_assert_cmpmem(out->data + (size_t)i * (TS_PACKET + 4) + 4, TS_PACKET,
			stream->data + (size_t)i * TS_PACKET, TS_PACKET);
	}
}

static void
test_stamps(void)
{
	static const size_t parts[] = { 1, 187, 188, 189, 1000, 1 << 20 };

	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
		check(parts[i]);
	}
}

/* Without a reference nothing waits for ever. */
static void
test_never_a_reference(void)
{
	g_autoptr(GByteArray) packet = g_byte_array_new();
	g_autoptr(GByteArray) out = g_byte_array_new();
	TsStamp stamp;

	add_packet(packet, 1, -1, 0);
	ts_stamp_init(&stamp);
	for (unsigned i = 0; i < 10000; i++) {
		ts_stamp_push(&stamp, packet->data, packet->len, out);
		g_assert_cmpuint(stamp.waiting->len, <=, 4097 * TS_PACKET);
	}
	ts_stamp_finish(&stamp, out);
	g_assert_cmpuint(out->len, ==, 10000 * (TS_PACKET + 4));
	ts_stamp_clear(&stamp);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/worker/ts-stamp/stamps", test_stamps);
	g_test_add_func("/worker/ts-stamp/never-a-reference", test_never_a_reference);
	return g_test_run();
}
