/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/address.h: IP addresses and prefixes as values */
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <av-upnp/base.h>

G_BEGIN_DECLS

/* IPv4 or IPv6, with port (0: none). IPv4-mapped IPv6 is always stored as IPv4. */
typedef struct {
	int family; /* AF_INET, AF_INET6; 0: empty */
	union {
		struct in_addr v4;
		struct in6_addr v6;
	} ip;
	uint32_t scope_id;
	uint16_t port; /* host order */
} AvuAddress;

typedef struct {
	AvuAddress address;
	unsigned length; /* bits */
	bool temporary; /* of an interface's own: made for privacy, to be gone soon (RFC 8981), or deprecated */
} AvuPrefix;

/* Classes by which policy decides (threats.md 2.4, 2.8). */
typedef enum {
	AVU_ADDRESS_LOOPBACK = 1 << 0,
	AVU_ADDRESS_LINK_LOCAL = 1 << 1,
	AVU_ADDRESS_PRIVATE = 1 << 2, /* RFC 1918, fc00::/7, 100.64/10 */
	AVU_ADDRESS_GLOBAL = 1 << 3,
	AVU_ADDRESS_OTHER = 1 << 4, /* multicast, broadcast, unspecified, reserved: never usable */
} AvuAddressClass;

/** Literal only, no name look-up; optional :port, brackets for IPv6 with port. */
AVU_API bool avu_address_parse(const char *text, AvuAddress *ret_address);
AVU_API bool avu_address_from_sockaddr(const struct sockaddr *sa, socklen_t len, AvuAddress *ret);
AVU_API socklen_t avu_address_to_sockaddr(const AvuAddress *address, struct sockaddr_storage *ret);
/** "192.0.2.1", "[2001:db8::1]" as it stands in a URL, without port. g_free() it. */
AVU_API char *avu_address_format(const AvuAddress *address);
AVU_API AvuAddressClass avu_address_class(const AvuAddress *address);
AVU_API bool avu_address_equal_ip(const AvuAddress *a, const AvuAddress *b);
AVU_API bool avu_prefix_contains(const AvuPrefix *prefix, const AvuAddress *address);

G_END_DECLS
