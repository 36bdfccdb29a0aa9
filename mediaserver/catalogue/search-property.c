/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The properties that can be searched and sorted by, as a table: text that goes into SQL comes from
 * here only (SEC-100). What it says of an object is what content/emission.c shows of it. Constant; any
 * thread. */
#include "mediaserver/catalogue/search-property.h"

#define TEXT_OF(column) "fold_values(" column ")"
/* Sort keys of what has no stored one: folded in the query. */
#define KEY_OF(column) "fold_values(" column ")"

#define DATE "coalesce(date, taken, original_date)"
#define PROTOCOL "lower('http-get:*:' || mime || ':' || ifnull('DLNA.ORG_PN=' || profile, '*'))"
#define CLASS                                                      \
	"CASE kind WHEN 1 THEN 'object.item.audioItem.musicTrack'" \
	" WHEN 2 THEN 'object.item.videoItem'"                     \
	" WHEN 3 THEN 'object.item.imageItem.photo'"               \
	" WHEN 4 THEN 'object.item.audioItem.audioBroadcast'"      \
	" WHEN 5 THEN 'object.item.videoItem.videoBroadcast' ELSE 'object.item' END"
#define TIME(column) "strftime('%Y-%m-%dT%H:%M:%SZ', " column ", 'unixepoch')"

static const SearchProperty table[] = {
	{ AVU_PROPERTY_ID, SEARCH_PLAIN, "printf('i%015x', item.id)",
		"CASE level WHEN 0 THEN view ELSE printf('c%015x', container.id) END" },
	{ AVU_PROPERTY_PARENT_ID, SEARCH_PLAIN, "printf('c%015x', home)",
		"parent_object_id(parent)" },
	{ AVU_PROPERTY_REF_ID, SEARCH_PLAIN, NULL, NULL },
	{ AVU_PROPERTY_CHILD_COUNT, SEARCH_NUMBER, NULL, "children", NULL, "NULL", "children" },
	{ AVU_PROPERTY_TITLE, SEARCH_FOLDED, "fold_title", "fold_title", "title", "sort_title",
		"sort_title" },
	{ AVU_PROPERTY_CLASS, SEARCH_CLASS, NULL, "lower(class)", NULL, CLASS, "class" },
	{ AVU_PROPERTY_CREATOR, SEARCH_SEVERAL,
		"fold_values(first_value(coalesce(artist, album_artist)))", NULL, "artist",
		"coalesce(sort_artist, sort_album_artist)", "NULL" },
	{ AVU_PROPERTY_DATE, SEARCH_PLAIN, "lower(" DATE ")", NULL, NULL, DATE, "NULL" },
	{ AVU_PROPERTY_DESCRIPTION, SEARCH_SEVERAL, TEXT_OF("comment"), NULL },
	{ AVU_PROPERTY_LONG_DESCRIPTION, SEARCH_SEVERAL, TEXT_OF("description"), NULL },
	{ AVU_PROPERTY_LANGUAGE, SEARCH_SEVERAL, TEXT_OF("audio_languages"), NULL },
	{ AVU_PROPERTY_PUBLISHER, SEARCH_SEVERAL, TEXT_OF("publisher"), NULL, NULL,
		KEY_OF("publisher"), "NULL" },
	{ AVU_PROPERTY_ARTIST, SEARCH_SEVERAL, "fold_artist", NULL, "artist", "sort_artist",
		"NULL" },
	{ AVU_PROPERTY_ALBUM_ARTIST, SEARCH_SEVERAL, TEXT_OF("album_artist"), NULL, "artist",
		"sort_album_artist", "NULL" },
	{ AVU_PROPERTY_AUTHOR, SEARCH_SEVERAL, TEXT_OF("composer"), NULL, NULL, "sort_composer",
		"NULL" },
	{ AVU_PROPERTY_ACTOR, SEARCH_SEVERAL, TEXT_OF("actor"), NULL, NULL, KEY_OF("actor"),
		"NULL" },
	{ AVU_PROPERTY_DIRECTOR, SEARCH_SEVERAL, TEXT_OF("director"), NULL, NULL,
		KEY_OF("director"), "NULL" },
	{ AVU_PROPERTY_ALBUM, SEARCH_FOLDED, "fold_album", NULL, "album", "sort_album", "NULL" },
	{ AVU_PROPERTY_GENRE, SEARCH_SEVERAL, "fold_genre", NULL, NULL, "fold_genre", "NULL" },
	{ AVU_PROPERTY_TRACK, SEARCH_NUMBER, "track", NULL, NULL, "track", "NULL" },
	{ AVU_PROPERTY_DISC, SEARCH_NUMBER, "disc", NULL, NULL, "disc", "NULL" },
	{ AVU_PROPERTY_RATING, SEARCH_NUMBER, "rating", NULL, NULL, "rating", "NULL" },
	{ AVU_PROPERTY_SERIES_TITLE, SEARCH_SEVERAL, TEXT_OF("series"), NULL, NULL, "sort_series",
		"NULL" },
	{ AVU_PROPERTY_EPISODE_NUMBER, SEARCH_NUMBER, "episode", NULL, NULL, "episode", "NULL" },
	{ AVU_PROPERTY_EPISODE_SEASON, SEARCH_NUMBER, "season", NULL, NULL, "season", "NULL" },
	{ AVU_PROPERTY_PLAYBACK_COUNT, SEARCH_NUMBER, "play_count", NULL, NULL, "play_count",
		"NULL" },
	{ AVU_PROPERTY_LAST_PLAYBACK_TIME, SEARCH_PLAIN, "lower(" TIME("nullif(played, 0)") ")",
		NULL, NULL, "nullif(played, 0)", "NULL" },
	{ AVU_PROPERTY_LAST_PLAYBACK_POSITION, SEARCH_PERIOD, "nullif(position, 0)", NULL, NULL,
		"nullif(position, 0)", "NULL" },
	{ AVU_PROPERTY_OBJECT_UPDATE_ID, SEARCH_NUMBER, "object_update_id", "object_update_id",
		NULL, "object_update_id", "object_update_id" },
	{ AVU_PROPERTY_CONTAINER_UPDATE_ID, SEARCH_NUMBER, NULL, "update_id", NULL, "NULL",
		"update_id" },
	{ AVU_PROPERTY_TOTAL_DELETED_CHILDREN, SEARCH_NUMBER, NULL, "deleted_children" },
	{ AVU_PROPERTY_RES, SEARCH_PLAIN, PROTOCOL, NULL },
	{ AVU_PROPERTY_RES_PROTOCOL_INFO, SEARCH_PLAIN, PROTOCOL, NULL },
	{ AVU_PROPERTY_RES_SIZE, SEARCH_NUMBER, "size_bytes", NULL, NULL, "size_bytes", "NULL" },
	{ AVU_PROPERTY_RES_DURATION, SEARCH_DURATION, "duration_ns", NULL, NULL, "duration_ns",
		"NULL" },
	{ AVU_PROPERTY_RES_BITRATE, SEARCH_NUMBER, "nullif(bitrate_bps / 8, 0)", NULL, NULL,
		"bitrate_bps", "NULL" },
	{ AVU_PROPERTY_RES_SAMPLE_FREQUENCY, SEARCH_NUMBER, "sample_hz", NULL, NULL, "sample_hz",
		"NULL" },
	{ AVU_PROPERTY_RES_BITS_PER_SAMPLE, SEARCH_NUMBER, "bits", NULL, NULL, "bits", "NULL" },
	{ AVU_PROPERTY_RES_CHANNELS, SEARCH_NUMBER, "channels", NULL, NULL, "channels", "NULL" },
	{ AVU_PROPERTY_RES_RESOLUTION, SEARCH_PLAIN, "width || 'x' || height", NULL, NULL,
		"width * height", "NULL" },
};

const SearchProperty *
search_property_find(AvuProperty property)
{
	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		if (table[i].property == property) {
			return &table[i];
		}
	}
	return NULL;
}

/* TIME+ and TIME-: a zone is applied, none means local time; a day alone has no time.
 * @clause ContentDirectory:4 SortExtensionCapabilities */
static const char *
time_of_day(AvuProperty property)
{
	switch (property) {
	case AVU_PROPERTY_DATE:
		return "CASE WHEN " DATE " NOT GLOB '*T*' THEN NULL"
		       " WHEN " DATE " GLOB '*T*Z' OR " DATE
		       " GLOB '*T*[-+][0-9][0-9]:[0-9][0-9]' THEN time(" DATE ", 'localtime')"
		       " ELSE time(" DATE ") END";
	case AVU_PROPERTY_LAST_PLAYBACK_TIME:
		return "time(nullif(played, 0), 'unixepoch', 'localtime')";
	default:
		return NULL;
	}
}

const char *
search_property_sort_sql(const AvuSortKey *key, bool containers)
{
	const SearchProperty *property = search_property_find(key->property);
	const char *sql = property == NULL ? NULL
			  : containers     ? property->sort_container
					   : property->sort_item;

	if (!containers && key->time_of_day && time_of_day(key->property) != NULL) {
		sql = time_of_day(key->property);
	}
	return sql != NULL ? sql : "NULL";
}

AvuPropertySet
search_property_get_search_set(void)
{
	AvuPropertySet set = { 0 };

	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		avu_property_set_add(&set, table[i].property);
	}
	return set;
}

AvuPropertySet
search_property_get_sort_set(void)
{
	AvuPropertySet set = { 0 };

	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		if (table[i].sort_item != NULL) {
			avu_property_set_add(&set, table[i].property);
		}
	}
	return set;
}
