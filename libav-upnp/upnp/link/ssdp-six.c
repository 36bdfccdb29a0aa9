/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* link/ssdp-six.c: messages of IPv6. LOCATION names the address that a message comes from and never a
 * zone, which would be ours and not the reader's. Pure: no sockets, no clock. */
#include <arpa/inet.h>
#include <string.h>
#include <time.h>

#include <av-upnp/limits.h>

#include "ssdp-six.h"

#define OPT_LINE "OPT: \"http://schemas.upnp.org/upnp/1/0/\"; ns=01\r\n"
#define DATE_MAX sizeof "Sun, 06 Nov 1994 08:49:37 GMT"

/* The line of IPv4's group, replaced. */
static void
for_group(const GString *datagram, const char *group, GString *out)
{
	const char *host = strstr(datagram->str, SSDP_HOST_LINE);

	/* A message that ssdp-check.c wrote for the group has that line. */
	g_string_append_len(out, datagram->str, host - datagram->str);
	g_string_append_printf(out, "HOST: [%s]:%d\r\n", group, SSDP_PORT);
	g_string_append(out, host + strlen(SSDP_HOST_LINE));
}

void
ssdp_six_search(const GString *datagram, const char *group, GString *out)
{
	for_group(datagram, group, out);
}

const struct in6_addr *
ssdp_six_of_link(const SsdpLink *link)
{
	for (unsigned i = 0; i < link->n_prefixes6; i++) {
		if (IN6_IS_ADDR_LINKLOCAL(&link->prefixes6[i].address)) {
			return &link->prefixes6[i].address;
		}
	}
	return NULL;
}

static bool
is_private(const struct in6_addr *address)
{
	return (address->s6_addr[0] & 0xfe) == 0xfc; /* RFC 4193 */
}

/* One that stays; of those a private address, which no provider takes away. */
const struct in6_addr *
ssdp_six_of_site(const SsdpLink *link)
{
	const struct in6_addr *found = NULL;
	int best = -1;

	for (unsigned i = 0; i < link->n_prefixes6; i++) {
		const struct in6_addr *address = &link->prefixes6[i].address;
		const int worth = 2 * !link->prefixes6[i].temporary + is_private(address);

		if (!IN6_IS_ADDR_LINKLOCAL(address) && worth > best) {
			found = address;
			best = worth;
		}
	}
	return found;
}

const struct in6_addr *
ssdp_six_towards(const SsdpLink *link, const struct in6_addr *peer)
{
	for (unsigned i = 0; i < link->n_prefixes6; i++) {
		if (ssdp_in_prefix6(peer, &link->prefixes6[i].address, link->prefixes6[i].bits)) {
			return &link->prefixes6[i].address;
		}
	}
	/* A host without a link-local address is an odd one, but may have asked one that has. */
	return ssdp_six_of_site(link);
}

static void
append_location(const SsdpLink *link, const struct in6_addr *from, GString *out)
{
	char text[INET6_ADDRSTRLEN] = "";

	(void)inet_ntop(AF_INET6, from, text, sizeof text);
	g_string_append_printf(out, "LOCATION: http://[%s]:%u%s\r\n", text, link->port, link->path);
}

static uint32_t
add_to_sum(uint32_t sum, const struct in6_addr *address)
{
	for (size_t i = 0; i < sizeof *address; i++) {
		sum = (sum ^ address->s6_addr[i]) * 16777619u; /* FNV-1a */
	}
	return sum;
}

/* 01-NLS has to change with what the device is reached by, and to stay while that stays: temporary addresses
 * come and go and are in no message, unless there is nothing else. */
static void
append_signature(const SsdpLink *link, GString *out)
{
	const struct in6_addr *of_site = ssdp_six_of_site(link);
	uint32_t sum = 2166136261u;

	for (unsigned i = 0; i < link->n_prefixes6; i++) {
		const struct in6_addr *address = &link->prefixes6[i].address;

		if (!link->prefixes6[i].temporary || address == of_site) {
			sum = add_to_sum(sum, address);
		}
	}
	g_string_append_printf(out, OPT_LINE "01-NLS: %u-%08x\r\n", link->boot_id, sum);
}

void
ssdp_six_notify(const SsdpLink *link, const GString *datagram, const struct in6_addr *from,
	const char *group, GString *out)
{
	g_autoptr(GString) text = g_string_sized_new(AVU_LIMIT_SSDP_VALUE);

	for_group(datagram, group, text);
	for (char *at = text->str, *end; (end = strstr(at, "\r\n")) != NULL; at = end + 2) {
		if (g_str_has_prefix(at, "LOCATION: ")) {
			append_location(link, from, out);
		} else if (end > at) {
			g_string_append_len(out, at, end + 2 - at);
		}
	}
	append_signature(link, out);
	g_string_append(out, "\r\n");
}

static bool
same_stem(const AvuCursor *a, const AvuCursor *b)
{
	return avu_cursor_len(a) == avu_cursor_len(b) &&
	       memcmp(a->at, b->at, avu_cursor_len(a)) == 0;
}

/* A type of a lower version is answered in the words of the question (UDA 1.1, 1.3.3).
 * @param ret_st  what the answer names; borrows from one of both */
static bool
matches(const AvuCursor *target, const AvuCursor *own, AvuCursor *ret_st)
{
	AvuCursor stem, own_stem;
	unsigned version, own_version;
	const SsdpTargetKind kind = ssdp_target_kind(target, &stem, &version);

	*ret_st = kind == SSDP_TARGET_ALL ? *own : *target;
	if (kind == SSDP_TARGET_ALL) {
		return true;
	}
	if (kind == SSDP_TARGET_NONE || ssdp_target_kind(own, &own_stem, &own_version) != kind) {
		return false;
	}
	switch (kind) {
	case SSDP_TARGET_ROOT:
		return true;
	case SSDP_TARGET_UUID:
		return avu_cursor_len(target) == avu_cursor_len(own) &&
		       g_ascii_strncasecmp(target->at, own->at, avu_cursor_len(own)) == 0;
	default:
		return same_stem(&stem, &own_stem) && version >= 1 && version <= own_version;
	}
}

static void
append(GString *out, const char *name, const AvuCursor *value)
{
	g_string_append_printf(out, "%s: %.*s\r\n", name, (int)avu_cursor_len(value), value->at);
}

/* "uuid:D::ST"; of the device itself "uuid:D" alone, as it was announced. */
static void
append_usn(GString *out, const AvuCursor *usn, const AvuCursor *st)
{
	AvuCursor udn = *usn;

	if (!ssdp_usn_take_udn(usn, &udn) || avu_cursor_len(&udn) == avu_cursor_len(usn)) {
		append(out, "USN", usn);
		return;
	}
	g_string_append_printf(out, "USN: %.*s::%.*s\r\n", (int)avu_cursor_len(&udn), udn.at,
		(int)avu_cursor_len(st), st->at);
}

bool
ssdp_six_reply(const SsdpLink *link, const GString *alive, const AvuCursor *target,
	const struct in6_addr *from, int64_t now, GString *out)
{
	const time_t seconds = (time_t)now;
	char date[DATE_MAX] = "";
	struct tm broken = { 0 };
	SsdpMessage message;
	AvuCursor st;

	if (!ssdp_message_parse(alive->str, alive->len, &message) ||
		message.fields[SSDP_FIELD_NT].at == NULL ||
		message.fields[SSDP_FIELD_USN].at == NULL ||
		!matches(target, &message.fields[SSDP_FIELD_NT], &st)) {
		return false;
	}
	(void)gmtime_r(&seconds, &broken);
	(void)strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", &broken);
	g_string_printf(out,
		"HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=%u\r\nDATE: %s\r\nEXT: \r\n",
		link->max_age_s, date);
	append_location(link, from, out);
	g_string_append_printf(out, "SERVER: %s\r\n", link->product);
	append(out, "ST", &st);
	append_usn(out, &message.fields[SSDP_FIELD_USN], &st);
	g_string_append_printf(out, "BOOTID.UPNP.ORG: %u\r\nCONFIGID.UPNP.ORG: %u\r\n",
		link->boot_id, link->config_id);
	append_signature(link, out);
	g_string_append(out, "\r\n");
	return true;
}
