/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of properties. Constant, any thread. */
#include "mediaserver/catalogue/view-property.h"

#include <string.h>

#include <av-upnp/clock.h>
#include <av-upnp/text.h>

#include "mediaserver/catalogue/letters.h"
#include "mediaserver/catalogue/sort-key.h"

#define CONTAINER "object.container"
#define PERSON "object.container.person"
#define ARTIST "object.container.person.musicArtist"
#define ALBUM "object.container.album.musicAlbum"
#define PHOTO_ALBUM "object.container.album.photoAlbum"
#define MUSIC_GENRE "object.container.genre.musicGenre"
#define MOVIE_GENRE "object.container.genre.movieGenre"
#define SERIES "object.container.epgContainer"

#define YEARS_PER_DECADE 10
#define RATING_PER_STAR 20
#define MONTH_LEN 7 /* "2024-05" */

static char *
dup_month(const Item *item)
{
	return item->date != NULL && strlen(item->date) >= MONTH_LEN
		       ? g_strndup(item->date, MONTH_LEN)
		       : g_strdup("");
}

static char *
dup_home(const Item *item)
{
	return g_strdup_printf("%" G_GINT64_FORMAT, item->home);
}

/* An album of several artists says so itself; else who made the track made the album. */
static char *
dup_album_artist(const Item *item)
{
	const char *text = item->album_artist != NULL ? item->album_artist
			   : item->compilation > 0    ? "Various artists"
			   : item->artist != NULL     ? item->artist
						      : "";

	return g_strdup(text);
}

static int64_t
get_decade(const Item *item)
{
	return item->year >= 0 ? item->year / YEARS_PER_DECADE * YEARS_PER_DECADE : -1;
}

static int64_t
get_stars(const Item *item)
{
	return item->rating > 0 ? (item->rating + RATING_PER_STAR - 1) / RATING_PER_STAR : -1;
}

static int64_t
get_duration(const Item *item)
{
	return item->duration_ns >= 0 ? item->duration_ns / AVU_NS_PER_S : -1;
}

static int64_t
get_position(const Item *item)
{
	return item->position > 0 ? item->position / AVU_NS_PER_S : 0;
}

#define TEXT(field) .type = VIEW_PROPERTY_TEXT, .text = offsetof(Item, field)
#define NUMBER(field) .type = VIEW_PROPERTY_NUMBER, .number = offsetof(Item, field)
#define COMPUTED(function) .type = VIEW_PROPERTY_NUMBER, .get_number = (function)

static const ViewProperty table[] = {
	{ "artist", TEXT(artist), .first = offsetof(Item, group_artist),
		.key = offsetof(Item, sort_artist), .groups = true, .several = true,
		.upnp_class = ARTIST },
	{ "album-artist", .type = VIEW_PROPERTY_TEXT, .dup_text = dup_album_artist,
		.key = offsetof(Item, sort_album_artist), .groups = true, .several = true,
		.upnp_class = ARTIST },
	{ "album", TEXT(group_album), .owner = offsetof(Item, album_owner),
		.key = offsetof(Item, sort_album), .groups = true, .upnp_class = ALBUM },
	{ "genre", TEXT(genre), .first = offsetof(Item, group_genre), .groups = true,
		.several = true, .upnp_class = MUSIC_GENRE, .video_class = MOVIE_GENRE },
	{ "composer", TEXT(composer), .key = offsetof(Item, sort_composer), .groups = true,
		.several = true, .upnp_class = PERSON },
	{ "conductor", TEXT(conductor), .groups = true, .several = true, .upnp_class = PERSON },
	{ "publisher", TEXT(publisher), .groups = true, .several = true, .upnp_class = CONTAINER },
	{ "director", TEXT(director), .groups = true, .several = true, .upnp_class = PERSON },
	{ "actor", TEXT(actor), .groups = true, .several = true, .upnp_class = PERSON },
	{ "series", TEXT(series), .key = offsetof(Item, sort_series), .groups = true,
		.upnp_class = ALBUM, .video_class = CONTAINER },
	{ "camera", TEXT(camera), .groups = true, .upnp_class = PHOTO_ALBUM },
	{ "audio-language", TEXT(audio_languages), .groups = true, .several = true,
		.upnp_class = CONTAINER },
	{ "hdr", TEXT(hdr), .groups = true, .upnp_class = CONTAINER },
	{ "format", TEXT(mime), .groups = true, .upnp_class = CONTAINER },
	{ "month", .type = VIEW_PROPERTY_TEXT, .dup_text = dup_month, .groups = true,
		.upnp_class = CONTAINER, .video_class = NULL },
	{ "folder", .type = VIEW_PROPERTY_TEXT, .dup_text = dup_home, .groups = true, .home = true,
		.upnp_class = "object.container.storageFolder" },
	{ "initial", TEXT(group_initial), .dup_key = letter_dup_sort_key, .groups = true,
		.upnp_class = CONTAINER },
	{ "year", NUMBER(year), .groups = true, .upnp_class = CONTAINER },
	{ "decade", COMPUTED(get_decade), .groups = true, .upnp_class = CONTAINER },
	{ "stars", COMPUTED(get_stars), .groups = true, .upnp_class = CONTAINER },
	{ "season", NUMBER(season), .groups = true, .upnp_class = CONTAINER },
	{ "episode", NUMBER(episode) },
	{ "disc", NUMBER(disc) },
	{ "track", NUMBER(track) },
	{ "rating", NUMBER(rating) },
	{ "bpm", NUMBER(bpm) },
	{ "width", NUMBER(width) },
	{ "height", NUMBER(height) },
	{ "channels", NUMBER(channels) },
	{ "compilation", NUMBER(compilation) },
	{ "size", NUMBER(size_bytes) },
	{ "added", NUMBER(added) },
	{ "played", NUMBER(played) },
	{ "play-count", NUMBER(play_count), .zero = true },
	{ "position", COMPUTED(get_position), .zero = true },
	{ "duration", COMPUTED(get_duration) },
	{ "title", TEXT(title) },
	{ "name", TEXT(name) },
	{ "date", TEXT(date) },
	{ "taken", TEXT(taken) },
};

const ViewProperty *
view_property_find(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		if (g_str_equal(table[i].name, name)) {
			return &table[i];
		}
	}
	return NULL;
}

int
view_property_get_number(const ViewProperty *property)
{
	return (int)(property - table);
}

static void *
build_lists(void *unused)
{
	static const char *lists[2][G_N_ELEMENTS(table) + 1];

	(void)unused;
	for (size_t i = 0, n = 0; i < G_N_ELEMENTS(table); i++) {
		lists[0][i] = table[i].name;
		if (table[i].groups) {
			lists[1][n++] = table[i].name;
		}
	}
	return lists;
}

const char *const *
view_property_list(bool groups)
{
	static GOnce once = G_ONCE_INIT;
	const char *(*lists)[G_N_ELEMENTS(table) + 1] = g_once(&once, build_lists, NULL);

	return lists[groups ? 1 : 0];
}

static const char *
text_at(const Item *item, size_t offset)
{
	const char *text = *(const char *const *)(const void *)((const char *)item + offset);

	return text != NULL ? text : "";
}

int64_t
view_property_get_value(const ViewProperty *property, const Item *item)
{
	int64_t value = -1;

	if (property->type != VIEW_PROPERTY_NUMBER) {
		return -1;
	}
	if (property->get_number != NULL) {
		value = property->get_number(item);
	} else {
		value = *(const int64_t *)(const void *)((const char *)item + property->number);
	}
	return value < 0 && property->zero ? 0 : value;
}

static char *
dup_number(const ViewProperty *property, const Item *item)
{
	int64_t value = view_property_get_value(property, item);

	return value >= 0 ? g_strdup_printf("%" G_GINT64_FORMAT, value) : g_strdup("");
}

/* The first value is the one that the item is grouped by in its row; the others follow in order. */
static char **
split(const char *first, const char *joined)
{
	static const char separator[] = { ITEM_VALUE_SEPARATOR, '\0' };
	g_auto(GStrv) parts = g_strsplit(joined, separator, VIEW_PROPERTY_VALUES_MAX + 1);
	GPtrArray *values = g_ptr_array_new();

	if (first != NULL && first[0] != '\0') {
		g_ptr_array_add(values, g_strdup(first));
	}
	for (size_t i = 0; parts[i] != NULL && values->len < VIEW_PROPERTY_VALUES_MAX; i++) {
		if (parts[i][0] != '\0' &&
			!g_ptr_array_find_with_equal_func(values, parts[i], g_str_equal, NULL)) {
			g_ptr_array_add(values, g_strdup(parts[i]));
		}
	}
	if (values->len == 0) {
		g_ptr_array_add(values, g_strdup(""));
	}
	g_ptr_array_add(values, NULL);
	return (char **)g_ptr_array_free(values, FALSE);
}

bool
view_property_has_several(const ViewProperty *property, const Item *item)
{
	const char *text = property->text != 0          ? text_at(item, property->text)
			   : item->album_artist != NULL ? item->album_artist
			   : item->artist != NULL       ? item->artist
							: "";

	return property->several && strchr(text, ITEM_VALUE_SEPARATOR) != NULL;
}

char **
view_property_dup_values(const ViewProperty *property, const Item *item)
{
	g_autofree char *text = property->type == VIEW_PROPERTY_NUMBER ? dup_number(property, item)
				: property->dup_text != NULL
					? property->dup_text(item)
					: g_strdup(text_at(item, property->text));

	if (property->several) {
		return split(property->first != 0 ? text_at(item, property->first) : NULL, text);
	}
	char **values = g_new0(char *, 2);

	values[0] = g_steal_pointer(&text);
	return values;
}

const char *
view_property_get_owner(const ViewProperty *property, const Item *item)
{
	return property->owner != 0 ? text_at(item, property->owner) : "";
}

char *
view_property_dup_sort_key(
	const ViewProperty *property, const Item *item, bool first, const char *title)
{
	const char *key = property->key != 0 && first ? text_at(item, property->key) : "";

	if (property->dup_key != NULL) {
		return property->dup_key(title);
	}
	return key[0] != '\0' ? g_strdup(key) : sort_key_dup(title);
}
