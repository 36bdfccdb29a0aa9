/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* link/ssdp-message.c: the grammar of SSDP datagrams. Pure: no sockets, no clock, no state. */
#include <string.h>

#include <av-upnp/limits.h>

#include "protocol.h"
#include "ssdp-message.h"

#define MAX_AGE_S 86400

static const struct {
	const char *text;
	SsdpKind kind;
} start_lines[] = {
	{ "NOTIFY * HTTP/1.1", SSDP_NOTIFY },
	{ "M-SEARCH * HTTP/1.1", SSDP_SEARCH },
	{ "HTTP/1.1 200 OK", SSDP_REPLY },
};

static const char *const field_names[SSDP_N_FIELDS] = {
	[SSDP_FIELD_HOST] = "HOST",
	[SSDP_FIELD_MAN] = "MAN",
	[SSDP_FIELD_MX] = "MX",
	[SSDP_FIELD_ST] = "ST",
	[SSDP_FIELD_NT] = "NT",
	[SSDP_FIELD_NTS] = "NTS",
	[SSDP_FIELD_USN] = "USN",
	[SSDP_FIELD_LOCATION] = "LOCATION",
	[SSDP_FIELD_CACHE_CONTROL] = "CACHE-CONTROL",
	[SSDP_FIELD_SERVER] = "SERVER",
	[SSDP_FIELD_DATE] = "DATE",
	[SSDP_FIELD_BOOTID] = "BOOTID.UPNP.ORG",
};

/* One line up to CR LF, or to the end of the datagram. A CR or LF of its own is a fault. */
static bool
take_line(AvuCursor *in, AvuCursor *ret_line)
{
	*ret_line = avu_cursor_take_until(in, "\r\n");
	return avu_cursor_at_end(in) || avu_cursor_take(in, "\r\n");
}

static bool
is_name_octet(char c)
{
	return g_ascii_isalnum(c) || c == '-' || c == '.' || c == '_';
}

static void
trim(AvuCursor *text)
{
	(void)avu_cursor_skip_blank(text);
	while (text->end > text->at && (text->end[-1] == ' ' || text->end[-1] == '\t')) {
		text->end--;
	}
}

static bool
value_is_clean(const AvuCursor *value)
{
	for (const char *p = value->at; p < value->end; p++) {
		if ((unsigned char)*p < 0x20 && *p != '\t') {
			return false;
		}
	}
	return avu_cursor_len(value) <= AVU_LIMIT_SSDP_VALUE;
}

static bool
parse_field(AvuCursor line, SsdpMessage *message)
{
	AvuCursor name = avu_cursor_take_until(&line, ":");

	if (avu_cursor_len(&name) == 0 || !avu_cursor_take_char(&line, ':')) {
		return false;
	}
	for (const char *p = name.at; p < name.end; p++) {
		if (!is_name_octet(*p)) {
			return false;
		}
	}
	trim(&line);
	if (!value_is_clean(&line)) {
		return false;
	}
	for (unsigned i = 0; i < SSDP_N_FIELDS; i++) {
		if (avu_cursor_equal_ci(&name, field_names[i])) {
			bool first = message->fields[i].at == NULL;

			message->fields[i] = line;
			return first;
		}
	}
	return true; /* fields we do not know are skipped (UDA) */
}

static bool
parse_start_line(AvuCursor *in, SsdpMessage *message)
{
	AvuCursor line;

	if (!take_line(in, &line)) {
		return false;
	}
	for (unsigned i = 0; i < G_N_ELEMENTS(start_lines); i++) {
		if (avu_cursor_equal(&line, start_lines[i].text)) {
			message->kind = start_lines[i].kind;
			return true;
		}
	}
	return false;
}

bool
ssdp_message_parse(const char *data, size_t len, SsdpMessage *ret_message)
{
	SsdpMessage message = { 0 };
	AvuCursor in;

	if (len == 0) {
		return false;
	}
	in = avu_cursor(data, len);
	if (len > AVU_LIMIT_SSDP_DATAGRAM || memchr(data, '\0', len) != NULL ||
		!parse_start_line(&in, &message)) {
		return false;
	}
	for (unsigned n = 0; !avu_cursor_at_end(&in); n++) {
		AvuCursor line;

		if (!take_line(&in, &line)) {
			return false;
		}
		if (avu_cursor_len(&line) == 0) {
			break;
		}
		if (n == AVU_LIMIT_SSDP_LINES || !parse_field(line, &message)) {
			return false;
		}
	}
	*ret_message = message;
	return true;
}

static bool
is_visible(const AvuCursor *text)
{
	for (const char *p = text->at; p < text->end; p++) {
		if (!g_ascii_isgraph(*p)) {
			return false;
		}
	}
	return avu_cursor_len(text) > 0;
}

/* urn:DOMAIN:device:TYPE:VERSION, or service */
static SsdpTargetKind
urn_kind(AvuCursor in, AvuCursor *ret_stem, unsigned *ret_version)
{
	const char *start = in.at;
	SsdpTargetKind kind;
	uint64_t version;

	(void)avu_cursor_take(&in, "urn:");

	AvuCursor domain = avu_cursor_take_until(&in, ":");

	if (avu_cursor_take(&in, ":device:")) {
		kind = SSDP_TARGET_DEVICE;
	} else if (avu_cursor_take(&in, ":service:")) {
		kind = SSDP_TARGET_SERVICE;
	} else {
		return SSDP_TARGET_NONE;
	}

	AvuCursor type = avu_cursor_take_until(&in, ":");
	AvuCursor stem = { start, in.at };

	if (avu_cursor_len(&domain) == 0 || avu_cursor_len(&type) == 0 ||
		!avu_cursor_take_char(&in, ':') || !avu_cursor_take_uint(&in, 99, &version) ||
		!avu_cursor_at_end(&in)) {
		return SSDP_TARGET_NONE;
	}
	*ret_stem = stem;
	*ret_version = (unsigned)version;
	return kind;
}

SsdpTargetKind
ssdp_target_kind(const AvuCursor *text, AvuCursor *ret_stem, unsigned *ret_version)
{
	AvuCursor in = *text, udn;

	if (text->at == NULL || !is_visible(text) || avu_cursor_len(text) > LINK_MAX_TARGET) {
		return SSDP_TARGET_NONE;
	}
	if (avu_cursor_equal(text, "ssdp:all")) {
		return SSDP_TARGET_ALL;
	}
	if (avu_cursor_equal(text, "upnp:rootdevice")) {
		return SSDP_TARGET_ROOT;
	}
	if (ssdp_usn_take_udn(text, &udn)) {
		return avu_cursor_len(&udn) == avu_cursor_len(text) ? SSDP_TARGET_UUID
								    : SSDP_TARGET_NONE;
	}
	if (avu_cursor_take(&in, "urn:")) {
		return urn_kind(*text, ret_stem, ret_version);
	}
	return SSDP_TARGET_NONE;
}

bool
ssdp_usn_take_udn(const AvuCursor *usn, AvuCursor *ret_udn)
{
	AvuCursor in = *usn;

	if (usn->at == NULL || !is_visible(usn) || !avu_cursor_take(&in, "uuid:")) {
		return false;
	}

	/* UDA 1.0 allows any text after "uuid:", single colons too. */
	const char *rest = memmem(in.at, avu_cursor_len(&in), "::", 2);
	AvuCursor udn = { usn->at, rest != NULL ? rest : usn->end };

	if (udn.end == in.at || avu_cursor_len(&udn) > LINK_MAX_UDN) {
		return false;
	}
	*ret_udn = udn;
	return true;
}

bool
ssdp_max_age(const AvuCursor *cache_control, unsigned *ret_seconds)
{
	AvuCursor in = *cache_control;
	uint64_t seconds;

	while (in.at != NULL && !avu_cursor_at_end(&in)) {
		AvuCursor directive = avu_cursor_take_until(&in, ",");

		(void)avu_cursor_take_char(&in, ',');
		trim(&directive);
		if (!avu_cursor_take_ci(&directive, "max-age")) {
			continue;
		}
		/* The examples of UDA 1.0 have blanks around the sign. */
		(void)avu_cursor_skip_blank(&directive);
		if (!avu_cursor_take_char(&directive, '=')) {
			continue;
		}
		(void)avu_cursor_skip_blank(&directive);
		if (!avu_cursor_take_uint(&directive, INT32_MAX, &seconds) || seconds == 0 ||
			!avu_cursor_at_end(&directive)) {
			return false;
		}
		*ret_seconds = (unsigned)MIN(seconds, MAX_AGE_S);
		return true;
	}
	return false;
}
