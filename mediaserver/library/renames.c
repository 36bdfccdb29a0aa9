/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A short list, walked backwards: from what is there now to what it was called before. Pure. */
#include "mediaserver/library/renames.h"

#include <string.h>

#define RENAMES_MAX 1024

typedef struct {
	unsigned from_root, to_root;
	char *from, *to;
} Rename;

struct Renames {
	GQueue list; /* Rename, the last one at the tail */
};

static void
rename_free(void *data)
{
	Rename *rename = data;

	g_free(rename->from);
	g_free(rename->to);
	g_free(rename);
}

Renames *
renames_new(void)
{
	Renames *renames = g_new0(Renames, 1);

	g_queue_init(&renames->list);
	return renames;
}

void
renames_clear(Renames *renames)
{
	g_queue_clear_full(&renames->list, rename_free);
}

void
renames_free(Renames *renames)
{
	if (renames != NULL) {
		renames_clear(renames);
		g_free(renames);
	}
}

void
renames_add(
	Renames *renames, unsigned from_root, const char *from, unsigned to_root, const char *to)
{
	Rename *rename = g_new0(Rename, 1);

	rename->from_root = from_root;
	rename->to_root = to_root;
	rename->from = g_strdup(from);
	rename->to = g_strdup(to);
	g_queue_push_tail(&renames->list, rename);
	if (g_queue_get_length(&renames->list) > RENAMES_MAX) {
		rename_free(g_queue_pop_head(&renames->list));
	}
}

/* @return what follows folder in path, "" or "/…"; NULL: it is not in there */
static const char *
below(const char *path, const char *folder)
{
	size_t len = strlen(folder);

	return strncmp(path, folder, len) == 0 && (path[len] == '/' || path[len] == '\0')
		       ? path + len
		       : NULL;
}

char *
renames_find_origin(const Renames *renames, unsigned root, const char *path, unsigned *ret_root)
{
	g_autofree char *now = NULL;
	unsigned in = root;

	for (const GList *at = renames->list.tail; at != NULL; at = at->prev) {
		const Rename *rename = at->data;
		const char *rest =
			rename->to_root == in ? below(now != NULL ? now : path, rename->to) : NULL;

		if (rest != NULL) {
			char *before = g_strconcat(rename->from, rest, NULL);

			g_free(now);
			now = before;
			in = rename->from_root;
		}
	}
	*ret_root = in;
	return g_steal_pointer(&now);
}
