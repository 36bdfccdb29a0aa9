/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Players by UDN. Kept on the disk are the queues (file queues.json) with what
 * was learned of each renderer; at most RENDERERS_MAX. Main thread. */
#include "queue/keeper.h"

#include <string.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/fd.h>

#include "convert/stage.h"
#include "output/output.h"
#include "queue/client.h"
#include "queue/offer.h"
#include "queue/orders.h"
#include "queue/slot.h"

#define RENDERERS_MAX 64

static void
slot_free(void *data)
{
	Slot *slot = data;

	player_free(slot->player);
	g_free(slot->udn);
	g_free(slot->name);
	g_free(slot->location);
	g_free(slot);
}

/* The disk */

static json_t *
slot_to_json(const Slot *slot)
{
	json_t *json = json_object();

	record_set_text(json, "udn", slot->udn);
	record_set_text(json, "name", slot->name);
	record_set_text(json, "location", slot->location);
	record_set_text(json, "next", next_habit_name(player_get_habit(slot->player)));
	(void)json_object_set_new(json, "queue", queue_to_json(player_get_queue(slot->player)));
	return json;
}

static void
save(Keeper *keeper)
{
	json_auto_t *all = json_array();
	g_autoptr(GError) error = NULL;
	GHashTableIter iter;
	void *slot;

	if (!keeper->unsaved) {
		return;
	}
	g_hash_table_iter_init(&iter, keeper->slots);
	while (g_hash_table_iter_next(&iter, NULL, &slot)) {
		(void)json_array_append_new(all, slot_to_json(slot));
	}
	char *text = json_dumps(all, JSON_COMPACT);

	if (!avu_file_replace(keeper->path, text, strlen(text), &error)) {
		g_warning("queues are not kept: %s", error->message);
	}
	free(text);
	keeper->unsaved = false;
}

static void
on_changed(Player *player, void *user_data)
{
	Slot *slot = user_data;

	(void)player;
	slot->keeper->unsaved = true;
	slot->keeper->used_ns = avu_now_ns();
	save(slot->keeper);
}

static AvuRemoteDevice *
find_device(const Keeper *keeper, const char *udn)
{
	g_autoptr(GPtrArray) devices = session_list(keeper->session, AVU_DEVICE_RENDERER);

	for (guint i = 0; i < devices->len; i++) {
		if (strcmp(avu_remote_device_get_udn(devices->pdata[i]), udn) == 0) {
			return devices->pdata[i]; /* the registry has it */
		}
	}
	return NULL;
}

static void
set_device(Slot *slot, AvuRemoteDevice *device)
{
	g_autoptr(GError) error = NULL;

	player_set_device(slot->player, device);
	if (!offer_files(slot, true, &error)) {
		g_warning("%s: %s", slot->name, error->message);
	}
}

/* @param queue  taken */
static Slot *
add_slot(Keeper *keeper, const char *udn, const char *name, const char *location, Queue *queue,
	NextHabit habit)
{
	Slot *slot = g_new0(Slot, 1);
	const PlayerListener listener = { on_changed, slot };

	slot->keeper = keeper;
	slot->udn = g_strdup(udn);
	slot->name = g_strdup(name);
	slot->location = g_strdup(location);
	slot->player = player_new(session_get_fetcher(keeper->session), queue, habit, &listener);
	set_device(slot, find_device(keeper, udn));
	g_hash_table_insert(keeper->slots, slot->udn, slot);
	return slot;
}

static const char *
text_of(const json_t *json, const char *key)
{
	const char *text = json_string_value(json_object_get(json, key));

	return text != NULL ? text : "";
}

static void
restore(Keeper *keeper)
{
	g_autoptr(GBytes) bytes = avu_file_read(keeper->path, QUEUE_FILE_BYTES_MAX, NULL);
	json_auto_t *all = bytes != NULL ? json_loadb(g_bytes_get_data(bytes, NULL),
						   g_bytes_get_size(bytes), 0, NULL)
					 : NULL;

	for (size_t i = 0; i < MIN(json_array_size(all), (size_t)RENDERERS_MAX); i++) {
		const json_t *json = json_array_get(all, i);
		Queue *queue = queue_from_json(json_object_get(json, "queue"), NULL);

		if (queue != NULL && text_of(json, "udn")[0] != '\0') {
			(void)add_slot(keeper, text_of(json, "udn"), text_of(json, "name"),
				text_of(json, "location"), queue,
				next_habit_parse(text_of(json, "next")));
		} else {
			queue_free(queue);
		}
	}
}

/* Devices */

static void
appeared(AvuRemoteDevice *device, void *data)
{
	Keeper *keeper = data;
	Slot *slot = g_hash_table_lookup(keeper->slots, avu_remote_device_get_udn(device));

	if (slot != NULL) {
		set_device(slot, device);
		g_free(slot->location);
		slot->location = g_strdup(avu_remote_device_get_location(device));
	}
}

static void
vanished(AvuRemoteDevice *device, void *data)
{
	const Keeper *keeper = data;
	Slot *slot = g_hash_table_lookup(keeper->slots, avu_remote_device_get_udn(device));

	if (slot != NULL) {
		player_set_device(slot->player, NULL);
	}
}

Keeper *
keeper_new(Session *session, AvuStateDir *directory)
{
	Keeper *keeper = g_new0(Keeper, 1);
	g_autoptr(GError) error = NULL;

	keeper->session = session;
	keeper->directory = directory;
	keeper->path = avu_state_dir_build_path(directory, QUEUE_FILE);
	keeper->slots = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, slot_free);
	keeper->used_ns = avu_now_ns();
	restore(keeper);
	offer_prune(keeper, STAGE_IDLE_S);
	if (offer_has_staged(keeper) && !keeper_convert(keeper, &error)) {
		g_warning("what was converted cannot be played: %s", error->message);
	}
	session_set_listener(session, appeared, vanished, keeper);
	return keeper;
}

void
keeper_free(Keeper *keeper)
{
	if (keeper == NULL) {
		return;
	}
	session_set_listener(keeper->session, NULL, NULL, NULL);
	save(keeper);
	offer_prune(keeper, STAGE_IDLE_S);
	own_server_free(keeper->server);
	g_hash_table_unref(keeper->slots);
	file_share_free(keeper->share);
	g_free(keeper->path);
	g_free(keeper);
}

/* It may be one more than are believed of its address; what else is wrong shows when it plays. */
static bool
look_at(Keeper *keeper, const char *location, GError **error)
{
	const GError *trouble = session_add_location(keeper->session, location, NULL)
					? session_find_trouble(keeper->session, location)
					: NULL;

	if (g_error_matches(trouble, AVU_ERROR, AVU_ERROR_LIMIT)) {
		g_propagate_error(error, g_error_copy(trouble));
		return false;
	}
	return true;
}

/* The renderer of the request; made known when it is new. */
static Slot *
find_slot(Keeper *keeper, const json_t *renderer, GError **error)
{
	const char *udn = text_of(renderer, "udn");
	Slot *slot = g_hash_table_lookup(keeper->slots, udn);

	if (udn[0] == '\0' || (slot == NULL && g_hash_table_size(keeper->slots) >= RENDERERS_MAX)) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_LIMIT,
			"no renderer named, or queues of %d renderers already", RENDERERS_MAX);
		return NULL;
	}
	if ((slot == NULL || player_get_device(slot->player) == NULL) &&
		!look_at(keeper, text_of(renderer, "location"), error)) {
		return NULL;
	}
	return slot != NULL ? slot
			    : add_slot(keeper, udn, text_of(renderer, "name"),
				      text_of(renderer, "location"), queue_new(), NEXT_UNKNOWN);
}

static bool
run_order(Keeper *keeper, const json_t *request, json_t *answer, GError **error)
{
	Slot *slot = find_slot(keeper, json_object_get(request, "renderer"), error);

	return slot != NULL && orders_run(slot, text_of(request, "do"), request, answer, error);
}

json_t *
keeper_answer(Keeper *keeper, const json_t *request)
{
	json_t *answer = json_object();
	g_autoptr(GError) error = NULL;

	keeper->used_ns = avu_now_ns();
	if (!run_order(keeper, request, answer, &error)) {
		(void)json_object_clear(answer);
		record_set_count(answer, "error", error->code);
		record_set_text(answer, "text", error->message);
	}
	return answer;
}

int64_t
keeper_get_idle_since(const Keeper *keeper)
{
	GHashTableIter iter;
	void *slot;

	g_hash_table_iter_init(&iter, keeper->slots);
	while (g_hash_table_iter_next(&iter, NULL, &slot)) {
		if (player_is_needed(((const Slot *)slot)->player)) {
			return avu_now_ns();
		}
	}
	return keeper->used_ns;
}
