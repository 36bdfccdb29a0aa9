/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The queue as a plain list. Bounded by QUEUE_ENTRIES_MAX and the sizes of its texts. */
#include <string.h>

#include <av-upnp/error.h>

#include "queue/queue.h"

#define URI_BYTES 8192
#define TITLE_BYTES 1024
#define METADATA_BYTES (64 * 1024)

struct Queue {
	GPtrArray *entries; /* QueueEntry* */
	unsigned at;
};

static void
entry_free(void *data)
{
	QueueEntry *entry = data;

	g_free(entry->title);
	g_free(entry->uri);
	g_free(entry->metadata);
	g_free(entry->file);
	g_free(entry->staged);
	g_free(entry);
}

Queue *
queue_new(void)
{
	Queue *queue = g_new0(Queue, 1);

	queue->entries = g_ptr_array_new_with_free_func(entry_free);
	return queue;
}

void
queue_free(Queue *queue)
{
	if (queue != NULL) {
		g_ptr_array_unref(queue->entries);
		g_free(queue);
	}
}

unsigned
queue_get_n(const Queue *queue)
{
	return queue->entries->len;
}

const QueueEntry *
queue_get(const Queue *queue, unsigned at)
{
	return at < queue->entries->len ? queue->entries->pdata[at] : NULL;
}

unsigned
queue_get_at(const Queue *queue)
{
	return queue->at;
}

void
queue_set_at(Queue *queue, unsigned at)
{
	queue->at = MIN(at, queue->entries->len);
}

bool
queue_insert(Queue *queue, unsigned at, const QueueEntry *entry, GError **error)
{
	const unsigned place = MIN(at, queue->entries->len);

	if (queue->entries->len >= QUEUE_ENTRIES_MAX) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_LIMIT, "a queue has at most %d entries",
			QUEUE_ENTRIES_MAX);
		return false;
	}
	QueueEntry *copy = g_new0(QueueEntry, 1);

	copy->title = g_strdup(entry->title);
	copy->uri = g_strdup(entry->uri);
	copy->metadata = g_strdup(entry->metadata != NULL ? entry->metadata : "");
	copy->file = g_strdup(entry->file);
	copy->staged = g_strdup(entry->staged);
	copy->duration_ns = entry->duration_ns;
	/* behind the end there is nothing that plays: what is added there is the next to */
	if (place <= queue->at && queue->at < queue->entries->len) {
		queue->at++;
	}
	g_ptr_array_insert(queue->entries, (int)place, copy);
	return true;
}

static bool
has(const Queue *queue, unsigned at, GError **error)
{
	if (at < queue->entries->len) {
		return true;
	}
	g_set_error(error, AVU_ERROR, AVU_ERROR_NOT_FOUND, "the queue has %u entries, no entry %u",
		queue->entries->len, at + 1);
	return false;
}

bool
queue_move(Queue *queue, unsigned from, unsigned to, GError **error)
{
	if (!has(queue, from, error) || !has(queue, to, error)) {
		return false;
	}
	void *entry = g_ptr_array_steal_index(queue->entries, from);

	g_ptr_array_insert(queue->entries, (int)to, entry);
	if (queue->at == from) {
		queue->at = to;
	} else if (from < queue->at && to >= queue->at) {
		queue->at--;
	} else if (from > queue->at && to <= queue->at) {
		queue->at++;
	}
	return true;
}

bool
queue_remove(Queue *queue, unsigned at, unsigned n, GError **error)
{
	if (n == 0 || !has(queue, at, error) || !has(queue, at + n - 1, error)) {
		return n == 0;
	}
	g_ptr_array_remove_range(queue->entries, at, n);
	if (queue->at >= at + n) {
		queue->at -= n;
	} else if (queue->at > at) {
		queue->at = at;
	}
	return true;
}

void
queue_clear(Queue *queue)
{
	g_ptr_array_set_size(queue->entries, 0);
	queue->at = 0;
}

void
queue_set_uri(Queue *queue, unsigned at, const char *uri, const char *metadata)
{
	QueueEntry *entry = queue->entries->pdata[at];

	g_free(entry->uri);
	g_free(entry->metadata);
	entry->uri = g_strdup(uri);
	entry->metadata = g_strdup(metadata);
}

json_t *
queue_entry_to_json(const QueueEntry *entry)
{
	json_t *json = json_object();

	(void)json_object_set_new(json, "title", json_string(entry->title));
	(void)json_object_set_new(json, "uri", json_string(entry->uri));
	(void)json_object_set_new(json, "metadata", json_string(entry->metadata));
	if (entry->file != NULL) {
		(void)json_object_set_new(json, "file", json_string(entry->file));
	}
	if (entry->staged != NULL) {
		(void)json_object_set_new(json, "staged", json_string(entry->staged));
	}
	(void)json_object_set_new(json, "duration_s",
		entry->duration_ns == AVU_TIME_NONE
			? json_null()
			: json_real((double)(entry->duration_ns / AVU_NS_PER_MS) / 1000.0));
	return json;
}

json_t *
queue_to_json(const Queue *queue)
{
	json_t *json = json_object();
	json_t *entries = json_array();

	for (guint i = 0; i < queue->entries->len; i++) {
		(void)json_array_append_new(entries, queue_entry_to_json(queue->entries->pdata[i]));
	}
	(void)json_object_set_new(json, "at", json_integer(queue->at));
	(void)json_object_set_new(json, "entries", entries);
	return json;
}

static bool
take_text(const json_t *json, const char *key, size_t max_bytes, char **ret_text, GError **error)
{
	const char *text = json_string_value(json_object_get(json, key));

	if (text == NULL || strlen(text) > max_bytes) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_SYNTAX,
			"an entry of a queue has no %s, or one of more than %zu octets", key,
			max_bytes);
		return false;
	}
	*ret_text = (char *)text;
	return true;
}

bool
queue_entry_from_json(const json_t *json, QueueEntry *ret_entry, GError **error)
{
	const double duration_s = json_number_value(json_object_get(json, "duration_s"));

	*ret_entry = (QueueEntry){ .duration_ns = AVU_TIME_NONE };
	if (duration_s > 0 && duration_s < 1e6) {
		ret_entry->duration_ns = (int64_t)(duration_s * (double)AVU_NS_PER_S);
	}
	return (json_object_get(json, "file") == NULL ||
		       take_text(json, "file", URI_BYTES, &ret_entry->file, error)) &&
	       (json_object_get(json, "staged") == NULL ||
		       take_text(json, "staged", URI_BYTES, &ret_entry->staged, error)) &&
	       take_text(json, "title", TITLE_BYTES, &ret_entry->title, error) &&
	       take_text(json, "uri", URI_BYTES, &ret_entry->uri, error) &&
	       take_text(json, "metadata", METADATA_BYTES, &ret_entry->metadata, error);
}

Queue *
queue_from_json(const json_t *json, GError **error)
{
	g_autoptr(Queue) queue = queue_new();
	const json_t *entries = json_object_get(json, "entries");
	const json_t *at = json_object_get(json, "at");

	if (!json_is_array(entries) || !json_is_integer(at)) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_SYNTAX, "this is no queue");
		return NULL;
	}
	for (size_t i = 0; i < json_array_size(entries); i++) {
		QueueEntry entry;

		if (!queue_entry_from_json(json_array_get(entries, i), &entry, error) ||
			!queue_insert(queue, queue_get_n(queue), &entry, error)) {
			return NULL;
		}
	}
	queue->at = (unsigned)CLAMP(json_integer_value(at), 0, (json_int_t)queue_get_n(queue));
	return g_steal_pointer(&queue);
}
