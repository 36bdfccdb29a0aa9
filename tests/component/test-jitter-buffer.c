/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The jitter buffer against servers on loopback that break, lie, stall and change their mind. Every
 * octet that leaves the ring is compared with the one of its offset. */

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/jitter-buffer.h>
#include <av-upnp/loop.h>

#include "fake-peer.h"

#define WAIT_NS (40 * AVU_NS_PER_S)
#define SIZE (300u * 1000)

static uint8_t
octet_at(uint64_t offset)
{
	uint64_t x = (offset / 8 + 1) * UINT64_C(0x9e3779b97f4a7c15);

	return (uint8_t)(x >> (8 * (offset % 8)));
}

/* ---- servers: what the n-th connection does */

typedef enum {
	SERVE,     /* as asked */
	LARGE,     /* the same, of 10 MB */
	WHOLE,     /* 200 from the beginning, whatever was asked */
	OTHER_TAG, /* as asked, with another entity tag */
	OTHER_DATE,
	OTHER_SIZE,
	OTHER_PLACE, /* 206 that begins one octet too late */
	NO_SIZE,     /* close-delimited, from the beginning */
	CHUNKED,
	RADIO,
	CODED,
	STATUS,  /* the status is in the step */
	HANG_UP, /* closes without a word */
	SILENT,
} Deed;

typedef struct {
	Deed deed;
	size_t octets; /* sent in this connection; 0: all */
	bool stalls;   /* after them: silent instead of closed */
	unsigned status;
	const char *more; /* header lines */
} Step;

#define STEPS 6

typedef struct {
	const char *why;
	const char *headers; /* of every answer */
	Step steps[STEPS];   /* the last one with a deed other than SERVE stays SERVE */
	int code;            /* of the failure; -1: it is read to its end */
	const char *says;    /* part of the message */
	unsigned connections, reconnects, seconds;
	size_t readable; /* octets that are right before a failure */
	bool any;        /* the octets are no matter */
} Row;

#define TAG "ETag: \"one\"\r\n"
#define DATES                                              \
	"Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n" \
	"Date: Mon, 07 Nov 1994 08:49:37 GMT\r\n"

static const Row *_Atomic row; /* the peer's threads read it, too */
static atomic_uint connections;
static char *last_request;
static AvuCounters *counters;

static bool
send_octets(int fd, uint64_t from, size_t len, bool chunked)
{
	uint8_t piece[8192];

	for (size_t sent = 0; sent < len;) {
		size_t n = MIN(sizeof(piece), len - sent);
		g_autofree char *size = g_strdup_printf("%zx\r\n", n);

		for (size_t i = 0; i < n; i++) {
			piece[i] = octet_at(from + sent + i);
		}
		if ((chunked && !fake_say(fd, size)) || !fake_send(fd, piece, n) ||
			(chunked && !fake_say(fd, "\r\n"))) {
			return false;
		}
		sent += n;
	}
	return true;
}

static char *
head_for(const Step *step, uint64_t *at, size_t *size)
{
	const char *common = row->headers != NULL ? row->headers : "";
	const char *more = step->more != NULL ? step->more : "";

	switch (step->deed) {
	case NO_SIZE:
	case RADIO:
		*at = 0;
		return g_strdup_printf("%s 200 OK\r\n%s%s\r\n",
			step->deed == RADIO ? "ICY" : "HTTP/1.1", common, more);
	case CHUNKED:
		*at = 0;
		return g_strdup_printf(
			"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n%s%s\r\n", common, more);
	case OTHER_TAG:
		common = "ETag: \"two\"\r\n";
		break;
	case OTHER_DATE:
		common = "Last-Modified: Sun, 06 Nov 1994 08:49:38 GMT\r\n";
		break;
	case LARGE:
		*size = 10000000;
		break;
	case OTHER_SIZE:
		*size += 1;
		break;
	case WHOLE:
		*at = 0;
		break;
	case OTHER_PLACE:
		*at += 1;
		break;
	default:
		break;
	}
	return *at > 0 ? g_strdup_printf("HTTP/1.1 206 Part\r\nContent-Length: %" G_GUINT64_FORMAT
					 "\r\nContent-Range: bytes %" G_GUINT64_FORMAT
					 "-%zu/%zu\r\n%s%s\r\n",
				 *size - *at, *at, *size - 1, *size, common, more)
		       : g_strdup_printf("HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n%s%s\r\n",
				 *size, common, more);
}

static void
behave(FakePeer *peer, int fd, const char *request)
{
	unsigned n = atomic_fetch_add(&connections, 1);
	const Step *step = &row->steps[MIN(n, STEPS - 1)];
	const char *range = strstr(request, "\r\nRange: bytes=");
	uint64_t at = range != NULL ? g_ascii_strtoull(range + 15, NULL, 10) : 0;
	size_t size = SIZE;

	g_free(last_request);
	last_request = g_strdup(request);
	if (step->deed == HANG_UP) {
		return;
	}
	if (step->deed == SILENT) {
		fake_stay_silent(peer, fd);
		return;
	}
	if (step->deed == STATUS) {
		g_autofree char *refusal =
			g_strdup_printf("HTTP/1.1 %u No\r\nContent-Length: 0\r\n%s\r\n",
				step->status, step->more != NULL ? step->more : "");

		(void)fake_say(fd, refusal);
		return;
	}
	g_autofree char *head = head_for(step, &at, &size);
	size_t len = step->octets > 0 ? MIN(step->octets, size - at) : size - at;
	bool chunked = step->deed == CHUNKED;

	if (!fake_say(fd, head) || !send_octets(fd, at, len, chunked)) {
		return;
	}
	if (step->stalls) {
		fake_stay_silent(peer, fd);
	} else if (chunked && step->octets == 0) {
		(void)fake_say(fd, "0\r\n\r\n");
	}
}

/* ---- the reader */

typedef struct {
	AvuJitterGroup *group;
	AvuJitterBuffer *buffer;
	AvuRingReader *reader;
	pthread_t thread;
	atomic_bool read_over;
	size_t right;      /* octets read that are those of their offset */
	AvuRingResult end; /* of the last read */
	bool opened, failed;
	GString *dryness; /* "dry ", "filled " and titles as told */
	int code;
	char *message;
} House;

static void *
read_all(void *data)
{
	House *house = data;
	uint8_t octets[5000];
	size_t len = 0;
	/* A radio's octets begin anew with each connection. */
	size_t period = row->steps[0].deed == RADIO ? 10000 : SIZE;

	while ((house->end = avu_ring_reader_read(house->reader, house->right, octets,
			sizeof(octets), &len)) == AVU_RING_OK) {
		for (size_t i = 0; i < len && !row->any; i++) {
			g_assert_cmpint(octets[i], ==, octet_at((house->right + i) % period));
		}
		house->right += len;
	}
	atomic_store(&house->read_over, true);
	return NULL;
}

static void
on_opened(AvuJitterBuffer *buffer G_GNUC_UNUSED, void *user_data)
{
	((House *)user_data)->opened = true;
}

static void
on_failed(AvuJitterBuffer *buffer G_GNUC_UNUSED, const GError *error, void *user_data)
{
	House *house = user_data;

	g_assert_false(house->failed);
	house->failed = true;
	house->code = error->code;
	house->message = g_strdup(error->message);
	g_test_message("%s", error->message);
}

static void
on_starved(AvuJitterBuffer *buffer G_GNUC_UNUSED, bool starved, void *user_data)
{
	g_string_append(((House *)user_data)->dryness, starved ? "dry " : "filled ");
}

static void
on_title(AvuJitterBuffer *buffer, const char *title, void *user_data)
{
	g_assert_cmpstr(avu_jitter_buffer_get_station(buffer), ==, "Radio");
	g_string_append_printf(((House *)user_data)->dryness, "%s|", title);
}

static bool
allow_all(const AvuAddress *address G_GNUC_UNUSED, void *data G_GNUC_UNUSED)
{
	return true;
}

static void
house_open_with(House *house, uint16_t port, AvuJitterSource source)
{
	static const AvuJitterListener listener = { on_opened, on_failed, on_starved, on_title };
	const AvuAddressPolicy policy = { allow_all, NULL };
	g_autofree char *uri = g_strdup_printf("http://127.0.0.1:%u/media", port);
	g_autoptr(GError) error = NULL;
	int borrowed[AVU_RING_FDS], fds[AVU_RING_FDS];

	memset(house, 0, sizeof(*house));
	house->dryness = g_string_new(NULL);
	source.uri = uri;
	atomic_store(&connections, 0);
	house->group = avu_jitter_group_new(&policy, &listener, counters);
	house->buffer = avu_jitter_buffer_new(house->group, &source, house, &error);
	g_assert_no_error(error);
	avu_jitter_buffer_get_fds(house->buffer, borrowed);
	for (size_t i = 0; i < AVU_RING_FDS; i++) {
		fds[i] = dup(borrowed[i]);
	}
	house->reader = avu_ring_reader_new(fds, &error);
	g_assert_no_error(error);
	g_assert_cmpint(pthread_create(&house->thread, NULL, read_all, house), ==, 0);
}

static void
house_open(House *house, uint16_t port)
{
	house_open_with(house, port, (AvuJitterSource){ .duration_ns = AVU_TIME_NONE });
}

static void
on_too_long(void *data G_GNUC_UNUSED)
{
	g_error("%s: waited in vain", row->why);
}

static void
house_wait(House *house)
{
	AvuTimer *timer = avu_timer_new(NULL, WAIT_NS, on_too_long, NULL);

	while (!atomic_load(&house->read_over) || (house->right > 0 && !house->opened) ||
		(house->end == AVU_RING_FAILED && !house->failed)) {
		(void)g_main_context_iteration(NULL, FALSE);
		g_usleep(1000);
	}
	avu_timer_free(timer);
	(void)pthread_join(house->thread, NULL);
}

static void
house_close(House *house)
{
	avu_jitter_buffer_free(house->buffer);
	avu_jitter_group_free(house->group);
	avu_ring_reader_free(house->reader);
	g_string_free(house->dryness, TRUE);
	g_free(house->message);
}

/* ---- tests */

static const Row rows[] = {
	{ "served whole", TAG, { { SERVE } }, -1, NULL, 1, 0, 0, SIZE },
	{ "three breaks: each goes on at its octet", TAG "Accept-Ranges: bytes\r\n",
		{ { SERVE, 100001 }, { SERVE, 1 }, { SERVE, 70000 } }, -1, NULL, 4, 3, 0, SIZE },
	{ "breaks without a validator", "Accept-Ranges: bytes\r\n",
		{ { SERVE, 100001 }, { SERVE, 100001 } }, -1, NULL, 3, 2, 0, SIZE },
	{ "away for a while: refuses, hangs up, is busy, is back", TAG "Accept-Ranges: bytes\r\n",
		{ { SERVE, 50000 }, { HANG_UP }, { STATUS, 0, false, 503 }, { HANG_UP } }, -1, NULL,
		5, 4, 0, SIZE },
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

static void
test_servers(void)
{
	FakePeer *peer = fake_peer_new(behave);

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		House house;

		row = &rows[i];
		g_test_message("%s", row->why);
		house_open(&house, peer->port);
		house_wait(&house);
		AvuJitterNumbers numbers = avu_jitter_buffer_get_numbers(house.buffer);

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
	}
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
		g_assert_nonnull(strstr(last_request, "\r\nRange: bytes=1000-\r\n"));
		if (cases[i].line != NULL) {
			g_assert_nonnull(strstr(last_request, cases[i].line));
		} else {
			g_assert_null(strstr(last_request, "If-Range"));
		}
		house_close(&house);
	}
	fake_peer_free(peer);
}

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
	house_wait(&house);
	g_assert_cmpint(house.end, ==, AVU_RING_FAILED);
	g_assert_cmpint(house.code, ==, AVU_ERROR_TIMEOUT);
	g_assert_nonnull(strstr(house.message, "nothing came from the server for 2 s"));
	g_assert_nonnull(strstr(house.message, "503"));
	g_assert_cmpuint(house.right, ==, 50000);
	g_assert_cmpint(avu_now_ns() - before_ns, >=, 2 * AVU_NS_PER_S);
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
	} cases[] = {
		{ { "endless body", "endless body", .any = true }, -1, 1 },
		{ { "endless titles", "titles", .any = true }, -1, 1 },
		{ { "endless head", "endless head", .any = true }, AVU_ERROR_LIMIT, 1 },
		{ { "redirects in a circle", "loop", .any = true }, AVU_ERROR_FAILED, 4 },
		{ { "lengths of 2^63", "lengths", .any = true }, AVU_ERROR_SYNTAX, 2 },
	};
	FakePeer *peer = fake_peer_new(behave_hostile);

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		int64_t before_ns = avu_now_ns();
		House house;

		row = &cases[i].row;
		g_test_message("%s", row->why);
		house_open(&house, peer->port);
		while (!house.failed && avu_now_ns() - before_ns < AVU_NS_PER_S) {
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
	g_test_add_func("/jitter-buffer/radio", test_radio);
	g_test_add_func("/jitter-buffer/titles", test_titles);
	g_test_add_func("/jitter-buffer/dry", test_dry);
	g_test_add_func("/jitter-buffer/gone", test_gone);
	g_test_add_func("/jitter-buffer/prefetch", test_prefetch);
	g_test_add_func("/jitter-buffer/time", test_time);
	g_test_add_func("/jitter-buffer/hostile", test_hostile);
	g_test_add_func("/jitter-buffer/cancel", test_cancel);
	result = g_test_run();
	g_free(last_request);
	avu_counters_free(counters);
	return result;
}
