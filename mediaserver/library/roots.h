/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* library/roots.h: the shared folders, and the only ways into them */
#pragma once

#include "mediaserver/catalogue/state.h"

G_BEGIN_DECLS

typedef struct {
	char *path; /* absolute, symlinks of the argument itself resolved */
	char *uuid;
	char *title; /* what people see: its own name */
	int fd;      /* held directory: -1 when it cannot be opened now */
} Root;

typedef struct Roots Roots; /* immutable after construction, so any thread may use it */

/** Opens each folder. One that cannot be read is told once and kept: its items stay known.
 *  @param folders  NULL-ended, at least one  @return NULL with AVU_ERROR_USAGE when none can be read */
Roots *roots_new(State *state, const char *const *folders, GError **error);
void roots_free(Roots *roots);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Roots, roots_free)

size_t roots_get_n(const Roots *roots);
const Root *roots_get(const Roots *roots, size_t i);
const Root *roots_find(const Roots *roots, const char *uuid);

/** Opens what path names below the root: never outside, through no symlink (SEC-120), read-only and
 *  non-blocking. @param path  octets, "" for the root itself  @param flags  O_DIRECTORY or 0
 *  @return descriptor, or -1 with errno */
int root_open(const Root *root, const char *path, int flags);

G_END_DECLS
