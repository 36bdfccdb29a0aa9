/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* FZ-01: SSDP datagrams. First octet: role and socket; the rest is the datagram. What passes must be
 * well-formed itself, short, free of anything but printable text, and pass again unchanged in kind. */
#include <arpa/inet.h>

#include <av-upnp/limits.h>

#include "libav-upnp/upnp/link/ssdp-six.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_written(const GString *out, SsdpKind kind)
{
	SsdpMessage message;

	g_assert_true(ssdp_message_parse(out->str, out->len, &message));
	g_assert_true(message.kind == kind);
	g_assert_true(g_str_has_suffix(out->str, "\r\n\r\n"));
	/* libupnp reads at most 2500 octets; every value is at most 512. */
	g_assert_true(out->len < 2500);
}

/* A search over IPv6 that passed, answered of all that we announce. */
static void
check_answers(const SsdpLink *link, const GString *search)
{
	static const char *const names[][2] = {
		{ "uuid:d", "uuid:d" },
		{ "upnp:rootdevice", "uuid:d::upnp:rootdevice" },
		{ "urn:a:device:b:2", "uuid:d::urn:a:device:b:2" },
	};
	SsdpMessage message;

	g_assert_true(ssdp_message_parse(search->str, search->len, &message));
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autoptr(GString) alive = g_string_new(NULL);
		g_autoptr(GString) out = g_string_new(NULL);

		g_string_printf(alive, "NOTIFY * HTTP/1.1\r\nNT: %s\r\nUSN: %s\r\n\r\n",
			names[i][0], names[i][1]);
		if (ssdp_six_reply(link, alive, &message.fields[SSDP_FIELD_ST],
			    ssdp_six_of_link(link), 0, out)) {
			check_written(out, SSDP_REPLY);
		}
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	SsdpLink link = { .address = inet_addr("10.0.0.2"),
		.prefixes = { { inet_addr("10.0.0.2"), 24 } },
		.n_prefixes = 1,
		.prefixes6 = { { { .s6_addr = { 0xfe, 0x80, [15] = 2 } }, 64 } },
		.n_prefixes6 = 1,
		.port = 8200,
		.path = "/description.xml",
		.product = "OS/1 UPnP/1.0 P/1",
		.max_age_s = 1800,
		.mx_s = 1 };
	SsdpArrival arrival = { .source = inet_addr("10.0.0.9"), .on_link = true };
	const struct in6_addr source6 = { .s6_addr = { 0xfe, 0x80, [15] = 9 } };
	g_autoptr(GString) out = g_string_new(NULL);
	SsdpMessage message;
	AvuCursor nt;

	if (size == 0) {
		return 0;
	}
	link.role = data[0] & 1;
	arrival.answer = data[0] & 2;
	arrival.multicast = data[0] & 4;
	/* An exact copy, so that reading beyond the end shows. */
	g_autofree char *text = g_memdup2(data + 1, size - 1);

	if (ssdp_check_in(&link, &arrival, text, size - 1, out) == SSDP_PASS) {
		g_assert_true(ssdp_message_parse(text, size - 1, &message));
		check_written(out, message.kind);
	}
	g_string_truncate(out, 0);
	arrival.source6 = &source6;
	if (ssdp_check_in(&link, &arrival, text, size - 1, out) == SSDP_PASS) {
		g_assert_true(ssdp_message_parse(text, size - 1, &message));
		check_written(out, message.kind);
		if (message.kind == SSDP_SEARCH) {
			check_answers(&link, out);
		}
	}
	if (ssdp_check_out(&link, inet_addr((data[0] & 8) != 0 ? SSDP_GROUP : "10.0.0.9"), text,
		    size - 1, out, &nt) == SSDP_PASS) {
		g_assert_true(ssdp_message_parse(text, size - 1, &message));
		check_written(out, message.kind);
	}
	return 0;
}
