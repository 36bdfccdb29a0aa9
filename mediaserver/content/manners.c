/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What players want otherwise (dlna-device-quirks.md 5 and 7). Runs on the threads of connections; no
 * state. */
#include "mediaserver/content/manners.h"

#include <string.h>

#include <av-upnp/didl.h>

#include "mediaserver/art/rendition.h"
#include "mediaserver/content/shortcuts.h"
#include "mediaserver/content/sides.h"
#include "mediaserver/library/formats.h"

#define STORAGE_FOLDER "object.container.storageFolder"

static bool
is_subtitle(const AvuResource *resource)
{
	return resource->uri != NULL && strstr(resource->uri, SIDES_SUBTITLE_PREFIX) != NULL;
}

static bool
has_subtitles(const AvuObject *object)
{
	for (unsigned i = 0; i < object->n_resources; i++) {
		if (is_subtitle(&object->resources[i])) {
			return true;
		}
	}
	return false;
}

static void
shape_title(AvuObject *object, const Item *item, const AvuClientProfile *profile, TextPool *pool)
{
	if (profile->title_max > 0 && g_utf8_strlen(object->title, -1) > profile->title_max) {
		object->title = text_pool_take(
			pool, g_utf8_substring(object->title, 0, (glong)profile->title_max));
	}
	const bool wants_extension = avu_client_has(profile, AVU_CLIENT_TITLE_EXTENSION);
	const char *extension = wants_extension ? format_extension(item->mime) : "";

	if (extension[0] != '\0') {
		object->title = text_pool_concat(pool, object->title, ".", extension, NULL);
	} else if (avu_client_has(profile, AVU_CLIENT_TITLE_DOT) && has_subtitles(object) &&
		   strchr(object->title, '.') == NULL) {
		object->title = text_pool_concat(pool, object->title, ".", NULL);
	}
}

/* Of what players show. */
static const size_t texts[] = {
	offsetof(AvuObject, title),
	offsetof(AvuObject, creator),
	offsetof(AvuObject, artist),
	offsetof(AvuObject, album_artist),
	offsetof(AvuObject, conductor),
	offsetof(AvuObject, composer),
	offsetof(AvuObject, actor),
	offsetof(AvuObject, director),
	offsetof(AvuObject, publisher),
	offsetof(AvuObject, album),
	offsetof(AvuObject, genre),
	offsetof(AvuObject, description),
	offsetof(AvuObject, long_description),
	offsetof(AvuObject, rights),
	offsetof(AvuObject, program_title),
	offsetof(AvuObject, series_title),
};

static void
shorten_texts(AvuObject *object, int64_t max, TextPool *pool)
{
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		const char **text = (const char **)(void *)((char *)object + texts[i]);

		if (*text != NULL && g_utf8_strlen(*text, -1) > max) {
			*text = text_pool_take(pool, g_utf8_substring(*text, 0, (glong)max));
		}
	}
}

/* As much of a date as it reads; a year or a month alone is completed when it is written. */
static void
shorten_date(AvuObject *object, const char *form, TextPool *pool)
{
	static const size_t day = sizeof("2013-05-04") - 1;
	const char *ends = g_str_equal(form, "day") ? "T" : g_str_equal(form, "plain") ? "Z+-" : "";

	if (g_str_equal(form, "year") && object->date != NULL) {
		object->date = text_pool_copy(pool, object->date, strcspn(object->date, "-"));
		object->short_date = true;
	} else if (ends[0] != '\0' && object->date != NULL && strlen(object->date) > day) {
		object->date =
			text_pool_copy(pool, object->date, day + strcspn(object->date + day, ends));
	}
}

/* The forms that it knows. */
static void
choose_subtitles(AvuObject *object, const AvuClientProfile *profile)
{
	unsigned n = 0;

	for (unsigned i = 0; i < object->n_resources; i++) {
		if ((profile->subtitles & AVU_SUBTITLES_ATTRIBUTE) == 0) {
			object->resources[i].subtitle_uri = NULL;
			object->resources[i].subtitle_type = NULL;
		}
		if ((profile->subtitles & AVU_SUBTITLES_RESOURCE) != 0 ||
			!is_subtitle(&object->resources[i])) {
			object->resources[n++] = object->resources[i];
		}
	}
	object->n_resources = n;
	if ((profile->subtitles & AVU_SUBTITLES_ELEMENT) == 0) {
		object->sec_caption_uri = NULL;
		object->sec_caption_type = NULL;
	}
}

/* Art of the profiles that it knows, in its order. */
static void
choose_art(AvuObject *object, const AvuClientProfile *profile)
{
	AvuArt chosen[AVU_ART_MAX];
	unsigned n = 0;

	for (char **name = profile->art; *name != NULL; name++) {
		for (unsigned i = 0; i < object->n_art && n < AVU_ART_MAX; i++) {
			if (g_strcmp0(object->art[i].profile, *name) == 0) {
				chosen[n++] = object->art[i];
			}
		}
	}
	if (n > 0) { /* else something is better than nothing */
		memcpy(object->art, chosen, n * sizeof(chosen[0]));
		object->n_art = n;
	}
}

static bool
is_rendition(const AvuResource *resource, const char *profile)
{
	const Rendition *rendition = renditions();

	if (resource->uri == NULL || strstr(resource->uri, ART_PREFIX) == NULL) {
		return false;
	}
	while (rendition->name != NULL &&
		(profile == NULL || !g_str_equal(rendition->profile, profile))) {
		rendition++;
	}
	return profile == NULL ||
	       (rendition->name != NULL && g_str_has_suffix(resource->uri, rendition->name));
}

/* Pictures: the thumbnail it likes, and of the other sizes those that it takes. */
static void
choose_pictures(AvuObject *object, const AvuClientProfile *profile)
{
	const bool no_smaller = avu_client_has(profile, AVU_CLIENT_NO_SMALLER);
	const char *thumbnail = profile->thumbnail != NULL ? profile->thumbnail : "JPEG_TN";
	unsigned n = 0;

	for (unsigned i = 0; i < object->n_resources; i++) {
		const AvuResource *resource = &object->resources[i];

		if (!is_rendition(resource, NULL) || is_rendition(resource, thumbnail) ||
			(!no_smaller && !is_rendition(resource, "JPEG_TN"))) {
			object->resources[n++] = *resource;
		}
	}
	object->n_resources = n;
}

/* In the units that its makers chose: fill_playing() in emission.c. */
static void
tell_position_in_ms(AvuObject *object, const Item *item, TextPool *pool)
{
	const char *mark =
		object->sec_dcm_info != NULL ? strstr(object->sec_dcm_info, "BM=") : NULL;

	if (mark != NULL) {
		object->sec_dcm_info = text_pool_printf(pool, "%.*sBM=%" G_GINT64_FORMAT,
			(int)(mark - object->sec_dcm_info), object->sec_dcm_info,
			item->position / AVU_NS_PER_MS);
	}
}

static void
apply_namespaces(
	AvuObject *object, const Item *item, const AvuClientProfile *profile, TextPool *pool)
{
	static const char *const classes[] = {
		[ITEM_NONE] = NULL,
		[ITEM_AUDIO] = "M",
		[ITEM_VIDEO] = "V",
		[ITEM_IMAGE] = "P",
	};

	if (g_strcmp0(profile->bookmark, "none") == 0) {
		object->sec_dcm_info = NULL;
	}
	if (avu_client_has(profile, AVU_CLIENT_NO_SEC)) {
		object->sec_dcm_info = NULL;
		object->sec_caption_uri = NULL;
		object->sec_caption_type = NULL;
	} else if (g_strcmp0(profile->bookmark, "ms") == 0) {
		tell_position_in_ms(object, item, pool);
	}
	if (avu_client_has(profile, AVU_CLIENT_MEDIA_CLASS)) {
		object->sony_media_class = classes[item->kind];
	}
}

unsigned
manners_get_style(const AvuClientProfile *profile)
{
	static const struct {
		const char *word;
		unsigned style;
	} rows[] = { { "ascii", AVU_DIDL_ASCII }, { "quoted", AVU_DIDL_QUOTES } };
	unsigned style = avu_client_has(profile, AVU_CLIENT_NO_SEC) ? AVU_DIDL_NO_SEC : 0;

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		style |= g_strcmp0(profile->characters, rows[i].word) == 0 ? rows[i].style : 0;
	}
	return style;
}

const char *
manners_find_container(const AvuClientProfile *profile, const char *id)
{
	static const struct {
		const char *ids, *alias, *shortcut;
	} rows[] = {
		{ "microsoft", "4", "MUSIC_ALL" },
		{ "microsoft", "5", "MUSIC_GENRES" },
		{ "microsoft", "6", "MUSIC_ARTISTS" },
		{ "microsoft", "7", "MUSIC_ALBUMS" },
		{ "microsoft", "F", "MUSIC_PLAYLISTS" },
		{ "microsoft", "14", "MUSIC" },
		{ "microsoft", "15", "VIDEOS" },
		{ "microsoft", "16", "IMAGES" },
		{ "samsung", "A", "MUSIC" },
		{ "samsung", "V", "VIDEOS" },
		{ "samsung", "I", "IMAGES" },
	};
	const char *wanted = NULL;

	for (size_t i = 0; profile->ids != NULL && i < G_N_ELEMENTS(rows); i++) {
		if (g_str_equal(rows[i].ids, profile->ids) && g_str_equal(rows[i].alias, id)) {
			wanted = rows[i].shortcut;
		}
	}
	for (const AvuContentShortcut *s = content_get_shortcuts();
		wanted != NULL && s->name != NULL; s++) {
		if (g_str_equal(s->name, wanted)) {
			return s->object_id;
		}
	}
	return NULL;
}

void
manners_apply(AvuObject *object, const Item *item, const AvuClientProfile *profile, TextPool *pool)
{
	if (profile->art != NULL) {
		choose_art(object, profile);
	}
	if (profile->text_max > 0) {
		shorten_texts(object, profile->text_max, pool);
	}
	if (profile->date != NULL) {
		shorten_date(object, profile->date, pool);
	}
	if (item == NULL) {
		if (avu_client_has(profile, AVU_CLIENT_STORAGE_FOLDERS)) {
			object->upnp_class = STORAGE_FOLDER;
		}
		return;
	}
	if (avu_client_has(profile, AVU_CLIENT_BASIC_CLASSES) && item->kind == ITEM_VIDEO) {
		object->upnp_class = "object.item.videoItem";
	}
	if (avu_client_has(profile, AVU_CLIENT_NEEDS_ALBUM) && item->kind == ITEM_AUDIO &&
		object->album == NULL) {
		object->album = "Unknown album";
	}
	shape_title(object, item, profile, pool);
	apply_namespaces(object, item, profile, pool);
	if (profile->subtitles != AVU_SUBTITLES_ALL) {
		choose_subtitles(object, profile);
	}
	if (item->kind == ITEM_IMAGE &&
		(profile->thumbnail != NULL || avu_client_has(profile, AVU_CLIENT_NO_SMALLER))) {
		choose_pictures(object, profile);
	}
}
