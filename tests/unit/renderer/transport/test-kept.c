/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* When the transport is written, and what of it: over time that a test lets pass, and a transport that is none. */

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "renderer/transport/memory.h"
#include "tests/support/fake-timer.h"

#define TRANSPORT ((AvuTransport *)(void *)&transport_now)
#define MINUTE_NS (60 * AVU_NS_PER_S)

void __wrap_avu_transport_get_memory(AvuTransport *transport, AvuTransportMemory *ret_memory);
void __wrap_avu_transport_restore(AvuTransport *transport, const AvuTransportMemory *memory);

static struct {
	const char *uri;
	uint32_t track;
	int64_t position_ns;
	unsigned asked, restored;
} transport_now, restored;

void
__wrap_avu_transport_get_memory(AvuTransport *transport, AvuTransportMemory *ret_memory)
{
	g_assert_true(transport == TRANSPORT);
	transport_now.asked++;
	*ret_memory = (AvuTransportMemory){ .uri = g_strdup(transport_now.uri),
		.track = transport_now.track,
		.position_ns = transport_now.position_ns };
}

void
__wrap_avu_transport_restore(AvuTransport *transport, const AvuTransportMemory *memory)
{
	g_assert_true(transport == TRANSPORT);
	restored.restored++;
	restored.track = memory->track;
	restored.position_ns = memory->position_ns;
	g_assert_cmpstr(memory->uri, ==, "http://192.0.2.1/1.flac");
}

typedef struct {
	char *folder, *path;
	AvuStateDir *state;
	Memory *memory;
} House;

static void
house_begin(House *house, MemoryExtent extent)
{
	house->memory = memory_new(house->state, extent);
	memory_attach(house->memory, TRANSPORT);
}

static void
house_init(House *house, MemoryExtent extent)
{
	memset(&restored, 0, sizeof(restored));
	memset(&transport_now, 0, sizeof(transport_now));
	transport_now.uri = "http://192.0.2.1/1.flac";
	transport_now.track = 1;
	house->folder = g_dir_make_tmp("kept-XXXXXX", NULL);
	house->state = avu_state_dir_open(house->folder, "av-renderer", NULL);
	house->path = avu_state_dir_build_path(house->state, "transport");
	house_begin(house, extent);
}

static void
house_clear(House *house)
{
	g_autoptr(GDir) folder = NULL;
	const char *name;

	memory_free(house->memory);
	avu_state_dir_free(house->state);
	folder = g_dir_open(house->folder, 0, NULL);
	while ((name = g_dir_read_name(folder)) != NULL) {
		g_autofree char *path = g_build_filename(house->folder, name, NULL);

		g_assert_cmpint(g_unlink(path), ==, 0);
	}
	g_assert_cmpint(g_rmdir(house->folder), ==, 0);
	g_free(house->folder);
	g_free(house->path);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(House, house_clear)

/* @return of what is written; -1: nothing is */
static int64_t
written_ms(const House *house)
{
	g_autofree char *text = NULL;
	gsize len = 0;
	AvuTransportMemory memory;

	if (!g_file_get_contents(house->path, &text, &len, NULL)) {
		return -1;
	}
	g_assert_true(memory_parse(text, len, &memory));
	const int64_t position_ms = memory.position_ns / AVU_NS_PER_MS;

	g_free(memory.uri);
	g_free(memory.metadata);
	g_free(memory.next_uri);
	g_free(memory.next_metadata);
	g_free(memory.mode);
	return position_ms;
}

/* A storm of changes is one write, two seconds after the last one. */
static void
test_together(void)
{
	g_auto(House) house;

	house_init(&house, MEMORY_ALL);
	for (unsigned i = 0; i < 10; i++) {
		memory_on_changed(house.memory);
		fake_time_pass(AVU_NS_PER_S);
	}
	g_assert_cmpint(written_ms(&house), ==, -1);
	fake_time_pass(AVU_NS_PER_S);
	g_assert_cmpint(written_ms(&house), ==, 0);
	g_assert_cmpuint(transport_now.asked, ==, 1);
}

/* While it plays the place is written once a minute; when it stands still no more. */
static void
test_place(void)
{
	g_auto(House) house;

	house_init(&house, MEMORY_ALL);
	memory_on_changed(house.memory);
	for (unsigned minute = 0; minute < 5; minute++) {
		fake_time_pass(minute == 0 ? 2 * AVU_NS_PER_S : MINUTE_NS);
		g_assert_cmpint(written_ms(&house), ==, minute * 60000);
		transport_now.position_ns += MINUTE_NS;
	}
	g_assert_cmpuint(transport_now.asked, ==, 5);
	fake_time_pass(MINUTE_NS);
	fake_time_pass(10 * MINUTE_NS);
	g_assert_cmpint(written_ms(&house), ==, 300000);
	g_assert_cmpuint(transport_now.asked, ==, 7); /* and once more to see that it stands */
}

/* Whoever ends in time keeps what was pending, and where the place is by now. */
static void
test_end(void)
{
	g_auto(House) house;

	house_init(&house, MEMORY_ALL);
	memory_on_changed(house.memory);
	fake_time_pass(2 * AVU_NS_PER_S);
	transport_now.position_ns = 17 * AVU_NS_PER_S;
	fake_time_pass(AVU_NS_PER_S);
	g_assert_cmpint(written_ms(&house), ==, 0);
	memory_free(g_steal_pointer(&house.memory));
	g_assert_cmpint(written_ms(&house), ==, 17000);
	house_begin(&house, MEMORY_ALL);
	g_assert_cmpuint(restored.restored, ==, 1);
	g_assert_cmpint(restored.position_ns, ==, 17 * AVU_NS_PER_S);
	transport_now.track = 2;
	memory_on_changed(house.memory);
	memory_free(g_steal_pointer(&house.memory));
	house_begin(&house, MEMORY_ALL);
	g_assert_cmpuint(restored.track, ==, 2);
}

/* The track alone, or nothing: neither written nor read, whoever wrote it. */
static void
test_extents(void)
{
	g_auto(House) house;

	house_init(&house, MEMORY_QUEUE);
	transport_now.position_ns = 17 * AVU_NS_PER_S;
	memory_on_changed(house.memory);
	fake_time_pass(2 * AVU_NS_PER_S);
	g_assert_cmpint(written_ms(&house), ==, 0);
	fake_time_pass(5 * MINUTE_NS); /* the place is nobody's business */
	g_assert_cmpuint(transport_now.asked, ==, 1);
	memory_free(house.memory);
	house_begin(&house, MEMORY_ALL);
	g_assert_cmpint(restored.position_ns, ==, 0);
	memory_on_changed(house.memory);
	fake_time_pass(2 * AVU_NS_PER_S);
	g_assert_cmpint(written_ms(&house), ==, 17000);
	memory_free(house.memory);
	house_begin(&house, MEMORY_QUEUE);
	g_assert_cmpuint(restored.restored, ==, 2);
	g_assert_cmpint(restored.position_ns, ==, 0);
	memory_free(house.memory);
	house_begin(&house, MEMORY_NOTHING);
	g_assert_cmpuint(restored.restored, ==, 2);
	const unsigned asked = transport_now.asked;

	memory_on_changed(house.memory);
	fake_time_pass(5 * MINUTE_NS);
	g_assert_cmpuint(transport_now.asked, ==, asked);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/kept/together", test_together);
	g_test_add_func("/kept/place", test_place);
	g_test_add_func("/kept/end", test_end);
	g_test_add_func("/kept/extents", test_extents);
	return g_test_run();
}
