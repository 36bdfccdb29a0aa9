/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* library/nfo.h: the XML files that collectors of films and music keep beside the media */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

#define NFO_BYTES_MAX (512 * 1024)

typedef enum {
	NFO_FILM,    /* movie, musicvideo */
	NFO_SERIES,  /* tvshow */
	NFO_EPISODE, /* episodedetails */
	NFO_ALBUM,
	NFO_ARTIST,
} NfoKind;

/* Texts: UTF-8, of several values each is a line; NULL or -1: none. */
typedef struct {
	NfoKind kind;
	char *title, *title_sort, *series, *plot, *tagline;
	char *genre, *director, *actor, *studio, *artist, *album;
	char *date, *certificate;
	int64_t season, episode;
	int64_t rating; /* of its owner, 0 to 100 */
} Nfo;

/** @return NULL with AVU_ERROR_SYNTAX when it is no such file (many are plain text), LIMIT
 *  @thread any */
Nfo *nfo_parse(GBytes *bytes, GError **error);
void nfo_free(Nfo *nfo);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Nfo, nfo_free)

G_END_DECLS
