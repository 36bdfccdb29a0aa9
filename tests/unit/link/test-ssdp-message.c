/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Grammar of SSDP: UDA 1.0 section 1, SEC-011, SEC-025, LIM-01. */
#include <string.h>

#include <av-upnp/limits.h>

#include "libav-upnp/upnp/link/protocol.h"
#include "libav-upnp/upnp/link/ssdp-message.h"

#define SEARCH "M-SEARCH * HTTP/1.1\r\n"

static const struct {
	const char *text;
	size_t len; /* 0: strlen */
	bool good;
	const char *why;
} messages[] = {
	{ SEARCH "MX: 1\r\n\r\n", 0, true, "plain" },
	{ SEARCH "MX: 1\r\n", 0, true, "no empty line: devices exist" },
	{ SEARCH "MX: 1", 0, true, "not even a last CR LF" },
	{ SEARCH "\r\n", 0, true, "no fields" },
	{ SEARCH, 0, true, "start line alone" },
	{ SEARCH "mX:1\r\n\r\n", 0, true, "letter case, no blank" },
	{ SEARCH "MX: \t 1 \t\r\n\r\n", 0, true, "blanks around the value" },
	{ SEARCH "MX:\r\n\r\n", 0, true, "empty value" },
	{ SEARCH "X-UNKNOWN: a\r\nX-UNKNOWN: b\r\n\r\n", 0, true, "unknown fields are skipped" },
	{ SEARCH "MX: 1\r\n\r\nbody\nwith \1 octets", 0, true, "a body is not looked at" },
	{ SEARCH "SERVER: caf\xc3\xa9\r\n\r\n", 0, true, "values may hold UTF-8" },
	{ "NOTIFY * HTTP/1.1\r\n\r\n", 0, true, "notify" },
	{ "HTTP/1.1 200 OK\r\n\r\n", 0, true, "reply" },
	{ "", 0, false, "empty" },
	{ "\r\n", 0, false, "no start line" },
	{ "M-SEARCH * HTTP/1.0\r\n\r\n", 0, false, "wrong protocol" },
	{ "m-search * HTTP/1.1\r\n\r\n", 0, false, "methods have a case" },
	{ "M-SEARCH / HTTP/1.1\r\n\r\n", 0, false, "wrong target" },
	{ "M-SEARCH * HTTP/1.1 \r\n\r\n", 0, false, "blank at the end of the start line" },
	{ "HTTP/1.1 404 Not Found\r\n\r\n", 0, false, "a failure" },
	{ "GET * HTTP/1.1\r\n\r\n", 0, false, "other method" },
	{ SEARCH "MX: 1\r\nMX: 1\r\n\r\n", 0, false, "a field of ours twice" },
	{ SEARCH "MX: 1\r\nmx: 2\r\n\r\n", 0, false, "twice, in another case" },
	{ SEARCH "MX: 1\n\r\n", 0, false, "bare LF" },
	{ SEARCH "MX: 1\r\r\n\r\n", 0, false, "bare CR" },
	{ "M-SEARCH * HTTP/1.1\nMX: 1\n\n", 0, false, "LF all along" },
	{ SEARCH "MX: 1\r\n folded\r\n\r\n", 0, false, "folded line" },
	{ SEARCH "MX : 1\r\n\r\n", 0, false, "blank before the colon" },
	{ SEARCH "no colon\r\n\r\n", 0, false, "no colon" },
	{ SEARCH ": 1\r\n\r\n", 0, false, "no name" },
	{ SEARCH "M\xc3\x96: 1\r\n\r\n", 0, false, "name not ASCII" },
	{ SEARCH "SERVER: a\1b\r\n\r\n", 0, false, "control character" },
	{ SEARCH "MX: 1\0\r\n\r\n", sizeof SEARCH "MX: 1\0\r\n\r\n" - 1, false, "NUL" },
	{ SEARCH "\r\nbody\0", sizeof SEARCH "\r\nbody\0" - 1, false, "NUL anywhere" },
};

static void
test_messages(void)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(messages); i++) {
		size_t len = messages[i].len > 0 ? messages[i].len : strlen(messages[i].text);
		/* A copy of exactly this size, so that reading on shows. */
		g_autofree char *copy = g_memdup2(messages[i].text, len);
		SsdpMessage message;

		g_test_message("%s", messages[i].why);
		g_assert_true(ssdp_message_parse(copy, len, &message) == messages[i].good);
	}
}

static bool
parse_with(unsigned lines, unsigned value_len, unsigned body_len)
{
	g_autoptr(GString) text = g_string_new(SEARCH);
	g_autofree char *value = g_strnfill(value_len, 'v');
	SsdpMessage message;

	for (unsigned i = 0; i < lines; i++) {
		g_string_append_printf(text, "X-%u: %s\r\n", i, i == 0 ? value : "");
	}
	g_string_append(text, "\r\n");
	while (text->len < body_len) {
		g_string_append_c(text, 'b');
	}
	return ssdp_message_parse(text->str, text->len, &message);
}

static void
test_limits(void)
{
	g_assert_true(parse_with(32, 512, 0));
	g_assert_false(parse_with(33, 512, 0));
	g_assert_false(parse_with(32, 513, 0));
	g_assert_true(parse_with(1, 1, 4096));
	g_assert_false(parse_with(1, 1, 4097));
}

static void
test_fields(void)
{
	static const char text[] = "NOTIFY * HTTP/1.1\r\nNT:  a b \r\nNTS:\r\n\r\n";
	SsdpMessage message;

	g_assert_true(ssdp_message_parse(text, strlen(text), &message));
	g_assert_cmpint(message.kind, ==, SSDP_NOTIFY);
	g_assert_true(avu_cursor_equal(&message.fields[SSDP_FIELD_NT], "a b"));
	g_assert_nonnull(message.fields[SSDP_FIELD_NTS].at);
	g_assert_cmpuint(avu_cursor_len(&message.fields[SSDP_FIELD_NTS]), ==, 0);
	g_assert_null(message.fields[SSDP_FIELD_USN].at);
}

static const struct {
	const char *text;
	SsdpTargetKind kind;
	const char *stem;
	unsigned version;
} targets[] = {
	{ "ssdp:all", SSDP_TARGET_ALL, NULL, 0 },
	{ "upnp:rootdevice", SSDP_TARGET_ROOT, NULL, 0 },
	{ "uuid:1", SSDP_TARGET_UUID, NULL, 0 },
	{ "uuid:a:b", SSDP_TARGET_UUID, NULL, 0 },
	{ "urn:schemas-upnp-org:device:MediaServer:1", SSDP_TARGET_DEVICE,
		"urn:schemas-upnp-org:device:MediaServer", 1 },
	{ "urn:microsoft.com:service:X_MS_MediaReceiverRegistrar:12", SSDP_TARGET_SERVICE,
		"urn:microsoft.com:service:X_MS_MediaReceiverRegistrar", 12 },
	{ "uuid:", SSDP_TARGET_NONE, NULL, 0 },
	{ "uuid:a::urn:b:device:c:1", SSDP_TARGET_NONE, NULL, 0 },
	{ "", SSDP_TARGET_NONE, NULL, 0 },
	{ "ssdp:alls", SSDP_TARGET_NONE, NULL, 0 },
	{ "SSDP:ALL", SSDP_TARGET_NONE, NULL, 0 },
	{ "urn:", SSDP_TARGET_NONE, NULL, 0 },
	{ "urn::device:c:1", SSDP_TARGET_NONE, NULL, 0 },
	{ "urn:a:gadget:c:1", SSDP_TARGET_NONE, NULL, 0 },
	{ "urn:a:device::1", SSDP_TARGET_NONE, NULL, 0 },
	{ "urn:a:device:c", SSDP_TARGET_NONE, NULL, 0 },
	{ "urn:a:device:c:", SSDP_TARGET_NONE, NULL, 0 },
	{ "urn:a:device:c:x", SSDP_TARGET_NONE, NULL, 0 },
	{ "urn:a:device:c:1x", SSDP_TARGET_NONE, NULL, 0 },
	{ "urn:a:device:c:-1", SSDP_TARGET_NONE, NULL, 0 },
	{ "urn:a:device:c:100", SSDP_TARGET_NONE, NULL, 0 },
	{ "urn:a:device:c d:1", SSDP_TARGET_NONE, NULL, 0 },
};

static void
test_targets(void)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(targets); i++) {
		AvuCursor text = avu_cursor_string(targets[i].text), stem = { NULL, NULL };
		unsigned version = 0;

		g_test_message("%s", targets[i].text);
		g_assert_cmpint(ssdp_target_kind(&text, &stem, &version), ==, targets[i].kind);
		g_assert_cmpuint(version, ==, targets[i].version);
		g_assert_true(targets[i].stem == NULL || avu_cursor_equal(&stem, targets[i].stem));
	}
}

static void
test_udn(void)
{
	static const struct {
		const char *usn, *udn;
	} rows[] = {
		{ "uuid:1", "uuid:1" },
		{ "uuid:1::upnp:rootdevice", "uuid:1" },
		{ "uuid:1::urn:a:device:b:1", "uuid:1" },
		{ "uuid:a:b::c", "uuid:a:b" },
		{ "uuid:a:", "uuid:a:" },
		{ "uuid:", NULL },
		{ "uuid:::x", NULL },
		{ "UUID:1", NULL },
		{ "1", NULL },
		{ "", NULL },
		{ "uuid:a b", NULL },
	};
	g_autofree char *name = g_strnfill(LINK_MAX_UDN - 5, 'u');
	g_autofree char *longest = g_strconcat("uuid:", name, NULL);
	g_autofree char *longer = g_strconcat("uuid:", name, "u", NULL);
	AvuCursor usn = avu_cursor_string(longest), udn;

	g_assert_true(ssdp_usn_take_udn(&usn, &udn));
	usn = avu_cursor_string(longer);
	g_assert_false(ssdp_usn_take_udn(&usn, &udn));
	for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
		usn = avu_cursor_string(rows[i].usn);
		g_test_message("%s", rows[i].usn);
		g_assert_true(ssdp_usn_take_udn(&usn, &udn) == (rows[i].udn != NULL));
		g_assert_true(rows[i].udn == NULL || avu_cursor_equal(&udn, rows[i].udn));
	}
}

static void
test_max_age(void)
{
	static const struct {
		const char *text;
		unsigned seconds; /* 0: refused */
	} rows[] = {
		{ "max-age=1800", 1800 },
		{ "max-age = 120", 120 },
		{ "MAX-AGE=1", 1 },
		{ "no-cache, max-age=5", 5 },
		{ "max-age=5, no-cache=\"Ext\"", 5 },
		{ "max-age=99999999", 86400 },
		{ "max-age=99999999999999999999", 0 },
		{ "max-age=0", 0 },
		{ "max-age=-1", 0 },
		{ "max-age=", 0 },
		{ "max-age", 0 },
		{ "max-age=1800s", 0 },
		{ "s-maxage=1", 0 },
		{ "", 0 },
	};

	for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
		AvuCursor text = avu_cursor_string(rows[i].text);
		unsigned seconds = 0;

		g_test_message("%s", rows[i].text);
		g_assert_true(ssdp_max_age(&text, &seconds) == (rows[i].seconds > 0));
		g_assert_cmpuint(seconds, ==, rows[i].seconds);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/link/ssdp-message/messages", test_messages);
	g_test_add_func("/link/ssdp-message/limits", test_limits);
	g_test_add_func("/link/ssdp-message/fields", test_fields);
	g_test_add_func("/link/ssdp-message/targets", test_targets);
	g_test_add_func("/link/ssdp-message/udn", test_udn);
	g_test_add_func("/link/ssdp-message/max-age", test_max_age);
	return g_test_run();
}
