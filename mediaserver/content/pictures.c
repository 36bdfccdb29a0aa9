/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Covers and smaller pictures of objects. Runs on the threads of connections; no state. */
#include "mediaserver/content/pictures.h"

#include <string.h>

#include "mediaserver/art/rendition.h"
#include "mediaserver/content/object-id.h"

void
pictures_add_art(
	AvuObject *object, const char *base_url, const char *id, uint32_t version, TextPool *pool)
{
	static const char *const names[] = { "tn.jpg", "sm.jpg", "med.jpg", "tn.png" };

	for (size_t i = 0; i < G_N_ELEMENTS(names) && object->n_art < AVU_ART_MAX; i++) {
		const Rendition *rendition = rendition_find(names[i]);
		char path[ART_URL_MAX];
		AvuArt *art = &object->art[object->n_art++];

		rendition_format_path(path, rendition, id, version);
		art->uri = text_pool_concat(pool, base_url, path, NULL);
		art->profile = rendition->profile;
	}
}

/* Changes whenever the picture may. */
static uint32_t
art_version(const Item *item)
{
	const uint64_t mixed = (uint64_t)item->mtime_ns ^ (uint64_t)item->size_bytes << 20;

	return (uint32_t)(mixed ^ mixed >> 32);
}

/* Which of the sizes stands for a film. */
static bool
is_thumbnail(const ClientView *client, const Rendition *rendition)
{
	const char *wanted = client_view_get_profile(client)->thumbnail;

	return g_str_equal(rendition->profile, wanted != NULL ? wanted : "JPEG_TN");
}

/* Smaller forms of a picture as resources, the thumbnail last, since some players take the first or
 * the last without looking (spec/dlna-http-transport.md). Films get the thumbnail alone. */
static void
add_renditions(AvuObject *object, const Item *item, Emission *emission, TextPool *pool)
{
	static const char *const names[] = { "lrg.jpg", "med.jpg", "sm.jpg", "tn.jpg" };
	char own[OBJECT_ID_MAX], path[ART_URL_MAX];
	bool is_jpeg = g_strcmp0(item->mime, "image/jpeg") == 0;

	object_id_format_item(own, item->id);
	for (size_t i = 0; i < G_N_ELEMENTS(names) && object->n_resources < AVU_RESOURCES_MAX;
		i++) {
		const Rendition *rendition = rendition_find(names[i]);
		AvuResource *resource = &object->resources[object->n_resources];
		int64_t width, height;
		bool shrinks = rendition_shrinks(rendition, item, &width, &height);
		bool last = i + 1 == G_N_ELEMENTS(names);

		/* other formats come as JPEG, in the form that fits them without getting smaller */
		if (item->kind == ITEM_VIDEO ? !is_thumbnail(emission->client, rendition)
					     : !shrinks && !last && is_jpeg) {
			continue;
		}
		AvuDlnaParameters dlna = rendition_dlna_parameters(rendition);
		const Protocol protocol = { ITEM_IMAGE, PROTOCOL_ORIGINAL, rendition->mime, &dlna,
			0 };

		rendition_format_path(path, rendition, own, art_version(item));
		resource->uri = text_pool_concat(pool, emission->base_url, path, NULL);
		resource->protocol_info = protocol_memo_get(&emission->protocols, &protocol, pool);
		if (item->kind == ITEM_IMAGE) {
			resource->width = (int32_t)width;
			resource->height = (int32_t)height;
		}
		object->n_resources++;
	}
}

void
pictures_add(AvuObject *object, const Item *item, Emission *emission, TextPool *pool)
{
	char own[OBJECT_ID_MAX];

	if (!item_has_art(item) || item->promised != 0) {
		return;
	}
	object_id_format_item(own, item->id);
	pictures_add_art(object, emission->base_url, own, art_version(item), pool);
	if (item->kind != ITEM_AUDIO) {
		add_renditions(object, item, emission, pool);
	}
}
