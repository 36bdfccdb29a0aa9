/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "address/wake.h"

static const struct {
	const char *text;
	bool good;
	const char *why;
} macs[] = {
	{ "a1:b2:c3:d4:e5:f6", false, "a group: the lowest bit of the first octet" },
	{ "a0:b2:c3:d4:e5:f6", true, "lower case" },
	{ "A0-B2-C3-D4-E5-F6", true, "as another system writes it" },
	{ "a0:b2:c3:d4:e5", false, "too short" },
	{ "a0:b2:c3:d4:e5:f6:00", false, "too long" },
	{ "a0:b2:c3:d4:e5:g6", false, "no digit" },
	{ "a0b2c3d4e5f6", false, "nothing between" },
	{ "00:00:00:00:00:00", false, "nobody" },
	{ "ff:ff:ff:ff:ff:ff", false, "everybody" },
	{ "", false, "nothing" },
	{ "a", false, "half a digit" },
};

static void
test_macs(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(macs); i++) {
		uint8_t octets[WAKE_MAC_BYTES];

		g_test_message("%s: %s", macs[i].text, macs[i].why);
		g_assert_cmpint(wake_parse_mac(macs[i].text, octets), ==, macs[i].good);
	}
}

static void
test_packet(void)
{
	const uint8_t mac[WAKE_MAC_BYTES] = { 2, 1, 2, 3, 4, 5 };
	uint8_t packet[WAKE_PACKET_BYTES];

	wake_make_packet(mac, packet);
	for (size_t i = 0; i < sizeof packet; i++) {
		g_assert_cmpuint(packet[i], ==, i < 6 ? 0xff : mac[i % 6]);
	}
	g_assert_cmpuint(sizeof packet, ==, 102);
}

static const char table[] =
	"IP address       HW type     Flags       HW address            Mask     Device\n"
	"192.0.2.10       0x1         0x2         02:00:00:00:00:0a     *        eth0\n"
	"192.0.2.1        0x1         0x0         02:00:00:00:00:01     *        eth0\n"
	"192.0.2.2        0x1         0x2         00:00:00:00:00:00     *        eth0\n"
	"192.0.2.3        0x1         0x6         02:00:00:00:00:03     *        eth0\n"
	"broken line\n";

static void
test_table(void)
{
	static const struct {
		const char *address;
		const char *mac;
	} rows[] = {
		{ "192.0.2.10", "02:00:00:00:00:0a" },
		{ "192.0.2.1", NULL }, /* asked for, not answered */
		{ "192.0.2.2", NULL },
		{ "192.0.2.3", "02:00:00:00:00:03" },
		{ "192.0.2.4", NULL },
		{ "broken", NULL },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *mac = wake_find_in_table(table, rows[i].address);

		g_assert_cmpstr(mac, ==, rows[i].mac);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/wake/macs", test_macs);
	g_test_add_func("/wake/packet", test_packet);
	g_test_add_func("/wake/table", test_table);
	return g_test_run();
}
