/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Messages of IPv6: UDA 1.1, annex A; 1.3.3 for what is answered. */
#include <arpa/inet.h>
#include <string.h>

#include "libav-upnp/upnp/link/ssdp-six.h"

#define OPT "OPT: \"http://schemas.upnp.org/upnp/1/0/\"; ns=01\r\n"
#define TYPE "urn:schemas-upnp-org:device:MediaServer"
#define ALIVE(nt, usn)                                                                          \
	"NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nNT: " nt "\r\nNTS: ssdp:alive\r\n"  \
	"USN: " usn "\r\nCACHE-CONTROL: max-age=1800\r\nLOCATION: http://10.0.0.2:80/d.xml\r\n" \
	"SERVER: OS/1 UPnP/1.0 P/1\r\nBOOTID.UPNP.ORG: 42\r\nCONFIGID.UPNP.ORG: 7\r\n\r\n"

static struct in6_addr
address(const char *text)
{
	struct in6_addr result;

	g_assert_cmpint(inet_pton(AF_INET6, text, &result), ==, 1);
	return result;
}

/* Our addresses, in their order; '~' before one that is temporary or to be gone. */
static SsdpLink
make_link(const char *const *addresses)
{
	SsdpLink link = { .role = LINK_ROLE_DEVICE,
		.product = "OS/1 UPnP/1.0 P/1",
		.max_age_s = 1800,
		.boot_id = 42,
		.config_id = 7,
		.port = 8200,
		.path = "/description.xml" };

	for (; addresses[link.n_prefixes6] != NULL; link.n_prefixes6++) {
		const char *text = addresses[link.n_prefixes6];

		link.prefixes6[link.n_prefixes6].temporary = text[0] == '~';
		link.prefixes6[link.n_prefixes6].address = address(text + (text[0] == '~'));
		link.prefixes6[link.n_prefixes6].bits = 64;
	}
	return link;
}

static const char *
show(const struct in6_addr *found, char text[INET6_ADDRSTRLEN])
{
	return found != NULL ? inet_ntop(AF_INET6, found, text, INET6_ADDRSTRLEN) : "none";
}

static const struct {
	const char *addresses[4];
	const char *of_link, *of_site;
	const char *peer, *towards;
	const char *why;
} places[] = {
	{ { "fe80::2", "fd00::2" }, "fe80::2", "fd00::2", "fe80::9", "fe80::2",
		"of one kind each" },
	{ { "fe80::2", "fd00::2" }, "fe80::2", "fd00::2", "fd00::9", "fd00::2", "in its prefix" },
	{ { "fe80::2", "2001:db8::2", "fd00::2" }, "fe80::2", "fd00::2", "2001:db8::9",
		"2001:db8::2", "private goes before what a provider lends" },
	{ { "2001:db8::2", "2001:db8:0:1::2" }, "none", "2001:db8::2", "fe80::9", "2001:db8::2",
		"no link-local address; of two the first, temporary ones stand last" },
	{ { "fe80::2", "2001:db8::2", "~fd00::2" }, "fe80::2", "2001:db8::2", "fd00::9", "fd00::2",
		"a private one that the router takes back" },
	{ { "fe80::2", "~2001:db8::2", "~fd00::2" }, "fe80::2", "fd00::2", "fd00::9", "fd00::2",
		"none that stays" },
	{ { "fe80::2" }, "fe80::2", "none", "fd00::9", "none", "link-local alone" },
	{ { NULL }, "none", "none", "fe80::9", "none", "no address" },
};

static void
test_places(void)
{
	char text[INET6_ADDRSTRLEN];

	for (unsigned i = 0; i < G_N_ELEMENTS(places); i++) {
		const SsdpLink link = make_link(places[i].addresses);
		const struct in6_addr peer = address(places[i].peer);

		g_test_message("%s", places[i].why);
		g_assert_cmpstr(show(ssdp_six_of_link(&link), text), ==, places[i].of_link);
		g_assert_cmpstr(show(ssdp_six_of_site(&link), text), ==, places[i].of_site);
		g_assert_cmpstr(show(ssdp_six_towards(&link, &peer), text), ==, places[i].towards);
	}
}

static const char *const two[] = { "fe80::2", "fd00::2", NULL };

/* The value of 01-NLS, which has 1 to 64 characters. g_free() it. */
static char *
take_signature(const GString *message)
{
	const char *at = strstr(message->str, "\r\n01-NLS: ");

	g_assert_nonnull(at);
	at += strlen("\r\n01-NLS: ");
	char *value = g_strndup(at, strcspn(at, "\r"));

	g_assert_cmpuint(strlen(value), >=, 1);
	g_assert_cmpuint(strlen(value), <=, 64);
	return value;
}

static void
test_notify(void)
{
	static const char *const one[] = { "fe80::2", NULL };
	const SsdpLink link = make_link(two), less = make_link(one);
	g_autoptr(GString) alive = g_string_new(ALIVE("uuid:d", "uuid:d"));
	g_autoptr(GString) bye =
		g_string_new("NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nNT: uuid:d\r\n"
			     "NTS: ssdp:byebye\r\nUSN: uuid:d\r\nBOOTID.UPNP.ORG: "
			     "42\r\nCONFIGID.UPNP.ORG: 7\r\n\r\n");
	g_autoptr(GString) out = g_string_new(NULL);
	g_autoptr(GString) again = g_string_new(NULL);
	g_autoptr(GString) changed = g_string_new(NULL);

	ssdp_six_notify(&link, alive, ssdp_six_of_link(&link), SSDP_GROUP6_LINK, out);
	g_autofree char *signature = take_signature(out);
	g_autofree char *expected = g_strdup_printf(
		"NOTIFY * HTTP/1.1\r\nHOST: [ff02::c]:1900\r\nNT: uuid:d\r\nNTS: ssdp:alive\r\n"
		"USN: uuid:d\r\nCACHE-CONTROL: max-age=1800\r\n"
		"LOCATION: http://[fe80::2]:8200/description.xml\r\n"
		"SERVER: OS/1 UPnP/1.0 P/1\r\nBOOTID.UPNP.ORG: 42\r\nCONFIGID.UPNP.ORG: 7\r\n" OPT
		"01-NLS: %s\r\n\r\n",
		signature);

	g_assert_cmpstr(out->str, ==, expected);
	ssdp_six_notify(&link, bye, ssdp_six_of_site(&link), SSDP_GROUP6_SITE, again);
	g_autofree char *same = take_signature(again);

	g_assert_cmpstr(same, ==, signature);
	g_assert_nonnull(strstr(again->str, "HOST: [ff05::c]:1900\r\n"));
	g_assert_null(strstr(again->str, "LOCATION"));
	g_assert_true(g_str_has_suffix(again->str, "\r\n\r\n"));
	ssdp_six_notify(&less, bye, ssdp_six_of_link(&less), SSDP_GROUP6_LINK, changed);
	g_autofree char *other = take_signature(changed);

	g_assert_cmpstr(other, !=, signature); /* another address, another value */
}

/* A temporary address that comes each day is nothing that control points have to look at anew, unless it is the
 * one in LOCATION. */
static void
test_signature(void)
{
	static const char *const days[][4] = { { "fe80::2", "fd00::2", "~fd00::77" },
		{ "fe80::2", "fd00::2", "~fd00::88" }, { "fe80::2", "~fd00::77" },
		{ "fe80::2", "~fd00::88" } };
	g_autoptr(GString) alive = g_string_new(ALIVE("uuid:d", "uuid:d"));
	char *signatures[G_N_ELEMENTS(days)];

	for (unsigned i = 0; i < G_N_ELEMENTS(days); i++) {
		const SsdpLink link = make_link(days[i]);
		g_autoptr(GString) out = g_string_new(NULL);

		ssdp_six_notify(&link, alive, ssdp_six_of_link(&link), SSDP_GROUP6_LINK, out);
		signatures[i] = take_signature(out);
	}
	g_assert_cmpstr(signatures[0], ==, signatures[1]);
	g_assert_cmpstr(signatures[2], !=, signatures[3]);
	for (unsigned i = 0; i < G_N_ELEMENTS(days); i++) {
		g_free(signatures[i]);
	}
}

static const struct {
	const char *nt, *usn;
	const char *target;
	const char *st, *answer_usn; /* NULL: no answer */
	const char *why;
} searches[] = {
	{ TYPE ":4", "uuid:d::" TYPE ":4", TYPE ":4", TYPE ":4", "uuid:d::" TYPE ":4", "the same" },
	{ TYPE ":4", "uuid:d::" TYPE ":4", TYPE ":1", TYPE ":1", "uuid:d::" TYPE ":1",
		"lower: in the words of the question" },
	{ TYPE ":4", "uuid:d::" TYPE ":4", TYPE ":5", NULL, NULL, "higher" },
	{ TYPE ":4", "uuid:d::" TYPE ":4", TYPE ":14", NULL, NULL, "higher, of two digits" },
	{ TYPE ":4", "uuid:d::" TYPE ":4", TYPE ":0", NULL, NULL, "no version" },
	{ TYPE ":4", "uuid:d::" TYPE ":4", "urn:schemas-upnp-org:service:MediaServer:4", NULL, NULL,
		"a service of that name" },
	{ TYPE ":4", "uuid:d::" TYPE ":4", "urn:schemas-upnp-org:device:Media:1", NULL, NULL,
		"the beginning of the name" },
	{ TYPE ":4", "uuid:d::" TYPE ":4", "ssdp:all", TYPE ":4", "uuid:d::" TYPE ":4", "all" },
	{ TYPE ":4", "uuid:d::" TYPE ":4", "upnp:rootdevice", NULL, NULL, "another kind" },
	{ "upnp:rootdevice", "uuid:d::upnp:rootdevice", "upnp:rootdevice", "upnp:rootdevice",
		"uuid:d::upnp:rootdevice", "root" },
	{ "uuid:d", "uuid:d", "uuid:D", "uuid:D", "uuid:d", "by name, in another case" },
	{ "uuid:d", "uuid:d", "uuid:e", NULL, NULL, "another name" },
	{ "uuid:d", "uuid:d", "ssdp:all", "uuid:d", "uuid:d", "all" },
	{ "uuid:d", "uuid:d", "nonsense", NULL, NULL, "no target" },
};

static void
test_replies(void)
{
	const SsdpLink link = make_link(two);

	for (unsigned i = 0; i < G_N_ELEMENTS(searches); i++) {
		g_autofree char *text =
			g_strdup_printf(ALIVE("%s", "%s"), searches[i].nt, searches[i].usn);
		g_autoptr(GString) alive = g_string_new(text);
		g_autoptr(GString) out = g_string_new(NULL);
		const AvuCursor target = avu_cursor_string(searches[i].target);

		g_test_message("%s", searches[i].why);
		g_assert_cmpint(ssdp_six_reply(&link, alive, &target, ssdp_six_of_site(&link),
					784111777, out),
			==, searches[i].st != NULL);
		if (searches[i].st == NULL) {
			continue;
		}
		g_autofree char *signature = take_signature(out);
		/* The date of RFC 9110's example. */
		g_autofree char *expected = g_strdup_printf(
			"HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=1800\r\n"
			"DATE: Sun, 06 Nov 1994 08:49:37 GMT\r\nEXT: \r\n"
			"LOCATION: http://[fd00::2]:8200/description.xml\r\n"
			"SERVER: OS/1 UPnP/1.0 P/1\r\nST: %s\r\nUSN: %s\r\n"
			"BOOTID.UPNP.ORG: 42\r\nCONFIGID.UPNP.ORG: 7\r\n" OPT "01-NLS: %s\r\n\r\n",
			searches[i].st, searches[i].answer_usn, signature);

		g_assert_cmpstr(out->str, ==, expected);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/link/ssdp-six/places", test_places);
	g_test_add_func("/link/ssdp-six/signature", test_signature);
	g_test_add_func("/link/ssdp-six/notify", test_notify);
	g_test_add_func("/link/ssdp-six/replies", test_replies);
	return g_test_run();
}
