/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Addresses of stations that send datagrams, as they stand in IPTV's lists. */
#include "mediaserver/library/udp-location.h"

static const struct {
	const char *url, *place, *source; /* place NULL: it is none; source NULL: anybody */
	unsigned port;
	bool group;
	const char *why;
} rows[] = {
	{ "udp://@239.1.1.1:1234", "239.1.1.1", NULL, 1234, true, "as VLC writes it" },
	{ "udp://239.1.1.1:5000", "239.1.1.1", NULL, 5000, true, "as FFmpeg writes it" },
	{ "RTP://@232.1.2.3:5004", "232.1.2.3", NULL, 5004, true, "RTP" },
	{ "rtp://@239.1.1.1", "239.1.1.1", NULL, 5004, true, "the usual port of RTP" },
	{ "udp://@239.1.1.1", "239.1.1.1", NULL, 1234, true, "that of packets alone" },
	{ "udp://10.0.0.9@232.1.1.1:1234", "232.1.1.1", "10.0.0.9", 1234, true, "of one sender" },
	{ "udp://@239.1.1.1:1234?pkt_size=1316", "239.1.1.1", NULL, 1234, true, "with options" },
	{ "udp://@239.1.1.1:1234/", "239.1.1.1", NULL, 1234, true, "with a slash" },
	{ "udp://@[ff15::1]:1234", "[ff15::1]", NULL, 1234, true, "IPv6" },
	{ "udp://@:1234", "0.0.0.0", NULL, 1234, false, "to this machine" },
	{ "udp://@", "0.0.0.0", NULL, 1234, false, "the same, by the usual port" },
	{ "udp://@192.168.1.5:4000", "192.168.1.5", NULL, 4000, false, "to one of its addresses" },
	{ "udp://192.168.1.9@:4000", "0.0.0.0", "192.168.1.9", 4000, false, "from one sender" },
	{ "udp://@[2001:db8::5]:4000", "[2001:db8::5]", NULL, 4000, false, "IPv6" },
	{ "udp://", NULL, NULL, 0, false, "nothing" },
	{ "udp:///x", NULL, NULL, 0, false, "nothing but a path" },
	{ "udp://@tv.example:1234", NULL, NULL, 0, false, "a name" },
	{ "udp://user@tv:1234", NULL, NULL, 0, false, "two of them" },
	{ "udp://user@239.1.1.1:1234", NULL, NULL, 0, false, "no address of a sender" },
	{ "udp://10.0.0.9:7@239.1.1.1:1234", NULL, NULL, 0, false, "a sender's port" },
	{ "udp://239.2.2.2@239.1.1.1:1234", NULL, NULL, 0, false, "a group sends nothing" },
	{ "udp://2001:db8::9@239.1.1.1:1234", NULL, NULL, 0, false, "of another kind" },
	{ "udp://@224.0.0.251:1234", NULL, NULL, 0, false, "a link's own groups" },
	{ "udp://@224.0.1.0:1234", "224.0.1.0", NULL, 1234, true, "the first that is not" },
	{ "udp://@[ff02::1]:1234", NULL, NULL, 0, false, "the same of IPv6" },
	{ "udp://@239.255.255.250:1900", NULL, NULL, 0, false, "SSDP's" },
	{ "udp://@239.1.1.1:5353", NULL, NULL, 0, false, "mDNS's" },
	{ "udp://@239.1.1.1:1023", NULL, NULL, 0, false, "a port of the system" },
	{ "udp://@239.1.1.1:1024", "239.1.1.1", NULL, 1024, true, "the first that is not" },
	{ "udp://@239.1.1.1:65536", NULL, NULL, 0, false, "no port" },
	{ "udp://@239.1.1.1:1234/a b", NULL, NULL, 0, false, "a blank" },
	{ "udp://@239.1.1.1:1234/\xff", NULL, NULL, 0, false, "not UTF-8" },
	{ "udp:@239.1.1.1:1234", NULL, NULL, 0, false, "without slashes" },
	{ "rtsp://@239.1.1.1:1234", NULL, NULL, 0, false, "another scheme" },
	{ "http://239.1.1.1:1234", NULL, NULL, 0, false, "the web" },
	{ "", NULL, NULL, 0, false, "empty" },
};

static void
test_parse(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		UdpLocation location;
		const bool good = udp_location_parse(rows[i].url, &location);

		g_test_message("%s", rows[i].why);
		g_assert_cmpint(good, ==, rows[i].place != NULL);
		g_assert_cmpint(good, ==, udp_location_parse(rows[i].url, NULL));
		if (!good) {
			continue;
		}
		g_autofree char *place = avu_address_format(&location.place);
		g_autofree char *source =
			location.source.family != 0 ? avu_address_format(&location.source) : NULL;

		g_assert_cmpstr(place, ==, rows[i].place);
		g_assert_cmpstr(source, ==, rows[i].source);
		g_assert_cmpuint(location.place.port, ==, rows[i].port);
		g_assert_cmpint(location.group, ==, rows[i].group);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/library/udp-location/parse", test_parse);
	return g_test_run();
}
