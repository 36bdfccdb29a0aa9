/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What passes the gate: SEC-020, SEC-021, SEC-023, SEC-024, SEC-025, SEC-026; UDA 1.0 and 1.1 section 1. */
#include <arpa/inet.h>
#include <string.h>

#include "libav-upnp/upnp/link/ssdp-check.h"
#include "libav-upnp/upnp/link/ssdp-six.h"

#define TYPE "urn:schemas-upnp-org:device:MediaServer"
#define MAN "MAN: \"ssdp:discover\"\r\n"
#define SEARCH "M-SEARCH * HTTP/1.1\r\n"
#define LOCATION "LOCATION: http://10.0.0.9:80/d.xml\r\n"

static SsdpLink
make_link(unsigned role)
{
	SsdpLink link = { .role = role,
		.address = inet_addr("10.0.0.2"),
		.prefixes = { { inet_addr("10.0.0.2"), 24 }, { inet_addr("192.168.5.1"), 28 } },
		.n_prefixes = 2,
		.product = "OS/1 UPnP/1.0 P/1",
		.max_age_s = 1800,
		.boot_id = 42,
		.config_id = 7,
		.mx_s = 1 };

	return link;
}

static void
test_near(void)
{
	static const struct {
		const char *address;
		bool near;
	} rows[] = {
		{ "10.0.0.1", true },
		{ "10.0.0.255", true },
		{ "10.0.1.0", false },
		{ "192.168.5.14", true },
		{ "192.168.5.16", false },
		{ "169.254.0.1", true },
		{ "169.253.255.255", false },
		{ "127.0.0.1", false },
		{ "8.8.8.8", false },
	};
	SsdpLink link = make_link(LINK_ROLE_DEVICE);

	for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s", rows[i].address);
		g_assert_true(ssdp_is_near(&link, inet_addr(rows[i].address)) == rows[i].near);
	}
	link.prefixes[0].bits = 0;
	g_assert_true(ssdp_is_near(&link, inet_addr("8.8.8.8")));
	link.prefixes[0].bits = 32;
	g_assert_false(ssdp_is_near(&link, inet_addr("10.0.0.3")));
}

/* What libupnp must see; "" for a drop. */
#define PASSED(mx, st)                                                                           \
	"M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\nMX: " mx \
	"\r\nST: " st "\r\n\r\n"

static const struct {
	const char *text;
	const char *source;
	bool unicast;
	SsdpVerdict verdict;
	const char *out;
	const char *why;
} searches[] = {
	{ SEARCH MAN "MX: 1\r\nST: ssdp:all\r\n\r\n", "10.0.0.9", false, SSDP_PASS,
		PASSED("1", "ssdp:all"), "no HOST" },
	{ SEARCH "HOST: 0.0.0.0\r\n" MAN "MX: 3\r\nST: upnp:rootdevice\r\n\r\n", "10.0.0.9", false,
		SSDP_PASS, PASSED("3", "upnp:rootdevice"), "HOST of a known app" },
	{ SEARCH MAN "MX: 120\r\nST: ssdp:all\r\nX: y\r\n\r\n", "169.254.3.4", false, SSDP_PASS,
		PASSED("5", "ssdp:all"), "MX above 5 counts as 5; link-local source" },
	{ SEARCH MAN "ST: ssdp:all\r\n\r\n", "10.0.0.9", true, SSDP_PASS, PASSED("1", "ssdp:all"),
		"to us alone: no MX needed" },
	{ SEARCH MAN "MX: 1\r\nST: " TYPE ":1\r\n\r\n", "10.0.0.9", false, SSDP_PASS,
		PASSED("1", TYPE ":1"), "lower version" },
	{ SEARCH MAN "MX: 1\r\nST: " TYPE ":2\r\n\r\n", "10.0.0.9", false, SSDP_PASS,
		PASSED("1", TYPE ":2"), "own version" },
	{ SEARCH MAN "MX: 1\r\nST: uuid:x\r\n\r\n", "10.0.0.9", false, SSDP_PASS,
		PASSED("1", "uuid:x"), "whether it is ours libupnp knows" },
	{ SEARCH MAN "MX: 1\r\nST: " TYPE ":3\r\n\r\n", "10.0.0.9", false, SSDP_UNANSWERABLE, "",
		"higher version" },
	{ SEARCH MAN "MX: 1\r\nST: " TYPE ":12\r\n\r\n", "10.0.0.9", false, SSDP_UNANSWERABLE, "",
		"two digits" },
	{ SEARCH MAN "MX: 1\r\nST: " TYPE ":0\r\n\r\n", "10.0.0.9", false, SSDP_UNANSWERABLE, "",
		"version 0" },
	{ SEARCH MAN "MX: 1\r\nST: urn:schemas-upnp-org:device:Media:1\r\n\r\n", "10.0.0.9", false,
		SSDP_UNANSWERABLE, "", "beginning of our type" },
	{ SEARCH MAN "MX: 1\r\nST: urn:schemas-upnp-org:service:MediaServer:1\r\n\r\n", "10.0.0.9",
		false, SSDP_UNANSWERABLE, "", "a service of that name" },
	{ SEARCH MAN "ST: ssdp:all\r\n\r\n", "10.0.0.9", false, SSDP_UNANSWERABLE, "", "no MX" },
	{ SEARCH MAN "MX: 0\r\nST: ssdp:all\r\n\r\n", "10.0.0.9", false, SSDP_UNANSWERABLE, "",
		"MX 0" },
	{ SEARCH MAN "MX:\r\nST: ssdp:all\r\n\r\n", "10.0.0.9", false, SSDP_UNANSWERABLE, "",
		"MX empty" },
	{ SEARCH MAN "MX: x\r\nST: ssdp:all\r\n\r\n", "10.0.0.9", true, SSDP_UNANSWERABLE, "",
		"MX no number" },
	{ SEARCH MAN "MX: 99999999999\r\nST: ssdp:all\r\n\r\n", "10.0.0.9", false,
		SSDP_UNANSWERABLE, "", "MX too long" },
	{ SEARCH MAN "MX: 1\r\n\r\n", "10.0.0.9", false, SSDP_UNANSWERABLE, "", "no ST" },
	{ SEARCH MAN "MX: 1\r\nST:\r\n\r\n", "10.0.0.9", false, SSDP_UNANSWERABLE, "", "ST empty" },
	{ SEARCH "MX: 1\r\nST: ssdp:all\r\n\r\n", "10.0.0.9", false, SSDP_UNANSWERABLE, "",
		"no MAN" },
	{ SEARCH "MAN: ssdp:discover\r\nMX: 1\r\nST: ssdp:all\r\n\r\n", "10.0.0.9", false,
		SSDP_UNANSWERABLE, "", "MAN without quotes" },
	{ SEARCH MAN MAN "MX: 1\r\nST: ssdp:all\r\n\r\n", "10.0.0.9", false, SSDP_MALFORMED, "",
		"MAN twice" },
	{ SEARCH MAN "MX: 1\r\nST: ssdp:all\r\n\r\n", "10.0.1.9", false, SSDP_FOREIGN, "",
		"another network" },
	{ SEARCH MAN "MX: 1\r\nST: ssdp:all\r\n\r\n", "203.0.113.1", true, SSDP_FOREIGN, "",
		"the Internet" },
	{ "NOTIFY * HTTP/1.1\r\nNTS: ssdp:alive\r\n\r\n", "10.0.0.9", false, SSDP_IGNORED, "",
		"a device hears no announcements" },
	{ "HTTP/1.1 200 OK\r\n\r\n", "10.0.0.9", false, SSDP_IGNORED, "", "nor answers" },
};

static void
test_searches(void)
{
	SsdpLink link = make_link(LINK_ROLE_DEVICE);
	g_autoptr(GPtrArray) announced = g_ptr_array_new();

	g_ptr_array_add(announced, (void *)"upnp:rootdevice");
	g_ptr_array_add(announced, (void *)TYPE ":2");
	link.announced = announced;
	for (unsigned i = 0; i < G_N_ELEMENTS(searches); i++) {
		SsdpArrival arrival = { .source = inet_addr(searches[i].source),
			.on_link = true,
			.multicast = !searches[i].unicast };
		g_autoptr(GString) out = g_string_new(NULL);
		SsdpVerdict verdict = ssdp_check_in(
			&link, &arrival, searches[i].text, strlen(searches[i].text), out);

		g_test_message("%s", searches[i].why);
		g_assert_cmpint(verdict, ==, searches[i].verdict);
		g_assert_cmpstr(out->str, ==, searches[i].out);
		/* The same by another interface is foreign, whatever it says. */
		arrival.on_link = false;
		g_assert_cmpint(ssdp_check_in(&link, &arrival, searches[i].text,
					strlen(searches[i].text), out),
			==, SSDP_FOREIGN);
	}
}

#define ALIVE "NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nNTS: ssdp:alive\r\n"
#define USN "USN: uuid:d::" TYPE ":1\r\n"
#define NT "NT: " TYPE ":1\r\n"
#define AGE "CACHE-CONTROL: max-age=100\r\n"

static const struct {
	const char *text;
	bool answer; /* on the socket for answers */
	SsdpVerdict verdict;
	const char *note; /* what EXT must hold when it passes */
	const char *why;
} notices[] = {
	{ ALIVE NT USN AGE LOCATION "SERVER: s\r\n\r\n", false, SSDP_PASS,
		"-1 uuid:d 10.0.0.9 " TYPE ":1", "alive" },
	{ ALIVE NT USN AGE LOCATION "BOOTID.UPNP.ORG: 7\r\n\r\n", false, SSDP_PASS,
		"7 uuid:d 10.0.0.9 " TYPE ":1", "with a boot id" },
	{ ALIVE NT USN AGE LOCATION "BOOTID.UPNP.ORG: 0c5a-x\r\n\r\n", false, SSDP_PASS,
		"-1 uuid:d 10.0.0.9 " TYPE ":1", "boot id that is a UUID" },
	{ ALIVE NT USN AGE LOCATION "EXT: 9 uuid:forged x\r\nDATE: forged\r\n\r\n", false,
		SSDP_PASS, "-1 uuid:d 10.0.0.9 " TYPE ":1", "a forged note" },
	{ ALIVE "NT: uuid:d\r\nUSN: uuid:d\r\n" AGE LOCATION "\r\n", false, SSDP_PASS,
		"-1 uuid:d 10.0.0.9 uuid:d", "alive of the UDN" },
	{ "HTTP/1.1 200 OK\r\nST: ssdp:all\r\n" USN AGE LOCATION "\r\n", true,
		SSDP_BAD_ANNOUNCEMENT, NULL, "ssdp:all is nothing to answer with" },
	{ "HTTP/1.1 200 OK\r\nST: " TYPE ":1\r\n" USN AGE LOCATION "\r\n", true, SSDP_PASS,
		"-1 uuid:d 10.0.0.9 " TYPE ":1", "answer" },
	{ "HTTP/1.1 200 OK\r\nST: " TYPE ":1\r\n" USN AGE LOCATION "\r\n", false, SSDP_IGNORED,
		NULL, "an answer nobody asked for, to the group" },
	{ ALIVE NT USN AGE LOCATION "\r\n", true, SSDP_IGNORED, NULL,
		"an announcement on the socket for answers" },
	{ "NOTIFY * HTTP/1.1\r\nNTS: ssdp:byebye\r\n" NT USN "\r\n", false, SSDP_PASS,
		"-1 uuid:d 10.0.0.9 -", "bye-bye without LOCATION and CACHE-CONTROL" },
	{ "NOTIFY * HTTP/1.1\r\nNTS: ssdp:byebye\r\n" NT "\r\n", false, SSDP_BAD_ANNOUNCEMENT, NULL,
		"bye-bye of nobody" },
	{ "NOTIFY * HTTP/1.1\r\nNTS: ssdp:update\r\n" NT USN LOCATION "\r\n", false, SSDP_IGNORED,
		NULL, "update" },
	{ "NOTIFY * HTTP/1.1\r\n" NT USN AGE LOCATION "\r\n", false, SSDP_BAD_ANNOUNCEMENT, NULL,
		"no NTS" },
	{ ALIVE USN AGE LOCATION "\r\n", false, SSDP_BAD_ANNOUNCEMENT, NULL, "no NT" },
	{ ALIVE NT AGE LOCATION "\r\n", false, SSDP_BAD_ANNOUNCEMENT, NULL, "no USN" },
	{ ALIVE NT USN LOCATION "\r\n", false, SSDP_BAD_ANNOUNCEMENT, NULL, "no CACHE-CONTROL" },
	{ ALIVE NT USN AGE "\r\n", false, SSDP_BAD_ANNOUNCEMENT, NULL, "no LOCATION" },
	{ ALIVE NT USN AGE "LOCATION:\r\n\r\n", false, SSDP_BAD_ANNOUNCEMENT, NULL,
		"LOCATION empty" },
	{ ALIVE NT USN AGE "LOCATION: http://10.0.0.8/d.xml\r\n\r\n", false, SSDP_BAD_ANNOUNCEMENT,
		NULL, "LOCATION on another host" },
	{ ALIVE NT USN AGE "LOCATION: http://203.0.113.1/d.xml\r\n\r\n", false,
		SSDP_BAD_ANNOUNCEMENT, NULL, "LOCATION in the Internet" },
	{ ALIVE NT USN AGE "LOCATION: http://tv.local/d.xml\r\n\r\n", false, SSDP_BAD_ANNOUNCEMENT,
		NULL, "LOCATION with a name" },
	{ ALIVE NT USN AGE "LOCATION: https://10.0.0.9/d.xml\r\n\r\n", false, SSDP_BAD_ANNOUNCEMENT,
		NULL, "https" },
	{ ALIVE NT USN AGE "LOCATION: file:///etc/passwd\r\n\r\n", false, SSDP_BAD_ANNOUNCEMENT,
		NULL, "file" },
	{ ALIVE NT USN AGE "LOCATION: http://u:p@10.0.0.9/\r\n\r\n", false, SSDP_BAD_ANNOUNCEMENT,
		NULL, "user and password" },
	{ SEARCH MAN "MX: 1\r\nST: ssdp:all\r\n\r\n", false, SSDP_IGNORED, NULL,
		"a control point answers no searches" },
};

static void
test_notices(void)
{
	SsdpLink link = make_link(LINK_ROLE_CONTROL_POINT);

	for (unsigned i = 0; i < G_N_ELEMENTS(notices); i++) {
		SsdpArrival arrival = { .source = inet_addr("10.0.0.9"),
			.on_link = true,
			.multicast = !notices[i].answer,
			.answer = notices[i].answer };
		g_autoptr(GString) out = g_string_new(NULL);
		SsdpVerdict verdict = ssdp_check_in(
			&link, &arrival, notices[i].text, strlen(notices[i].text), out);
		SsdpMessage message;

		g_test_message("%s", notices[i].why);
		g_assert_cmpint(verdict, ==, notices[i].verdict);
		if (notices[i].note != NULL) {
			g_autofree char *line = g_strdup_printf("\r\nEXT: %s\r\n", notices[i].note);

			g_assert_nonnull(strstr(out->str, line));
			g_assert_null(strstr(out->str, "forged"));
			g_assert_true(ssdp_message_parse(out->str, out->len, &message));
			g_assert_true(g_str_has_suffix(out->str, "\r\n\r\n"));
		}
	}
}

#define LOCATION6 "LOCATION: http://[fe80::9]:80/d.xml\r\n"

static const struct {
	const char *source;
	const char *location;
	SsdpVerdict verdict;
	const char *why;
} notices6[] = {
	{ "fe80::9", LOCATION6, SSDP_PASS, "link-local" },
	{ "fd00:1::9", "LOCATION: http://[fd00:1:0::9]/d.xml\r\n", SSDP_PASS,
		"prefix of ours, the address in another spelling" },
	{ "fd00:1:0:3::9", "LOCATION: http://[fd00:1:0:3::9]/d.xml\r\n", SSDP_PASS,
		"prefix of 63 bits" },
	{ "fd00:1::9", LOCATION6, SSDP_BAD_ANNOUNCEMENT, "LOCATION at another address" },
	{ "fd00:1:0:1::9", "LOCATION: http://[fd00:1:0:1::9]/d.xml\r\n", SSDP_FOREIGN,
		"another network" },
	{ "2001:db8::9", "LOCATION: http://[2001:db8::9]/d.xml\r\n", SSDP_FOREIGN, "the Internet" },
	{ "fe80::9", "LOCATION: http://10.0.0.9/d.xml\r\n", SSDP_BAD_ANNOUNCEMENT,
		"IPv4 in a message of IPv6" },
	{ "fe80::9", "LOCATION: http://[fe80::9%25eth0]/d.xml\r\n", SSDP_BAD_ANNOUNCEMENT,
		"a zone of the sender's" },
	{ "fe80::9", "LOCATION: http://[::]/d.xml\r\n", SSDP_BAD_ANNOUNCEMENT, "no address" },
};

/* UDA 1.1, annex A: the same by IPv6. */
static void
test_notices6(void)
{
	SsdpLink link = make_link(LINK_ROLE_CONTROL_POINT);

	g_assert_cmpint(inet_pton(AF_INET6, "fd00:1::2", &link.prefixes6[0].address), ==, 1);
	link.prefixes6[0].bits = 63;
	link.prefixes6[0].address.s6_addr[7] = 2;
	link.prefixes6[1] = link.prefixes6[0];
	link.prefixes6[1].address.s6_addr[7] = 0;
	link.prefixes6[1].bits = 64;
	link.n_prefixes6 = 2;
	for (unsigned i = 0; i < G_N_ELEMENTS(notices6); i++) {
		struct in6_addr source;
		SsdpArrival arrival = { .source6 = &source, .on_link = true, .multicast = true };
		g_autofree char *text =
			g_strconcat(ALIVE NT USN AGE, notices6[i].location, "\r\n", NULL);
		g_autofree char *note =
			g_strdup_printf("\r\nEXT: -1 uuid:d %s " TYPE ":1\r\n", notices6[i].source);
		g_autoptr(GString) out = g_string_new(NULL);

		g_test_message("%s", notices6[i].why);
		g_assert_cmpint(inet_pton(AF_INET6, notices6[i].source, &source), ==, 1);
		g_assert_cmpint(ssdp_check_in(&link, &arrival, text, strlen(text), out), ==,
			notices6[i].verdict);
		g_assert_true(notices6[i].verdict != SSDP_PASS || strstr(out->str, note) != NULL);
		arrival.on_link = false;
		g_assert_cmpint(
			ssdp_check_in(&link, &arrival, text, strlen(text), out), ==, SSDP_FOREIGN);
	}
}

/* What goes out over IPv6 names the group it goes to. */
static void
test_group6(void)
{
	static const char search[] = "M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\n"
				     "MAN: \"ssdp:discover\"\r\nMX: 1\r\nST: ssdp:all\r\n\r\n";
	g_autoptr(GString) datagram = g_string_new(search);
	g_autoptr(GString) out = g_string_new(NULL);

	ssdp_six_search(datagram, SSDP_GROUP6_LINK, out);
	g_assert_cmpstr(out->str, ==,
		"M-SEARCH * HTTP/1.1\r\nHOST: [ff02::c]:1900\r\n"
		"MAN: \"ssdp:discover\"\r\nMX: 1\r\nST: ssdp:all\r\n\r\n");
}

#define OUR_LOCATION "LOCATION: http://10.0.0.2:80/description.xml\r\n"
#define IDS "BOOTID.UPNP.ORG: 42\r\nCONFIGID.UPNP.ORG: 7\r\n\r\n"

static const struct {
	const char *text;
	const char *destination;
	const char *out; /* NULL: not sent */
	const char *why;
} outgoing[] = {
	{ "NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nCACHE-CONTROL: "
	  "max-age=536870911\r\n" OUR_LOCATION
	  "NT: upnp:rootdevice\r\nNTS: ssdp:alive\r\nSERVER: SDK\r\n"
	  "USN: uuid:d::upnp:rootdevice\r\n\r\n",
		"239.255.255.250",
		"NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nNT: upnp:rootdevice\r\n"
		"NTS: ssdp:alive\r\nUSN: uuid:d::upnp:rootdevice\r\nCACHE-CONTROL: "
		"max-age=1800\r\n" OUR_LOCATION "SERVER: OS/1 UPnP/1.0 P/1\r\n" IDS,
		"alive: our max-age, our SERVER, BOOTID and CONFIGID" },
	{ "NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nCACHE-CONTROL: "
	  "max-age=1\r\n" OUR_LOCATION "NT: uuid:d\r\nNTS: ssdp:byebye\r\nUSN: uuid:d\r\n\r\n",
		"239.255.255.250",
		"NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nNT: uuid:d\r\n"
		"NTS: ssdp:byebye\r\nUSN: uuid:d\r\n" IDS,
		"bye-bye: neither LOCATION nor CACHE-CONTROL (UDA 1.1 table 1-4)" },
	{ "HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=1\r\nDATE: now\r\nEXT:\r\n" OUR_LOCATION
	  "SERVER: SDK\r\nST: uuid:d\r\nUSN: uuid:d\r\n\r\n",
		"10.0.0.9",
		"HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=1800\r\n" OUR_LOCATION
		"SERVER: OS/1 UPnP/1.0 P/1\r\nDATE: now\r\nEXT: \r\nST: uuid:d\r\nUSN: "
		"uuid:d\r\n" IDS,
		"answer" },
	{ "HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=1\r\nEXT:\r\n" OUR_LOCATION
	  "ST: uuid:d\r\nUSN: uuid:d\r\n\r\n",
		"10.0.1.9", NULL, "an answer to a foreign network" },
	{ "HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=1\r\nEXT:\r\n" OUR_LOCATION
	  "ST: uuid:d\r\nUSN: uuid:d\r\n\r\n",
		"239.255.255.250", NULL, "an answer to the group" },
	{ "M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\nMX: 2\r\n"
	  "ST: ssdp:all\r\n\r\n",
		"239.255.255.250",
		"M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\n"
		"MX: 1\r\nST: ssdp:all\r\nUSER-AGENT: OS/1 UPnP/1.0 P/1\r\n\r\n",
		"search with the MX that was asked for" },
	{ "ShutDown", "127.0.0.1", NULL, "what libupnp says to itself" },
};

static void
test_outgoing(void)
{
	SsdpLink link = make_link(LINK_ROLE_DEVICE);

	for (unsigned i = 0; i < G_N_ELEMENTS(outgoing); i++) {
		g_autoptr(GString) out = g_string_new(NULL);
		AvuCursor nt;
		SsdpVerdict verdict = ssdp_check_out(&link, inet_addr(outgoing[i].destination),
			outgoing[i].text, strlen(outgoing[i].text), out, &nt);

		g_test_message("%s", outgoing[i].why);
		g_assert_cmpint(verdict, ==, outgoing[i].out != NULL ? SSDP_PASS : SSDP_NOT_SENT);
		if (outgoing[i].out != NULL) {
			g_assert_cmpstr(out->str, ==, outgoing[i].out);
		}
		g_assert_true((nt.at != NULL) == (i == 0));
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/link/ssdp-check/near", test_near);
	g_test_add_func("/link/ssdp-check/searches", test_searches);
	g_test_add_func("/link/ssdp-check/notices", test_notices);
	g_test_add_func("/link/ssdp-check/notices6", test_notices6);
	g_test_add_func("/link/ssdp-check/group6", test_group6);
	g_test_add_func("/link/ssdp-check/outgoing", test_outgoing);
	return g_test_run();
}
