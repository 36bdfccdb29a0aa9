/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* At the start, one thread. */
#include "mediaserver/catalogue/aside.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>

#include <av-upnp/error.h>

static char *
name_copy(const char *path, const char *name, unsigned number, const char *part)
{
	return number == 0 ? g_strconcat(path, ".", name, part, NULL)
			   : g_strdup_printf("%s.%s.%u%s", path, name, number, part);
}

/* What is missing leaves a gap, not the file of an older copy. */
static bool
move(const char *from, const char *to, GError **error)
{
	(void)g_unlink(to); /* may be missing */
	if (rename(from, to) < 0 && errno != ENOENT) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_IO, "cannot set %s aside: %s", from,
			g_strerror(errno));
		return false;
	}
	return true;
}

static bool
put_part(const char *path, const char *name, const char *part, GError **error)
{
	for (unsigned n = ASIDE_COPIES - 1; n > 0; n--) {
		g_autofree char *from = name_copy(path, name, n - 1, part);
		g_autofree char *to = name_copy(path, name, n, part);

		if (!move(from, to, error)) {
			return false;
		}
	}
	g_autofree char *from = g_strconcat(path, part, NULL);
	g_autofree char *to = name_copy(path, name, 0, part);

	return move(from, to, error);
}

bool
aside_put(const char *path, const char *name, GError **error)
{
	/* the log first: without its file it says nothing, the file without its log something else */
	static const char *const parts[] = { "-shm", "-wal", "" };

	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
		if (!put_part(path, name, parts[i], error)) {
			return false;
		}
	}
	return true;
}
