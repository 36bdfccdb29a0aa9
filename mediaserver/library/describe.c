/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What an item is called, sorted by and grouped under. Pure but for memory; library's thread. */
#include "mediaserver/library/describe.h"

#include <string.h>

#include <av-upnp/text.h>

#include "mediaserver/library/formats.h"
#include "mediaserver/library/item-keys.h"
#include "mediaserver/library/series-name.h"
#include "mediaserver/library/subtitles.h"
#include "mediaserver/library/values.h"

#define TITLE_MAX 1024
#define DATE_MAX 32

static const char *
keep(Description *description, char *text)
{
	g_ptr_array_add(description->strings, text);
	return text;
}

/* Takes n digits. */
static bool
take_digits(const char **at, unsigned n, unsigned *ret_value)
{
	unsigned value = 0;

	for (unsigned i = 0; i < n; i++) {
		if (!g_ascii_isdigit((*at)[i])) {
			return false;
		}
		value = value * 10 + (unsigned)((*at)[i] - '0');
	}
	*at += n;
	*ret_value = value;
	return true;
}

/* An optional "-MM" or "MM". */
static unsigned
take_part(const char **at, unsigned max)
{
	const char *p = *at + (**at == '-' || **at == '/' || **at == '.' ? 1 : 0);
	unsigned value;

	if (!take_digits(&p, 2, &value) || value < 1 || value > max) {
		return 0;
	}
	*at = p;
	return value;
}

char *
describe_date(const char *text)
{
	unsigned year;
	const char *at = text;

	if (!take_digits(&at, 4, &year) || year == 0) {
		return NULL;
	}
	unsigned month = take_part(&at, 12);
	unsigned day = month != 0 ? take_part(&at, 31) : 0;
	bool has_time = day != 0 && *at == 'T' && strlen(at) >= sizeof("Thh:mm:ss") - 1 &&
			strlen(at) < DATE_MAX && strspn(at, "T0123456789:.Z+-") == strlen(at);

	return g_strdup_printf(
		"%04u-%02u-%02u%s", year, MAX(month, 1u), MAX(day, 1u), has_time ? at : "");
}

static const char *
title_of_name(Description *description, const char *name)
{
	const char *dot = strrchr(name, '.');
	size_t len = dot != NULL && dot != name ? (size_t)(dot - name) : strlen(name);

	return keep(description, avu_text_sanitize(name, len, TITLE_MAX));
}

/* Texts of the answer that go into columns. */
static const struct {
	size_t from, to;
	char *(*convert)(const char *text);
} texts[] = {
#define TEXT(field, convert)                                                   \
	{                                                                      \
		offsetof(ProbeResult, field), offsetof(Item, field), (convert) \
	}
	TEXT(artist, values_join),
	TEXT(album_artist, values_join),
	TEXT(album, values_keep),
	TEXT(genre, values_join),
	TEXT(composer, values_join),
	TEXT(conductor, values_join),
	TEXT(publisher, values_join),
	TEXT(director, values_join),
	TEXT(actor, values_join),
	TEXT(date, describe_date),
	TEXT(original_date, describe_date),
	TEXT(comment, values_keep),
	TEXT(description, values_keep),
	TEXT(rights, values_keep),
	TEXT(series, values_keep),
	TEXT(audio_codec, values_keep),
	TEXT(video_codec, values_keep),
	TEXT(hdr, values_keep),
	TEXT(audio_languages, values_join_languages),
	TEXT(subtitle_languages, values_join_languages),
	TEXT(camera, values_keep),
	TEXT(location, values_keep),
#undef TEXT
};

static const struct {
	size_t from, to;
} numbers[] = {
#define NUMBER(field)                                               \
	{                                                           \
		offsetof(ProbeResult, field), offsetof(Item, field) \
	}
	NUMBER(duration_ns),
	NUMBER(bitrate_bps),
	NUMBER(sample_hz),
	NUMBER(channels),
	NUMBER(bits),
	NUMBER(width),
	NUMBER(height),
	NUMBER(frame_rate_mhz),
	NUMBER(has_cover),
	NUMBER(track),
	NUMBER(disc),
	NUMBER(tracks),
	NUMBER(discs),
	NUMBER(season),
	NUMBER(episode),
	NUMBER(bpm),
	NUMBER(rating),
	NUMBER(compilation),
	NUMBER(has_lyrics),
	NUMBER(track_gain),
	NUMBER(album_gain),
	NUMBER(orientation),
	NUMBER(chapters),
#undef NUMBER
};

static void
set_fields(Description *description, const ProbeResult *result)
{
	Item *item = &description->item;

	for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
		*(int64_t *)((char *)item + numbers[i].to) =
			*(const int64_t *)((const char *)result + numbers[i].from);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		const char *text = *(char *const *)((const char *)result + texts[i].from);
		char *converted = text != NULL ? texts[i].convert(text) : NULL;

		*(const char **)((char *)item + texts[i].to) =
			converted != NULL ? keep(description, converted) : NULL;
	}
	/* a picture's codec is how its header was read, no name for people */
	if (item->kind == ITEM_IMAGE) {
		item->video_codec = NULL;
		item->taken = item->date;
	}
}

/* Episodes that no tag calls so: the name says it. Matroska and some recorders number episodes like
 * tracks. */
static void
set_episode(Description *description, const CatalogueFolder *folder)
{
	Item *item = &description->item;
	g_autofree char *path = g_strconcat(folder->path, "/", item->name, NULL);
	g_auto(SeriesName) name = { 0 };

	if (item->kind != ITEM_VIDEO) {
		return;
	}
	if (item->series != NULL) {
		item->episode = item->episode >= 0 ? item->episode : item->track;
		return;
	}
	if (!series_name_parse(path, &name)) {
		return;
	}
	item->season = item->season >= 0 ? item->season : name.season;
	item->episode = item->episode >= 0 ? item->episode : name.episode;
	if (name.series != NULL) {
		item->series = keep(description, g_steal_pointer(&name.series));
	}
	if (item->title == NULL && name.title != NULL) {
		item->title = keep(description, g_steal_pointer(&name.title));
	}
}

static void
set_format(Description *description, const char *name, const ProbeResult *result)
{
	Item *item = &description->item;
	const FormatExtension *by_name = format_by_name(name);
	ItemKind kind = by_name != NULL ? by_name->kind : ITEM_AUDIO;

	item->mime = by_name != NULL ? by_name->mime : "application/octet-stream";
	if (result->outcome == PROBE_OK && format_by_contents(result, &kind, &item->mime)) {
		item->profile = format_profile(result, &item->mime, description->strings);
	}
	item->kind = kind;
}

void
description_init(Description *ret_description, const CatalogueFolder *folder, const char *name,
	const struct stat *st, const ProbeResult *result)
{
	Item *item = &ret_description->item;
	ProbeResult nothing;

	probe_result_init(&nothing);
	if (result->outcome != PROBE_OK) {
		nothing.outcome = result->outcome;
		result = &nothing; /* what a damaged file says of itself is not believed */
	}
	ret_description->strings = g_ptr_array_new_with_free_func(g_free);
	item_init(item);
	item->name = name;
	item->inode = (int64_t)st->st_ino;
	item->size_bytes = st->st_size;
	item->mtime_ns = (int64_t)st->st_mtim.tv_sec * AVU_NS_PER_S + st->st_mtim.tv_nsec;
	item->outcome = result->outcome;
	set_format(ret_description, name, result);
	set_fields(ret_description, result);
	if (item->kind == ITEM_VIDEO && result->text_tracks != NULL) {
		item->subtitles = keep(ret_description, subtitles_of_tracks(result->text_tracks));
	}
	item->title = result->title;
	item->folder = catalogue_folder_id(folder);
	set_episode(ret_description, folder);
	if (item->title == NULL) {
		item->title = title_of_name(ret_description, name);
	}
	const SortTags tags = { result->title_sort, result->artist_sort, result->album_artist_sort,
		result->album_sort, result->composer_sort };

	item_keys_set(item, &tags, ret_description->strings);
}

void
description_set_growing(Description *description)
{
	description->item.size_bytes = ITEM_SIZE_GROWS;
	description->item.duration_ns = AVU_TIME_NONE;
}

void
description_clear(Description *description)
{
	g_clear_pointer(&description->strings, g_ptr_array_unref);
}
