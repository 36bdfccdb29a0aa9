/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Nothing is opened before it is needed: the server for files with the first file, the one that converts
 * with the first thing to convert. Main thread. */
#include "queue/offer.h"

#include <string.h>

#include <av-upnp/clock.h>

#include "convert/stage.h"
#include "item/play-item.h"
#include "item/subtitles.h"

static FileShare *
get_share(Keeper *keeper, GError **error)
{
	if (keeper->share == NULL) {
		g_autofree char *secret = avu_state_dir_get_uuid(keeper->directory, "share", error);

		keeper->share =
			secret != NULL
				? file_share_new(keeper->session, secret,
					  (uint16_t)avu_state_dir_get_number(
						  keeper->directory, "share-port", UINT16_MAX, 0))
				: NULL;
	}
	return keeper->share;
}

static bool
share_entry(FileShare *share, Queue *queue, unsigned at, const char *reader, GError **error)
{
	g_autofree char *path = g_filename_from_uri(queue_get(queue, at)->file, NULL, error);
	g_autofree char *uri = path != NULL ? file_share_offer(share, path, reader, error) : NULL;
	g_autofree char *subtitles = uri != NULL ? subtitles_find_beside(path) : NULL;
	g_autofree char *subtitles_uri =
		subtitles != NULL ? file_share_offer(share, subtitles, reader, NULL) : NULL;
	g_auto(PlayItem) item = { .uri = NULL };

	if (uri == NULL) {
		return false;
	}
	file_share_set_subtitles(share, path, subtitles_uri);
	play_item_from_file(path, uri, subtitles, subtitles_uri, &item);
	queue_set_uri(queue, at, item.uri, item.metadata);
	return true;
}

bool
offer_files(Slot *slot, bool all, GError **error)
{
	Keeper *keeper = slot->keeper;
	Queue *queue = player_get_queue(slot->player);
	const AvuRemoteDevice *device = player_get_device(slot->player);
	bool good = true;

	for (unsigned i = 0; good && device != NULL && i < queue_get_n(queue); i++) {
		if (queue_get(queue, i)->file != NULL &&
			(all || queue_get(queue, i)->uri[0] == '\0')) {
			good = get_share(keeper, error) != NULL &&
			       share_entry(keeper->share, queue, i,
				       avu_remote_device_get_address(device), error);
		}
	}
	if (good && keeper->share != NULL) {
		(void)avu_state_dir_set_number(
			keeper->directory, "share-port", file_share_get_port(keeper->share), NULL);
	}
	return good;
}

/* Conversions of this host */

/* @param path  NULL: anything */
static bool
has_staged(const Keeper *keeper, const char *path)
{
	GHashTableIter iter;
	void *slot;

	g_hash_table_iter_init(&iter, keeper->slots);
	while (g_hash_table_iter_next(&iter, NULL, &slot)) {
		const Queue *queue = player_get_queue(((Slot *)slot)->player);

		for (unsigned i = 0; i < queue_get_n(queue); i++) {
			const char *staged = queue_get(queue, i)->staged;

			if (staged != NULL && (path == NULL || strcmp(staged, path) == 0)) {
				return true;
			}
		}
	}
	return false;
}

static bool
is_used(const char *path, void *data)
{
	return has_staged(data, path);
}

bool
keeper_convert(Keeper *keeper, GError **error)
{
	keeper->used_ns = avu_now_ns();
	if (keeper->server == NULL) {
		keeper->server = own_server_new(keeper->session, error);
	}
	return keeper->server != NULL;
}

bool
offer_has_staged(const Keeper *keeper)
{
	return has_staged(keeper, NULL);
}

void
offer_prune(Keeper *keeper, int64_t old_s)
{
	stage_prune(old_s, is_used, keeper);
}
