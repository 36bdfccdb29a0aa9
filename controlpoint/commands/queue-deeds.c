/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Orders to the daemon. Main thread. */
#include "commands/queue-deeds.h"

#include <string.h>

#include <av-upnp/error.h>

#include "queue/client.h"
#include "queue/queue.h"

#define PACKET_BYTES (80 * 1024) /* of entries; below what one request may have */

static size_t
bytes_of(const json_t *entry)
{
	char *text = json_dumps(entry, JSON_COMPACT);
	const size_t len = text != NULL ? strlen(text) : 0;

	free(text);
	return len;
}

/* From entry first on. @return how many were sent; 0 with error */
static size_t
add_some(const AvuRemoteDevice *renderer, const json_t *entries, size_t first, int64_t at,
	GError **error)
{
	json_t *order = queue_order_new("add", renderer);
	json_t *items = json_array();
	size_t bytes = 0;

	for (size_t i = first; i < json_array_size(entries); i++) {
		bytes += bytes_of(json_array_get(entries, i));
		if (i > first && bytes > PACKET_BYTES) {
			break;
		}
		(void)json_array_append(items, json_array_get(entries, i));
	}
	const size_t n = json_array_size(items);

	(void)json_object_set_new(order, "items", items);
	if (at >= 0) {
		(void)json_object_set_new(order, "at", json_integer(at + (int64_t)first));
	}
	json_auto_t *answer = queue_ask(order, /* start = */ true, error);

	return answer != NULL ? n : 0;
}

bool
queue_add(const AvuRemoteDevice *renderer, const json_t *entries, int64_t at, GError **error)
{
	size_t done = 0;

	while (done < json_array_size(entries)) {
		const size_t n = add_some(renderer, entries, done, at, error);

		if (n == 0) {
			return false;
		}
		done += n;
	}
	return true;
}

bool
queue_order(const AvuRemoteDevice *renderer, const char *order, GError **error)
{
	json_auto_t *answer =
		queue_ask(queue_order_new(order, renderer), /* start = */ true, error);

	return answer != NULL;
}

bool
queue_play_instead(const AvuRemoteDevice *renderer, const json_t *entries, GError **error)
{
	json_t *play = queue_order_new("play", renderer);

	(void)json_object_set_new(play, "at", json_integer(0));
	if (!queue_order(renderer, "clear", error) || !queue_add(renderer, entries, -1, error)) {
		json_decref(play);
		return false;
	}
	json_auto_t *answer = queue_ask(play, /* start = */ true, error);

	return answer != NULL;
}

json_t *
queue_get_progress(const AvuRemoteDevice *renderer, GError **error)
{
	json_t *order = queue_order_new("show", renderer);

	/* from behind the end on: no entries */
	(void)json_object_set_new(order, "start", json_integer(QUEUE_ENTRIES_MAX));
	return queue_ask(order, /* start = */ false, error);
}

bool
queue_is_running(const AvuRemoteDevice *renderer)
{
	json_auto_t *answer = queue_get_progress(renderer, NULL);

	return json_is_true(json_object_get(answer, "running"));
}
