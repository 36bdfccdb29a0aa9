/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* link/ssdp-check.c: the rules of the gate. Pure: no sockets, no clock; budgets are in budget.c. */
#include <arpa/inet.h>
#include <string.h>

#include <av-upnp/limits.h>
#include <av-upnp/url.h>

#include "ssdp-check.h"

#define DECIMAL_MAX_ID INT32_MAX /* BOOTID has 31 bits */
#define HOST_LINE SSDP_HOST_LINE

const char *const ssdp_verdict_names[SSDP_N_VERDICTS] = {
	[SSDP_PASS] = "passed",
	[SSDP_IGNORED] = "ignored",
	[SSDP_FOREIGN] = "from foreign networks",
	[SSDP_MALFORMED] = "malformed",
	[SSDP_UNANSWERABLE] = "searches not to be answered",
	[SSDP_BAD_ANNOUNCEMENT] = "announcements with a bad field",
	[SSDP_OVER_BUDGET] = "over budget",
	[SSDP_NOT_SENT] = "not sent",
};

static bool
in_prefix(in_addr_t address, in_addr_t prefix, unsigned bits)
{
	uint32_t mask = bits == 0 ? 0 : UINT32_MAX << (32 - MIN(bits, 32));

	return ((ntohl(address) ^ ntohl(prefix)) & mask) == 0;
}

bool
ssdp_in_prefix6(const struct in6_addr *address, const struct in6_addr *prefix, unsigned bits)
{
	const unsigned whole = MIN(bits, 128) / 8, rest = MIN(bits, 128) % 8;
	const uint8_t mask = (uint8_t)(0xff00u >> rest);

	return memcmp(address, prefix, whole) == 0 &&
	       (rest == 0 || ((address->s6_addr[whole] ^ prefix->s6_addr[whole]) & mask) == 0);
}

bool
ssdp_is_near(const SsdpLink *link, in_addr_t address)
{
	for (unsigned i = 0; i < link->n_prefixes; i++) {
		if (in_prefix(address, link->prefixes[i].address, link->prefixes[i].bits)) {
			return true;
		}
	}
	return in_prefix(address, htonl(0xa9fe0000), 16); /* 169.254/16 */
}

bool
ssdp_is_near6(const SsdpLink *link, const struct in6_addr *address)
{
	for (unsigned i = 0; i < link->n_prefixes6; i++) {
		if (ssdp_in_prefix6(
			    address, &link->prefixes6[i].address, link->prefixes6[i].bits)) {
			return true;
		}
	}
	/* Without an address of IPv6, or with one of IPv4 that was chosen, nobody of IPv6 is near. */
	return link->n_prefixes6 > 0 && IN6_IS_ADDR_LINKLOCAL(address);
}

static bool
is_near(const SsdpLink *link, const SsdpArrival *arrival)
{
	return arrival->source6 != NULL ? ssdp_is_near6(link, arrival->source6)
					: ssdp_is_near(link, arrival->source);
}

static void
append(GString *out, const char *name, const AvuCursor *value)
{
	g_string_append(out, name);
	g_string_append(out, ": ");
	g_string_append_len(out, value->at, (gssize)avu_cursor_len(value));
	g_string_append(out, "\r\n");
}

/* libupnp compares everything but the version's digits loosely: "device:Media:1" would match
 * MediaServer, and only the last digit counts. What was announced decides instead. */
static bool
answers_to(const SsdpLink *link, const AvuCursor *target)
{
	AvuCursor stem;
	unsigned version;
	SsdpTargetKind kind = ssdp_target_kind(target, &stem, &version);

	if (link->announced == NULL || link->announced->len == 0 ||
		(kind != SSDP_TARGET_DEVICE && kind != SSDP_TARGET_SERVICE)) {
		return kind != SSDP_TARGET_NONE;
	}
	for (guint i = 0; i < link->announced->len; i++) {
		AvuCursor own = avu_cursor_string(link->announced->pdata[i]), own_stem;
		unsigned own_version;

		if (ssdp_target_kind(&own, &own_stem, &own_version) == kind &&
			avu_cursor_len(&stem) == avu_cursor_len(&own_stem) &&
			memcmp(stem.at, own_stem.at, avu_cursor_len(&stem)) == 0) {
			return version >= 1 && version <= own_version;
		}
	}
	return false;
}

static SsdpVerdict
check_search(
	const SsdpLink *link, const SsdpArrival *arrival, const SsdpMessage *message, GString *out)
{
	const AvuCursor *fields = message->fields;
	AvuCursor mx = fields[SSDP_FIELD_MX];
	uint64_t mx_s = 0;

	if (link->role != LINK_ROLE_DEVICE || arrival->answer) {
		return SSDP_IGNORED;
	}
	/* HOST is not looked at: control points send 0.0.0.0, their own address or no port. */
	if (fields[SSDP_FIELD_MAN].at == NULL ||
		!avu_cursor_equal(&fields[SSDP_FIELD_MAN], "\"ssdp:discover\"") ||
		!answers_to(link, &fields[SSDP_FIELD_ST])) {
		return SSDP_UNANSWERABLE;
	}
	if (mx.at != NULL &&
		(!avu_cursor_take_uint(&mx, UINT32_MAX, &mx_s) || !avu_cursor_at_end(&mx))) {
		return SSDP_UNANSWERABLE;
	}
	/* A search to our own address needs no MX (UDA 1.1, 1.3.2). */
	if (mx_s == 0 && arrival->multicast) {
		return SSDP_UNANSWERABLE;
	}
	g_string_printf(out,
		"M-SEARCH * HTTP/1.1\r\n" HOST_LINE "MAN: \"ssdp:discover\"\r\nMX: %u\r\n",
		(unsigned)CLAMP(mx_s, 1, AVU_LIMIT_SSDP_MX_S));
	append(out, "ST", &fields[SSDP_FIELD_ST]);
	g_string_append(out, "\r\n");
	return SSDP_PASS;
}

/* Is that text the address the datagram came from? */
static bool
is_source(const SsdpArrival *arrival, const char *host)
{
	struct in_addr address;
	struct in6_addr address6;

	return arrival->source6 != NULL ? inet_pton(AF_INET6, host, &address6) == 1 &&
						  IN6_ARE_ADDR_EQUAL(&address6, arrival->source6)
					: inet_pton(AF_INET, host, &address) == 1 &&
						  address.s_addr == arrival->source;
}

/* An http URL on the sender itself (SEC-024). @return it, normalised; or NULL */
static char *
take_location(const SsdpArrival *arrival, const AvuCursor *location)
{
	if (location->at == NULL) {
		return NULL;
	}
	/* At most AVU_LIMIT_SSDP_VALUE, by the grammar. */
	g_autofree char *text = avu_cursor_dup(location);
	g_autoptr(AvuUrl) url = avu_url_parse(text, NULL);

	if (url == NULL || strcmp(avu_url_get_scheme(url), "http") != 0 ||
		!is_source(arrival, avu_url_get_host(url)) ||
		strlen(avu_url_get_text(url)) > LINK_MAX_LOCATION) {
		return NULL;
	}
	return g_strdup(avu_url_get_text(url));
}

static int64_t
boot_id(const SsdpMessage *message)
{
	AvuCursor text = message->fields[SSDP_FIELD_BOOTID];
	uint64_t value;

	/* Devices that put a UUID there exist; for them there is no boot id. */
	if (text.at == NULL || !avu_cursor_take_uint(&text, DECIMAL_MAX_ID, &value) ||
		!avu_cursor_at_end(&text)) {
		return -1;
	}
	return (int64_t)value;
}

static const char *
format_source(const SsdpArrival *arrival, char text[INET6_ADDRSTRLEN])
{
	return arrival->source6 != NULL
		       ? inet_ntop(AF_INET6, arrival->source6, text, INET6_ADDRSTRLEN)
		       : inet_ntop(AF_INET, &arrival->source, text, INET6_ADDRSTRLEN);
}

/* Alive or reply: both need the same fields; key is NT or ST. */
static SsdpVerdict
write_presence(const SsdpArrival *arrival, const SsdpMessage *message, SsdpField key, GString *out)
{
	char source[INET6_ADDRSTRLEN];
	const AvuCursor *fields = message->fields;
	AvuCursor stem, udn;
	unsigned version, max_age_s;
	SsdpTargetKind kind = ssdp_target_kind(&fields[key], &stem, &version);
	bool alive = key == SSDP_FIELD_NT;
	g_autofree char *location = take_location(arrival, &fields[SSDP_FIELD_LOCATION]);

	if (location == NULL || kind == SSDP_TARGET_NONE || kind == SSDP_TARGET_ALL ||
		!ssdp_usn_take_udn(&fields[SSDP_FIELD_USN], &udn) ||
		!ssdp_max_age(&fields[SSDP_FIELD_CACHE_CONTROL], &max_age_s)) {
		return SSDP_BAD_ANNOUNCEMENT;
	}
	g_string_printf(out,
		"%sCACHE-CONTROL: max-age=%u\r\nEXT: %" G_GINT64_FORMAT " %.*s %s %.*s\r\n",
		alive ? "NOTIFY * HTTP/1.1\r\n" HOST_LINE "NTS: ssdp:alive\r\n"
		      : "HTTP/1.1 200 OK\r\n",
		max_age_s, boot_id(message), (int)avu_cursor_len(&udn), udn.at,
		format_source(arrival, source), (int)avu_cursor_len(&fields[key]), fields[key].at);
	g_string_append_printf(out, "LOCATION: %s\r\n", location);
	if (fields[SSDP_FIELD_SERVER].at != NULL) {
		append(out, "SERVER", &fields[SSDP_FIELD_SERVER]);
	}
	append(out, alive ? "NT" : "ST", &fields[key]);
	append(out, "USN", &fields[SSDP_FIELD_USN]);
	g_string_append(out, "\r\n");
	return SSDP_PASS;
}

static SsdpVerdict
check_notify(
	const SsdpLink *link, const SsdpArrival *arrival, const SsdpMessage *message, GString *out)
{
	const AvuCursor *fields = message->fields;
	const AvuCursor *nts = &fields[SSDP_FIELD_NTS];
	char source[INET6_ADDRSTRLEN];
	AvuCursor udn;

	if (link->role != LINK_ROLE_CONTROL_POINT || arrival->answer) {
		return SSDP_IGNORED;
	}
	if (nts->at == NULL) {
		return SSDP_BAD_ANNOUNCEMENT;
	}
	if (avu_cursor_equal(nts, "ssdp:alive")) {
		return write_presence(arrival, message, SSDP_FIELD_NT, out);
	}
	if (!avu_cursor_equal(nts, "ssdp:byebye")) {
		return SSDP_IGNORED; /* ssdp:update announces a later alive */
	}
	if (!ssdp_usn_take_udn(&fields[SSDP_FIELD_USN], &udn)) {
		return SSDP_BAD_ANNOUNCEMENT;
	}
	/* One of them ends all of the device, so the NT is not passed on. */
	g_string_printf(out,
		"NOTIFY * HTTP/1.1\r\n" HOST_LINE
		"NT: upnp:rootdevice\r\nNTS: ssdp:byebye\r\nEXT: -1 %.*s %s -\r\n"
		"USN: %.*s::upnp:rootdevice\r\n\r\n",
		(int)avu_cursor_len(&udn), udn.at, format_source(arrival, source),
		(int)avu_cursor_len(&udn), udn.at);
	return SSDP_PASS;
}

static SsdpVerdict
check_reply(
	const SsdpLink *link, const SsdpArrival *arrival, const SsdpMessage *message, GString *out)
{
	if (link->role != LINK_ROLE_CONTROL_POINT || !arrival->answer) {
		return SSDP_IGNORED;
	}
	return write_presence(arrival, message, SSDP_FIELD_ST, out);
}

SsdpVerdict
ssdp_check_in(const SsdpLink *link, const SsdpArrival *arrival, const char *data, size_t len,
	GString *out)
{
	static SsdpVerdict (*const checks[])(
		const SsdpLink *, const SsdpArrival *, const SsdpMessage *, GString *) = {
		[SSDP_NOTIFY] = check_notify,
		[SSDP_SEARCH] = check_search,
		[SSDP_REPLY] = check_reply,
	};
	SsdpMessage message;

	if (!arrival->on_link || !is_near(link, arrival)) {
		return SSDP_FOREIGN;
	}
	if (!ssdp_message_parse(data, len, &message)) {
		return SSDP_MALFORMED;
	}
	return checks[message.kind](link, arrival, &message, out);
}

static void
append_ids(const SsdpLink *link, GString *out)
{
	g_string_append_printf(out, "BOOTID.UPNP.ORG: %u\r\nCONFIGID.UPNP.ORG: %u\r\n\r\n",
		link->boot_id, link->config_id);
}

static void
append_presence(const SsdpLink *link, const AvuCursor *fields, GString *out)
{
	g_string_append_printf(out, "CACHE-CONTROL: max-age=%u\r\n", link->max_age_s);
	append(out, "LOCATION", &fields[SSDP_FIELD_LOCATION]);
	g_string_append_printf(out, "SERVER: %s\r\n", link->product);
}

static bool
write_notify(const SsdpLink *link, const AvuCursor *fields, GString *out, AvuCursor *ret_nt)
{
	bool alive = avu_cursor_equal(&fields[SSDP_FIELD_NTS], "ssdp:alive");

	if (fields[SSDP_FIELD_NT].at == NULL || fields[SSDP_FIELD_USN].at == NULL ||
		(alive && fields[SSDP_FIELD_LOCATION].at == NULL)) {
		return false;
	}
	g_string_assign(out, "NOTIFY * HTTP/1.1\r\n" HOST_LINE);
	append(out, "NT", &fields[SSDP_FIELD_NT]);
	append(out, "NTS", &fields[SSDP_FIELD_NTS]);
	append(out, "USN", &fields[SSDP_FIELD_USN]);
	if (alive) {
		append_presence(link, fields, out);
		*ret_nt = fields[SSDP_FIELD_NT];
	}
	append_ids(link, out);
	return true;
}

static bool
write_reply(const SsdpLink *link, const AvuCursor *fields, GString *out)
{
	if (fields[SSDP_FIELD_ST].at == NULL || fields[SSDP_FIELD_USN].at == NULL ||
		fields[SSDP_FIELD_LOCATION].at == NULL) {
		return false;
	}
	g_string_assign(out, "HTTP/1.1 200 OK\r\n");
	append_presence(link, fields, out);
	if (fields[SSDP_FIELD_DATE].at != NULL) {
		append(out, "DATE", &fields[SSDP_FIELD_DATE]);
	}
	g_string_append(out, "EXT: \r\n");
	append(out, "ST", &fields[SSDP_FIELD_ST]);
	append(out, "USN", &fields[SSDP_FIELD_USN]);
	append_ids(link, out);
	return true;
}

/* libupnp asks for at least 2 s; shorter waits are ours to choose. */
static bool
write_search(const SsdpLink *link, const AvuCursor *fields, GString *out)
{
	if (fields[SSDP_FIELD_ST].at == NULL) {
		return false;
	}
	g_string_printf(out,
		"M-SEARCH * HTTP/1.1\r\n" HOST_LINE "MAN: \"ssdp:discover\"\r\nMX: %u\r\n",
		CLAMP(link->mx_s, 1, AVU_LIMIT_SSDP_MX_S));
	append(out, "ST", &fields[SSDP_FIELD_ST]);
	g_string_append_printf(out, "USER-AGENT: %s\r\n\r\n", link->product);
	return true;
}

SsdpVerdict
ssdp_check_out(const SsdpLink *link, in_addr_t destination, const char *data, size_t len,
	GString *out, AvuCursor *ret_nt)
{
	bool group = destination == inet_addr(SSDP_GROUP), good;
	SsdpMessage message;

	*ret_nt = (AvuCursor){ NULL, NULL };
	if ((!group && !ssdp_is_near(link, destination)) ||
		!ssdp_message_parse(data, len, &message)) {
		return SSDP_NOT_SENT;
	}
	switch (message.kind) {
	case SSDP_NOTIFY:
		good = group && write_notify(link, message.fields, out, ret_nt);
		break;
	case SSDP_SEARCH:
		good = group && write_search(link, message.fields, out);
		break;
	default:
		good = !group && write_reply(link, message.fields, out);
		break;
	}
	return good ? SSDP_PASS : SSDP_NOT_SENT;
}
