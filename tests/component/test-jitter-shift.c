/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The jitter buffer and what is on the air, of which its server keeps some: both ends move, and places are octets
 * (limited random access, mode 0, without times). It begins at one, goes on at the next one, and is on the air
 * again where that one is gone. */
#include "jitter-house.h"

#define LIVE                         \
	"contentFeatures.dlna.org: " \
	"DLNA.ORG_FLAGS=2D100000000000000000000000000000\r\n" TAG
#define OVER                         \
	"contentFeatures.dlna.org: " \
	"DLNA.ORG_FLAGS=21100000000000000000000000000000\r\n"
#define HAS(text) "availableSeekRange.dlna.org: " text "\r\n"
/* What our server and others that know RFC 8673 are asked for, and those that do not cut. */
#define ALL "-9007199254740991\r\n"

typedef enum {
	PART,   /* from the octet asked for to what there is */
	ON,     /* the same, and said to go on: in chunks */
	CUT,    /* likewise, but it breaks there */
	AIR,    /* 200 with what is on the air */
	REFUSE, /* status */
} Act;

typedef struct {
	Act act;
	unsigned octets; /* there are so many; or the status */
	const char *more;
} Look;

typedef struct {
	Row row;
	uint64_t start; /* octet that is begun at; 0: what is on the air */
	Look looks[6];  /* of the n-th connection */
	const char *asked;
} Case;

static const Case *_Atomic now; /* the peer's threads read it, too */

#define THERE LIVE HAS("0 bytes=50000-149999")
#define ENDED REFUSE, 416, OVER HAS("0 bytes=50000-299999")
#define GONE REFUSE, 401, ""

static const Case cases[] = {
	{ { "what there is, then what comes, to its end", .code = -1, .readable = 200000 }, 100000,
		{ { PART, 150000, THERE }, { ON, SIZE, THERE }, { ENDED } },
		"100000 150000 300000 " },
	{ { "not yet", .code = -1, .readable = 200000 }, 100000,
		{ { PART, 150000, THERE }, { REFUSE, 416, THERE }, { ON, SIZE, THERE }, { ENDED } },
		"100000 150000 150000 300000 " },
	{ { "breaks: at the next octet", .code = -1, .readable = 200000, .reconnects = 1 }, 100000,
		{ { CUT, 150000, THERE }, { ON, SIZE, THERE }, { ENDED } },
		"100000 150000 300000 " },
	{ { "gone meanwhile: on the air", .code = AVU_ERROR_FAILED, .says = "401",
		  .readable = 100000, .reconnects = 2, .any = true },
		100000,
		{ { PART, 150000, THERE }, { REFUSE, 416, LIVE HAS("0 bytes=150001-249999") },
			{ AIR, 50000, THERE }, { GONE } },
		"100000 150000 - - " },
	{ { "does not say what there is: on the air", .code = AVU_ERROR_FAILED, .says = "401",
		  .readable = 100000, .reconnects = 2, .any = true },
		100000,
		{ { PART, 150000, THERE }, { REFUSE, 416, LIVE }, { AIR, 50000, THERE }, { GONE } },
		"100000 150000 - - " },
	{ { "has fewer than before: on the air", .code = AVU_ERROR_FAILED, .says = "401",
		  .readable = 100000, .reconnects = 2, .any = true },
		100000,
		{ { PART, 150000, THERE }, { REFUSE, 416, LIVE HAS("0 bytes=0-149998") },
			{ AIR, 50000, THERE }, { GONE } },
		"100000 150000 - - " },
	{ { "another stream, by the condition: what it sends", .code = AVU_ERROR_FAILED,
		  .says = "401", .readable = 100000, .reconnects = 2, .any = true },
		100000, { { CUT, 150000, THERE }, { AIR, 50000, THERE }, { GONE } },
		"100000 150000 - " },
	{ { "another stream, by its tag: on the air", .code = AVU_ERROR_FAILED, .says = "401",
		  .readable = 100000, .reconnects = 3, .any = true },
		100000,
		{ { CUT, 150000, THERE },
			{ ON, SIZE,
				"contentFeatures.dlna.org: "
				"DLNA.ORG_FLAGS=2D100000000000000000000000000000\r\n"
				"ETag: \"two\"\r\n" HAS("0 bytes=50000-299999") },
			{ AIR, 50000, THERE }, { GONE } },
		"100000 150000 - - " },
	{ { "never had a place: once more on the air", .code = AVU_ERROR_FAILED, .says = "401",
		  .readable = 50000, .reconnects = 1, .any = true },
		0, { { AIR, 50000, THERE }, { GONE } }, "- - " },
};

static char *
head_of(const Look *look, size_t at)
{
	switch (look->act) {
	case REFUSE:
		return g_strdup_printf(
			"HTTP/1.1 %u No\r\nContent-Length: 0\r\n%s\r\n", look->octets, look->more);
	case AIR:
		return g_strdup_printf("HTTP/1.1 200 OK\r\n%s\r\n", look->more);
	case PART:
		return g_strdup_printf("HTTP/1.1 206 Part\r\nContent-Length: %zu\r\n"
				       "Content-Range: bytes %zu-%u/*\r\n%s\r\n",
			look->octets - at, at, look->octets - 1, look->more);
	default:
		return g_strdup_printf("HTTP/1.1 206 Part\r\nTransfer-Encoding: chunked\r\n"
				       "Content-Range: bytes %zu-9007199254740991/*\r\n%s\r\n",
			at, look->more);
	}
}

static void
behave_shifting(FakePeer *peer G_GNUC_UNUSED, int fd, const char *request)
{
	const unsigned n = atomic_fetch_add(&connections, 1);
	const Look *look = &now->looks[MIN(n, G_N_ELEMENTS(now->looks) - 1)];
	const char *range = strstr(request, "\r\nRange: bytes=");
	const size_t at = range != NULL ? (size_t)g_ascii_strtoull(range + 15, NULL, 10) : 0;
	const bool chunked = look->act == ON || look->act == CUT;

	asked_note(request);
	if (range != NULL) {
		/* titles would stand between places; what begins may be any stream, what follows only the same */
		g_assert_null(strstr(request, "Icy-MetaData"));
		g_assert_nonnull(strstr(request, "\r\ngetAvailableSeekRange.dlna.org: 1\r\n"));
		g_assert_cmpint(strstr(request, "\r\nIf-Range: \"one\"\r\n") != NULL, ==,
			strstr(range, ALL) == strchr(range + 2, '-'));
	}
	g_autofree char *head = head_of(look, at);

	if (fake_say(fd, head) && look->act != REFUSE &&
		send_octets(fd, look->act == AIR ? 0 : at,
			look->octets - (look->act == AIR ? 0 : at), chunked) &&
		look->act == ON) {
		(void)fake_say(fd, "0\r\n\r\n");
	}
}

static void
test_shifting(void)
{
	FakePeer *peer = fake_peer_new(behave_shifting);

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		House house;

		now = &cases[i];
		first_octet = now->start;
		house_read(&house, peer->port, &now->row,
			(AvuJitterSource){ .start_ns = now->start > 0 ? 5 * AVU_NS_PER_S : 0,
				.start_byte = now->start,
				.again = now->start > 0,
				.growth_ns = 1 }); /* what is live is not over for being silent */
		house_check(&house);
		g_autofree char *places = asked_take();

		g_assert_cmpstr(places, ==, now->asked);
		g_assert_false(avu_jitter_buffer_can_seek_octets(house.buffer));
		g_assert_false(avu_jitter_buffer_can_seek_time(house.buffer));
		house_close(&house);
	}
	first_octet = 0;
	fake_peer_free(peer);
}

typedef struct {
	Case it;
	uint64_t begin;
	int64_t begins_ns;
} Start;

static const Start starts[] = {
	{ { { "is there", .code = -1, .readable = 200000 }, 100000,
		  { { ON, SIZE, THERE }, { ENDED } }, "100000 300000 " },
		100000, 5 * AVU_NS_PER_S },
	{ { { "is gone: the nearest, and not the one that is lost next", .code = -1,
		    .readable = SIZE - 166249 },
		  100000,
		  { { REFUSE, 416, LIVE HAS("0 bytes=160000-259999") }, { ON, SIZE, THERE },
			  { ENDED } },
		  "100000 166249 300000 " },
		166249, 5 * AVU_NS_PER_S },
	{ { { "is not there yet: the last one", .code = -1, .readable = SIZE - 89999 }, 100000,
		  { { REFUSE, 416, LIVE HAS("0 bytes=0-89999") }, { ON, SIZE, THERE }, { ENDED } },
		  "100000 89999 300000 " },
		89999, 5 * AVU_NS_PER_S },
	{ { { "the nearest is gone as well: on the air", .code = AVU_ERROR_FAILED, .says = "401",
		    .readable = 50000, .reconnects = 1, .any = true },
		  100000,
		  { { REFUSE, 416, LIVE HAS("0 bytes=160000-259999") },
			  { REFUSE, 416, LIVE HAS("0 bytes=200000-299999") }, { AIR, 50000, THERE },
			  { GONE } },
		  "100000 166249 - - " },
		150000, 0 },
	{ { { "what there is is not said: on the air", .code = AVU_ERROR_FAILED, .says = "401",
		    .readable = 50000, .reconnects = 1, .any = true },
		  100000, { { REFUSE, 416, LIVE }, { AIR, 50000, THERE }, { GONE } },
		  "100000 - - " },
		150000, 0 },
};

/* The octet that a place is sought by is gone by then, as it is with what moves on. */
static void
test_start(void)
{
	FakePeer *peer = fake_peer_new(behave_shifting);

	for (size_t i = 0; i < G_N_ELEMENTS(starts); i++) {
		AvuJitterOctets octets;
		House house;

		now = &starts[i].it;
		first_octet = starts[i].begin;
		house_read(&house, peer->port, &now->row,
			(AvuJitterSource){ .start_ns = 5 * AVU_NS_PER_S,
				.start_byte = now->start,
				.again = true });
		house_check(&house);
		g_autofree char *places = asked_take();

		g_assert_cmpstr(places, ==, now->asked);
		g_assert_cmpint(
			avu_jitter_buffer_get_start_ns(house.buffer), ==, starts[i].begins_ns);
		g_assert_true(avu_jitter_buffer_get_octets(house.buffer, &octets));
		g_assert_true(octets.moves);
		g_assert_cmpuint(octets.begin_byte, ==, starts[i].begin);
		g_assert_cmpuint(octets.first_byte, ==, 50000);
		/* as far as it was read; more was on the air meanwhile, if the rate is known */
		g_assert_cmpuint(octets.last_byte, >=, octets.begin_byte + now->row.readable - 1);
		house_close(&house);
	}
	first_octet = 0;
	fake_peer_free(peer);
}

int
main(int argc, char **argv)
{
	int result;

	g_test_init(&argc, &argv, NULL);
	counters = avu_counters_new();
	g_test_add_func("/jitter-shift/shifting", test_shifting);
	g_test_add_func("/jitter-shift/start", test_start);
	result = g_test_run();
	g_free(last_request);
	avu_counters_free(counters);
	return result;
}
