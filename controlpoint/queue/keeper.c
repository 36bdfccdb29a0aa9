/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Players by UDN. Orders are rows of a table. Kept on the disk are the queues (file queues.json) with what
 * was learned of each renderer; at most RENDERERS_MAX. Main thread. */
#include "queue/keeper.h"

#include <string.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/fd.h>

#include "convert/own-server.h"
#include "convert/stage.h"
#include "item/play-item.h"
#include "item/subtitles.h"
#include "output/output.h"
#include "queue/client.h"
#include "queue/file-share.h"
#include "queue/player.h"

#define RENDERERS_MAX 64
#define SHOW_MAX 100 /* entries of one answer, which is one packet */
#define SLEEP_MAX_S (24 * 3600)

typedef struct {
	Keeper *keeper;
	char *udn, *name, *location;
	Player *player;
} Slot;

struct Keeper {
	Session *session;
	AvuStateDir *directory;
	char *path;
	FileShare *share;  /* NULL: no file was asked for yet */
	OwnServer *server; /* NULL: nothing was to be converted yet */
	GHashTable *slots; /* UDN → Slot */
	bool unsaved;
	int64_t used_ns;
};

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

/* Files of this host */

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
	g_auto(PlayItem) item = { NULL, NULL, NULL };

	if (uri == NULL) {
		return false;
	}
	file_share_set_subtitles(share, path, subtitles_uri);
	play_item_from_file(path, uri, subtitles, subtitles_uri, &item);
	queue_set_uri(queue, at, item.uri, item.metadata);
	return true;
}

/* Addresses of the files in its queue, as its renderer reaches them now.
 * @param all  also of those that have one */
static bool
share_files(Slot *slot, bool all, GError **error)
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

static void
set_device(Slot *slot, AvuRemoteDevice *device)
{
	g_autoptr(GError) error = NULL;

	player_set_device(slot->player, device);
	if (!share_files(slot, true, &error)) {
		g_warning("%s: %s", slot->name, error->message);
	}
}

/* Conversions of this host */

static bool
has_staged(Keeper *keeper, const char *path)
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
	stage_prune(STAGE_IDLE_S, is_used, keeper);
	if (has_staged(keeper, NULL) && !keeper_convert(keeper, &error)) {
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
	stage_prune(STAGE_IDLE_S, is_used, keeper);
	own_server_free(keeper->server);
	g_hash_table_unref(keeper->slots);
	file_share_free(keeper->share);
	g_free(keeper->path);
	g_free(keeper);
}

/* Orders */

typedef bool (*Order)(Slot *slot, const json_t *request, json_t *answer, GError **error);

/* A position in the request, from 0; absent: fallback. */
static unsigned
position_of(const json_t *request, const char *key, unsigned fallback)
{
	const json_t *value = json_object_get(request, key);

	return json_is_integer(value)
		       ? (unsigned)CLAMP(json_integer_value(value), 0, QUEUE_ENTRIES_MAX)
		       : fallback;
}

static bool
names_staged(const json_t *items)
{
	for (size_t i = 0; i < json_array_size(items); i++) {
		if (json_is_string(json_object_get(json_array_get(items, i), "staged"))) {
			return true;
		}
	}
	return false;
}

static bool
order_add(Slot *slot, const json_t *request, json_t *answer, GError **error)
{
	Queue *queue = player_get_queue(slot->player);
	unsigned at = position_of(request, "at", queue_get_n(queue));
	const json_t *items = json_object_get(request, "items");

	if (names_staged(items) && !keeper_convert(slot->keeper, error)) {
		return false;
	}
	for (size_t i = 0; i < json_array_size(items); i++) {
		QueueEntry entry;

		if (!queue_entry_from_json(json_array_get(items, i), &entry, error) ||
			!queue_insert(queue, at++, &entry, error)) {
			return false;
		}
	}
	record_set_count(answer, "added", (int64_t)json_array_size(items));
	player_queue_changed(slot->player);
	return share_files(slot, false, error);
}

static bool
order_move(Slot *slot, const json_t *request, json_t *answer, GError **error)
{
	(void)answer;
	if (!queue_move(player_get_queue(slot->player),
		    position_of(request, "from", QUEUE_ENTRIES_MAX),
		    position_of(request, "to", QUEUE_ENTRIES_MAX), error)) {
		return false;
	}
	player_queue_changed(slot->player);
	return true;
}

static bool
order_remove(Slot *slot, const json_t *request, json_t *answer, GError **error)
{
	Queue *queue = player_get_queue(slot->player);
	const unsigned from = position_of(request, "from", QUEUE_ENTRIES_MAX);
	const unsigned n = position_of(request, "n", 1);
	const unsigned at = queue_get_at(queue);
	const bool current = player_is_running(slot->player) && at >= from && at < from + n;

	(void)answer;
	if (!queue_remove(queue, from, n, error)) {
		return false;
	}
	player_queue_changed(slot->player);
	if (current) {
		player_play(slot->player, queue_get_at(queue));
	}
	stage_prune(STAGE_OLD_S, is_used, slot->keeper);
	return true;
}

static bool
order_clear(Slot *slot, const json_t *request, json_t *answer, GError **error)
{
	(void)request, (void)answer, (void)error;
	queue_clear(player_get_queue(slot->player));
	if (player_is_running(slot->player)) {
		player_stop(slot->player);
	}
	player_queue_changed(slot->player);
	stage_prune(STAGE_OLD_S, is_used, slot->keeper);
	return true;
}

static bool
order_play(Slot *slot, const json_t *request, json_t *answer, GError **error)
{
	const Queue *queue = player_get_queue(slot->player);
	const unsigned n = queue_get_n(queue);
	unsigned at = position_of(request, "at", queue_get_at(queue));

	/* once it is over, it begins again */
	at = json_object_get(request, "at") == NULL && at >= n ? 0 : at;
	if (at >= n) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_NOT_FOUND,
			"the queue has %u entries, no entry %u", n, at + 1);
		return false;
	}
	record_set_text(answer, "title", queue_get(queue, at)->title);
	player_play(slot->player, at);
	return true;
}

static bool
order_stop(Slot *slot, const json_t *request, json_t *answer, GError **error)
{
	(void)request, (void)answer, (void)error;
	player_stop(slot->player);
	return true;
}

static bool
order_next(Slot *slot, const json_t *request, json_t *answer, GError **error)
{
	(void)request, (void)answer;
	return player_step(slot->player, +1, error);
}

static bool
order_previous(Slot *slot, const json_t *request, json_t *answer, GError **error)
{
	(void)request, (void)answer;
	return player_step(slot->player, -1, error);
}

static bool
order_sleep(Slot *slot, const json_t *request, json_t *answer, GError **error)
{
	const json_t *seconds = json_object_get(request, "seconds");
	int64_t left_ns;

	(void)error;
	if (json_is_integer(seconds)) {
		const int64_t s = CLAMP(json_integer_value(seconds), 0, SLEEP_MAX_S);

		player_sleep(slot->player, s > 0 ? s * AVU_NS_PER_S : AVU_TIME_NONE);
	}
	left_ns = player_get_sleep(slot->player);
	record_set_duration(answer, "sleep_s", left_ns);
	return true;
}

static bool
order_show(Slot *slot, const json_t *request, json_t *answer, GError **error)
{
	const Queue *queue = player_get_queue(slot->player);
	const unsigned start = position_of(request, "start", 0);
	json_t *entries = json_array();
	size_t bytes = 0;

	(void)error;
	/* as many as fit into one packet, at least one */
	for (unsigned i = start; i < MIN(start + SHOW_MAX, queue_get_n(queue)); i++) {
		const QueueEntry *entry = queue_get(queue, i);

		bytes += 2 * (strlen(entry->title) + strlen(entry->uri) + strlen(entry->metadata));
		if (i > start && bytes > 64 * 1024) {
			break;
		}
		(void)json_array_append_new(entries, queue_entry_to_json(entry));
	}
	record_set_count(answer, "n", queue_get_n(queue));
	record_set_count(answer, "at", queue_get_at(queue));
	(void)json_object_set_new(answer, "running", json_boolean(player_is_running(slot->player)));
	record_set_text(answer, "trouble", player_get_trouble(slot->player));
	record_set_text(answer, "next", next_habit_name(player_get_habit(slot->player)));
	(void)json_object_set_new(answer, "entries", entries);
	return true;
}

static const struct {
	const char *name;
	Order run;
} orders[] = {
	{ "add", order_add },                             /* at, items: [entry] */
	{ "move", order_move },                           /* from, to */
	{ "remove", order_remove },                       /* from, n */
	{ "clear", order_clear }, { "play", order_play }, /* at */
	{ "stop", order_stop }, { "next", order_next }, { "previous", order_previous },
	{ "sleep", order_sleep }, /* seconds; 0: no more */
	{ "show", order_show },   /* start */
};

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
	if (slot == NULL) {
		slot = add_slot(keeper, udn, text_of(renderer, "name"),
			text_of(renderer, "location"), queue_new(), NEXT_UNKNOWN);
	}
	if (player_get_device(slot->player) == NULL) {
		(void)session_add_location(keeper->session, text_of(renderer, "location"), NULL);
	}
	return slot;
}

static bool
run_order(Keeper *keeper, const json_t *request, json_t *answer, GError **error)
{
	const char *name = text_of(request, "do");
	Slot *slot = find_slot(keeper, json_object_get(request, "renderer"), error);

	for (size_t i = 0; slot != NULL && i < G_N_ELEMENTS(orders); i++) {
		if (strcmp(orders[i].name, name) == 0) {
			return orders[i].run(slot, request, answer, error);
		}
	}
	if (slot != NULL) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE, "the daemon knows no order \"%s\"",
			name);
	}
	return false;
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
		if (player_is_running(((const Slot *)slot)->player)) {
			return avu_now_ns();
		}
	}
	return keeper->used_ns;
}
