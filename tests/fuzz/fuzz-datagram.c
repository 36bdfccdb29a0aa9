/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Two datagrams of a station, the first as long as the first octet says: what is taken is whole packets within them. As
 * text they are addresses of stations: what has a place has a port that may be used. */
#include <string.h>

#include "mediaserver/library/udp-location.h"
#include "mediaserver/live/live-datagram.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
take(LiveDatagrams *datagrams, const uint8_t *data, size_t size)
{
	g_autofree uint8_t *exact = g_memdup2(data, size);
	size_t len;
	const uint8_t *got = live_datagram_take(datagrams, exact, size, &len);

	g_assert_cmpuint(len % LIVE_PACKET_OCTETS, ==, 0);
	g_assert_true(len == 0 || (got >= exact && got + len <= exact + size));
	for (size_t at = 0; at < len; at += LIVE_PACKET_OCTETS) {
		g_assert_cmpint(got[at], ==, 'G');
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *text = g_strndup((const char *)data, size);
	LiveDatagrams datagrams = { false };
	UdpLocation location;

	if (udp_location_parse(text, &location)) {
		g_assert_cmpuint(location.place.port, >=, 1024);
		g_assert_true(g_utf8_validate(text, -1, NULL));
	}
	if (size > 0) {
		const size_t first = MIN((size_t)data[0], size - 1);

		take(&datagrams, data + 1, first);
		take(&datagrams, data + 1 + first, size - 1 - first);
	}
	return 0;
}
