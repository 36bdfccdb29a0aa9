/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* library/playlist-location.h: what an entry of a playlist or CUE sheet points at */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

/* A place inside the shared folders, as text; whether something is there, nobody looked. */
typedef struct {
	size_t root; /* index into the roots given */
	char *path;  /* below it, octets, normalised: no "..", no "//" */
} LocalPlace;

/**
 * Resolves a location that is a path: relative to folder, or absolute inside one of the roots; with
 * slashes or backslashes; or a file: URL. Nothing outside the roots comes out of it, however many ".."
 * are in it (SEC-120): what leaves a root is no place.
 *
 * @param roots     absolute paths, NULL-ended
 * @param root      index of the one the playlist is in
 * @param folder    its folder below that root, "" for the root itself
 * @param location  octets
 * @return          false: it is no place here; ret_place->path is g_free()d by the caller
 * @thread          any
 */
bool location_resolve(const char *const *roots, size_t root, const char *folder,
	const char *location, LocalPlace *ret_place);

/** http and https without user and password (SEC-180): radio. */
bool location_is_stream(const char *location);

G_END_DECLS
