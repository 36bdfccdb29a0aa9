/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The tree as a table. To add a view, add a row; ids are stored by clients and never change their
 * meaning. Column names and orders go into SQL as they stand here (SEC-100). Constant, any thread. */
#include "mediaserver/catalogue/views.h"

#include <av-upnp/hash.h>

#define FOLDER "object.container.storageFolder"
#define CONTAINER "object.container"
#define ARTIST "object.container.person.musicArtist"
#define ALBUM "object.container.album.musicAlbum"
#define PHOTO_ALBUM "object.container.album.photoAlbum"
#define MUSIC_GENRE "object.container.genre.musicGenre"
#define MOVIE_GENRE "object.container.genre.movieGenre"

#define BY_NAME "sort_name, id"
#define BY_TITLE "sort_title, id"
#define BY_TRACK "disc, track, sort_title, id"
#define BY_DATE "date, sort_name, id"

static const View table[] = {
	{ VIEW_ROOT_ID, "-1", "root", CONTAINER, ITEM_NONE },

	{ "music", "0", "Music", CONTAINER, ITEM_NONE },
	{ "music-artists", "music", "Artists", CONTAINER, ITEM_AUDIO,
		.levels = { { { "group_artist" }, ARTIST, "Unknown artist" },
			{ { "group_album", "album_owner" }, ALBUM, "Unknown album" } },
		.order = BY_TRACK },
	{ "music-albums", "music", "Albums", CONTAINER, ITEM_AUDIO,
		.levels = { { { "group_album", "album_owner" }, ALBUM, NULL } },
		.order = BY_TRACK },
	{ "music-genres", "music", "Genres", CONTAINER, ITEM_AUDIO,
		.levels = { { { "group_genre" }, MUSIC_GENRE, "Unknown genre" } },
		.order = BY_TITLE },
	{ "music-tracks", "music", "All tracks", CONTAINER, ITEM_AUDIO, .order = BY_TITLE },
	{ "music-folders", "music", "Folders", CONTAINER, ITEM_AUDIO, .folders = true,
		.order = BY_NAME },

	{ "video", "0", "Video", CONTAINER, ITEM_NONE },
	{ "video-all", "video", "All videos", CONTAINER, ITEM_VIDEO, .order = BY_TITLE },
	{ "video-genres", "video", "Genres", CONTAINER, ITEM_VIDEO,
		.levels = { { { "group_genre" }, MOVIE_GENRE, NULL } }, .order = BY_TITLE },
	{ "video-folders", "video", "Folders", CONTAINER, ITEM_VIDEO, .folders = true,
		.order = BY_NAME },

	{ "pictures", "0", "Pictures", CONTAINER, ITEM_NONE },
	{ "pictures-all", "pictures", "All pictures", CONTAINER, ITEM_IMAGE, .order = BY_DATE },
	{ "pictures-years", "pictures", "Years", CONTAINER, ITEM_IMAGE,
		.levels = { { { "group_year" }, PHOTO_ALBUM, NULL } }, .order = BY_DATE },
	{ "pictures-folders", "pictures", "Folders", CONTAINER, ITEM_IMAGE, .folders = true,
		.order = BY_NAME },
	{ NULL },
};

static const struct {
	const char *column;
	size_t offset;
} group_columns[] = {
	{ "group_artist", offsetof(Item, group_artist) },
	{ "group_album", offsetof(Item, group_album) },
	{ "album_owner", offsetof(Item, album_owner) },
	{ "group_genre", offsetof(Item, group_genre) },
	{ "group_year", offsetof(Item, group_year) },
};

const View *
views(void)
{
	return table;
}

const View *
view_find(const char *id)
{
	for (const View *view = table; view->id != NULL; view++) {
		if (g_strcmp0(view->id, id) == 0) {
			return view;
		}
	}
	return NULL;
}

unsigned
view_get_n_levels(const View *view)
{
	unsigned n = 0;

	while (n < VIEW_LEVELS_MAX && view->levels[n].columns[0] != NULL) {
		n++;
	}
	return n;
}

int64_t
view_get_container(const View *view)
{
	return avu_hash_strings(60, "view", view->id, NULL);
}

const char *
view_get_value(const Item *item, const char *column)
{
	for (size_t i = 0; i < G_N_ELEMENTS(group_columns); i++) {
		if (g_str_equal(group_columns[i].column, column)) {
			const char *value = *(
				const char *const *)((const char *)item + group_columns[i].offset);

			return value != NULL ? value : "";
		}
	}
	g_assert_not_reached();
}
