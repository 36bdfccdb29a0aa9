/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "doctor/ssdp-answer.h"

#define OK "HTTP/1.1 200 OK\r\n"
#define BOTH "LOCATION: http://192.0.2.1/d\r\nUSN: uuid:1::x\r\n"

static const struct {
	const char *text;
	const char *location; /* NULL: no answer */
	int64_t max_age_s;
	const char *server;
	const char *why;
} rows[] = {
	{ OK BOTH "CACHE-CONTROL: max-age=1800\r\nSERVER: a/1\r\n\r\n", "http://192.0.2.1/d", 1800,
		"a/1", "as in the book" },
	{ OK BOTH "\r\n", "http://192.0.2.1/d", -1, "", "no age, no server" },
	{ OK BOTH "cache-control:no-cache, MAX-AGE = 120 \r\n\r\n", "http://192.0.2.1/d", 120, "",
		"blanks round the sign, other directives, any case" },
	{ OK BOTH "CACHE-CONTROL: max-age=\"60\"\r\n\r\n", "http://192.0.2.1/d", -1, "",
		"not a number" },
	{ OK BOTH "CACHE-CONTROL: max-age=99999999999999\r\n\r\n", "http://192.0.2.1/d", -1, "",
		"beyond any age" },
	{ OK "location:http://192.0.2.1/d\r\nusn: u\r\n\r\n", "http://192.0.2.1/d", -1, "",
		"small letters, no blank" },
	{ OK "LOCATION: http://192.0.2.1/d \t\r\nUSN: u\r\n\r\n", "http://192.0.2.1/d", -1, "",
		"blanks behind" },
	{ "HTTP/1.1 200 OK\n"
	  "LOCATION: http://192.0.2.1/d\nUSN: u\n\n",
		"http://192.0.2.1/d", -1, "", "bare line feeds" },
	{ OK BOTH, "http://192.0.2.1/d", -1, "", "no empty line at the end" },
	{ OK "LOCATION: http://192.0.2.1/d\r\nLOCATION: http://192.0.2.2/d\r\nUSN: u\r\n\r\n",
		"http://192.0.2.1/d", -1, "", "the first counts" },
	{ "HTTP/1.0 200 OK\r\n" BOTH "\r\n", "http://192.0.2.1/d", -1, "", "of an old stack" },
	{ OK "USN: u\r\n\r\n", NULL, 0, NULL, "no LOCATION" },
	{ OK "LOCATION: http://192.0.2.1/d\r\n\r\n", NULL, 0, NULL, "no USN" },
	{ "HTTP/1.1 404 Not Found\r\n" BOTH "\r\n", NULL, 0, NULL, "a refusal" },
	{ "NOTIFY * HTTP/1.1\r\n" BOTH "\r\n", NULL, 0, NULL, "an announcement is no answer" },
	{ "", NULL, 0, NULL, "nothing" },
	{ OK, NULL, 0, NULL, "nothing behind the first line" },
};

static void
test_rows(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		SsdpAnswer *answer = ssdp_answer_parse(rows[i].text, strlen(rows[i].text));

		g_test_message("%s", rows[i].why);
		if (rows[i].location == NULL) {
			g_assert_null(answer);
			continue;
		}
		g_assert_nonnull(answer);
		g_assert_cmpstr(answer->location, ==, rows[i].location);
		g_assert_cmpint(answer->max_age_s, ==, rows[i].max_age_s);
		g_assert_cmpstr(answer->server, ==, rows[i].server);
		ssdp_answer_free(answer);
	}
}

static const struct {
	const char *text;
	bool alive;
	const char *why;
} announcements[] = {
	{ "NOTIFY * HTTP/1.1\r\n" BOTH "NTS: ssdp:alive\r\n\r\n", true, "as in the book" },
	{ "NOTIFY * HTTP/1.1\r\n" BOTH "nts:ssdp:alive\r\n\r\n", true, "small letters" },
	{ "NOTIFY * HTTP/1.1\r\n" BOTH "NTS: ssdp:byebye\r\n\r\n", false, "it goes" },
	{ "NOTIFY * HTTP/1.1\r\n" BOTH "\r\n", false, "no NTS" },
	{ OK BOTH "NTS: ssdp:alive\r\n\r\n", false, "an answer is no announcement" },
	{ "", false, "nothing" },
};

static void
test_alive(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(announcements); i++) {
		SsdpAnswer *alive =
			ssdp_alive_parse(announcements[i].text, strlen(announcements[i].text));

		g_test_message("%s", announcements[i].why);
		g_assert_cmpint(alive != NULL, ==, announcements[i].alive);
		ssdp_answer_free(alive);
	}
}

static const struct {
	const char *a, *b;
	bool same;
	const char *why;
} usns[] = {
	{ "uuid:1::upnp:rootdevice", "uuid:1::urn:x:device:y:1", true, "other services of it" },
	{ "uuid:1", "uuid:1::upnp:rootdevice", true, "by its UDN alone" },
	{ "uuid:aB", "UUID:Ab", true, "case does not count in a UUID" },
	{ "uuid:1::upnp:rootdevice", "uuid:2::upnp:rootdevice", false, "another on that host" },
	{ "uuid:1", "uuid:12", false, "which begins like it" },
};

static void
test_same_device(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(usns); i++) {
		const SsdpAnswer a = { .usn = (char *)usns[i].a }, b = { .usn = (char *)usns[i].b };

		g_test_message("%s", usns[i].why);
		g_assert_cmpint(ssdp_answer_is_same_device(&a, &b), ==, usns[i].same);
		g_assert_cmpint(ssdp_answer_is_same_device(&b, &a), ==, usns[i].same);
	}
}

static const struct {
	const char *location, *url; /* url NULL: none */
	const char *why;
} places[] = {
	{ "http://192.0.2.7:8200/d.xml", "http://192.0.2.7:8200/d.xml", "as it is" },
	{ "http://[fe80::7]:8200/d?x", "http://[fe80::7%25eth3]:8200/d?x",
		"link-local: on that interface" },
	{ "http://[2001:db8::7]:8200/", "http://[2001:db8::7]:8200/", "global: on all" },
	{ "http://[fe80::7%25lo]:8200/", NULL, "a zone of a stranger's choice" },
	{ "/d.xml", NULL, "no place at all" },
	{ "file:///etc/passwd", NULL, "nor this" },
};

static void
test_came(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
		g_autofree char *text = g_strdup_printf(
			OK "USN: uuid:1\r\nLOCATION: %s\r\n\r\n", places[i].location);
		SsdpAnswer *answer = ssdp_answer_parse(text, strlen(text));
		AvuAddress source;

		g_test_message("%s", places[i].why);
		g_assert_true(avu_address_parse("192.0.2.7", &source));
		ssdp_answer_came(answer, &source, "eth3");
		g_assert_cmpstr(answer->url, ==, places[i].url);
		g_assert_cmpstr(answer->location, ==, places[i].location);
		g_assert_cmpstr(answer->interface, ==, "eth3");
		g_assert_true(avu_address_equal_ip(&answer->source, &source));
		ssdp_answer_free(answer);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ssdp-answer/rows", test_rows);
	g_test_add_func("/ssdp-answer/alive", test_alive);
	g_test_add_func("/ssdp-answer/came", test_came);
	g_test_add_func("/ssdp-answer/same-device", test_same_device);
	return g_test_run();
}
