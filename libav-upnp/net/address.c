/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* IP addresses and prefixes as values: parsed from literals only, so that nothing here ever asks a
 * name server. Pure functions, any thread. */
#include <arpa/inet.h>
#include <net/if.h>
#include <string.h>

#include <av-upnp/address.h>
#include <av-upnp/cursor.h>

/* Longest literal with brackets, zone and port; what is longer is none. */
#define LITERAL_MAX (INET6_ADDRSTRLEN + IF_NAMESIZE + 8)

/* First match decides, so exceptions stand before the range they are cut from. Documentation ranges
 * stay GLOBAL: nobody has them, and a test network may. */
static const struct {
	int family;
	uint8_t bytes[16];
	unsigned length;
	AvuAddressClass class;
} classes[] = {
	{ AF_INET, { 127 }, 8, AVU_ADDRESS_LOOPBACK },
	{ AF_INET, { 169, 254 }, 16, AVU_ADDRESS_LINK_LOCAL },
	{ AF_INET, { 10 }, 8, AVU_ADDRESS_PRIVATE },
	{ AF_INET, { 172, 16 }, 12, AVU_ADDRESS_PRIVATE },
	{ AF_INET, { 192, 168 }, 16, AVU_ADDRESS_PRIVATE },
	{ AF_INET, { 100, 64 }, 10, AVU_ADDRESS_PRIVATE },   /* RFC 6598, carriers' NAT */
	{ AF_INET, { 198, 18 }, 15, AVU_ADDRESS_PRIVATE },   /* RFC 2544, test networks */
	{ AF_INET, { 0 }, 8, AVU_ADDRESS_OTHER },            /* "this network" */
	{ AF_INET, { 192, 0, 0 }, 24, AVU_ADDRESS_OTHER },   /* RFC 6890 */
	{ AF_INET, { 192, 88, 99 }, 24, AVU_ADDRESS_OTHER }, /* 6to4 relays */
	{ AF_INET, { 224 }, 3, AVU_ADDRESS_OTHER },          /* multicast, reserved, broadcast */
	{ AF_INET, { 0 }, 0, AVU_ADDRESS_GLOBAL },
	{ AF_INET6, { [15] = 1 }, 128, AVU_ADDRESS_LOOPBACK },
	{ AF_INET6, { 0xfe, 0x80 }, 10, AVU_ADDRESS_LINK_LOCAL },
	{ AF_INET6, { 0xfc }, 7, AVU_ADDRESS_PRIVATE },
	{ AF_INET6, { 0xfe, 0xc0 }, 10, AVU_ADDRESS_PRIVATE }, /* RFC 3879, once site-local */
	/* These carry an IPv4 address, which could be any: Teredo, 6to4. */
	{ AF_INET6, { 0x20, 0x01, 0, 0 }, 32, AVU_ADDRESS_OTHER },
	{ AF_INET6, { 0x20, 0x02 }, 16, AVU_ADDRESS_OTHER },
	{ AF_INET6, { 0x20 }, 3, AVU_ADDRESS_GLOBAL },
	{ AF_INET6, { 0 }, 0, AVU_ADDRESS_OTHER },
};

/* RFC 6052: the last 32 bits are the IPv4 address really reached. */
static const uint8_t nat64[12] = { 0x00, 0x64, 0xff, 0x9b };

static void
set_v6(AvuAddress *address, const struct in6_addr *v6, uint32_t scope_id)
{
	if (IN6_IS_ADDR_V4MAPPED(v6)) {
		address->family = AF_INET;
		memcpy(&address->ip.v4, &v6->s6_addr[12], 4);
		return;
	}
	address->family = AF_INET6;
	address->ip.v6 = *v6;
	address->scope_id = scope_id;
}

/* "192.0.2.1", "fe80::1", "fe80::1%eth0", "fe80::1%25eth0", "fe80::1%3". */
static bool
parse_ip(const AvuCursor *text, AvuAddress *address)
{
	char buffer[LITERAL_MAX];
	size_t len = avu_cursor_len(text);
	struct in6_addr v6;
	uint64_t scope_id = 0;
	char *zone;

	if (len >= sizeof(buffer)) {
		return false;
	}
	memcpy(buffer, text->at, len);
	buffer[len] = '\0';
	if (strlen(buffer) != len) {
		return false;
	}
	if (inet_pton(AF_INET, buffer, &address->ip.v4) == 1) {
		address->family = AF_INET;
		return true;
	}
	zone = strchr(buffer, '%');
	if (zone != NULL) {
		*zone++ = '\0';
		if (g_str_has_prefix(zone, "25") && zone[2] != '\0') {
			zone += 2; /* RFC 6874: how a zone stands in a URL */
		}
		if (!avu_parse_uint(zone, UINT32_MAX, &scope_id)) {
			scope_id = if_nametoindex(zone);
		}
		if (scope_id == 0) {
			return false;
		}
	}
	if (inet_pton(AF_INET6, buffer, &v6) != 1) {
		return false;
	}
	set_v6(address, &v6, (uint32_t)scope_id);
	return true;
}

static bool
parse_port(AvuCursor *in, uint16_t *ret_port)
{
	uint64_t port;

	if (!avu_cursor_take_uint(in, UINT16_MAX, &port) || port == 0 || !avu_cursor_at_end(in)) {
		return false;
	}
	*ret_port = (uint16_t)port;
	return true;
}

bool
avu_address_parse(const char *text, AvuAddress *ret_address)
{
	AvuCursor in = avu_cursor_string(text);
	AvuAddress address = { 0 };
	const char *colon = strchr(text, ':');
	AvuCursor ip;

	if (avu_cursor_take_char(&in, '[')) {
		ip = avu_cursor_take_until(&in, "]");
		if (!avu_cursor_take_char(&in, ']') || !parse_ip(&ip, &address) ||
			memchr(ip.at, ':', avu_cursor_len(&ip)) == NULL) {
			return false;
		}
	} else if (colon != NULL && strchr(colon + 1, ':') != NULL) {
		/* Two colons without brackets: a bare IPv6 address, which cannot carry a port. */
		if (!parse_ip(&in, &address)) {
			return false;
		}
		*ret_address = address;
		return true;
	} else {
		ip = avu_cursor_take_until(&in, ":");
		if (!parse_ip(&ip, &address)) {
			return false;
		}
	}
	if (avu_cursor_take_char(&in, ':')) {
		if (!parse_port(&in, &address.port)) {
			return false;
		}
	} else if (!avu_cursor_at_end(&in)) {
		return false;
	}
	*ret_address = address;
	return true;
}

bool
avu_address_from_sockaddr(const struct sockaddr *sa, socklen_t len, AvuAddress *ret)
{
	AvuAddress address = { 0 };

	if (sa->sa_family == AF_INET && len >= sizeof(struct sockaddr_in)) {
		struct sockaddr_in v4;

		memcpy(&v4, sa, sizeof(v4));
		address.family = AF_INET;
		address.ip.v4 = v4.sin_addr;
		address.port = ntohs(v4.sin_port);
	} else if (sa->sa_family == AF_INET6 && len >= sizeof(struct sockaddr_in6)) {
		struct sockaddr_in6 v6;

		memcpy(&v6, sa, sizeof(v6));
		set_v6(&address, &v6.sin6_addr, v6.sin6_scope_id);
		address.port = ntohs(v6.sin6_port);
	} else {
		return false;
	}
	*ret = address;
	return true;
}

socklen_t
avu_address_to_sockaddr(const AvuAddress *address, struct sockaddr_storage *ret)
{
	memset(ret, 0, sizeof(*ret));
	if (address->family == AF_INET) {
		struct sockaddr_in *v4 = (struct sockaddr_in *)ret;

		v4->sin_family = AF_INET;
		v4->sin_addr = address->ip.v4;
		v4->sin_port = htons(address->port);
		return sizeof(*v4);
	}
	if (address->family == AF_INET6) {
		struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)ret;

		v6->sin6_family = AF_INET6;
		v6->sin6_addr = address->ip.v6;
		v6->sin6_scope_id = address->scope_id;
		v6->sin6_port = htons(address->port);
		return sizeof(*v6);
	}
	return 0;
}

/* inet_ntop() goes through printf(), which shows when each request names its client. */
static char *
format_v4(const struct in_addr *v4)
{
	const uint8_t *octets = (const uint8_t *)v4;
	char text[INET_ADDRSTRLEN];
	char *at = text;

	for (size_t i = 0; i < sizeof(*v4); i++) {
		const unsigned octet = octets[i];

		if (i > 0) {
			*at++ = '.';
		}
		if (octet >= 100) {
			*at++ = (char)('0' + octet / 100);
		}
		if (octet >= 10) {
			*at++ = (char)('0' + octet / 10 % 10);
		}
		*at++ = (char)('0' + octet % 10);
	}
	*at = '\0';
	return g_strdup(text);
}

char *
avu_address_format(const AvuAddress *address)
{
	char text[INET6_ADDRSTRLEN];

	if (address->family == AF_INET) {
		return format_v4(&address->ip.v4);
	}
	if (address->family == 0 ||
		inet_ntop(address->family, &address->ip, text, sizeof(text)) == NULL) {
		return g_strdup("");
	}
	return g_strdup_printf("[%s]", text);
}

/* Are the first length bits of a and b the same? */
static bool
same_bits(const uint8_t *a, const uint8_t *b, unsigned length)
{
	unsigned whole = length / 8;
	unsigned rest = length % 8;
	uint8_t mask = (uint8_t)(0xff00u >> rest);

	return memcmp(a, b, whole) == 0 && (rest == 0 || ((a[whole] ^ b[whole]) & mask) == 0);
}

AvuAddressClass
avu_address_class(const AvuAddress *address)
{
	const uint8_t *bytes = (const uint8_t *)&address->ip;

	if (address->family == AF_INET6 && memcmp(bytes, nat64, sizeof(nat64)) == 0) {
		AvuAddress behind = { .family = AF_INET };

		memcpy(&behind.ip.v4, bytes + sizeof(nat64), 4);
		return avu_address_class(&behind) == AVU_ADDRESS_GLOBAL ? AVU_ADDRESS_GLOBAL
									: AVU_ADDRESS_OTHER;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(classes); i++) {
		if (classes[i].family == address->family &&
			same_bits(classes[i].bytes, bytes, classes[i].length)) {
			return classes[i].class;
		}
	}
	return AVU_ADDRESS_OTHER;
}

/* A zone that is not known on one side does not tell two addresses apart. */
static bool
same_scope(const AvuAddress *a, const AvuAddress *b)
{
	return a->scope_id == 0 || b->scope_id == 0 || a->scope_id == b->scope_id;
}

bool
avu_address_equal_ip(const AvuAddress *a, const AvuAddress *b)
{
	unsigned bits = a->family == AF_INET ? 32 : 128;

	return a->family == b->family && a->family != 0 && same_scope(a, b) &&
	       same_bits((const uint8_t *)&a->ip, (const uint8_t *)&b->ip, bits);
}

bool
avu_prefix_contains(const AvuPrefix *prefix, const AvuAddress *address)
{
	unsigned bits = prefix->address.family == AF_INET ? 32 : 128;

	return prefix->address.family == address->family && address->family != 0 &&
	       prefix->length <= bits && same_scope(&prefix->address, address) &&
	       same_bits((const uint8_t *)&prefix->address.ip, (const uint8_t *)&address->ip,
		       prefix->length);
}
