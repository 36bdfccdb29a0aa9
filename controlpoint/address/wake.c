/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Wake-on-LAN over UDP to port 9, which nobody answers. The kernel's table of neighbours is read as text: at
 * most TABLE_BYTES_MAX of it. Main thread. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <av-upnp/error.h>
#include <av-upnp/fd.h>

#include "address/wake.h"

#define PORT 9
#define TABLE_PATH "/proc/net/arp"
#define TABLE_BYTES_MAX (256 * 1024)
#define FLAG_COMPLETE 0x2

bool
wake_parse_mac(const char *text, uint8_t ret_mac[WAKE_MAC_BYTES])
{
	static const uint8_t nobody[WAKE_MAC_BYTES] = { 0 };

	for (size_t i = 0; i < WAKE_MAC_BYTES; i++) {
		const int high = g_ascii_xdigit_value(text[3 * i]);
		const int low = high < 0 ? -1 : g_ascii_xdigit_value(text[3 * i + 1]);

		if (low < 0) {
			return false;
		}
		const char end = text[3 * i + 2];

		if (i + 1 < WAKE_MAC_BYTES ? end != ':' && end != '-' : end != '\0') {
			return false;
		}
		ret_mac[i] = (uint8_t)(high << 4 | low);
	}
	return (ret_mac[0] & 1) == 0 && memcmp(ret_mac, nobody, sizeof nobody) != 0;
}

void
wake_make_packet(const uint8_t mac[WAKE_MAC_BYTES], uint8_t ret_packet[WAKE_PACKET_BYTES])
{
	memset(ret_packet, 0xff, WAKE_MAC_BYTES);
	for (size_t i = WAKE_MAC_BYTES; i < WAKE_PACKET_BYTES; i += WAKE_MAC_BYTES) {
		memcpy(ret_packet + i, mac, WAKE_MAC_BYTES);
	}
}

char *
wake_find_in_table(const char *table, const char *address)
{
	g_auto(GStrv) lines = g_strsplit(table, "\n", -1);

	for (size_t i = 0; lines[i] != NULL; i++) {
		char host[64], mac[32];
		unsigned type, flags;
		uint8_t octets[WAKE_MAC_BYTES];

		if (sscanf(lines[i], "%63s 0x%x 0x%x %31s", host, &type, &flags, mac) == 4 &&
			strcmp(host, address) == 0 && (flags & FLAG_COMPLETE) != 0 &&
			wake_parse_mac(mac, octets)) {
			return g_strdup(mac);
		}
	}
	return NULL;
}

char *
wake_learn(const char *address)
{
	g_autoptr(GBytes) bytes = avu_file_read(TABLE_PATH, TABLE_BYTES_MAX, NULL);
	g_autofree char *table =
		bytes != NULL ? g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes))
			      : NULL;

	return table != NULL ? wake_find_in_table(table, address) : NULL;
}

/* @return false with errno */
static bool
send_to(int fd, const AvuPrefix *network, const uint8_t packet[WAKE_PACKET_BYTES])
{
	const uint32_t host_bits = network->length < 32 ? UINT32_MAX >> network->length : 0;
	struct sockaddr_in all = { .sin_family = AF_INET, .sin_port = htons(PORT) };

	all.sin_addr.s_addr = network->address.ip.v4.s_addr | htonl(host_bits);
	return sendto(fd, packet, WAKE_PACKET_BYTES, 0, (const struct sockaddr *)&all,
		       sizeof all) == WAKE_PACKET_BYTES;
}

bool
wake_send(Session *session, const char *mac, GError **error)
{
	uint8_t octets[WAKE_MAC_BYTES], packet[WAKE_PACKET_BYTES];
	const int yes = 1;
	size_t n = 0;
	bool sent = false;

	if (!wake_parse_mac(mac, octets)) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE,
			"'%s' is no number of a network card, such as a1:b2:c3:d4:e5:f6", mac);
		return false;
	}
	AvuInterfaceWatch *interfaces = session_open_interfaces(session, error);
	avu_autofd int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (interfaces == NULL) {
		return false;
	}
	const AvuInterface *list = avu_interface_watch_list(interfaces, &n);

	wake_make_packet(octets, packet);
	(void)setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &yes, sizeof yes);
	for (size_t i = 0; i < n; i++) {
		for (unsigned j = 0; j < list[i].n_addresses; j++) {
			const AvuPrefix *network = &list[i].addresses[j];

			sent = (network->address.family == AF_INET && !list[i].loopback &&
				       send_to(fd, network, packet)) ||
			       sent;
		}
	}
	if (!sent) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_UNREACHABLE,
			"no network took the packet that wakes: %s", g_strerror(errno));
	}
	return sent;
}
