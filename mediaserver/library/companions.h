/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* library/companions.h: files beside the media that say something of it: playlists, CUE sheets, NFO,
 * subtitles, lyrics, art, IFO
 *
 * They are not probed. The scan knows them by their names, keeps their names and times in the
 * catalogue, and hands those of a folder, and of the folders above it, to whoever describes its media.
 * When one comes, changes or goes, the media it belongs to (companion_belongs_to()) is described
 * again. A set is immutable and belongs to the library's thread. */
#pragma once

#include <sys/stat.h>

#include "mediaserver/catalogue/catalogue.h"
#include "mediaserver/library/roots.h"

G_BEGIN_DECLS

/* Numbers are in the catalogue: never changed. */
typedef enum {
	COMPANION_NONE,
	COMPANION_PLAYLIST = 1,
	COMPANION_CUE = 2,
	COMPANION_NFO = 3,
	COMPANION_SUBTITLE =
		4, /* also in a folder "Subs" or "Subtitles", then "Subs/English.srt" */
	COMPANION_LYRICS = 5,
	COMPANION_ART = 6, /* "folder.jpg", "cover.png", "Film-poster.jpg" */
	COMPANION_IFO = 7, /* times of an MPEG program stream that jumps: "Film.ifo" */
} CompanionKind;

/** By the file's name, with or without folders before it. COMPANION_ART only for the usual names; such
 *  a picture is no item of its own where the folder also has music or video. @thread any */
CompanionKind companion_kind_of(const char *name);

typedef struct {
	CompanionKind kind;
	const char *name; /* below the folder, octets */
	int64_t inode, size_bytes, mtime_ns;
} Companion;

/** Whether it may say something of a media file of its folder or, for "tvshow.nfo" and the art of a
 *  folder, of one further down. "Film.nfo", "Film.de.srt", "movie.nfo", "folder.jpg" and
 *  "Subs/English.srt" may belong to "Film.mkv", playlists to none. @thread any */
bool companion_belongs_to(const Companion *companion, const char *media_name);

typedef struct Companions Companions; /* those of one folder, sorted by name */

Companions *companions_ref(Companions *companions);
void companions_unref(Companions *companions);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Companions, companions_unref)

size_t companions_get_n(const Companions *companions);
const Companion *companions_get(const Companions *companions, size_t i);
/** Of the folder above; NULL for a root. "Season 1" finds "tvshow.nfo" there. */
const Companions *companions_get_above(const Companions *companions);
/** Their folder; borrowed. */
const CatalogueFolder *companions_get_folder(const Companions *companions);
const Root *companions_get_root(const Companions *companions);

/** The next of a kind that belongs to a media file. @param after  NULL: the first */
const Companion *companions_find(const Companions *companions, CompanionKind kind,
	const char *media_name, const Companion *after);
/** What is in it. @return NULL with AVU_ERROR_LIMIT when larger, IO, NOT_FOUND */
GBytes *companions_read(const Companions *companions, const Companion *companion,
	size_t limit_bytes, GError **error);

/* For the scan */

/** @param above   of the folder above, NULL for a root; a reference is taken
 *  @param folder  root and title are borrowed for good */
Companions *companions_new(const Root *root, const CatalogueFolder *folder, Companions *above);
/** @return false: no room for more */
bool companions_add(
	Companions *companions, CompanionKind kind, const char *name, const struct stat *st);
/** After the last one was added. */
void companions_sort(Companions *companions);

G_END_DECLS
