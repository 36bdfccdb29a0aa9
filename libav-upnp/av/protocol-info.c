/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* protocolInfo and lists of it, read. Pure; any thread.
 * Grammar: spec/dlna-protocolinfo.md 1; limits: AVU_LIMIT_PROTOCOL_INFO, AVU_LIMIT_PROTOCOL_INFOS.
 *
 * Two forms that devices send count as what they mean: an empty fourth field as "*", and colons
 * inside the fourth field as part of it. */
#include <string.h>

#include <av-upnp/error.h>
#include <av-upnp/limits.h>

#include "protocol-info-private.h"

static bool
fail(GError **error, const char *field)
{
	g_set_error(error, AVU_ERROR, AVU_ERROR_SYNTAX, "protocolInfo: %s", field);
	return false;
}

/* Protocols and networks: visible ASCII. */
static bool
is_token(const AvuCursor *field)
{
	for (const char *p = field->at; p < field->end; p++) {
		if (!g_ascii_isgraph(*p)) {
			return false;
		}
	}
	return avu_cursor_len(field) > 0;
}

/* "type/subtype" with parameters for http, which may hold spaces; "*"; names of other worlds. */
static bool
is_format(const AvuCursor *field, const AvuCursor *protocol)
{
	AvuCursor rest = *field;
	AvuCursor name = avu_cursor_take_until(&rest, ";");

	for (const char *p = rest.at; p < rest.end; p++) {
		if (!g_ascii_isprint(*p)) {
			return false;
		}
	}
	if (!is_token(&name)) {
		return false;
	}
	if (avu_cursor_equal(&name, "*") || !avu_cursor_equal_ci(protocol, "http-get")) {
		return true;
	}
	const AvuCursor type = avu_cursor_take_until(&name, "/");

	return avu_cursor_len(&type) > 0 && avu_cursor_take_char(&name, '/') &&
	       avu_cursor_len(&name) > 0;
}

static bool
is_clean(const AvuCursor *field)
{
	for (const char *p = field->at; p < field->end; p++) {
		if (g_ascii_iscntrl(*p)) {
			return false;
		}
	}
	return g_utf8_validate(field->at, (gssize)avu_cursor_len(field), NULL);
}

static bool
take_field(AvuCursor *in, AvuCursor *ret_field)
{
	*ret_field = avu_cursor_take_until(in, ":");
	return avu_cursor_take_char(in, ':');
}

AvuProtocolInfo *
avu_protocol_info_parse(const char *text, size_t len, GError **error)
{
	AvuCursor in = avu_cursor(text, len);
	AvuCursor protocol, network, format;
	DlnaReading reading;

	if (len > AVU_LIMIT_PROTOCOL_INFO) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_LIMIT,
			"protocolInfo: %zu octets, %d allowed", len, AVU_LIMIT_PROTOCOL_INFO);
		return NULL;
	}
	if (!take_field(&in, &protocol) || !is_token(&protocol)) {
		(void)fail(error, "first field, the protocol");
		return NULL;
	}
	if (!take_field(&in, &network) || !is_token(&network)) {
		(void)fail(error, "second field, the network");
		return NULL;
	}
	if (!take_field(&in, &format) || !is_format(&format, &protocol)) {
		(void)fail(error, "third field, the content format");
		return NULL;
	}
	if (!is_clean(&in)) {
		(void)fail(error, "fourth field, additional information");
		return NULL;
	}
	if (!dlna_parse(in, &reading, error)) {
		return NULL;
	}
	AvuProtocolInfo *info = g_new0(AvuProtocolInfo, 1);

	info->protocol = avu_cursor_dup(&protocol);
	info->network = avu_cursor_dup(&network);
	info->mime = g_ascii_strdown(format.at, (gssize)avu_cursor_len(&format));
	info->profile = reading.profile.at == NULL ? NULL : avu_cursor_dup(&reading.profile);
	info->speeds = reading.speeds.at == NULL ? NULL : avu_cursor_dup(&reading.speeds);
	info->dlna = reading.dlna;
	info->dlna.profile = info->profile;
	info->dlna.speeds = info->speeds;
	return info;
}

void
avu_protocol_info_free(AvuProtocolInfo *info)
{
	if (info == NULL) {
		return;
	}
	g_free(info->protocol);
	g_free(info->network);
	g_free(info->mime);
	g_free(info->profile);
	g_free(info->speeds);
	g_free(info);
}

const char *
avu_protocol_info_get_protocol(const AvuProtocolInfo *info)
{
	return info->protocol;
}

const char *
avu_protocol_info_get_mime(const AvuProtocolInfo *info)
{
	return info->mime;
}

const AvuDlnaParameters *
avu_protocol_info_get_dlna(const AvuProtocolInfo *info)
{
	return &info->dlna;
}

/* Takes one entry of a comma list into out, without its escapes. */
static void
take_entry(AvuCursor *in, GString *out)
{
	g_string_truncate(out, 0);
	while (in->at < in->end && *in->at != ',') {
		if (*in->at == '\\' && in->at + 1 < in->end) {
			in->at++;
		}
		if (out->len <= AVU_LIMIT_PROTOCOL_INFO) { /* one more, so that parse refuses it */
			g_string_append_c(out, *in->at);
		}
		in->at++;
	}
	(void)avu_cursor_take_char(in, ',');
}

GPtrArray *
avu_protocol_info_parse_list(const char *text)
{
	GPtrArray *list = g_ptr_array_new_with_free_func((GDestroyNotify)avu_protocol_info_free);
	g_autoptr(GString) entry = g_string_new(NULL);
	AvuCursor in = avu_cursor_string(text == NULL ? "" : text);

	while (!avu_cursor_at_end(&in) && list->len < AVU_LIMIT_PROTOCOL_INFOS) {
		take_entry(&in, entry);
		g_strstrip(entry->str); /* lists made for people have ", " */

		AvuProtocolInfo *info =
			avu_protocol_info_parse(entry->str, strlen(entry->str), NULL);

		if (info != NULL) {
			g_ptr_array_add(list, info);
		}
	}
	return list;
}

char *
avu_protocol_info_format_list(const char *const *entries)
{
	g_autoptr(GString) out = g_string_new(NULL);

	for (size_t i = 0; entries[i] != NULL; i++) {
		if (i > 0) {
			g_string_append_c(out, ',');
		}
		for (const char *p = entries[i]; *p != '\0'; p++) {
			if (*p == ',' || *p == '\\') {
				g_string_append_c(out, '\\');
			}
			g_string_append_c(out, *p);
		}
	}
	return g_string_free(g_steal_pointer(&out), FALSE);
}
