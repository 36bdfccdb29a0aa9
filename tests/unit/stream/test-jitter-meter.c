/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a jitter buffer makes of its numbers, in simulated time: there is no thread and no server. */
#include "config.h"

#include <av-upnp/clock.h>
#include <av-upnp/loop.h>

#include "libav-upnp/stream/jitter-private.h"

#define S AVU_NS_PER_S
#define MS AVU_NS_PER_MS
#define MBIT UINT64_C(1000000)

typedef struct {
	AvuCounters *counters;
	AvuJitterGroup *group;
	AvuJitterBuffer buffer;
	GString *told;
} House;

static void
on_starved(AvuJitterBuffer *buffer G_GNUC_UNUSED, bool starved, void *user_data)
{
	g_string_append(((House *)user_data)->told, starved ? "dry " : "filled ");
}

static void
on_changed(AvuJitterBuffer *buffer G_GNUC_UNUSED, void *user_data)
{
	g_string_append(((House *)user_data)->told, "changed ");
}

static House *
house_new(void)
{
	static const AvuJitterListener listener = { .starved = on_starved, .changed = on_changed };
	const AvuAddressPolicy policy = { NULL, NULL };
	House *house = g_new0(House, 1);
	AvuJitterBuffer *buffer = &house->buffer;

	house->told = g_string_new(NULL);
	house->counters = avu_counters_new();
	house->group = avu_jitter_group_new(&policy, &listener, house->counters);
	buffer->group = house->group;
	buffer->user_data = house;
	buffer->ring = avu_ring_writer_new(NULL);
	g_assert_nonnull(buffer->ring);
	buffer->source.total_bytes = -1;
	buffer->wake_fd = -1;
	buffer->duration_ns = AVU_TIME_NONE;
	buffer->sampled_ns = buffer->dry_ns = AVU_TIME_NONE;
	(void)pthread_mutex_init(&buffer->lock, NULL);
	return house;
}

static void
house_free(House *house)
{
	avu_ring_writer_free(house->buffer.ring);
	pthread_mutex_destroy(&house->buffer.lock);
	avu_jitter_group_free(house->group);
	avu_counters_free(house->counters);
	g_string_free(house->told, TRUE);
	g_free(house);
}

/* What was told since the last time. */
static void
house_assert_told(House *house, const char *expected)
{
	while (g_main_context_iteration(NULL, FALSE)) {
	}
	g_assert_cmpstr(house->told->str, ==, expected);
	g_string_truncate(house->told, 0);
}

static int64_t
house_value(House *house, const char *name)
{
	g_autofree char *json = avu_counters_format_json(house->counters);
	g_autofree char *key = g_strdup_printf("\"%s\":", name);
	const char *at = strstr(json, key);

	g_assert_nonnull(at);
	return g_ascii_strtoll(at + strlen(key), NULL, 10);
}

/* ---- the rate of the media */

static const struct {
	uint64_t said_bps;
	int64_t total_bytes, duration_ns;
	uint64_t consumed_bps, expected_bps;
	const char *why;
} rate_rows[] = {
	{ 128000, 1000000, S, 5 * MBIT, 128000, "a station knows it" },
	{ 0, 15000000, 120 * S, 0, MBIT, "size by duration" },
	{ 0, 15000000, 120 * S, 500000, MBIT, "a quiet stretch is no lower rate" },
	{ 0, 15000000, 120 * S, 3 * MBIT, 3 * MBIT, "a stretch with more" },
	{ 0, 15000000, 120 * S, 8 * MBIT, 8 * MBIT, "eight times as much may be" },
	{ 0, 15000000, 120 * S, 8 * MBIT + 1, 8 * MBIT, "more is how a reader fills itself" },
	{ 0, 15000000, AVU_TIME_NONE, 3 * MBIT, 3 * MBIT, "no duration: what is read" },
	{ 0, 15000000, 0, 3 * MBIT, 3 * MBIT, "none either" },
	{ 0, -1, 120 * S, 3 * MBIT, 3 * MBIT, "no size" },
	{ 0, -1, AVU_TIME_NONE, 0, 0, "nothing is known" },
	{ 0, INT64_MAX, 1, 0, UINT64_C(1000000000000), "a lie has a bound" },
};

static void
test_rates(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rate_rows); i++) {
		const AvuRingLevel level = { .level_bytes = 2500000 };
		House *house = house_new();
		AvuJitterBuffer *buffer = &house->buffer;

		g_test_message("%s", rate_rows[i].why);
		buffer->source.rate_bps = rate_rows[i].said_bps;
		buffer->source.total_bytes = rate_rows[i].total_bytes;
		buffer->duration_ns = rate_rows[i].duration_ns;
		buffer->consumed_bps = rate_rows[i].consumed_bps;
		g_assert_cmpint(jitter_meter(buffer, &level, 1000 * S), ==, AVU_TIME_NONE);
		g_assert_cmpuint(buffer->numbers.rate_bps, ==, rate_rows[i].expected_bps);
		g_assert_cmpuint(buffer->numbers.level_bytes, ==, 2500000);
		/* 20 Mbit */
		g_assert_cmpint(buffer->numbers.level_ns, ==,
			rate_rows[i].expected_bps > 0 ? (int64_t)(20 * MBIT * (double)S /
								  (double)rate_rows[i].expected_bps)
						      : AVU_TIME_NONE);
		house_free(house);
	}
}

/* How fast its reader is: seconds, place of the reader, what is known of it then. */
static void
test_consumption(void)
{
	static const struct {
		double at_s;
		bool playing;
		uint64_t wanted;
		uint64_t expected_bps;
		const char *why;
	} rows[] = {
		{ 0, false, 0, 0, "stands" },
		{ 10, true, 1000000, 0, "the first is how the decoder fills itself" },
		{ 12, true, 5000000, 0, "so are three seconds" },
		{ 15.9, true, 5375000, 0, "not for long enough" },
		{ 16, true, 5375000, MBIT, "3 Mbit in 3 s" },
		{ 19, true, 5375000 + 750000, 2 * MBIT, "faster: at once" },
		{ 22, true, 5375000 + 750000, 3 * MBIT / 2, "slower: by a quarter" },
		{ 25, true, 5375000 + 1125000, 9 * MBIT / 8, "again" },
		{ 26, true, 1000000, 9 * MBIT / 8, "another place: no rate" },
		{ 28.5, true, 9000000, 9 * MBIT / 8, "the decoder fills itself again" },
		{ 32, true, 9000000 + 3750000, 10 * MBIT, "then it counts" },
		{ 33, false, 20000000, 10 * MBIT, "a pause" },
		{ 60, true, 30000000, 10 * MBIT, "its end is a beginning" },
		{ 66, true, 30000000, 15 * MBIT / 2, "and counts three seconds later" },
	};
	House *house = house_new();

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const AvuRingLevel level = { .level_bytes = 1, .wanted = rows[i].wanted };

		g_test_message("%s", rows[i].why);
		house->buffer.playing = rows[i].playing;
		(void)jitter_meter(&house->buffer, &level, (int64_t)(rows[i].at_s * S));
		g_assert_cmpuint(house->buffer.numbers.rate_bps, ==, rows[i].expected_bps);
	}
	house_free(house);
}

/* ---- dryness */

static void
test_dryness(void)
{
	/* 1 Mbit/s: 15 s are read ahead, with 3 s of it, 375000 octets, it goes on */
	static const struct {
		int64_t at_ms;
		bool playing;
		AvuRingLevel level;
		int64_t next_ms; /* -1: none */
		const char *told;
		int64_t starved_ms;
		unsigned dries;
		const char *why;
	} rows[] = {
		{ 0, false, { .waits = true }, -1, "", 0, 0, "nobody plays" },
		{ 200, false, { .waits = true }, -1, "", 0, 0, "for however long" },
		{ 1000, true, { .waits = true }, 1120, "", 0, 0, "it waits" },
		{ 1100, true, { .waits = true, .level_bytes = 1 }, -1, "", 0, 0, "not for long" },
		{ 2000, true, { .waits = true }, 2120, "", 0, 0, "again" },
		{ 2119, true, { .waits = true }, 2120, "", 0, 0, "not yet" },
		{ 2120, true, { .waits = true }, -1, "dry ", 120, 1, "dry" },
		{ 3000, true, { .waits = true }, -1, "", 1000, 1, "told once; since 2 s" },
		{ 4000, true, { .level_bytes = 374999 }, -1, "", 2000, 1, "an octet too few" },
		{ 5000, true, { .level_bytes = 375000 }, -1, "filled ", 3000, 1, "enough" },
		{ 5100, true, { .waits = true }, 5220, "", 3000, 1, "it waits anew" },
		{ 6000, true, { .waits = true, .complete = true }, -1, "", 3000, 1, "the end" },
		{ 7000, true, { .waits = true }, 7120, "", 3000, 1, "a second time" },
		{ 8000, true, { .waits = true }, -1, "dry ", 4000, 2, "told late" },
		{ 9000, false, { .waits = true }, -1, "", 5000, 2, "a pause is no help" },
		{ 9500, false, { .complete = true }, -1, "filled ", 5500, 2, "nor is it needed" },
	};
	House *house = house_new();
	AvuJitterBuffer *buffer = &house->buffer;

	buffer->source.rate_bps = MBIT;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s", rows[i].why);
		buffer->playing = rows[i].playing;
		const int64_t next_ns = jitter_meter(buffer, &rows[i].level, rows[i].at_ms * MS);

		g_assert_cmpint(
			next_ns, ==, rows[i].next_ms >= 0 ? rows[i].next_ms * MS : AVU_TIME_NONE);
		house_assert_told(house, rows[i].told);
		g_assert_cmpint(buffer->numbers.starved_ns, ==, rows[i].starved_ms * MS);
		g_assert_cmpuint(buffer->dries, ==, rows[i].dries);
		g_assert_cmpint(house_value(house, "av_buffer_starved_milliseconds_total"), ==,
			rows[i].starved_ms);
	}
	house_free(house);
}

/* Of a track that follows a MiB is read, and so much is enough for it; a pause of the network is in none of them. */
static void
test_ahead(void)
{
	const AvuRingLevel level = { .level_bytes = 0 }, little = { .level_bytes = 1024 * 1024 };
	House *house = house_new();
	AvuJitterBuffer *buffer = &house->buffer;

	buffer->source.rate_bps = 8 * MBIT;
	buffer->prefetch = true;
	(void)jitter_meter(buffer, &level, S);
	g_assert_cmpuint(buffer->numbers.target_bytes, ==, 1024 * 1024);
	g_assert_cmpint(buffer->numbers.target_ns, ==, 15 * S);
	/* and is enough to go on with, though it is less than 3 s */
	buffer->playing = buffer->starved = true;
	buffer->dry_ns = 0;
	(void)jitter_meter(buffer, &little, S);
	house_assert_told(house, "filled ");
	buffer->playing = false;
	buffer->prefetch = false;
	(void)jitter_meter(buffer, &level, S);
	g_assert_cmpuint(buffer->numbers.target_bytes, ==, 15 * MBIT);
	buffer->wished_ns = 20 * S;
	(void)jitter_meter(buffer, &level, S);
	g_assert_cmpuint(buffer->numbers.target_bytes, ==, 20 * MBIT);
	buffer->wished_ns = 0;
	buffer->source.live = true;
	(void)jitter_meter(buffer, &level, S);
	g_assert_cmpuint(buffer->numbers.target_bytes, ==, 3 * MBIT);
	g_assert_true(buffer->numbers.live);
	arrival_take(&buffer->arrival, 0, 2 * S);
	arrival_take(&buffer->arrival, 1000, 4 * S);
	(void)jitter_meter(buffer, &level, 4 * S);
	g_assert_cmpint(buffer->numbers.gap_ns, ==, 2 * S);
	g_assert_cmpuint(buffer->numbers.target_bytes, ==, 4 * MBIT);
	g_assert_cmpuint(buffer->numbers.throughput_bps, ==, 4000);
	house_free(house);
}

/* ---- counters and events */

/* Levels are those of what plays, and what is not known is told as such. */
static void
test_levels(void)
{
	static const AvuRingLevel level = { .level_bytes = 250000 },
				  other = { .level_bytes = 500000 };
	House *house = house_new();
	AvuJitterBuffer *buffer = &house->buffer;

	buffer->source.rate_bps = MBIT;
	buffer->playing = true;
	arrival_take(&buffer->arrival, 0, 2 * S);
	arrival_take(&buffer->arrival, 1000, 4 * S);
	(void)jitter_meter(buffer, &level, 4 * S);
	g_assert_cmpint(house_value(house, "av_buffer_gap_milliseconds"), ==, 2000);
	g_assert_cmpint(house_value(house, "av_buffer_network_bits_per_second"), ==, 4000);
	g_assert_cmpint(house_value(house, "av_buffer_level_octets"), ==, 250000);
	buffer->playing = false; /* another one does */
	buffer->numbers.received_bytes = 7;
	(void)jitter_meter(buffer, &other, 4 * S);
	g_assert_cmpint(house_value(house, "av_buffer_level_octets"), ==, 250000);
	g_assert_cmpint(house_value(house, "av_buffer_received_octets_total"), ==, 7);
	buffer->playing = true;
	buffer->source.rate_bps = 0;
	(void)jitter_meter(buffer, &other, 4 * S);
	g_assert_cmpint(house_value(house, "av_buffer_level_octets"), ==, 500000);
	g_assert_cmpint(house_value(house, "av_buffer_level_milliseconds"), ==, -1);
	house_free(house);
}

/* Each is added to the registry once, and what is worth telling is told once. */
static void
test_counts(void)
{
	const AvuRingLevel level = { .level_bytes = 250000 }, all = { .complete = true };
	JitterPieces pieces = { .rates = { .downs = 0 } };
	House *house = house_new();
	AvuJitterBuffer *buffer = &house->buffer;
	AvuJitterNumbers *numbers = &buffer->numbers;

	buffer->source.rate_bps = MBIT;
	buffer->playing = true;
	numbers->received_bytes = 1000;
	numbers->connections = 1;
	(void)jitter_meter(buffer, &level, S);
	house_assert_told(house, "");
	g_assert_cmpint(house_value(house, "av_buffer_received_octets_total"), ==, 1000);
	g_assert_cmpint(house_value(house, "av_buffer_connections_total"), ==, 1);
	g_assert_cmpint(house_value(house, "av_buffer_level_octets"), ==, 250000);
	g_assert_cmpint(house_value(house, "av_buffer_level_milliseconds"), ==, 2000);
	g_assert_cmpint(house_value(house, "av_buffer_target_milliseconds"), ==, 15000);
	g_assert_cmpint(house_value(house, "av_buffer_media_bits_per_second"), ==, 1000000);
	numbers->connections = 3;
	numbers->reconnects = 2;
	numbers->seconds = 1;
	(void)jitter_meter(buffer, &level, 2 * S);
	house_assert_told(house, "changed ");
	avu_jitter_buffer_note_underrun(buffer);
	avu_jitter_buffer_note_underrun(buffer);
	(void)jitter_meter(buffer, &level, 3 * S);
	house_assert_told(house, "changed ");
	g_assert_cmpint(numbers->target_ns, ==, 30 * S); /* a quarter of 30 s for each */
	(void)jitter_meter(buffer, &level, 4 * S);
	house_assert_told(house, "");
	/* of a stream in several rates */
	buffer->pieces = &pieces;
	pieces.rates.downs = 1;
	(void)jitter_meter(buffer, &all, 5 * S);
	g_assert_true(numbers->complete);
	house_assert_told(house, "changed ");
	pieces.rates.ups = 2;
	(void)jitter_meter(buffer, &level, 6 * S);
	house_assert_told(house, "changed ");
	g_assert_cmpint(house_value(house, "av_buffer_rate_steps_down_total"), ==, 1);
	g_assert_cmpint(house_value(house, "av_buffer_rate_steps_up_total"), ==, 2);
	buffer->pieces = NULL;
	/* what came since its thread looked the last time */
	numbers->received_bytes = 1500;
	numbers->reconnects = 3;
	avu_jitter_buffer_note_underrun(buffer);
	jitter_meter_end(buffer);
	house_assert_told(house, "changed ");
	g_assert_cmpint(house_value(house, "av_buffer_received_octets_total"), ==, 1500);
	g_assert_cmpint(house_value(house, "av_buffer_connections_total"), ==, 3);
	g_assert_cmpint(house_value(house, "av_buffer_reconnects_total"), ==, 3);
	g_assert_cmpint(house_value(house, "av_buffer_second_connections_total"), ==, 1);
	g_assert_cmpint(house_value(house, "av_buffer_underruns_total"), ==, 3);
	house_free(house);
}

/* What the network gave is of use to the next stream from there, and says nothing of another way. */
static void
test_network(void)
{
	static const struct {
		const char *uri;
		uint64_t bps;
		const char *why;
	} rows[] = {
		{ "http://192.0.2.1/other", 5000, "the same host" },
		{ "http://192.0.2.1:8080/", 5000, "at another port" },
		{ "http://192.0.2.2/one", 0, "another host" },
		{ "no address", 0, "none" },
	};
	House *house = house_new();
	AvuJitterBuffer *buffer = &house->buffer;
	g_autofree char *first = g_strdup("http://192.0.2.1/one");

	buffer->uri = first;
	g_assert_cmpuint(jitter_get_network_bps(buffer), ==, 0);
	jitter_note_network_bps(buffer, 4000);
	jitter_note_network_bps(buffer, 5000);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *uri = g_strdup(rows[i].uri);

		g_test_message("%s", rows[i].why);
		buffer->uri = uri;
		g_assert_cmpuint(jitter_get_network_bps(buffer), ==, rows[i].bps);
	}
	house_free(house);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/stream/jitter-meter/rates", test_rates);
	g_test_add_func("/stream/jitter-meter/consumption", test_consumption);
	g_test_add_func("/stream/jitter-meter/dryness", test_dryness);
	g_test_add_func("/stream/jitter-meter/ahead", test_ahead);
	g_test_add_func("/stream/jitter-meter/levels", test_levels);
	g_test_add_func("/stream/jitter-meter/counts", test_counts);
	g_test_add_func("/stream/jitter-meter/network", test_network);
	return g_test_run();
}
