/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Stations and subtitles as resources. Runs on the threads of connections; no state of its own. */
#include "mediaserver/content/sides.h"

#include <string.h>

#include <av-upnp/protocol-info.h>

#include "mediaserver/content/object-id.h"
#include "mediaserver/library/subtitles.h"

static const char *
keep(GPtrArray *strings, char *text)
{
	g_ptr_array_add(strings, text);
	return text;
}

void
sides_add_station(AvuObject *object, const Item *item, GPtrArray *strings)
{
	AvuResource *resource = &object->resources[object->n_resources];

	if (object->n_resources == AVU_RESOURCES_MAX) {
		return;
	}
	resource->uri = item->url;
	resource->protocol_info = keep(strings, g_strdup_printf("http-get:*:%s:*", item->mime));
	object->radio_band = "Internet";
	object->n_resources++;
}

static char *
dup_url(const char *base_url, int64_t item, unsigned n, const Subtitle *subtitle)
{
	char own[OBJECT_ID_MAX];

	object_id_format_item(own, item);
	return g_strdup_printf(
		"%s" SIDES_SUBTITLE_PREFIX "%s/%u.%s", base_url, own, n, subtitle->type);
}

static bool
is_srt(const Subtitle *subtitle)
{
	return g_str_equal(subtitle->type, "srt");
}

char *
sides_dup_caption_url(const char *base_url, int64_t item, const char *subtitles)
{
	const char *at = subtitles;
	Subtitle subtitle;

	for (unsigned n = 0; subtitles_next(&at, &subtitle); n++) {
		if (is_srt(&subtitle)) {
			return dup_url(base_url, item, n, &subtitle);
		}
	}
	return NULL;
}

void
sides_add_subtitles(AvuObject *object, const Item *item, const char *base_url, GPtrArray *strings)
{
	const char *at = item->subtitles;
	Subtitle subtitle;
	const unsigned n_media = object->n_resources;
	bool is_first = true;

	for (unsigned n = 0; n < SIDES_SUBTITLES_MAX && object->n_resources < AVU_RESOURCES_MAX &&
			     subtitles_next(&at, &subtitle);
		n++) {
		AvuResource *resource = &object->resources[object->n_resources++];

		resource->uri = keep(strings, dup_url(base_url, item->id, n, &subtitle));
		resource->protocol_info = keep(strings,
			g_strdup_printf("http-get:*:%s:*", subtitle_get_mime(subtitle.type)));
		if (!is_first || !is_srt(&subtitle)) {
			continue;
		}
		is_first = false;
		for (unsigned i = 0; i < n_media; i++) {
			object->resources[i].subtitle_uri = resource->uri;
			object->resources[i].subtitle_type = "SRT";
		}
		object->sec_caption_uri = resource->uri;
		object->sec_caption_type = "srt";
	}
}
