/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Addresses of multicast and of datagrams that are sent to this machine. Pure. */
#include "mediaserver/library/udp-location.h"

#include <string.h>

#include <av-upnp/cursor.h>

#define LENGTH_MAX 200
#define PORT_MIN 1024 /* below are the system's */
#define SSDP_PORT 1900
#define MDNS_PORT 5353

static const struct {
	const char *scheme;
	uint16_t port; /* where none is said, as VLC has it */
} schemes[] = { { "udp://", 1234 }, { "rtp://", 5004 } };

static bool
is_group(const AvuAddress *address)
{
	return address->family == AF_INET ? IN_MULTICAST(ntohl(address->ip.v4.s_addr))
					  : IN6_IS_ADDR_MULTICAST(&address->ip.v6);
}

/* 224.0.0.0/24 and the narrow scopes of IPv6 are a link's own business. */
static bool
is_wide(const AvuAddress *group)
{
	const uint32_t local = 0xe0000000u, local_mask = 0xffffff00u;
	const unsigned link_scope = 2;

	return group->family == AF_INET ? (ntohl(group->ip.v4.s_addr) & local_mask) != local
					: (group->ip.v6.s6_addr[1] & 0x0f) > link_scope;
}

/* "host", "host:port", ":port", "[v6]:port" */
static bool
parse_place(const char *text, uint16_t usual_port, AvuAddress *ret_place)
{
	g_autofree char *whole = text[0] == ':' || text[0] == '\0'
					 ? g_strconcat("0.0.0.0", text, NULL)
					 : g_strdup(text);

	if (!avu_address_parse(whole, ret_place) || ret_place->scope_id != 0) {
		return false;
	}
	if (ret_place->port == 0) {
		ret_place->port = usual_port;
	}
	return ret_place->port >= PORT_MIN && ret_place->port != SSDP_PORT &&
	       ret_place->port != MDNS_PORT;
}

static bool
parse_source(const char *text, const AvuAddress *place, AvuAddress *ret_source)
{
	*ret_source = (AvuAddress){ .family = 0 };
	return text[0] == '\0' ||
	       (avu_address_parse(text, ret_source) && ret_source->port == 0 &&
		       ret_source->family == place->family && !is_group(ret_source));
}

bool
udp_location_parse(const char *url, UdpLocation *ret_location)
{
	UdpLocation location = { .group = false };
	size_t i = 0;

	while (i < G_N_ELEMENTS(schemes) &&
		g_ascii_strncasecmp(url, schemes[i].scheme, strlen(schemes[i].scheme)) != 0) {
		i++;
	}
	if (i == G_N_ELEMENTS(schemes) || strlen(url) > LENGTH_MAX) {
		return false;
	}
	for (const char *letter = url; *letter != '\0'; letter++) {
		if (!g_ascii_isgraph(*letter)) {
			return false;
		}
	}
	const char *rest = url + strlen(schemes[i].scheme);
	g_autofree char *authority = g_strndup(rest, strcspn(rest, "/?#"));
	char *at = strchr(authority, '@');
	const char *place = at != NULL ? at + 1 : authority;

	if (at != NULL) {
		*at = '\0';
	}
	if (authority[0] == '\0' && at == NULL) {
		return false; /* nothing is said */
	}
	if (!parse_place(place, schemes[i].port, &location.place) ||
		!parse_source(at != NULL ? authority : "", &location.place, &location.source)) {
		return false;
	}
	location.group = is_group(&location.place);
	if (location.group && !is_wide(&location.place)) {
		return false;
	}
	if (ret_location != NULL) {
		*ret_location = location;
	}
	return true;
}
