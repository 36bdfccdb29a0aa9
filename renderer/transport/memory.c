/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The transport in the state directory, as one line of JSON. A list is kept as its address, and read again
 * when it is played. Many changes are one write; while something plays the place in it is written once a
 * minute. What stands in the file counts as foreign. Main thread. */
#include <string.h>

#include <jansson.h>

#include <av-upnp/fd.h>
#include <av-upnp/loop.h>

#include "memory.h"

#define MEMORY_NAME "transport"
#define MEMORY_BYTES_MAX (2 * 1024 * 1024) /* twice a SOAP request, escaped */
#define DELAY_NS (2 * AVU_NS_PER_S)
#define PLACE_NS (60 * AVU_NS_PER_S)
#define POSITION_MS_MAX (1000LL * 3600 * 1000) /* a thousand hours */

struct Memory {
	AvuStateDir *state;
	MemoryExtent extent;
	AvuTransport *transport; /* NULL: not attached */
	AvuTimer *timer;
	bool armed;
	char *stored;
};

const char *const memory_extents[] = { "nothing", "queue", "all", NULL };

MemoryExtent
memory_extent_parse(const char *word)
{
	for (unsigned i = 0; memory_extents[i] != NULL; i++) {
		if (strcmp(memory_extents[i], word) == 0) {
			return (MemoryExtent)i;
		}
	}
	return MEMORY_ALL;
}

/* ---- text */

static const struct {
	const char *key;
	size_t offset;
} texts[] = {
	{ "uri", offsetof(AvuTransportMemory, uri) },
	{ "metadata", offsetof(AvuTransportMemory, metadata) },
	{ "next_uri", offsetof(AvuTransportMemory, next_uri) },
	{ "next_metadata", offsetof(AvuTransportMemory, next_metadata) },
	{ "mode", offsetof(AvuTransportMemory, mode) },
};

static char **
text_of(const AvuTransportMemory *memory, size_t i)
{
	return (char **)(void *)((char *)memory + texts[i].offset);
}

char *
memory_format(const AvuTransportMemory *memory)
{
	json_t *object = json_object();

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		const char *text = *text_of(memory, i);

		/* jansson takes UTF-8 alone; a SOAP request is nothing else */
		(void)json_object_set_new(
			object, texts[i].key, json_string(text != NULL ? text : ""));
	}
	(void)json_object_set_new(object, "track", json_integer(memory->track));
	(void)json_object_set_new(
		object, "position_ms", json_integer(memory->position_ns / AVU_NS_PER_MS));
	char *dump = json_dumps(object, JSON_COMPACT | JSON_SORT_KEYS);
	char *line = g_strdup(dump != NULL ? dump : "{}");

	free(dump);
	json_decref(object);
	return line;
}

static bool
take_number(const json_t *object, const char *key, int64_t max, int64_t *ret_number)
{
	const json_t *value = json_object_get(object, key);

	*ret_number = json_is_integer(value) ? json_integer_value(value) : -1;
	return *ret_number >= 0 && *ret_number <= max;
}

bool
memory_parse(const char *text, size_t len, AvuTransportMemory *ret_memory)
{
	json_t *object = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
	int64_t track = 0, position_ms = 0;
	bool good = json_is_object(object) && take_number(object, "track", UINT32_MAX, &track) &&
		    take_number(object, "position_ms", POSITION_MS_MAX, &position_ms);

	*ret_memory = (AvuTransportMemory){ .track = (uint32_t)track,
		.position_ns = position_ms * AVU_NS_PER_MS };
	for (size_t i = 0; good && i < G_N_ELEMENTS(texts); i++) {
		const json_t *value = json_object_get(object, texts[i].key);

		good = json_is_string(value);
		*text_of(ret_memory, i) = g_strdup(good ? json_string_value(value) : "");
	}
	json_decref(object);
	if (!good) {
		avu_transport_memory_clear(ret_memory);
	}
	return good;
}

/* ---- the file */

static void
arm(Memory *memory, int64_t delay_ns)
{
	memory->armed = delay_ns != AVU_TIME_NONE;
	avu_timer_set(memory->timer, delay_ns);
}

static void
store(Memory *memory)
{
	g_auto(AvuTransportMemory) now;
	g_autoptr(GError) error = NULL;

	avu_transport_get_memory(memory->transport, &now);
	if (memory->extent == MEMORY_QUEUE) {
		now.position_ns = 0;
	}
	g_autofree char *text = memory_format(&now);

	if (g_strcmp0(text, memory->stored) == 0) {
		return;
	}
	if (strlen(text) >= MEMORY_BYTES_MAX ||
		!avu_state_dir_store_text(memory->state, MEMORY_NAME, text, &error)) {
		g_warning("what is played is not kept: %s",
			error != NULL ? error->message : "it is too large");
		return;
	}
	g_free(memory->stored);
	memory->stored = g_steal_pointer(&text);
}

/* As long as the place moves. */
static void
on_timer(void *data)
{
	Memory *memory = data;
	g_autofree char *before = g_strdup(memory->stored);

	store(memory);
	arm(memory, g_strcmp0(before, memory->stored) != 0 && memory->extent == MEMORY_ALL
			    ? PLACE_NS
			    : AVU_TIME_NONE);
}

void
memory_on_changed(void *data)
{
	Memory *memory = data;

	if (memory->transport != NULL && memory->extent != MEMORY_NOTHING) {
		arm(memory, DELAY_NS);
	}
}

static void
restore(Memory *memory)
{
	g_autofree char *path = avu_state_dir_build_path(memory->state, MEMORY_NAME);
	g_autoptr(GBytes) bytes = avu_file_read(path, MEMORY_BYTES_MAX, NULL);
	g_auto(AvuTransportMemory) kept = { .uri = NULL };
	size_t len = 0;
	const char *text = bytes != NULL ? g_bytes_get_data(bytes, &len) : NULL;

	if (text == NULL || !memory_parse(text, len, &kept)) {
		return;
	}
	if (memory->extent == MEMORY_QUEUE) {
		kept.position_ns = 0;
	}
	avu_transport_restore(memory->transport, &kept);
}

void
memory_attach(Memory *memory, AvuTransport *transport)
{
	if (memory->extent == MEMORY_NOTHING) {
		return;
	}
	memory->transport = transport;
	restore(memory);
	arm(memory, AVU_TIME_NONE);
}

Memory *
memory_new(AvuStateDir *state, MemoryExtent extent)
{
	Memory *memory = g_new0(Memory, 1);

	memory->state = state;
	memory->extent = extent;
	memory->timer = avu_timer_new(NULL, AVU_TIME_NONE, on_timer, memory);
	return memory;
}

void
memory_free(Memory *memory)
{
	if (memory == NULL) {
		return;
	}
	if (memory->transport != NULL && (memory->armed || memory->stored != NULL)) {
		store(memory);
	}
	avu_timer_free(memory->timer);
	g_free(memory->stored);
	g_free(memory);
}
