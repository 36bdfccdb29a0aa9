/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Asks the kernel over rtnetlink for all links and addresses. The kernel answers a dump while it is
 * read, so this does not wait for anybody; a receive time-out guards that belief. */
#include "config.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <av-upnp/error.h>
#include <av-upnp/fd.h>

#include "interface-dump.h"

typedef void (*MessageFn)(const struct nlmsghdr *message, GArray *interfaces);

bool
interface_is_virtual(const char *name, const char *kind)
{
	static const char *const kinds[] = { "tun", "wireguard", "ppp", "ipip", "sit", "gre",
		"gretap", "ip6tnl", "ip6gre", "vti", "vti6", "xfrm", "vxlan", "geneve", "nlmon",
		"ifb" };
	static const char *const prefixes[] = { "docker", "virbr", "lxc", "lxdbr", "cni", "podman",
		"flannel", "cali", "vnet", "tailscale", "zt", "tun", "tap", "wg", "ppp" };

	for (size_t i = 0; kind != NULL && i < G_N_ELEMENTS(kinds); i++) {
		if (strcmp(kind, kinds[i]) == 0) {
			return true;
		}
	}
	for (size_t i = 0; i < G_N_ELEMENTS(prefixes); i++) {
		if (g_str_has_prefix(name, prefixes[i])) {
			return true;
		}
	}
	/* Docker's own networks: "br-" and twelve hexadecimal digits. */
	return g_str_has_prefix(name, "br-") && strlen(name) == 15 &&
	       strspn(name + 3, "0123456789abcdef") == 12;
}

/* Calls fn for each attribute of a message until the octets end. */
static void
attributes(const struct rtattr *at, size_t len,
	void (*fn)(const struct rtattr *attribute, void *data), void *data)
{
	int left = (int)len;

	for (; RTA_OK(at, left); at = RTA_NEXT(at, left)) {
		fn(at, data);
	}
}

/* Text of an attribute, which the kernel ends with a NUL; empty when it does not. */
static const char *
attribute_text(const struct rtattr *attribute)
{
	const char *text = RTA_DATA(attribute);

	return memchr(text, '\0', RTA_PAYLOAD(attribute)) != NULL ? text : "";
}

typedef struct {
	const char *name;
	const char *kind;
	bool port;
} LinkNames;

static void
link_info_attribute(const struct rtattr *attribute, void *data)
{
	LinkNames *names = data;

	if (attribute->rta_type == IFLA_INFO_KIND) {
		names->kind = attribute_text(attribute);
	}
}

static void
link_attribute(const struct rtattr *attribute, void *data)
{
	LinkNames *names = data;

	if (attribute->rta_type == IFLA_IFNAME) {
		names->name = attribute_text(attribute);
	} else if (attribute->rta_type == IFLA_MASTER) {
		names->port = true;
	} else if ((attribute->rta_type & NLA_TYPE_MASK) == IFLA_LINKINFO) {
		attributes(RTA_DATA(attribute), RTA_PAYLOAD(attribute), link_info_attribute, names);
	}
}

static void
link_message(const struct nlmsghdr *message, GArray *interfaces)
{
	const struct ifinfomsg *info = NLMSG_DATA(message);
	LinkNames names = { NULL, NULL, false };
	AvuInterface interface = { 0 };

	if (message->nlmsg_type != RTM_NEWLINK ||
		message->nlmsg_len < NLMSG_LENGTH(sizeof(*info)) ||
		interfaces->len >= INTERFACES_MAX) {
		return;
	}
	attributes(IFLA_RTA(info), IFLA_PAYLOAD(message), link_attribute, &names);
	if (names.name == NULL || g_strlcpy(interface.name, names.name, sizeof(interface.name)) >=
					  sizeof(interface.name)) {
		return;
	}
	interface.index = (unsigned)info->ifi_index;
	interface.up = (info->ifi_flags & IFF_UP) != 0 && (info->ifi_flags & IFF_RUNNING) != 0;
	interface.loopback = (info->ifi_flags & IFF_LOOPBACK) != 0;
	interface.port = names.port;
	interface.virtual_kind = interface_is_virtual(names.name, names.kind);
	g_array_append_val(interfaces, interface);
}

typedef struct {
	const struct rtattr *address;
	const struct rtattr *local;
	uint32_t flags;
} AddressParts;

static void
address_attribute(const struct rtattr *attribute, void *data)
{
	AddressParts *parts = data;

	switch (attribute->rta_type) {
	case IFA_ADDRESS:
		parts->address = attribute;
		break;
	case IFA_LOCAL: /* on a point-to-point link IFA_ADDRESS is the other end */
		parts->local = attribute;
		break;
	case IFA_FLAGS:
		if (RTA_PAYLOAD(attribute) >= sizeof(parts->flags)) {
			memcpy(&parts->flags, RTA_DATA(attribute), sizeof(parts->flags));
		}
		break;
	}
}

/* Lower ones stand first. */
static unsigned
rank(const AvuPrefix *prefix)
{
	return prefix->address.family == AF_INET ? 0 : 1 + prefix->temporary;
}

/* Who gives way when there are too many: temporary ones, of which each network leaves one a day, then others
 * that are routed. There is one link-local address, which the kernel tells last. */
static unsigned
dispensability(const AvuPrefix *prefix)
{
	if (prefix->address.family == AF_INET) {
		return 0;
	}
	return avu_address_class(&prefix->address) == AVU_ADDRESS_LINK_LOCAL
		       ? 1
		       : 2 + prefix->temporary;
}

/* @return false: none is more dispensable than that one */
static bool
make_way(AvuInterface *interface, const AvuPrefix *prefix)
{
	unsigned victim = 0;

	for (unsigned i = 1; i < interface->n_addresses; i++) {
		if (dispensability(&interface->addresses[i]) >=
			dispensability(&interface->addresses[victim])) {
			victim = i;
		}
	}
	if (dispensability(&interface->addresses[victim]) <= dispensability(prefix)) {
		return false;
	}
	interface->n_addresses--;
	memmove(&interface->addresses[victim], &interface->addresses[victim + 1],
		(interface->n_addresses - victim) * sizeof(*prefix));
	return true;
}

static void
add_prefix(AvuInterface *interface, const AvuPrefix *prefix)
{
	if (interface->n_addresses == AVU_INTERFACE_ADDRESSES_MAX && !make_way(interface, prefix)) {
		return;
	}
	unsigned at = interface->n_addresses;

	while (at > 0 && rank(&interface->addresses[at - 1]) > rank(prefix)) {
		at--;
	}
	memmove(&interface->addresses[at + 1], &interface->addresses[at],
		(interface->n_addresses - at) * sizeof(*prefix));
	interface->addresses[at] = *prefix;
	interface->n_addresses++;
}

static void
address_message(const struct nlmsghdr *message, GArray *interfaces)
{
	const struct ifaddrmsg *info = NLMSG_DATA(message);
	AddressParts parts = { 0 };
	AvuPrefix prefix = { 0 };
	const struct rtattr *source;
	size_t size;

	if (message->nlmsg_type != RTM_NEWADDR ||
		message->nlmsg_len < NLMSG_LENGTH(sizeof(*info)) ||
		(info->ifa_family != AF_INET && info->ifa_family != AF_INET6)) {
		return;
	}
	parts.flags = info->ifa_flags;
	attributes(IFA_RTA(info), IFA_PAYLOAD(message), address_attribute, &parts);
	source = parts.local != NULL ? parts.local : parts.address;
	size = info->ifa_family == AF_INET ? 4 : 16;
	if (source == NULL || RTA_PAYLOAD(source) < size || info->ifa_prefixlen > size * 8 ||
		(parts.flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED)) != 0) {
		return;
	}
	prefix.address.family = info->ifa_family;
	memcpy(&prefix.address.ip, RTA_DATA(source), size);
	prefix.length = info->ifa_prefixlen;
	prefix.temporary = size == 16 && (parts.flags & (IFA_F_TEMPORARY | IFA_F_DEPRECATED)) != 0;
	if (avu_address_class(&prefix.address) == AVU_ADDRESS_LINK_LOCAL && size == 16) {
		prefix.address.scope_id = info->ifa_index;
	}
	for (guint i = 0; i < interfaces->len; i++) {
		AvuInterface *interface = &g_array_index(interfaces, AvuInterface, i);

		if (interface->index == info->ifa_index) {
			add_prefix(interface, &prefix);
		}
	}
}

/* Reads the answer to one dump request. */
static bool
read_dump(int fd, MessageFn fn, GArray *interfaces, GError **error)
{
	g_autofree char *buffer = g_malloc(64 * 1024);

	for (;;) {
		ssize_t got = recv(fd, buffer, 64 * 1024, 0);
		int left = (int)got;

		if (got < 0 && errno == EINTR) {
			continue;
		}
		if (got <= 0) {
			avu_set_errno(
				error, got < 0 ? errno : EPROTO, "list of network interfaces");
			return false;
		}
		for (const struct nlmsghdr *message = (const struct nlmsghdr *)buffer;
			NLMSG_OK(message, left); message = NLMSG_NEXT(message, left)) {
			if (message->nlmsg_type == NLMSG_DONE) {
				return true;
			}
			if (message->nlmsg_type == NLMSG_ERROR) {
				avu_set_errno(error, EPROTO, "list of network interfaces");
				return false;
			}
			fn(message, interfaces);
		}
	}
}

static bool
dump(int fd, uint16_t type, MessageFn fn, GArray *interfaces, GError **error)
{
	struct {
		struct nlmsghdr header;
		struct rtgenmsg generic;
	} request = {
		.header = { .nlmsg_len = NLMSG_LENGTH(sizeof(struct rtgenmsg)),
			.nlmsg_type = type,
			.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
		.generic = { .rtgen_family = AF_UNSPEC },
	};

	if (send(fd, &request, request.header.nlmsg_len, 0) < 0) {
		avu_set_errno(error, errno, "list of network interfaces");
		return false;
	}
	return read_dump(fd, fn, interfaces, error);
}

bool
interface_dump(GArray *ret, GError **error)
{
	const struct timeval patience = { .tv_sec = 1 };
	avu_autofd int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	if (fd < 0) {
		avu_set_errno(error, errno, "netlink socket");
		return false;
	}
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	return dump(fd, RTM_GETLINK, link_message, ret, error) &&
	       dump(fd, RTM_GETADDR, address_message, ret, error);
}
