/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Shared folders as held directory descriptors. Every file of the library is opened relative to one
 * and stays below it (SEC-120). */
#include "mediaserver/library/roots.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include <av-upnp/error.h>
#include <av-upnp/fd.h>
#include <av-upnp/text.h>

#include "mediaserver/library/companions.h"
#include "mediaserver/library/file-system.h"
#include "mediaserver/library/formats.h"
#include "mediaserver/library/root-door.h"

#define DISPLAY_MAX 200

struct Roots {
	GPtrArray *roots; /* Root* */
	Exclude *exclude; /* NULL: none */
};

static void
root_free(void *data)
{
	Root *root = data;

	root_door_free(root->door);
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

/* Where the state keeps what the root was when something of it was stored. */
static char *
identity_key(const Root *root)
{
	return g_strconcat("root-identity:", root->uuid, NULL);
}

static bool
had_items(const Root *root, State *state)
{
	g_autofree char *key = identity_key(root);
	g_autofree char *identity = state_dup(state, key);

	return identity != NULL;
}

/* Nothing in there that could be shared, as in an empty place to mount something at. */
static bool
is_bare(int fd)
{
	int own = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = own >= 0 ? fdopendir(own) : NULL;
	const struct dirent *entry;
	bool bare = true;

	if (dir == NULL) {
		avu_fd_cleanup(&own);
		return false;
	}
	while (bare && (entry = readdir(dir)) != NULL) {
		bare = entry->d_name[0] == '.' || g_str_equal(entry->d_name, "lost+found") ||
		       (entry->d_type == DT_REG && format_by_name(entry->d_name) == NULL &&
			       companion_kind_of(entry->d_name) == COMPANION_NONE);
	}
	(void)closedir(dir);
	return bare;
}

/* It was something else when it had something in it, and now it has nothing. */
static bool
is_not_mounted(const Root *root, State *state, int fd)
{
	g_autofree char *key = identity_key(root);
	g_autofree char *before = state_dup(state, key);
	g_autofree char *now = file_system_identify(fd);

	return before != NULL && g_strcmp0(before, now) != 0 && is_bare(fd);
}

/* @return descriptor; -1 with ret_why, for people */
static int
open_root(const Root *root, State *state, char **ret_why)
{
	avu_autofd int fd = open(root->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0) {
		*ret_why = explain(root->path, errno);
		return -1;
	}
	if (is_not_mounted(root, state, fd)) {
		g_autofree char *shown = avu_text_for_display(root->path, DISPLAY_MAX);

		*ret_why = g_strdup_printf("what was in %s is not mounted", shown);
		return -1;
	}
	return avu_steal_fd(&fd);
}

static bool
is_same_folder(const Root *root)
{
	avu_autofd int fd = root_door_open(root->door, "", O_DIRECTORY);
	struct stat held, now;

	return fd >= 0 && fstat(fd, &held) == 0 && stat(root->path, &now) == 0 &&
	       held.st_dev == now.st_dev && held.st_ino == now.st_ino;
}

RootChange
root_check(const Root *root, State *state, char **ret_why)
{
	if (is_same_folder(root)) {
		return ROOT_UNCHANGED;
	}
	g_autofree char *why = NULL;
	bool was = root_door_is_open(root->door);
	int fd = open_root(root, state, &why);

	root_door_set(root->door, fd);
	if (fd >= 0) {
		return ROOT_CAME;
	}
	if (!was) {
		return ROOT_UNCHANGED;
	}
	*ret_why = g_steal_pointer(&why);
	return ROOT_WENT;
}

void
root_remember(const Root *root, State *state)
{
	avu_autofd int fd = root_door_open(root->door, "", O_DIRECTORY);
	g_autofree char *now = fd >= 0 ? file_system_identify(fd) : NULL;
	g_autofree char *key = identity_key(root);
	g_autofree char *before = state_dup(state, key);
	g_autoptr(GError) error = NULL;

	if (now != NULL && g_strcmp0(before, now) != 0 && !state_set(state, key, now, &error)) {
		g_warning("%s, unmounted, would be taken for emptied: %s", root->path,
			error->message);
	}
}

typedef struct {
	GPtrArray *faults; /* sentences */
	bool known;        /* one of them was shared before */
} Missing;

static bool
add_root(Roots *roots, State *state, const char *folder, Missing *missing, GError **error)
{
	g_autofree char *path = resolve(folder);
	char *why = NULL;

	if (is_listed(roots, path)) {
		return true;
	}
	Root *root = g_new0(Root, 1);

	root->title = choose_title(roots, path);
	root->number = roots->roots->len;
	root->door = root_door_new();
	root->path = g_steal_pointer(&path);
	g_ptr_array_add(roots->roots, root);
	root->uuid = state_dup_root(state, root->path, error);
	if (root->uuid == NULL) {
		return false;
	}
	root_door_set(root->door, open_root(root, state, &why));
	if (why != NULL) {
		g_ptr_array_add(missing->faults, why);
		missing->known = missing->known || had_items(root, state);
	}
	return true;
}

Roots *
roots_new(State *state, const char *const *folders, GError **error)
{
	g_autoptr(Roots) roots = g_new0(Roots, 1);
	g_autoptr(GPtrArray) faults = g_ptr_array_new_with_free_func(g_free);
	Missing missing = { .faults = faults };

	roots->roots = g_ptr_array_new_with_free_func(root_free);
	for (size_t i = 0; folders[i] != NULL; i++) {
		if (!add_root(roots, state, folders[i], &missing, error)) {
			return NULL;
		}
	}
	if (faults->len == roots->roots->len && !missing.known) {
		g_ptr_array_add(faults, NULL);
		g_autofree char *text = g_strjoinv("; ", (char **)faults->pdata);

		g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE, "%s", text);
		return NULL;
	}
	for (guint i = 0; i < faults->len; i++) {
		g_warning("%s; it is looked for until it comes, what is known of it stays",
			(const char *)g_ptr_array_index(faults, i));
	}
	return g_steal_pointer(&roots);
}

void
roots_free(Roots *roots)
{
	if (roots != NULL) {
		g_ptr_array_unref(roots->roots);
		exclude_free(roots->exclude);
		g_free(roots);
	}
}

void
roots_take_exclude(Roots *roots, Exclude *exclude)
{
	roots->exclude = exclude;
	for (guint i = 0; i < roots->roots->len; i++) {
		((Root *)g_ptr_array_index(roots->roots, i))->exclude = exclude;
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

const Root *
roots_find_path(const Roots *roots, const char *path, const char **ret_below)
{
	for (guint i = 0; i < roots->roots->len; i++) {
		const Root *root = g_ptr_array_index(roots->roots, i);
		size_t len = strlen(root->path);
		bool is_top = len == 1; /* "/" */

		if (strncmp(path, root->path, len) == 0 &&
			(is_top || path[len] == '/' || path[len] == '\0')) {
			*ret_below = path + len + (!is_top && path[len] == '/' ? 1 : 0);
			return root;
		}
	}
	return NULL;
}

int
root_open(const Root *root, const char *path, int flags)
{
	return root_door_open(root->door, path, flags);
}

bool
root_is_present(const Root *root)
{
	return root_door_is_open(root->door);
}
