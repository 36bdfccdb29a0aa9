/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* jitter-house.h: servers on loopback that break, lie, stall and change their mind, and a jitter buffer that
 * reads them. Every octet that leaves its ring is compared with the one of its offset. */
#pragma once

#include <pthread.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/jitter-buffer.h>
#include <av-upnp/loop.h>

#include "fake-peer.h"
#include "ring-of.h"

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
	ENDLESS_HEAD,
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
static pthread_mutex_t last_lock = PTHREAD_MUTEX_INITIALIZER;
static char *last_request; /* guarded by last_lock: an old connection may still be at its answer */
static AvuCounters *counters; /* made by main() */
static size_t first_octet;    /* of the resource: where the ring begins; set before it is read */

/* @return a copy of the last request; g_free() it */
G_GNUC_UNUSED static char *
dup_last_request(void)
{
	(void)pthread_mutex_lock(&last_lock);
	char *request = g_strdup(last_request);

	(void)pthread_mutex_unlock(&last_lock);
	return request;
}

/* Places that connections asked for, in their order, "100 200 "; "-" is none. */
static pthread_mutex_t asked_lock = PTHREAD_MUTEX_INITIALIZER;
static GString *asked_places; /* guarded by asked_lock; made by its first entry */

G_GNUC_UNUSED static void
asked_note(const char *request)
{
	const char *range = strstr(request, "\r\nRange: bytes=");

	(void)pthread_mutex_lock(&asked_lock);
	asked_places = asked_places != NULL ? asked_places : g_string_new(NULL);
	if (range == NULL) {
		g_string_append(asked_places, "- ");
	} else {
		const char *place = range + strlen("\r\nRange: bytes=");

		g_string_append_printf(asked_places, "%.*s ", (int)strcspn(place, "-"), place);
	}
	(void)pthread_mutex_unlock(&asked_lock);
}

/* @return what was noted since the last call; g_free() it */
G_GNUC_UNUSED static char *
asked_take(void)
{
	(void)pthread_mutex_lock(&asked_lock);
	char *text = asked_places != NULL ? g_string_free(g_steal_pointer(&asked_places), FALSE)
					  : g_strdup("");

	(void)pthread_mutex_unlock(&asked_lock);
	return text;
}

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

G_GNUC_UNUSED static void
behave(FakePeer *peer, int fd, const char *request)
{
	unsigned n = atomic_fetch_add(&connections, 1);
	const Step *step = &row->steps[MIN(n, STEPS - 1)];
	const char *range = strstr(request, "\r\nRange: bytes=");
	uint64_t at = range != NULL ? g_ascii_strtoull(range + 15, NULL, 10) : 0;
	size_t size = SIZE;

	(void)pthread_mutex_lock(&last_lock);
	g_free(last_request);
	last_request = g_strdup(request);
	(void)pthread_mutex_unlock(&last_lock);
	if (step->deed == HANG_UP) {
		return;
	}
	if (step->deed == ENDLESS_HEAD) {
		g_autofree char *line = g_strnfill(65536, 'x');

		(void)fake_say(fd, "HTTP/1.1 206 Part\r\nX: ");
		fake_say_forever(peer, fd, line);
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
	GString *dryness;         /* "dry ", "filled " and titles as told */
	unsigned told_reconnects; /* of the numbers when they were last worth telling */
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
			g_assert_cmpint(
				octets[i], ==, octet_at((first_octet + house->right + i) % period));
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

static void
on_changed(AvuJitterBuffer *buffer, void *user_data)
{
	((House *)user_data)->told_reconnects = avu_jitter_buffer_get_numbers(buffer).reconnects;
}

static bool
allow_all(const AvuAddress *address G_GNUC_UNUSED, void *data G_GNUC_UNUSED)
{
	return true;
}

static void
house_open_with(House *house, uint16_t port, AvuJitterSource source)
{
	static const AvuJitterListener listener = { on_opened, on_failed, on_starved, on_title,
		on_changed, NULL };
	const AvuAddressPolicy policy = { allow_all, NULL };
	g_autofree char *uri = g_strdup_printf("http://127.0.0.1:%u/media", port);
	g_autoptr(GError) error = NULL;

	memset(house, 0, sizeof(*house));
	house->dryness = g_string_new(NULL);
	source.uri = uri;
	atomic_store(&connections, 0);
	house->group = avu_jitter_group_new(&policy, &listener, counters);
	avu_jitter_group_set_peer_manager(house->group, "uuid:1/manager");
	house->buffer = avu_jitter_buffer_new(house->group, &source, house, &error);
	g_assert_no_error(error);
	house->reader = ring_of(house->buffer);
	g_assert_cmpint(pthread_create(&house->thread, NULL, read_all, house), ==, 0);
}

G_GNUC_UNUSED static void
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

/* A server that is as this row says is read to its end. */
G_GNUC_UNUSED static void
house_read(House *house, uint16_t port, const Row *which, AvuJitterSource source)
{
	row = which;
	g_test_message("%s", which->why);
	source.duration_ns = AVU_TIME_NONE;
	house_open_with(house, port, source);
	house_wait(house);
}

/* It came to its end, or failed as the row says, and all that was read before was right. */
G_GNUC_UNUSED static void
house_check(const House *house)
{
	const AvuJitterNumbers numbers = avu_jitter_buffer_get_numbers(house->buffer);

	g_assert_cmpint(house->failed ? house->code : -1, ==, row->code);
	g_assert_cmpint(house->end, ==, row->code == -1 ? AVU_RING_END : AVU_RING_FAILED);
	if (row->says != NULL) {
		g_assert_nonnull(strstr(house->message, row->says));
	}
	g_assert_cmpuint(house->right, ==, row->readable);
	g_assert_cmpuint(numbers.received_bytes, ==, row->readable);
	g_assert_cmpuint(numbers.reconnects, ==, row->reconnects);
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
