/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The jitter buffer and what is no file: stations, answers that begin at a time, servers that mean harm. */
#include "jitter-house.h"

/* A station that drops us is joined again; what it sends then follows. */
static void
test_radio(void)
{
	static const Row radio = { "radio", "icy-name: Radio\r\n",
		{ { RADIO, 10000 }, { RADIO, 10000 }, { RADIO, 10000 }, { RADIO, 10000, true } } };
	FakePeer *peer = fake_peer_new(behave);
	House house;

	row = &radio;
	house_open(&house, peer->port);
	while (avu_jitter_buffer_get_numbers(house.buffer).received_bytes < 40000) {
		(void)g_main_context_iteration(NULL, FALSE);
		g_usleep(1000);
	}
	g_assert_cmpuint(avu_jitter_buffer_get_numbers(house.buffer).reconnects, ==, 3);
	avu_ring_reader_interrupt(house.reader, true);
	house_wait(&house);
	g_assert_cmpint(house.end, ==, AVU_RING_INTERRUPTED);
	house_close(&house);
	fake_peer_free(peer);
}

static void
behave_station(FakePeer *peer, int fd, const char *request)
{
	uint8_t octets[10000];

	g_assert_nonnull(strstr(request, "\r\nIcy-MetaData: 1\r\n"));
	for (size_t i = 0; i < sizeof(octets); i++) {
		octets[i] = octet_at(i);
	}
	/* The connection breaks in the middle of a block, once. */
	if (!fake_say(fd, "HTTP/1.0 200 OK\r\nicy-name: Radio\r\nicy-br: 128\r\n"
			  "icy-metaint: 5000\r\n\r\n") ||
		!fake_send(fd, octets, 5000) || !fake_send(fd, "\0", 1) ||
		!fake_send(fd, octets + 5000, 5000) || !fake_say(fd, "\2StreamTitle='One';")) {
		return;
	}
	if (atomic_fetch_add(&connections, 1) == 1) {
		(void)(fake_send(fd, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 14) &&
			fake_send(fd, octets, 5000) && fake_say(fd, "\1StreamTitle='';") &&
			fake_send(fd, "\0", 1) && fake_send(fd, octets + 5000, 5000));
		fake_stay_silent(peer, fd);
	}
}

/* Titles of a station come out beside the octets, when the reader is at their place. */
static void
test_titles(void)
{
	static const Row station = { "titles", .steps = { { RADIO, 0 } } };
	FakePeer *peer = fake_peer_new(behave_station);
	House house;

	row = &station;
	house_open(&house, peer->port);
	while (house.dryness->len < 5) {
		(void)g_main_context_iteration(NULL, FALSE);
		g_usleep(1000);
	}
	g_assert_cmpstr(house.dryness->str, ==, "One||");
	AvuJitterNumbers numbers = avu_jitter_buffer_get_numbers(house.buffer);

	g_assert_true(numbers.live);
	g_assert_cmpuint(numbers.rate_bps, ==, 128000);
	g_assert_cmpuint(numbers.reconnects, ==, 1);
	avu_ring_reader_interrupt(house.reader, true);
	house_wait(&house);
	g_assert_cmpuint(house.right, ==, 30000);
	house_close(&house);
	fake_peer_free(peer);
}

static atomic_bool may_answer;

static void
behave_talkative(FakePeer *peer, int fd, const char *request G_GNUC_UNUSED)
{
	uint8_t octets[1000] = { 0 };

	while (!atomic_load(&may_answer)) {
		g_usleep(1000);
	}
	(void)fake_say(fd, "HTTP/1.0 200 OK\r\nicy-name: Radio\r\nicy-metaint: 1000\r\n\r\n");
	for (unsigned i = 1; i <= 6; i++) {
		g_autofree char *block = g_strdup_printf("\001StreamTitle='%u';", i);

		g_assert_cmpuint(strlen(block), ==, 17);
		(void)(fake_send(fd, octets, sizeof(octets)) && fake_say(fd, block));
	}
	(void)fake_send(fd, octets, sizeof(octets));
	fake_stay_silent(peer, fd);
}

/* More of them wait for a reader than are kept: the newest are told. */
static void
test_many_titles(void)
{
	static const Row station = { "many titles", .steps = { { RADIO, 0 } }, .any = true };
	FakePeer *peer = fake_peer_new(behave_talkative);
	uint8_t octets[1000];
	size_t len = 0;
	House house;

	row = &station;
	atomic_store(&may_answer, false);
	house_open(&house, peer->port);
	avu_ring_reader_interrupt(house.reader, true);
	(void)pthread_join(house.thread, NULL);
	avu_ring_reader_interrupt(house.reader, false);
	atomic_store(&may_answer, true);
	while (avu_jitter_buffer_get_numbers(house.buffer).received_bytes < 7000) {
		g_usleep(1000);
	}
	while (house.right < 7000) {
		g_assert_cmpint(avu_ring_reader_read(
					house.reader, house.right, octets, sizeof(octets), &len),
			==, AVU_RING_OK);
		house.right += len;
	}
	avu_jitter_buffer_set_playing(house.buffer, true); /* which makes it look */
	while (house.dryness->len < strlen("3|4|5|6|")) {
		(void)g_main_context_iteration(NULL, FALSE);
		g_usleep(1000);
	}
	g_assert_cmpstr(house.dryness->str, ==, "3|4|5|6|");
	house_close(&house);
	fake_peer_free(peer);
}

static void
behave_timed(FakePeer *peer G_GNUC_UNUSED, int fd, const char *request)
{
	bool asked = strstr(request, "\r\nTimeSeekRange.dlna.org: npt=61.500-\r\n") != NULL;

	g_assert_nonnull(strstr(request, "\r\ngetcontentFeatures.dlna.org: 1\r\n"));
	g_assert_true(asked);
	g_assert_null(strstr(request, "Icy-MetaData"));
	(void)(fake_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n"
			    "contentFeatures.dlna.org: DLNA.ORG_PN=MP3;DLNA.ORG_OP=10\r\n") &&
		fake_say(fd, row->headers) && fake_say(fd, "\r\n") &&
		send_octets(fd, 0, SIZE, false));
}

/* Asked to begin at a time: where it really begins is told; a server that does not is no source. */
static void
test_time(void)
{
	static const Row good = { "good", "TimeSeekRange.dlna.org: npt=60.000-99.000/99.001\r\n" };
	static const Row deaf = { "deaf", "Accept-Ranges: bytes\r\n" };
	FakePeer *peer = fake_peer_new(behave_timed);

	for (unsigned i = 0; i < 2; i++) {
		House house;

		row = i == 0 ? &good : &deaf;
		house_open_with(&house, peer->port,
			(AvuJitterSource){
				.duration_ns = AVU_TIME_NONE, .start_ns = 61500 * AVU_NS_PER_MS });
		house_wait(&house);
		if (i == 0) {
			g_assert_false(house.failed);
			g_assert_cmpuint(house.right, ==, SIZE);
			g_assert_true(avu_jitter_buffer_can_seek_time(house.buffer));
			g_assert_false(avu_jitter_buffer_can_seek_octets(house.buffer));
			g_assert_cmpint(avu_jitter_buffer_get_start_ns(house.buffer), ==,
				60 * AVU_NS_PER_S);
		} else {
			g_assert_cmpint(house.code, ==, AVU_ERROR_UNSUPPORTED);
			g_assert_cmpuint(house.right, ==, 0);
		}
		house_close(&house);
	}
	fake_peer_free(peer);
}

/* A server of another maker: it says what it is asked for, or refuses to seek. */
static void
behave_strict(FakePeer *peer G_GNUC_UNUSED, int fd, const char *request)
{
	const bool seeks = strstr(request, "TimeSeekRange") != NULL;

	g_assert_nonnull(strstr(request, "\r\ntransferMode.dlna.org: Streaming\r\n"));
	g_assert_nonnull(strstr(request, "\r\ngetAvailableSeekRange.dlna.org: 1\r\n"));
	g_assert_nonnull(strstr(request, "\r\nrealTimeInfo.dlna.org: DLNA.ORG_TLAG=*\r\n"));
	if (atomic_fetch_add(&connections, 1) == 0) {
		g_autofree char *no = g_strdup_printf(
			"HTTP/1.1 %u No\r\nContent-Length: 0\r\n\r\n", row->steps[0].status);

		g_assert_true(seeks);
		(void)fake_say(fd, no);
		return;
	}
	g_assert_false(seeks);
	(void)(fake_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n") &&
		fake_say(fd, row->headers) && fake_say(fd, "\r\n") &&
		send_octets(fd, 0, SIZE, false));
}

/* A place that is refused: from the beginning, and no more times where there are none. */
static void
test_refused_time(void)
{
	static const Row rows[] = {
		{ "none at all", "contentFeatures.dlna.org: DLNA.ORG_OP=11\r\n",
			{ { STATUS, .status = 406 } }, -1 },
		{ "behind the end", "contentFeatures.dlna.org: DLNA.ORG_OP=11\r\n",
			{ { STATUS, .status = 416 } }, -1 },
		{ "one that fails otherwise is not asked again so", "",
			{ { STATUS, .status = 403 } }, AVU_ERROR_FAILED },
	};
	FakePeer *peer = fake_peer_new(behave_strict);

	for (size_t i = 0; i < 2 * G_N_ELEMENTS(rows); i++) {
		House house;
		const bool good = rows[i / 2].code == -1;

		if (!good && i % 2 == 1) {
			continue; /* that one is waited for */
		}
		house_read(&house, peer->port, &rows[i / 2],
			(AvuJitterSource){
				.start_ns = 61500 * AVU_NS_PER_MS, .again = i % 2 == 1 });
		g_assert_cmpint(house.failed, ==, !good);
		g_assert_cmpuint(house.right, ==, good ? SIZE : 0);
		g_assert_cmpuint(atomic_load(&connections), ==, good ? 2 : 1);
		g_assert_cmpint(avu_jitter_buffer_get_start_ns(house.buffer), ==, 0);
		g_assert_cmpint(avu_jitter_buffer_can_seek_time(house.buffer), ==,
			good && row->steps[0].status == 416);
		house_close(&house);
	}
	fake_peer_free(peer);
}

/* What a time shift has is all that can be asked for; it begins with what is on the air. */
static void
test_available(void)
{
	static const Row shift = { "time shift",
		"contentFeatures.dlna.org: DLNA.ORG_FLAGS=4D100000000000000000000000000000\r\n"
		"availableSeekRange.dlna.org: 0 npt=1803.480-7200.000\r\n",
		{ { NO_SIZE } } };
	FakePeer *peer = fake_peer_new(behave);
	const int64_t end_ns = 7200 * AVU_NS_PER_S;
	House house;

	row = &shift;
	house_open(&house, peer->port);
	while (!house.opened) {
		(void)g_main_context_iteration(NULL, TRUE);
	}
	g_assert_true(avu_jitter_buffer_can_seek_time(house.buffer));
	g_assert_false(avu_jitter_buffer_can_seek_octets(house.buffer));
	g_assert_cmpint(avu_jitter_buffer_get_start_ns(house.buffer), ==, end_ns);
	g_assert_cmpint(avu_jitter_buffer_limit_ns(house.buffer, 2000 * AVU_NS_PER_S), ==,
		2000 * AVU_NS_PER_S);
	g_assert_cmpint(avu_jitter_buffer_limit_ns(house.buffer, 0), >=, 1803480 * AVU_NS_PER_MS);
	g_assert_cmpint(avu_jitter_buffer_limit_ns(house.buffer, 2 * end_ns), >=, end_ns);
	g_assert_cmpint(avu_jitter_buffer_limit_ns(house.buffer, 2 * end_ns), <, end_ns * 3 / 2);
	avu_ring_reader_interrupt(house.reader, true);
	house_wait(&house);
	house_close(&house);
	fake_peer_free(peer);
}

#define BASE 1000000
#define SOUGHT "npt=60.000-99.000/99.001"

typedef struct {
	Row row;
	const char *tag; /* of the first answer */
	const char
		*again; /* head of the answer to the same time; NULL: it is asked for in octets */
	int code;
} TimeBreak;

static const TimeBreak *_Atomic time_break; /* as row */

static void
send_rest(int fd, const char *request)
{
	const char *range = strstr(request, "\r\nRange: bytes=");

	g_assert_null(strstr(request, "TimeSeekRange"));
	g_assert_nonnull(strstr(request, "\r\nIf-Range: \"one\"\r\n"));
	g_assert_nonnull(range);
	g_assert_cmpuint(g_ascii_strtoull(range + 15, NULL, 10), ==, BASE + 100000);
	(void)(fake_say(fd, "HTTP/1.1 206 Part\r\nContent-Length: 200000\r\n"
			    "Content-Range: bytes 1100000-1299999/1300000\r\n" TAG "\r\n") &&
		send_octets(fd, 100000, 200000, false));
}

/* The first connection breaks. */
static void
behave_timed_break(FakePeer *peer G_GNUC_UNUSED, int fd, const char *request)
{
	const bool again = atomic_fetch_add(&connections, 1) > 0;

	if (again && time_break->again == NULL) {
		send_rest(fd, request);
		return;
	}
	g_assert_nonnull(strstr(request, "\r\nTimeSeekRange.dlna.org: npt=61.500-\r\n"));
	g_assert_null(strstr(request, "Range: bytes="));
	(void)(fake_say(fd, "HTTP/1.1 200 OK\r\n") &&
		fake_say(fd, again ? time_break->again : time_break->tag) &&
		fake_say(fd, again ? "" : "Content-Length: 300000\r\n") &&
		fake_say(fd, again ? "" : row->headers) && fake_say(fd, "\r\n") &&
		send_octets(fd, 0, again ? SIZE : 100000, false));
}

#define BY_BOTH "contentFeatures.dlna.org: DLNA.ORG_OP=11\r\n"
#define BY_TIME "contentFeatures.dlna.org: DLNA.ORG_OP=10\r\n"
#define FROM_60 "TimeSeekRange.dlna.org: " SOUGHT
#define LENGTH "Content-Length: 300000\r\n"
#define SAME LENGTH TAG FROM_60 "\r\n"

static const TimeBreak time_breaks[] = {
	{ { "octets are known, and can be asked for",
		  BY_BOTH FROM_60 " bytes=1000000-1299999/1300000\r\n" },
		TAG, NULL, -1 },
	{ { "no features, but HTTP's own word for it",
		  "Accept-Ranges: bytes\r\n" FROM_60 " bytes=1000000-1299999/1300000\r\n" },
		TAG, NULL, -1 },
	{ { "by time only: the same once more, up to the place",
		  BY_TIME FROM_60 " bytes=1000000-1299999/1300000\r\n" },
		TAG, SAME, -1 },
	{ { "octets are not known: the same once more", BY_BOTH FROM_60 "\r\n" }, TAG, SAME, -1 },
	{ { "not up to the end: the same once more",
		  BY_BOTH FROM_60 " bytes=1000000-1299999/1400000\r\n" },
		TAG, SAME, -1 },
	{ { "not as many as are sent, made anew with another head: the same once more",
		  BY_BOTH FROM_60 " bytes=1000001-1299999/1300000\r\n" },
		TAG, SAME, -1 },
	{ { "the same by its date", BY_BOTH FROM_60 "\r\n" }, DATES, LENGTH DATES FROM_60 "\r\n",
		-1 },
	{ { "once more, and another one", BY_BOTH FROM_60 "\r\n" }, TAG,
		LENGTH "ETag: \"two\"\r\n" FROM_60 "\r\n", AVU_ERROR_GONE },
	{ { "once more, and it does not say which one", BY_BOTH FROM_60 "\r\n" }, TAG,
		LENGTH FROM_60 "\r\n", AVU_ERROR_GONE },
	{ { "once more, and longer", BY_BOTH FROM_60 "\r\n" }, TAG,
		"Content-Length: 300001\r\n" TAG FROM_60 "\r\n", AVU_ERROR_GONE },
	{ { "once more, and of no length", BY_BOTH FROM_60 "\r\n" }, TAG, TAG FROM_60 "\r\n",
		AVU_ERROR_GONE },
	{ { "once more, and from another time", BY_BOTH FROM_60 "\r\n" }, TAG,
		LENGTH TAG "TimeSeekRange.dlna.org: npt=59.000-99.000/99.001\r\n", AVU_ERROR_GONE },
	{ { "once more, and from its beginning", BY_BOTH FROM_60 "\r\n" }, TAG, LENGTH TAG,
		AVU_ERROR_GONE },
	{ { "may be another one at any time", BY_BOTH FROM_60 "\r\n" }, "ETag: W/\"one\"\r\n", NULL,
		AVU_ERROR_UNREACHABLE },
};

/* From a time on: it is continued in octets, if it was said which ones they are; else the same answer is
 * read again, if it is surely the same. Never an octet twice. */
static void
test_time_breaks(void)
{
	FakePeer *peer = fake_peer_new(behave_timed_break);

	for (size_t i = 0; i < G_N_ELEMENTS(time_breaks); i++) {
		House house;

		time_break = &time_breaks[i];
		house_read(&house, peer->port, &time_break->row,
			(AvuJitterSource){ .start_ns = 61500 * AVU_NS_PER_MS });
		g_assert_cmpint(house.failed ? house.code : -1, ==, time_break->code);
		g_assert_cmpuint(house.right, ==, time_break->code == -1 ? SIZE : 100000);
		g_assert_cmpuint(atomic_load(&connections), ==,
			time_break->code == AVU_ERROR_UNREACHABLE ? 1 : 2);
		house_close(&house);
	}
	fake_peer_free(peer);
}

/* So much behind a time that a new seek is heard less than reading it all again: octets of no matter. */
static void
behave_far_break(FakePeer *peer G_GNUC_UNUSED, int fd, const char *request G_GNUC_UNUSED)
{
	const size_t piece = 1 << 16;
	g_autofree char *octets = g_malloc0(piece);

	atomic_fetch_add(&connections, 1);
	if (!fake_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n" TAG FROM_60
			  "\r\n" BY_TIME "\r\n")) {
		return;
	}
	for (size_t sent = 0; sent <= (size_t)64 << 20; sent += piece) {
		if (!fake_send(fd, octets, piece)) {
			return;
		}
	}
}

static void
test_far_break(void)
{
	static const Row far_off = { "breaks far behind a time", .any = true };
	FakePeer *peer = fake_peer_new(behave_far_break);
	House house;

	house_read(&house, peer->port, &far_off,
		(AvuJitterSource){ .start_ns = 61500 * AVU_NS_PER_MS });
	g_assert_true(house.failed);
	g_assert_cmpint(house.code, ==, AVU_ERROR_UNREACHABLE);
	g_assert_cmpuint(atomic_load(&connections), ==, 1);
	house_close(&house);
	fake_peer_free(peer);
}

/* ---- servers that mean harm (LIM-20 to LIM-24, FLT-59) */

static void
behave_hostile(FakePeer *peer, int fd, const char *request)
{
	g_autofree char *piece = g_strnfill(65536, 'x');

	atomic_fetch_add(&connections, 1);
	if (strstr(row->headers, "endless body") != NULL) {
		(void)fake_say(fd, "HTTP/1.1 200 OK\r\n\r\n");
		fake_say_forever(peer, fd, piece);
	} else if (strstr(row->headers, "endless head") != NULL) {
		(void)fake_say(fd, "HTTP/1.1 200 OK\r\nX: ");
		fake_say_forever(peer, fd, piece);
	} else if (strstr(row->headers, "loop") != NULL) {
		(void)fake_say(fd, "HTTP/1.1 302 Go\r\nLocation: /media\r\n"
				   "Content-Length: 0\r\n\r\n");
	} else if (strstr(row->headers, "titles") != NULL) {
		(void)fake_say(fd, "HTTP/1.1 200 OK\r\nicy-name: Radio\r\nicy-metaint: 1\r\n\r\n");
		memset(piece, 0xff, 65535); /* block after block of the greatest length */
		fake_say_forever(peer, fd, piece);
	} else if (strstr(request, "\r\nRange: ") == NULL) {
		(void)fake_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775807\r\n"
				   "Accept-Ranges: bytes\r\n\r\nabc");
	} else {
		(void)fake_say(fd, "HTTP/1.1 206 P\r\nContent-Range: bytes "
				   "3-9223372036854775807/9223372036854775808\r\n\r\n");
	}
}

static uint64_t
get_memory(AvuJitterBuffer *buffer)
{
	int fds[AVU_RING_FDS];
	struct stat status;

	avu_jitter_buffer_get_fds(buffer, fds);
	g_assert_cmpint(fstat(fds[0], &status), ==, 0);
	return (uint64_t)status.st_blocks * 512;
}

/* None of them makes the buffer keep more than it wants, or wait for longer than it says. */
static void
test_hostile(void)
{
	static const struct {
		Row row;
		int code; /* -1: it goes on for ever */
		unsigned connections;
		unsigned enough; /* octets of media, by which it would have grown */
	} cases[] = {
		{ { "endless body", "endless body", .any = true }, -1, 1, 16 << 20 },
		{ { "endless titles", "titles", .any = true }, -1, 1, 2000 },
		{ { "LIM-22: endless head", "endless head", .any = true }, AVU_ERROR_LIMIT, 1 },
		{ { "LIM-24: redirects in a circle", "loop", .any = true }, AVU_ERROR_FAILED, 4 },
		{ { "lengths of 2^63", "lengths", .any = true }, AVU_ERROR_SYNTAX, 2 },
	};
	FakePeer *peer = fake_peer_new(behave_hostile);

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		const int64_t until_ns = avu_now_ns() + WAIT_NS;
		House house;

		row = &cases[i].row;
		g_test_message("%s", row->why);
		house_open(&house, peer->port);
		while (!house.failed && avu_now_ns() < until_ns &&
			(cases[i].code != -1 ||
				avu_jitter_buffer_get_numbers(house.buffer).received_bytes <
					cases[i].enough)) {
			(void)g_main_context_iteration(NULL, FALSE);
			g_usleep(1000);
			/* What lies ahead and behind, head and tail, some pages. */
			g_assert_cmpuint(get_memory(house.buffer), <=, 6 * 1024 * 1024);
		}
		g_assert_true(house.failed == (cases[i].code != -1));
		g_assert_cmpint(house.failed ? house.code : -1, ==, cases[i].code);
		g_assert_cmpuint(atomic_load(&connections), ==, cases[i].connections);
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
	g_test_add_func("/jitter-streams/radio", test_radio);
	g_test_add_func("/jitter-streams/titles", test_titles);
	g_test_add_func("/jitter-streams/many-titles", test_many_titles);
	g_test_add_func("/jitter-streams/time", test_time);
	g_test_add_func("/jitter-streams/refused-time", test_refused_time);
	g_test_add_func("/jitter-streams/available", test_available);
	g_test_add_func("/jitter-streams/time-breaks", test_time_breaks);
	g_test_add_func("/jitter-streams/far-break", test_far_break);
	g_test_add_func("/jitter-streams/hostile", test_hostile);
	result = g_test_run();
	g_free(last_request);
	avu_counters_free(counters);
	return result;
}
