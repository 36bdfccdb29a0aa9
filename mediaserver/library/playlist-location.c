/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Paths and URLs of playlist entries, by their text alone; whoever opens a place does it beneath its
 * root. Pure. */
#include "mediaserver/library/playlist-location.h"

#include <string.h>

#include <av-upnp/playlist.h>

#define PATH_MAX_OCTETS 4096

static const char file_scheme[] = "file://";

static bool
has_scheme(const char *location)
{
	const char *colon = strstr(location, "://");

	if (colon == NULL || colon == location) {
		return false;
	}
	for (const char *at = location; at < colon; at++) {
		if (!g_ascii_isalnum(*at) && strchr("+-.", *at) == NULL) {
			return false;
		}
	}
	return true;
}

bool
location_is_stream(const char *location)
{
	bool web = g_ascii_strncasecmp(location, "http://", 7) == 0 ||
		   g_ascii_strncasecmp(location, "https://", 8) == 0;

	if (!web || !g_utf8_validate(location, -1, NULL)) {
		return false;
	}
	const char *host = strstr(location, "://") + 3;
	size_t len = strcspn(host, "/?#");

	if (len == 0 || memchr(host, '@', len) != NULL) {
		return false;
	}
	for (const char *at = location; *at != '\0'; at++) {
		if ((unsigned char)*at <= 0x20 || strchr("\"<>\\^`{|}", *at) != NULL) {
			return false;
		}
	}
	return true;
}

/* Appends the parts of path to those there are. @return false: it left the top */
static bool
walk(GPtrArray *parts, const char *path)
{
	while (*path != '\0') {
		size_t len = strcspn(path, "/");
		bool up = len == 2 && memcmp(path, "..", 2) == 0;

		if (up && parts->len == 0) {
			return false;
		}
		if (up) {
			g_ptr_array_set_size(parts, (int)parts->len - 1);
		} else if (len > 0 && !(len == 1 && *path == '.')) {
			g_ptr_array_add(parts, g_strndup(path, len));
		}
		path += len + (path[len] == '/' ? 1 : 0);
	}
	return true;
}

static char *
join(GPtrArray *parts)
{
	g_ptr_array_add(parts, NULL);
	return g_strjoinv("/", (char **)parts->pdata);
}

/* @return the path below the root; NULL: it is not inside */
static char *
below_root(const char *root, const char *path)
{
	size_t len = strlen(root);

	while (len > 0 && root[len - 1] == '/') {
		len--;
	}
	return strncmp(path, root, len) == 0 && path[len] == '/' ? g_strdup(path + len + 1) : NULL;
}

static bool
resolve_absolute(const char *const *roots, const char *path, LocalPlace *ret_place)
{
	g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func(g_free);

	if (!walk(parts, path)) {
		return false;
	}
	g_autofree char *joined = join(parts);
	g_autofree char *normal = g_strconcat("/", joined, NULL);

	for (size_t i = 0; roots[i] != NULL; i++) {
		char *below = below_root(roots[i], normal);

		if (below != NULL) {
			*ret_place = (LocalPlace){ i, below };
			return true;
		}
	}
	return false;
}

bool
location_resolve(const char *const *roots, size_t root, const char *folder, const char *location,
	LocalPlace *ret_place)
{
	g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *path = NULL;

	*ret_place = (LocalPlace){ root, NULL };
	if (strlen(location) > PATH_MAX_OCTETS) {
		return false;
	}
	if (g_ascii_strncasecmp(location, file_scheme, sizeof(file_scheme) - 1) == 0) {
		const char *slash = strchr(location + sizeof(file_scheme) - 1, '/');

		path = slash != NULL ? avu_playlist_decode_location(slash) : NULL;
		return path != NULL && resolve_absolute(roots, path, ret_place);
	}
	if (has_scheme(location)) {
		return false;
	}
	path = g_strdup(location);
	/* written on another system: there is no slash in it, so backslashes are not part of names */
	if (strchr(path, '/') == NULL) {
		(void)g_strdelimit(path, "\\", '/');
	}
	if (path[0] == '/') {
		return resolve_absolute(roots, path, ret_place);
	}
	if (g_ascii_isalpha(path[0]) && path[1] == ':') { /* "C:\Music" is a place elsewhere */
		return false;
	}
	if (!walk(parts, folder) || !walk(parts, path) || parts->len == 0) {
		return false;
	}
	ret_place->path = join(parts);
	return true;
}
