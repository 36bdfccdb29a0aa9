/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names and types of lists, and the URIs in which a control point names a container of a server. Pure.
 * @clause spec/dlna-device-classes.md 3.2 */
#include <string.h>

#include <av-upnp/cursor.h>
#include <av-upnp/error.h>
#include <av-upnp/limits.h>
#include <av-upnp/protocol-info.h>
#include <av-upnp/url.h>

#include "list-kind.h"

#define DEPTH_MAX 32

/* HLS has a name and types of playlists; that it is none, its text tells. */
static const struct {
	const char *mime, *form;
} types[] = {
	{ "audio/x-mpegurl", ".m3u" },
	{ "audio/mpegurl", ".m3u" },
	{ "application/x-mpegurl", ".m3u" },
	{ "application/vnd.apple.mpegurl", ".m3u" },
	{ "audio/x-scpls", ".pls" },
	{ "audio/scpls", ".pls" },
	{ "application/pls+xml", ".pls" },
	{ "application/xspf+xml", ".xspf" },
	{ "audio/x-ms-wax", ".asx" },
	{ "video/x-ms-wvx", ".asx" },
	{ "video/x-ms-asx", ".asx" },
};

static const char *const endings[] = { ".m3u", ".m3u8", ".pls", ".xspf", ".asx", ".wax", ".wvx" };

static const struct {
	const char *prefix;
	ListKind kind;
} schemes[] = {
	{ "dlna-playcontainer://", LIST_CONTAINER },
	{ "dlna-playsingle://", LIST_SINGLE },
};

/* Without query and fragment. */
static const char *
ending_of(const char *url)
{
	const size_t len = strcspn(url, "?#");

	for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
		const size_t n = strlen(endings[i]);

		if (len > n && g_ascii_strncasecmp(url + len - n, endings[i], n) == 0) {
			return endings[i];
		}
	}
	return NULL;
}

static const char *
form_of_type(const char *mime)
{
	const size_t len = strcspn(mime, "; \t");

	for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
		if (strlen(types[i].mime) == len &&
			g_ascii_strncasecmp(types[i].mime, mime, len) == 0) {
			return types[i].form;
		}
	}
	return NULL;
}

const char *
list_form_of(const char *url, const char *mime)
{
	const char *form = mime != NULL ? form_of_type(mime) : NULL;

	return form != NULL ? form : ending_of(url);
}

static const char *
after_scheme(const char *uri, ListKind *ret_kind)
{
	for (size_t i = 0; i < G_N_ELEMENTS(schemes); i++) {
		const size_t n = strlen(schemes[i].prefix);

		if (g_ascii_strncasecmp(uri, schemes[i].prefix, n) == 0) {
			*ret_kind = schemes[i].kind;
			return uri + n;
		}
	}
	*ret_kind = LIST_NONE;
	return NULL;
}

static bool
is_collection(const AvuDlnaParameters *dlna)
{
	return dlna->profile != NULL &&
	       (strcmp(dlna->profile, "DIDL_S") == 0 || strcmp(dlna->profile, "DIDL_V") == 0);
}

ListKind
list_kind_of(const char *uri, const char *protocol_info)
{
	g_autoptr(AvuProtocolInfo) info =
		protocol_info != NULL
			? avu_protocol_info_parse(protocol_info, strlen(protocol_info), NULL)
			: NULL;
	ListKind kind;

	if (after_scheme(uri, &kind) != NULL) {
		return kind;
	}
	if (info != NULL && is_collection(avu_protocol_info_get_dlna(info))) {
		return LIST_DIDL;
	}
	const char *mime = info != NULL ? avu_protocol_info_get_mime(info) : "*";
	const bool known = strchr(mime, '*') == NULL &&
			   strcmp(mime, "application/octet-stream") != 0 &&
			   strcmp(mime, "text/plain") != 0;

	return (known ? form_of_type(mime) : ending_of(uri)) != NULL ? LIST_PLAYLIST : LIST_NONE;
}

/* ---- containers */

void
play_container_free(PlayContainer *container)
{
	if (container != NULL) {
		g_free(container->udn);
		g_free(container->service_id);
		g_free(container->object_id);
		g_free(container->first_id);
		g_free(container->sort);
		g_free(container);
	}
}

static bool
take_text(char **text, const char *value, size_t len)
{
	g_free(*text);
	*text = avu_url_unescape(value, len);
	return *text != NULL;
}

static bool
take_number(uint32_t *number, const char *value, size_t len, uint64_t max)
{
	AvuCursor in = avu_cursor(value, len);
	uint64_t taken;

	if (!avu_cursor_take_uint(&in, max, &taken) || !avu_cursor_at_end(&in)) {
		return false;
	}
	*number = (uint32_t)taken;
	return true;
}

/* Names that are not known are for somebody else. */
static bool
take_parameter(
	PlayContainer *into, const char *name, size_t name_len, const char *value, size_t len)
{
	const struct {
		const char *name;
		char **text;
	} texts[] = {
		{ "sid", &into->service_id },
		{ "cid", &into->object_id },
		{ "iid", &into->object_id },
		{ "fid", &into->first_id },
		{ "sc", &into->sort },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		if (strlen(texts[i].name) == name_len &&
			strncmp(texts[i].name, name, name_len) == 0) {
			return take_text(texts[i].text, value, len);
		}
	}
	if (name_len == 3 && strncmp(name, "fii", 3) == 0) {
		return take_number(&into->first_index, value, len, INT32_MAX);
	}
	return name_len != 2 || strncmp(name, "md", 2) != 0 ||
	       take_number(&into->depth, value, len, DEPTH_MAX);
}

static bool
take_query(PlayContainer *into, const char *query)
{
	while (*query != '\0') {
		const size_t len = strcspn(query, "&");
		const size_t name_len = MIN(strcspn(query, "="), len);
		const size_t at = MIN(name_len + 1, len);

		if (!take_parameter(into, query, name_len, query + at, len - at)) {
			return false;
		}
		query += len + (query[len] == '&' ? 1 : 0);
	}
	return into->object_id != NULL && into->object_id[0] != '\0';
}

PlayContainer *
play_container_parse(const char *uri, GError **error)
{
	g_autoptr(PlayContainer) container = g_new0(PlayContainer, 1);
	ListKind kind;
	const char *udn = after_scheme(uri, &kind);
	const size_t len = udn != NULL ? strcspn(udn, "?/#") : 0;

	container->sort = g_strdup("");
	if (strlen(uri) > AVU_LIMIT_URL || len == 0 || !take_text(&container->udn, udn, len) ||
		!take_query(
			container, udn + len + (udn[len] == '/' ? 1 : 0) +
					   (udn[len + (udn[len] == '/' ? 1 : 0)] == '?' ? 1 : 0))) {
		g_set_error_literal(error, AVU_ERROR, AVU_ERROR_SYNTAX,
			"the URI names no container of a server");
		return NULL;
	}
	return g_steal_pointer(&container);
}
