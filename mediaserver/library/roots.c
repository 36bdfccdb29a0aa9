/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Shared folders as held directory descriptors. Every file of the library is opened relative to one
 * and stays below it (SEC-120). Immutable: any thread. */
#include "mediaserver/library/roots.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdlib.h>

#include <av-upnp/error.h>
#include <av-upnp/fd.h>
#include <av-upnp/text.h>

#include "mediaserver/library/beneath.h"

#define DISPLAY_MAX 200

struct Roots {
	GPtrArray *roots; /* Root* */
};

static void
root_free(void *data)
{
	Root *root = data;

	avu_fd_cleanup(&root->fd);
	g_free(root->path);
	g_free(root->uuid);
	g_free(root->title);
	g_free(root);
}

static char *
resolve(const char *folder)
{
	char *real = realpath(folder, NULL);

	if (real == NULL) {
		return g_canonicalize_filename(folder, NULL);
	}
	char *path = g_strdup(real);

	free(real);
	return path;
}

/* "Music"; of two with one name the second is "Music (usb)", after the folder it is in. */
static char *
choose_title(const Roots *roots, const char *path)
{
	g_autofree char *name = g_path_get_basename(path);
	g_autofree char *title = avu_text_sanitize(name, strlen(name), 255);

	for (guint i = 0; i < roots->roots->len; i++) {
		const Root *other = g_ptr_array_index(roots->roots, i);

		if (g_str_equal(other->title, title)) {
			g_autofree char *folder = g_path_get_dirname(path);
			g_autofree char *above = g_path_get_basename(folder);
			g_autofree char *longer = g_strdup_printf("%s (%s)", name, above);

			return avu_text_sanitize(longer, strlen(longer), 511);
		}
	}
	return g_steal_pointer(&title);
}

static bool
is_listed(const Roots *roots, const char *path)
{
	for (guint i = 0; i < roots->roots->len; i++) {
		const Root *root = g_ptr_array_index(roots->roots, i);

		if (g_str_equal(root->path, path)) {
			return true;
		}
	}
	return false;
}

/* Why a folder cannot be read, and what helps. */
static char *
explain(const char *path, int errnum)
{
	g_autofree char *shown = avu_text_for_display(path, DISPLAY_MAX);
	const struct passwd *user = getpwuid(geteuid());

	if (errnum != EACCES) {
		return g_strdup_printf("cannot share the folder %s: %s", shown, g_strerror(errnum));
	}
	return g_strdup_printf(
		"the user %s may not read the folder %s: give that right, or name another"
		" user with --user",
		user != NULL ? user->pw_name : "of this program", shown);
}

static bool
add_root(Roots *roots, State *state, const char *folder, GPtrArray *faults, GError **error)
{
	g_autofree char *path = resolve(folder);

	if (is_listed(roots, path)) {
		return true;
	}
	Root *root = g_new0(Root, 1);

	root->title = choose_title(roots, path);
	g_ptr_array_add(roots->roots, root);
	root->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (root->fd < 0) {
		g_ptr_array_add(faults, explain(path, errno));
	}
	root->uuid = state_dup_root(state, path, error);
	root->path = g_steal_pointer(&path);
	return root->uuid != NULL;
}

Roots *
roots_new(State *state, const char *const *folders, GError **error)
{
	g_autoptr(Roots) roots = g_new0(Roots, 1);
	g_autoptr(GPtrArray) faults = g_ptr_array_new_with_free_func(g_free);

	roots->roots = g_ptr_array_new_with_free_func(root_free);
	for (size_t i = 0; folders[i] != NULL; i++) {
		if (!add_root(roots, state, folders[i], faults, error)) {
			return NULL;
		}
	}
	if (faults->len == roots->roots->len) {
		g_ptr_array_add(faults, NULL);
		g_autofree char *text = g_strjoinv("; ", (char **)faults->pdata);

		g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE, "%s", text);
		return NULL;
	}
	for (guint i = 0; i < faults->len; i++) {
		g_warning("%s; it is skipped", (const char *)g_ptr_array_index(faults, i));
	}
	return g_steal_pointer(&roots);
}

void
roots_free(Roots *roots)
{
	if (roots != NULL) {
		g_ptr_array_unref(roots->roots);
		g_free(roots);
	}
}

size_t
roots_get_n(const Roots *roots)
{
	return roots->roots->len;
}

const Root *
roots_get(const Roots *roots, size_t i)
{
	return g_ptr_array_index(roots->roots, i);
}

const Root *
roots_find(const Roots *roots, const char *uuid)
{
	for (guint i = 0; i < roots->roots->len; i++) {
		const Root *root = g_ptr_array_index(roots->roots, i);

		if (g_strcmp0(root->uuid, uuid) == 0) {
			return root;
		}
	}
	return NULL;
}

int
root_open(const Root *root, const char *path, int flags)
{
	if (root->fd < 0) {
		errno = ENOENT;
		return -1;
	}
	return beneath_open(root->fd, path, flags);
}
