/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which view is what of the standard's list of containers that people look for. Any thread. */
#include "mediaserver/content/shortcuts.h"

/* By the ids of the shipped views; one that a user hides is left out. */
static const AvuContentShortcut table[] = {
	{ "MUSIC", "music" },
	{ "MUSIC_ALBUMS", "music-albums" },
	{ "MUSIC_ARTISTS", "music-artists" },
	{ "MUSIC_GENRES", "music-genres" },
	{ "MUSIC_PLAYLISTS", "music-playlists" },
	{ "MUSIC_RECENTLY_ADDED", "music-recent" },
	{ "MUSIC_ALL", "music-tracks" },
	{ "MUSIC_FOLDER_STRUCTURE", "music-folders" },
	{ "IMAGES", "pictures" },
	{ "IMAGES_YEARS", "pictures-years" },
	{ "IMAGES_ALL", "pictures-all" },
	{ "IMAGES_FOLDER_STRUCTURE", "pictures-folders" },
	{ "VIDEOS", "video" },
	{ "VIDEOS_GENRES", "video-genres" },
	{ "VIDEOS_RECENTLY_ADDED", "video-recent" },
	{ "VIDEOS_ALL", "video-all" },
	{ "VIDEOS_FOLDER_STRUCTURE", "video-folders" },
};

const AvuContentShortcut *
content_get_shortcuts(void)
{
	static AvuContentShortcut present[G_N_ELEMENTS(table) + 1];
	static gsize once;

	if (g_once_init_enter(&once)) {
		size_t n = 0;

		for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
			if (view_find(table[i].object_id) != NULL) {
				present[n++] = table[i];
			}
		}
		g_once_init_leave(&once, 1);
	}
	return present;
}
