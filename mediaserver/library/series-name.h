/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* library/series-name.h: series, season and episode from the names of a file and its folders */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

typedef struct {
	char *series; /* UTF-8; NULL: the names do not tell */
	char *title;  /* of the episode; NULL: none */
	int64_t season, episode;
} SeriesName;

void series_name_clear(SeriesName *name);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SeriesName, series_name_clear)

/** "Show Name/Season 2/Show.Name.S02E05.The.Title.1080p.mkv", "2x05 - The Title.mkv", "Show s2 e5".
 *  Of a double episode the first number.
 *  @param path  of the file below its root, octets
 *  @param ret_name  set when true
 *  @return false: it is no episode @thread any */
bool series_name_parse(const char *path, SeriesName *ret_name);

G_END_DECLS
