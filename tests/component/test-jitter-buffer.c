/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The jitter buffer and a file on a server: to its end, over breaks, or to a reason. */
#include "jitter-house.h"

static const Row rows[] = {
	{ "served whole", TAG, { { SERVE } }, -1, NULL, 1, 0, 0, SIZE },
	{ "three breaks: each goes on at its octet", TAG "Accept-Ranges: bytes\r\n",
		{ { SERVE, 100001 }, { SERVE, 1 }, { SERVE, 70000 } }, -1, NULL, 4, 3, 0, SIZE },
	{ "breaks without a validator", "Accept-Ranges: bytes\r\n",
		{ { SERVE, 100001 }, { SERVE, 100001 } }, -1, NULL, 3, 2, 0, SIZE },
	{ "away for a while: refuses, hangs up, is busy, is back", TAG "Accept-Ranges: bytes\r\n",
		{ { SERVE, 50000 }, { HANG_UP }, { STATUS, 0, false, 503 },
			{ STATUS, 0, false, 429 } },
		-1, NULL, 5, 4, 0, SIZE },
	{ "restarted, does not know its objects yet", TAG "Accept-Ranges: bytes\r\n",
		{ { SERVE, 50000 }, { STATUS, 0, false, 404 }, { STATUS, 0, false, 404 } }, -1,
		NULL, 4, 3, 0, SIZE },
	{ "busy, and says how long", TAG "Accept-Ranges: bytes\r\n",
		{ { SERVE, 50000 }, { STATUS, 0, false, 503, "Retry-After: 1\r\n" } }, -1, NULL, 3,
		2, 0, SIZE },
	{ "stalls: a second connection overtakes the first", TAG "Accept-Ranges: bytes\r\n",
		{ { SERVE, 50000, true } }, -1, NULL, 2, 1, 1, SIZE },
	{ "no ranges, but surely the same: read again up to the place", TAG,
		{ { WHOLE, 100000 }, { WHOLE, 200000 }, { WHOLE } }, -1, NULL, 3, 2, 0, SIZE },
	{ "refuses ranges that it promised, but surely the same: read again up to the place",
		TAG "Accept-Ranges: bytes\r\n",
		{ { SERVE, 100000 }, { STATUS, 0, false, 406 }, { WHOLE } }, -1, NULL, 3, 2, 0,
		SIZE },
	{ "refuses them, and may be another one: cannot be joined", "Accept-Ranges: bytes\r\n",
		{ { SERVE, 100000 }, { STATUS, 0, false, 406 }, { WHOLE } }, AVU_ERROR_GONE,
		"starts at the beginning only", 3, 2, 0, 100000 },
	{ "refuses the whole as well: that is all", TAG "Accept-Ranges: bytes\r\n",
		{ { SERVE, 100000 }, { STATUS, 0, false, 406 }, { STATUS, 0, false, 406 } },
		AVU_ERROR_FAILED, "answered 406", 3, 2, 0, 100000 },
	{ "a date as new as the answer is no validator",
		"Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
		"Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n",
		{ { WHOLE, 100000 } }, AVU_ERROR_UNREACHABLE, "broke at octet 100000", 1, 0, 0,
		100000 },
	{ "no ranges and no validator: cannot be joined", NULL, { { WHOLE, 100000 } },
		AVU_ERROR_UNREACHABLE, "broke at octet 100000", 1, 0, 0, 100000 },
	{ "another tag", TAG "Accept-Ranges: bytes\r\n", { { SERVE, 100000 }, { OTHER_TAG } },
		AVU_ERROR_GONE, "entity tag was \"one\" and is \"two\"", 2, 1, 0, 100000 },
	{ "another date", DATES "Accept-Ranges: bytes\r\n", { { SERVE, 100000 }, { OTHER_DATE } },
		AVU_ERROR_GONE, "date was Sun, 06 Nov 1994 08:49:37 GMT", 2, 1, 0, 100000 },
	{ "another length", TAG "Accept-Ranges: bytes\r\n", { { SERVE, 100000 }, { OTHER_SIZE } },
		AVU_ERROR_GONE, "length was 300000 and is 300001", 2, 1, 0, 100000 },
	{ "shorter than where we are", TAG "Accept-Ranges: bytes\r\n",
		{ { SERVE, 100000 }, { STATUS, 0, false, 416 } }, AVU_ERROR_GONE,
		"octet 100000 is behind its end", 2, 1, 0, 100000 },
	{ "goes on elsewhere", TAG "Accept-Ranges: bytes\r\n",
		{ { SERVE, 100000 }, { OTHER_PLACE } }, AVU_ERROR_FAILED,
		"100001 instead of 100000", 2, 1, 0, 100000 },
	{ "refuses for good", TAG "Accept-Ranges: bytes\r\n",
		{ { SERVE, 100000 }, { STATUS, 0, false, 401 } }, AVU_ERROR_FAILED, "answered 401",
		2, 1, 0, 100000 },
	{ "LIM-22: a head without an end is not asked for again", TAG "Accept-Ranges: bytes\r\n",
		{ { SERVE, 100000 }, { ENDLESS_HEAD } }, AVU_ERROR_LIMIT, "too large", 2, 1, 0,
		100000 },
	{ "compressed", "Content-Encoding: gzip\r\n", { { SERVE } }, AVU_ERROR_UNSUPPORTED, "gzip",
		1, 0, 0, 0 },
	{ "not there", NULL, { { STATUS, 0, false, 404 } }, AVU_ERROR_NOT_FOUND, "404", 1, 0, 0,
		0 },
	{ "nobody talks", NULL, { { HANG_UP } }, AVU_ERROR_UNREACHABLE, "", 1, 0, 0, 0 },
	{ "unknown length, to its end", NULL, { { NO_SIZE } }, -1, NULL, 1, 0, 0, SIZE },
	{ "chunks, to their end", NULL, { { CHUNKED } }, -1, NULL, 1, 0, 0, SIZE },
	{ "chunks, broken", NULL, { { CHUNKED, 100000 } }, AVU_ERROR_UNREACHABLE,
		"broke at octet 100000", 1, 0, 0, 100000 },
};

static uint64_t
counted(const char *name)
{
	g_autofree char *json = avu_counters_format_json(counters);
	const char *at = strstr(json, name);

	g_assert_nonnull(at);
	return g_ascii_strtoull(strchr(at, ':') + 1, NULL, 10);
}

static void
test_servers(void)
{
	FakePeer *peer = fake_peer_new(behave);
	uint64_t octets = 0, made = 0, anew = 0, beside = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		House house;

		row = &rows[i];
		g_test_message("%s", row->why);
		house_open(&house, peer->port);
		house_wait(&house);
		while (house.told_reconnects < row->reconnects) {
			(void)g_main_context_iteration(NULL, TRUE);
		}
		AvuJitterNumbers numbers = avu_jitter_buffer_get_numbers(house.buffer);

		/* octets are counted once they can be read, and may have been by then */
		while (numbers.received_bytes < row->readable) {
			(void)g_main_context_iteration(NULL, FALSE);
			g_usleep(1000);
			numbers = avu_jitter_buffer_get_numbers(house.buffer);
		}
		g_assert_cmpint(house.failed ? house.code : -1, ==, row->code);
		g_assert_cmpint(house.end, ==, row->code == -1 ? AVU_RING_END : AVU_RING_FAILED);
		if (row->says != NULL) {
			g_assert_nonnull(strstr(house.message, row->says));
		}
		g_assert_cmpuint(house.right, ==, row->readable);
		g_assert_true(house.opened == (row->readable > 0));
		g_assert_cmpuint(numbers.connections, ==, row->connections);
		g_assert_cmpuint(numbers.reconnects, ==, row->reconnects);
		g_assert_cmpuint(numbers.seconds, ==, row->seconds);
		g_assert_cmpuint(numbers.received_bytes, ==, row->readable);
		house_close(&house);
		octets += row->readable;
		made += row->connections;
		anew += row->reconnects;
		beside += row->seconds;
	}
	/* Of those that failed, too, all is in the registry. */
	g_assert_cmpuint(counted("av_buffer_received_octets_total"), ==, octets);
	g_assert_cmpuint(counted("av_buffer_connections_total"), ==, made);
	g_assert_cmpuint(counted("av_buffer_reconnects_total"), ==, anew);
	g_assert_cmpuint(counted("av_buffer_second_connections_total"), ==, beside);
	fake_peer_free(peer);
}

/* The range is asked for under the condition that it is still the same. */
static void
test_condition(void)
{
	static const Row tagged = { "tag", TAG DATES "Accept-Ranges: bytes\r\n",
		{ { SERVE, 1000 } } };
	static const Row weak = { "weak", "ETag: W/\"one\"\r\nAccept-Ranges: bytes\r\n",
		{ { SERVE, 1000 } } };
	static const Row dated = { "date", DATES "Accept-Ranges: bytes\r\n", { { SERVE, 1000 } } };
	const struct {
		const Row *row;
		const char *line;
	} cases[] = {
		{ &tagged, "\r\nIf-Range: \"one\"\r\n" },
		{ &weak, NULL },
		{ &dated, "\r\nIf-Range: Sun, 06 Nov 1994 08:49:37 GMT\r\n" },
	};
	FakePeer *peer = fake_peer_new(behave);

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		House house;

		row = cases[i].row;
		house_open(&house, peer->port);
		house_wait(&house);
		g_assert_cmpint(house.end, ==, AVU_RING_END);
		g_autofree char *asked = dup_last_request();

		g_assert_nonnull(strstr(asked, "\r\nRange: bytes=1000-\r\n"));
		g_assert_nonnull(strstr(asked, "\r\npeerManager.dlna.org: uuid:1/manager\r\n"));
		if (cases[i].line != NULL) {
			g_assert_nonnull(strstr(asked, cases[i].line));
		} else {
			g_assert_null(strstr(asked, "If-Range"));
		}
		house_close(&house);
	}
	fake_peer_free(peer);
}

/* Its reader plays and has to wait: told when, and told again when there is enough. */
static void
test_dry(void)
{
	static const Row late = { "late", TAG "Accept-Ranges: bytes\r\n",
		{ { SERVE, 50000 }, { STATUS, 0, false, 503, "Retry-After: 1\r\n" } } };
	FakePeer *peer = fake_peer_new(behave);
	House house;

	row = &late;
	house_open(&house, peer->port);
	avu_jitter_buffer_set_playing(house.buffer, true);
	avu_jitter_buffer_note_underrun(house.buffer);
	house_wait(&house);
	while (strstr(house.dryness->str, "filled") == NULL) {
		(void)g_main_context_iteration(NULL, TRUE);
	}
	AvuJitterNumbers numbers = avu_jitter_buffer_get_numbers(house.buffer);

	bool empty = false;

	/* The level is told now and then; the reader has taken all. */
	while (!empty) {
		g_autofree char *json = avu_counters_format_json(counters);

		g_assert_nonnull(strstr(json, "\"av_buffer_underruns_total\":1}"));
		empty = strstr(json, "\"av_buffer_level_octets\":0,") != NULL;
		(void)g_main_context_iteration(NULL, FALSE);
	}
	g_assert_cmpstr(house.dryness->str, ==, "dry filled ");
	g_assert_cmpuint(numbers.underruns, ==, 1);
	g_assert_cmpint(numbers.starved_ns, >, 500 * AVU_NS_PER_MS);
	g_assert_cmpint(numbers.target_ns, >, 15 * AVU_NS_PER_S); /* it has learned */
	g_assert_cmpuint(house.right, ==, SIZE);
	house_close(&house);
	fake_peer_free(peer);
}

/* A server that is gone for good is given up, and the reason is named; not before its time. */
static void
test_gone(void)
{
	static const Row gone = { "gone", TAG "Accept-Ranges: bytes\r\n",
		{ { SERVE, 50000 }, { STATUS, 0, false, 503 }, { STATUS, 0, false, 503 },
			{ STATUS, 0, false, 503 }, { STATUS, 0, false, 503 },
			{ STATUS, 0, false, 503 } } };
	FakePeer *peer = fake_peer_new(behave);
	int64_t before_ns = avu_now_ns();
	House house;

	row = &gone;
	house_open_with(&house, peer->port,
		(AvuJitterSource){ .duration_ns = AVU_TIME_NONE, .give_up_ns = 2 * AVU_NS_PER_S });
	avu_jitter_buffer_set_playing(house.buffer, true);
	house_wait(&house);
	g_assert_cmpint(house.end, ==, AVU_RING_FAILED);
	g_assert_cmpint(house.code, ==, AVU_ERROR_TIMEOUT);
	g_assert_nonnull(strstr(house.message, "nothing came from the server for 2 s; "));
	/* who waits for octets is told that there is nothing to wait for */
	g_assert_cmpstr(house.dryness->str, ==, "dry filled ");
	g_assert_nonnull(strstr(house.message, "503"));
	g_assert_cmpuint(house.right, ==, 50000);
	g_assert_cmpint(avu_now_ns() - before_ns, >=, 2 * AVU_NS_PER_S);
	house_close(&house);
	fake_peer_free(peer);
}

/* It is away for longer than anybody waits, but something is left to be read: that is no reason to give up. */
static void
test_left(void)
{
	static const Row away = { "away", TAG "Accept-Ranges: bytes\r\n",
		{ { SERVE, 50000 }, { HANG_UP }, { HANG_UP }, { HANG_UP }, { HANG_UP },
			{ HANG_UP } } };
	FakePeer *peer = fake_peer_new(behave);
	uint8_t octets[5000];
	size_t len = 0;
	House house;

	row = &away;
	house_open_with(&house, peer->port,
		(AvuJitterSource){ .duration_ns = AVU_TIME_NONE, .give_up_ns = AVU_NS_PER_S });
	avu_ring_reader_interrupt(house.reader, true);
	(void)pthread_join(house.thread, NULL);
	while (atomic_load(&connections) < 6) { /* pauses of more than a second in all */
		(void)g_main_context_iteration(NULL, FALSE);
		g_usleep(1000);
		g_assert_false(house.failed);
	}
	avu_ring_reader_interrupt(house.reader, false);
	while (avu_ring_reader_read(house.reader, house.right, octets, sizeof(octets), &len) ==
		AVU_RING_OK) {
		house.right += len;
	}
	g_assert_cmpuint(house.right, ==, 50000);
	while (!house.failed) {
		(void)g_main_context_iteration(NULL, TRUE);
	}
	g_assert_cmpint(house.code, ==, AVU_ERROR_TIMEOUT);
	house_close(&house);
	fake_peer_free(peer);
}

/* What follows later is begun, and read whole when its turn comes. Nobody reads the ring. */
static void
test_prefetch(void)
{
	static const Row large = { "large", TAG "Accept-Ranges: bytes\r\n", { { LARGE } } };
	FakePeer *peer = fake_peer_new(behave);
	House house;

	row = &large;
	house_open_with(&house, peer->port,
		(AvuJitterSource){ .duration_ns = 80 * AVU_NS_PER_S, .prefetch = true });
	avu_ring_reader_interrupt(house.reader, true);
	while (avu_jitter_buffer_get_numbers(house.buffer).level_bytes < 1024 * 1024) {
		g_usleep(1000);
	}
	g_assert_cmpuint(avu_jitter_buffer_get_numbers(house.buffer).level_bytes, ==, 1024 * 1024);
	avu_jitter_buffer_promote(house.buffer);
	/* 1 Mbit/s: 15 s of it */
	while (avu_jitter_buffer_get_numbers(house.buffer).level_bytes < 1875000) {
		g_usleep(1000);
	}
	AvuJitterNumbers numbers = avu_jitter_buffer_get_numbers(house.buffer);

	g_assert_cmpuint(numbers.rate_bps, ==, 1000000);
	g_assert_cmpuint(numbers.target_bytes, ==, 1875000);
	g_assert_cmpuint(numbers.level_bytes, ==, 1875000);
	g_assert_cmpint(numbers.level_ns, ==, 15 * AVU_NS_PER_S);
	g_assert_false(numbers.complete);
	(void)pthread_join(house.thread, NULL);
	house_close(&house);
	fake_peer_free(peer);
}

/* Its reader goes where it likes: each time those octets are asked for, and no others are taken for them. */
static void
test_places(void)
{
	static const Row large = { "places", TAG "Accept-Ranges: bytes\r\n",
		{ { LARGE }, { LARGE }, { LARGE }, { LARGE }, { LARGE }, { LARGE } }, .any = true };
	static const uint64_t places[] = { 5000000, 300, 9999000, 7000001, 123456 };
	FakePeer *peer = fake_peer_new(behave);
	House house;

	row = &large;
	house_open(&house, peer->port);
	avu_ring_reader_interrupt(house.reader, true);
	(void)pthread_join(house.thread, NULL);
	avu_ring_reader_interrupt(house.reader, false);
	for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
		uint8_t octets[1000];

		for (size_t done = 0, len = 0; done < sizeof(octets); done += len) {
			g_assert_cmpint(avu_ring_reader_read(house.reader, places[i] + done,
						octets + done, sizeof(octets) - done, &len),
				==, AVU_RING_OK);
		}
		for (size_t k = 0; k < sizeof(octets); k++) {
			g_assert_cmpint(octets[k], ==, octet_at(places[i] + k));
		}
	}
	g_assert_cmpuint(avu_jitter_buffer_get_numbers(house.buffer).reconnects, ==, 0);
	house_close(&house);
	fake_peer_free(peer);
}

/* Freed while it waits for an answer, and while it reads. */
static void
test_cancel(void)
{
	static const Row silent = { "silent", NULL, { { SILENT } } };
	static const Row stalling = { "stalling", TAG, { { SERVE, 10000, true } } };
	const Row *cases[] = { &silent, &stalling };
	FakePeer *peer = fake_peer_new(behave);

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		House house;

		row = cases[i];
		house_open(&house, peer->port);
		while (atomic_load(&connections) == 0) {
			g_usleep(1000);
		}
		int64_t before_ns = avu_now_ns();

		avu_jitter_buffer_free(house.buffer);
		house.buffer = NULL;
		avu_jitter_group_free(house.group);
		house.group = NULL;
		g_assert_cmpint(avu_now_ns() - before_ns, <, AVU_NS_PER_S);
		avu_ring_reader_interrupt(house.reader, true);
		(void)pthread_join(house.thread, NULL);
		house_close(&house);
	}
	fake_peer_free(peer);
}

int
main(int argc, char **argv)
{
	int result;

	g_test_init(&argc, &argv, NULL);
	counters = avu_counters_new();
	g_test_add_func("/jitter-buffer/servers", test_servers);
	g_test_add_func("/jitter-buffer/condition", test_condition);
	g_test_add_func("/jitter-buffer/dry", test_dry);
	g_test_add_func("/jitter-buffer/gone", test_gone);
	g_test_add_func("/jitter-buffer/left", test_left);
	g_test_add_func("/jitter-buffer/places", test_places);
	g_test_add_func("/jitter-buffer/prefetch", test_prefetch);
	g_test_add_func("/jitter-buffer/cancel", test_cancel);
	result = g_test_run();
	g_free(last_request);
	avu_counters_free(counters);
	return result;
}
