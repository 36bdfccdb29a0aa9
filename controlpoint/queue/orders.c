/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Orders are rows of a table. Main thread; none waits. */
#include "queue/orders.h"

#include <string.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>

#include "convert/stage.h"
#include "output/output.h"
#include "queue/offer.h"

#define SHOW_MAX 100 /* entries of one answer, which is one packet */
#define SLEEP_MAX_S (24 * 3600)

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
	return offer_files(slot, false, error);
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
	if (current && queue_get_at(queue) < queue_get_n(queue)) {
		player_play(slot->player, queue_get_at(queue));
	} else if (current) {
		player_stop(slot->player); /* nothing is behind it */
	}
	offer_prune(slot->keeper, STAGE_OLD_S);
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
	offer_prune(slot->keeper, STAGE_OLD_S);
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
	(void)json_object_set_new(answer, "begun", json_boolean(player_has_begun(slot->player)));
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

bool
orders_run(Slot *slot, const char *name, const json_t *request, json_t *answer, GError **error)
{
	for (size_t i = 0; i < G_N_ELEMENTS(orders); i++) {
		if (strcmp(orders[i].name, name) == 0) {
			return orders[i].run(slot, request, answer, error);
		}
	}
	g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE, "the daemon knows no order \"%s\"", name);
	return false;
}
