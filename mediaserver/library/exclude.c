/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Patterns of names and paths that are not shared. Octets, since names may be any; a name takes no more
 * steps than its length times the pattern's, a path below '**' as often as it is long. Immutable after construction; any thread. */
#include "mediaserver/library/exclude.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include <av-upnp/error.h>
#include <av-upnp/limits.h>
#include <av-upnp/text.h>

struct Exclude {
	GPtrArray *names, *paths; /* patterns */
};

static bool
fits_one(char pattern, char octet)
{
	return pattern == octet || (pattern == '?' && octet != '/');
}

/* Where to go on when what follows a star does not fit. */
typedef struct {
	const char *pattern; /* behind it; NULL: none is open */
	const char *text;    /* that far it reaches */
} Star;

/* Only the last '*' and the last '**' are tried again: what comes before them stands as early as it can. */
static bool
fits(const char *pattern, const char *text)
{
	Star name = { NULL, NULL }, path = { NULL, NULL };

	while (*text != '\0') {
		if (*pattern == '*') {
			const size_t n = strspn(pattern, "*");

			pattern += n;
			name = (Star){ n == 1 ? pattern : NULL, text };
			path = n == 1 ? path : (Star){ pattern, text };
		} else if (*pattern != '\0' && fits_one(*pattern, *text)) {
			pattern++;
			text++;
		} else if (name.pattern != NULL && *name.text != '/') {
			pattern = name.pattern;
			text = ++name.text;
		} else if (path.pattern != NULL) {
			pattern = path.pattern;
			text = ++path.text;
			name.pattern = NULL;
		} else {
			return false;
		}
	}
	return pattern[strspn(pattern, "*")] == '\0';
}

static bool
add(Exclude *exclude, const char *pattern, GError **error)
{
	const size_t len = strlen(pattern);
	const bool is_path = pattern[0] == '/';
	g_autofree char *shown = avu_text_for_display(pattern, 64);

	if (len == 0 || len >= AVU_LIMIT_PATH || g_str_equal(pattern, "/")) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE,
			"Exclude: '%s' is no name and no path", shown);
		return false;
	}
	if (!is_path && strchr(pattern, '/') != NULL) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE,
			"Exclude: '%s' is a part of a path; write a name, or the whole path from "
			"'/' on",
			shown);
		return false;
	}
	/* "/srv/music/old/" is the folder */
	g_ptr_array_add(is_path ? exclude->paths : exclude->names,
		g_strndup(pattern, pattern[len - 1] == '/' ? len - 1 : len));
	return true;
}

Exclude *
exclude_new(const char *const *patterns, GError **error)
{
	g_autoptr(Exclude) exclude = g_new0(Exclude, 1);

	exclude->names = g_ptr_array_new_with_free_func(g_free);
	exclude->paths = g_ptr_array_new_with_free_func(g_free);
	for (; *patterns != NULL; patterns++) {
		if (!add(exclude, *patterns, error)) {
			return NULL;
		}
	}
	return g_steal_pointer(&exclude);
}

void
exclude_free(Exclude *exclude)
{
	if (exclude != NULL) {
		g_ptr_array_unref(exclude->names);
		g_ptr_array_unref(exclude->paths);
		g_free(exclude);
	}
}

static bool
any_fits(const GPtrArray *patterns, const char *text)
{
	for (guint i = 0; i < patterns->len; i++) {
		if (fits(g_ptr_array_index(patterns, i), text)) {
			return true;
		}
	}
	return false;
}

bool
exclude_has(const Exclude *exclude, const char *root, const char *folder, const char *name)
{
	if (exclude == NULL || any_fits(exclude->names, name)) {
		return exclude != NULL;
	}
	if (exclude->paths->len == 0) {
		return false;
	}
	g_autofree char *path = g_strconcat(g_str_equal(root, "/") ? "" : root, "/", folder,
		folder[0] != '\0' ? "/" : "", name, NULL);

	return any_fits(exclude->paths, path);
}

bool
exclude_is_marked(int directory)
{
	struct stat st;

	return fstatat(directory, EXCLUDE_MARKER, &st, AT_SYMLINK_NOFOLLOW) == 0;
}
