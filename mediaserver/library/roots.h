/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* library/roots.h: the shared folders, and the only ways into them
 *
 * A root can be away: not mounted yet, unplugged. Its items stay known; it is opened again when it
 * comes. Which roots there are never changes, so any thread may ask; only the library's thread looks
 * whether they are there. */
#pragma once

#include "mediaserver/catalogue/state.h"
#include "mediaserver/library/exclude.h"

G_BEGIN_DECLS

typedef struct RootDoor RootDoor;

typedef struct {
	char *path; /* absolute, symlinks of the argument itself resolved */
	char *uuid;
	char *title; /* what people see: its own name */
	unsigned number;
	RootDoor *door;
	const Exclude *exclude; /* NULL: nothing is left out */
} Root;

typedef struct Roots Roots;

/** Opens each folder. One that cannot be read is told once and kept: its items stay known.
 *  @param folders  NULL-ended, at least one  @return NULL with AVU_ERROR_USAGE when none can be read and
 *  nothing of any is known */
Roots *roots_new(State *state, const char *const *folders, GError **error);
void roots_free(Roots *roots);
/** What is left out of all of them. Once, before others look. @param exclude  taken */
void roots_take_exclude(Roots *roots, Exclude *exclude);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Roots, roots_free)

size_t roots_get_n(const Roots *roots);
const Root *roots_get(const Roots *roots, size_t i);
const Root *roots_find(const Roots *roots, const char *uuid);

/** Of an absolute path. @param ret_below  the rest of it, "" for the root itself; NULL: none has it */
const Root *roots_find_path(const Roots *roots, const char *path, const char **ret_below);

/** Opens what path names below the root: never outside, through no symlink (SEC-120), read-only and
 *  non-blocking. @param path  octets, "" for the root itself  @param flags  O_DIRECTORY or 0
 *  @return descriptor, or -1 with errno; ENODEV: the root is away. @thread any */
int root_open(const Root *root, const char *path, int flags);
/** @thread any */
bool root_is_present(const Root *root);

typedef enum {
	ROOT_UNCHANGED,
	ROOT_CAME, /* it was away, or is another file system now: to be walked */
	ROOT_WENT, /* its items are not to be removed */
} RootChange;
/** Looks at the path again. An empty folder where another file system was means that this is not
 *  mounted. @param ret_why  of ROOT_WENT, g_free() it. @thread library's */
RootChange root_check(const Root *root, State *state, char **ret_why);
/** Something of it is in the catalogue: what it is now is what it has to be. @thread library's */
void root_remember(const Root *root, State *state);

G_END_DECLS
