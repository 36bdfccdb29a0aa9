/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "doctor/wire.h"

/* An IPv4 head of 20 octets, then source and destination port, length, checksum. */
#define HEAD(first, protocol) \
	first, 0, 0, 28, 0, 0, 0, 0, 64, protocol, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2
#define HEAD6(next)                                                                               \
	0x60, 0, 0, 0, 0, 8, next, 1, 0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xfe, \
		0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2
#define UDP_TO_4660 0x07, 0x6c, 0x12, 0x34, 0, 8, 0, 0

static const struct {
	uint8_t packet[48];
	size_t len;
	bool is;
	const char *why;
} rows[] = {
	{ { HEAD(0x45, 17), UDP_TO_4660 }, 28, true, "a datagram for the port" },
	{ { HEAD(0x45, 17), 0x07, 0x6c, 0x12, 0x35, 0, 8, 0, 0 }, 28, false, "another port" },
	{ { HEAD(0x45, 17), 0x12, 0x34, 0x07, 0x6c, 0, 8, 0, 0 }, 28, false, "from the port" },
	{ { HEAD(0x45, 6), UDP_TO_4660 }, 28, false, "not UDP" },
	{ { HEAD(0x55, 17), UDP_TO_4660 }, 28, false, "of neither" },
	{ { HEAD(0x46, 17), 1, 1, 1, 1, UDP_TO_4660 }, 32, true, "with an option" },
	{ { HEAD(0x46, 17), UDP_TO_4660 }, 28, false, "the option is the ports' place" },
	{ { HEAD(0x4f, 17), UDP_TO_4660 }, 28, false, "a head longer than the packet" },
	{ { HEAD(0x41, 17), UDP_TO_4660 }, 28, false, "a head shorter than there is" },
	{ { HEAD(0x45, 17), UDP_TO_4660 }, 27, false, "cut" },
	{ { HEAD(0x45, 17) }, 20, false, "nothing behind the head" },
	{ { HEAD6(17), UDP_TO_4660 }, 48, true, "over IPv6" },
	{ { HEAD6(17), UDP_TO_4660 }, 47, false, "cut, over IPv6" },
	{ { HEAD6(6), UDP_TO_4660 }, 48, false, "not UDP, over IPv6" },
	{ { HEAD6(17), 0x07, 0x6c, 0x12, 0x35, 0, 8, 0, 0 }, 48, false, "another port, over IPv6" },
	{ { HEAD6(17) }, 39, false, "half a head of IPv6" },
	{ { 0x45 }, 1, false, "one octet" },
	{ { 0 }, 0, false, "nothing" },
};

static void
test_rows(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s", rows[i].why);
		g_assert_cmpint(
			wire_is_udp_for(rows[i].packet, rows[i].len, 0x1234), ==, rows[i].is);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/wire/rows", test_rows);
	return g_test_run();
}
