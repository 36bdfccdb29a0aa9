/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names of pictures beside media. Pure, any thread. */
#include "mediaserver/library/art-name.h"

#include <string.h>

/* Stems of art for a whole folder, the best first. */
static const char *const album_art[] = { "folder", "cover", "front", "album", "albumart", "thumb",
	"albumartsmall", "artist", "poster" };
static const char *const film_art[] = { "poster", "folder", "cover", "thumb", "landscape" };
/* "Film-poster.jpg" is nearer than any of them, and "Film.jpg" next. */
static const char *const own_ends[] = { "-poster", "-cover", ".cover", "-thumb", "-landscape", "" };

static size_t
stem_len(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot != NULL && dot != name ? (size_t)(dot - name) : strlen(name);
}

static bool
is_picture(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot != NULL &&
	       (g_ascii_strcasecmp(dot, ".jpg") == 0 || g_ascii_strcasecmp(dot, ".jpeg") == 0 ||
		       g_ascii_strcasecmp(dot, ".png") == 0);
}

static int
rank_in(const char *name, size_t len, const char *const *stems, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (strlen(stems[i]) == len && g_ascii_strncasecmp(name, stems[i], len) == 0) {
			return (int)i;
		}
	}
	return -1;
}

int
art_name_rank(const char *name, const char *media_name, ItemKind kind)
{
	size_t len = stem_len(name);
	size_t media_len = stem_len(media_name);

	if (!is_picture(name)) {
		return -1;
	}
	if (len >= media_len && strncmp(name, media_name, media_len) == 0) {
		int own = rank_in(
			name + media_len, len - media_len, own_ends, G_N_ELEMENTS(own_ends));

		if (own >= 0) {
			return own;
		}
	}
	int rank = kind == ITEM_VIDEO ? rank_in(name, len, film_art, G_N_ELEMENTS(film_art))
				      : rank_in(name, len, album_art, G_N_ELEMENTS(album_art));

	return rank >= 0 ? rank + (int)G_N_ELEMENTS(own_ends) : -1;
}

/* "CD 1", "Disc 2", "Season 3": the cover is one further up. */
bool
art_name_is_part_folder(const char *name)
{
	static const char *const starts[] = { "cd", "disc", "disk", "season", "side" };

	for (size_t i = 0; i < G_N_ELEMENTS(starts); i++) {
		if (g_ascii_strncasecmp(name, starts[i], strlen(starts[i])) == 0) {
			return true;
		}
	}
	return false;
}
