/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What an item is called, sorted by and grouped under. Pure but for memory; library's thread. */
#include "mediaserver/library/describe.h"

#include <string.h>

#include <av-upnp/text.h>

#include "mediaserver/library/formats.h"

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

static const char *
sort_key(Description *description, const char *text)
{
	return text != NULL ? keep(description, avu_text_sort_key(text)) : NULL;
}

static const char *
fold(Description *description, const char *text)
{
	return text != NULL ? keep(description, avu_text_fold(text)) : NULL;
}

static const char *
first_of(const char *a, const char *b)
{
	return a != NULL ? a : b != NULL ? b : "";
}

/* Albums are told apart by their album artist. Without one the folder does it: a compilation stays
 * together, two "Greatest Hits" stay apart. */
static void
set_groups(Description *description, const CatalogueFolder *folder)
{
	Item *item = &description->item;

	item->group_artist = first_of(item->artist, item->album_artist);
	item->group_album = first_of(item->album, NULL);
	item->group_genre = first_of(item->genre, NULL);
	item->album_owner = "";
	if (item->album != NULL) {
		item->album_owner =
			item->album_artist != NULL
				? item->album_artist
				: keep(description, g_strdup_printf("%016" G_GINT64_MODIFIER "x",
							    catalogue_folder_id(folder)));
	}
	item->group_year = item->date != NULL ? keep(description, g_strndup(item->date, 4)) : "";
}

static void
set_tags(Description *description, const ProbeResult *result)
{
	Item *item = &description->item;

	item->artist = result->artist;
	item->album_artist = result->album_artist;
	item->album = result->album;
	item->genre = result->genre;
	item->composer = result->composer;
	item->track = result->track;
	item->disc = result->disc;
	item->has_cover = result->has_cover;
	if (result->date != NULL) {
		char *date = describe_date(result->date);

		item->date = date != NULL ? keep(description, date) : NULL;
	}
}

static void
set_format(Item *item, const char *name, const ProbeResult *result)
{
	const FormatExtension *by_name = format_by_name(name);
	ItemKind kind = by_name != NULL ? by_name->kind : ITEM_AUDIO;

	item->mime = by_name != NULL ? by_name->mime : "application/octet-stream";
	if (result->outcome == PROBE_OK && format_by_contents(result, &kind, &item->mime)) {
		item->profile = format_profile(result);
	}
	item->kind = kind;
	item->duration_ns = result->duration_ns;
	item->bitrate_bps = result->bitrate_bps;
	item->sample_hz = result->sample_hz;
	item->channels = result->channels;
	item->bits = result->bits;
	item->width = result->width;
	item->height = result->height;
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
	set_format(item, name, result);
	set_tags(ret_description, result);
	item->title = result->title != NULL ? result->title : title_of_name(ret_description, name);
	set_groups(ret_description, folder);
	item->sort_name = sort_key(ret_description,
		keep(ret_description, avu_text_sanitize(name, strlen(name), TITLE_MAX)));
	item->sort_title = sort_key(ret_description, item->title);
	item->sort_artist = sort_key(ret_description, item->artist);
	item->sort_album = sort_key(ret_description, item->album);
	item->fold_title = fold(ret_description, item->title);
	item->fold_artist = fold(ret_description, item->artist);
	item->fold_album = fold(ret_description, item->album);
	item->fold_genre = fold(ret_description, item->genre);
}

void
description_clear(Description *description)
{
	g_clear_pointer(&description->strings, g_ptr_array_unref);
}
