/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Header lines of SUBSCRIBE, UNSUBSCRIBE and NOTIFY. */
#include "libav-upnp/upnp/gena-headers.h"

#define SID "uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6"
#define URL "http://192.0.2.1:4004/event"

static const struct {
	const char *sid, *nt, *callback;
	unsigned status; /* 200: accepted */
	unsigned urls;
	const char *why;
} rows[] = {
	{ NULL, "upnp:event", "<" URL ">", 200, 1, "new subscription" },
	{ NULL, "upnp:event", "<" URL "><http://[2001:db8::1]:1/>", 200, 2, "two, one IPv6" },
	{ NULL, "upnp:event", " <" URL "> \t<" URL "> ", 200, 2, "blanks around" },
	{ NULL, "upnp:event", "<" URL "><" URL "><" URL "><" URL ">", 200, 4,
		"as many as LIM-13 allows" },
	{ NULL, "upnp:event", "<" URL "><" URL "><" URL "><" URL "><" URL ">", 412, 0, "one more" },
	{ SID, NULL, NULL, 200, 0, "renewal" },
	{ SID, "upnp:event", NULL, 400, 0, "SID with NT" },
	{ SID, NULL, "<" URL ">", 400, 0, "SID with CALLBACK" },
	{ NULL, NULL, "<" URL ">", 412, 0, "no NT" },
	{ NULL, "upnp:propchange", "<" URL ">", 412, 0, "other NT" },
	{ NULL, "upnp:event", NULL, 412, 0, "no CALLBACK" },
	{ NULL, "upnp:event", "", 412, 0, "empty CALLBACK" },
	{ NULL, "upnp:event", URL, 412, 0, "no brackets" },
	{ NULL, "upnp:event", "<" URL, 412, 0, "bracket not closed" },
	{ NULL, "upnp:event", "<>", 412, 0, "nothing in brackets" },
	{ NULL, "upnp:event", "<" URL ">x", 412, 0, "text behind" },
	{ NULL, "upnp:event", "<" URL "><ftp://192.0.2.1/>", 412, 0, "one bad spoils all" },
	{ NULL, "upnp:event", "<https://192.0.2.1/>", 412, 0, "https" },
	{ NULL, "upnp:event", "<http://phone.local/>", 412, 0, "host name" },
	{ NULL, "upnp:event", "<http://localhost/>", 412, 0, "host name" },
	{ NULL, "upnp:event", "<http://3221225985/>", 412, 0, "address as one number" },
	{ NULL, "upnp:event", "<http://0300.0.02.01/>", 412, 0, "octal address" },
	{ NULL, "upnp:event", "<http://0xc0.0.2.1/>", 412, 0, "hexadecimal address" },
	{ NULL, "upnp:event", "<http://192.0.513/>", 412, 0, "three parts" },
	{ NULL, "upnp:event", "<http://192.0.2.1:0/>", 412, 0, "port 0" },
	{ NULL, "upnp:event", "<http://192.0.2.1:70000/>", 412, 0, "port over 65535" },
	{ NULL, "upnp:event", "<http://a@192.0.2.1/>", 412, 0, "user" },
	{ NULL, "upnp:event", "<http:///x>", 412, 0, "no host" },
	{ NULL, "upnp:event", "</event>", 412, 0, "relative" },
};

static void
test_subscribe(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		unsigned status = 200;
		g_autoptr(GenaRequest) request = gena_parse_subscribe(
			rows[i].sid, rows[i].nt, rows[i].callback, "Second-600", &status);

		g_test_message("%s", rows[i].why);
		g_assert_cmpuint(status, ==, rows[i].status);
		g_assert_cmpint(request != NULL, ==, rows[i].status == 200);
		if (request != NULL) {
			g_assert_cmpstr(request->sid, ==, rows[i].sid);
			g_assert_cmpuint(request->callbacks != NULL ? request->callbacks->len : 0,
				==, rows[i].urls);
			g_assert_cmpuint(request->timeout_s, ==, 600);
		}
	}
}

/* LIM-13 */
static void
test_long_callback(void)
{
	static const struct {
		size_t octets;
		unsigned status;
	} lengths[] = { { 512, 200 }, { 513, 412 } };

	for (size_t i = 0; i < G_N_ELEMENTS(lengths); i++) {
		g_autofree char *path = g_strnfill(lengths[i].octets - strlen(URL), 'a');
		g_autofree char *callback = g_strconcat("<" URL, path, ">", NULL);
		unsigned status = 200;
		g_autoptr(GenaRequest) request =
			gena_parse_subscribe(NULL, "upnp:event", callback, NULL, &status);

		g_assert_cmpint(request != NULL, ==, lengths[i].status == 200);
		g_assert_cmpuint(status, ==, lengths[i].status);
	}
}

/* LIM-12. Granted: min(asked, 1800), at least 300. */
static const struct {
	const char *timeout;
	unsigned granted_s;
} timeouts[] = {
	{ "Second-1800", 1800 },
	{ "second-900", 900 },
	{ "Second-86400", 1800 },
	{ "Second-1", 300 },
	{ "Second-0", 300 },
	{ "Second-infinite", 1800 },
	{ "infinite", 1800 },
	{ "Second--5", 1800 },
	{ "Second-99999999999999999999", 1800 },
	{ "", 1800 },
	{ NULL, 1800 },
};

static void
test_timeout(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(timeouts); i++) {
		unsigned status = 200;
		g_autoptr(GenaRequest) request =
			gena_parse_subscribe(SID, NULL, NULL, timeouts[i].timeout, &status);

		g_assert_cmpuint(request->timeout_s, ==, timeouts[i].granted_s);
	}
}

static const struct {
	const char *sid, *nt, *callback;
	unsigned status;
} ends[] = {
	{ SID, NULL, NULL, 200 },
	{ NULL, NULL, NULL, 412 },
	{ SID, "upnp:event", NULL, 400 },
	{ SID, NULL, "<" URL ">", 400 },
	{ NULL, "upnp:event", "<" URL ">", 412 },
};

static void
test_unsubscribe(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(ends); i++) {
		unsigned status = 200;
		g_autoptr(GenaRequest) request =
			gena_parse_unsubscribe(ends[i].sid, ends[i].nt, ends[i].callback, &status);

		g_assert_cmpuint(status, ==, ends[i].status);
		g_assert_cmpint(request != NULL, ==, ends[i].status == 200);
	}
}

static const struct {
	const char *nt, *nts, *sid, *seq;
	unsigned status;
	uint32_t number;
} notifies[] = {
	{ "upnp:event", "upnp:propchange", SID, "0", 200, 0 },
	{ "upnp:event", "upnp:propchange", SID, "4294967295", 200, UINT32_MAX },
	{ NULL, "upnp:propchange", SID, "0", 400, 0 },
	{ "upnp:event", NULL, SID, "0", 400, 0 },
	{ "upnp:other", "upnp:propchange", SID, "0", 412, 0 },
	{ "upnp:event", "ssdp:alive", SID, "0", 412, 0 },
	{ "upnp:event", "upnp:propchange", NULL, "0", 412, 0 },
	{ "upnp:event", "upnp:propchange", "", "0", 412, 0 },
	{ "upnp:event", "upnp:propchange", SID, NULL, 400, 0 },
	{ "upnp:event", "upnp:propchange", SID, "4294967296", 400, 0 },
	{ "upnp:event", "upnp:propchange", SID, "-1", 400, 0 },
};

static void
test_notify(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(notifies); i++) {
		uint32_t seq = 7;

		g_assert_cmpuint(gena_check_notify(notifies[i].nt, notifies[i].nts, notifies[i].sid,
					 notifies[i].seq, &seq),
			==, notifies[i].status);
		g_assert_cmpuint(seq, ==, notifies[i].status == 200 ? notifies[i].number : 7);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/upnp/gena-headers/subscribe", test_subscribe);
	g_test_add_func("/upnp/gena-headers/long-callback", test_long_callback);
	g_test_add_func("/upnp/gena-headers/timeout", test_timeout);
	g_test_add_func("/upnp/gena-headers/unsubscribe", test_unsubscribe);
	g_test_add_func("/upnp/gena-headers/notify", test_notify);
	return g_test_run();
}
