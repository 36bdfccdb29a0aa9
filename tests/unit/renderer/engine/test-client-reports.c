/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a media process in the hands of a hostile file may report: numbers that fit nowhere, and frames that
 * are no report at all. */
#include "engine/client-private.h"
#include "engine/protocol.h"

#define CURRENT 1
#define PART 2

static int64_t
get_now(void *self G_GNUC_UNUSED)
{
	return 0;
}

static const AvuClock still = { get_now, NULL };

typedef struct {
	EngineClient client;
	EngineTrack current, part;
} House;

static void
house_init(House *house, AvuPlaySpeed speed)
{
	*house = (House){ 0 };
	house->client.current = &house->current;
	house->current = (EngineTrack){ .wire = CURRENT, .sent = true, .speed = speed };
	house->current.part = &house->part;
	house->part = (EngineTrack){ .wire = PART, .sent = true, .part_of = true };
	position_init(&house->client.position, &still);
	position_set(&house->client.position, 0);
}

static void
say(House *house, MediaFrame type, const AvuFrameWriter *payload)
{
	AvuFrame frame = { .type = type, .data = payload->bytes->data, .len = payload->bytes->len };

	client_received(NULL, &frame, &house->client);
}

#define SECOND INT64_C(1000000000)
#define HALF_OF_ALL (INT64_MAX / 2)

static const struct {
	int64_t said_ns, base_ns;
	AvuPlaySpeed speed;
	int64_t position_ns;
	const char *why;
} places[] = {
	{ 3 * SECOND, 0, { 1, 1 }, 3 * SECOND, "as it is" },
	{ 3 * SECOND, 10 * SECOND, { 2, 1 }, 16 * SECOND, "its server sends it twice as fast" },
	{ 3 * SECOND, 10 * SECOND, { -2, 1 }, 4 * SECOND, "backwards" },
	{ 6 * SECOND, 10 * SECOND, { -2, 1 }, 0, "never before the beginning" },
	{ HALF_OF_ALL, 0, { 1, 1 }, HALF_OF_ALL + 1, "the most that is taken, as a double has it" },
	{ HALF_OF_ALL, 0, { 9999, 1 }, HALF_OF_ALL + 1, "9999 times that fits no int64" },
	{ HALF_OF_ALL, HALF_OF_ALL, { 32, 1 }, HALF_OF_ALL + 1, "nor with what was before it" },
	{ HALF_OF_ALL, HALF_OF_ALL, { -9999, 1 }, 0, "nor backwards" },
	{ INT64_MAX, 0, { 1, 1 }, 0, "no position: not taken" },
	{ -1, 0, { 1, 1 }, 0, "none either" },
};

static void
test_places(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
		g_auto(AvuFrameWriter) payload;
		House house;

		g_test_message("%s", places[i].why);
		house_init(&house, places[i].speed);
		house.current.base_ns = places[i].base_ns;
		avu_frame_writer_init(&payload);
		avu_frame_put_u32(&payload, CURRENT);
		avu_frame_put_i64(&payload, places[i].said_ns);
		avu_frame_put_u32(&payload, 0);
		say(&house, MEDIA_POSITION, &payload);
		g_assert_cmpint(position_get_ns(&house.client.position), ==, places[i].position_ns);
	}
}

static const struct {
	uint32_t code;
	bool whole; /* nothing is missing, nothing left over */
	bool taken;
	const char *why;
} failures[] = {
	{ 703, true, true, "the part that follows cannot be played" },
	{ 703, false, false, "octets behind the end: no report" },
	{ 70300, true, false, "no code of a service" },
};

static void
test_failures(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(failures); i++) {
		g_auto(AvuFrameWriter) payload;
		House house;

		g_test_message("%s", failures[i].why);
		house_init(&house, AVU_PLAY_SPEED_NORMAL);
		avu_frame_writer_init(&payload);
		avu_frame_put_u32(&payload, PART);
		avu_frame_put_u32(&payload, failures[i].code);
		avu_frame_put_string(&payload, "No decoder.");
		if (!failures[i].whole) {
			avu_frame_put_u32(&payload, 0);
		}
		say(&house, MEDIA_FAILED, &payload);
		g_assert_true(house.part.unplayable == failures[i].taken);
		g_assert_cmpstr(house.part.trouble, ==, failures[i].taken ? "No decoder." : NULL);
		g_free(house.part.trouble);
	}
}

static void
note_title(uint32_t token, const char *station G_GNUC_UNUSED, const char *title, void *user_data)
{
	g_string_append_printf(user_data, "%u=%s ", token, title);
}

static bool
allow_none(const AvuAddress *address G_GNUC_UNUSED, void *data G_GNUC_UNUSED)
{
	return false;
}

/* The station that follows is read ahead, and says its first title then; a buffer of none is not heard. */
static void
test_titles(void)
{
	static const AvuEngineListener transport = { .title_changed = note_title };
	static const AvuAddressPolicy policy = { .allow = allow_none };
	static const AvuJitterSource source = { .uri = "http://192.0.2.1:1/", .prefetch = true };
	g_autoptr(AvuJitterGroup) group =
		avu_jitter_group_new(&policy, &client_jitter_listener, NULL);
	g_autoptr(GString) told = g_string_new(NULL);
	EngineTrack next = { .token = 8 };
	AvuJitterBuffer *buffers[3];
	House house;

	house_init(&house, (AvuPlaySpeed){ 1, 1 });
	house.client.next = &next;
	house.client.events = (EngineEvents){ .transport = &transport, .transport_data = told };
	for (size_t i = 0; i < G_N_ELEMENTS(buffers); i++) {
		buffers[i] = avu_jitter_buffer_new(group, &source, &house.client, NULL);
		g_assert_nonnull(buffers[i]);
	}
	house.current.token = 7;
	house.current.buffer = buffers[0];
	next.buffer = buffers[1];
	client_jitter_listener.title(buffers[1], "Next", &house.client);
	client_jitter_listener.title(buffers[0], "Now", &house.client);
	client_jitter_listener.title(buffers[2], "Nobody", &house.client);
	g_assert_cmpstr(told->str, ==, "8=Next 7=Now ");
	for (size_t i = 0; i < G_N_ELEMENTS(buffers); i++) {
		avu_jitter_buffer_free(buffers[i]);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/renderer/engine/client-reports/places", test_places);
	g_test_add_func("/renderer/engine/client-reports/failures", test_failures);
	g_test_add_func("/renderer/engine/client-reports/titles", test_titles);
	return g_test_run();
}
