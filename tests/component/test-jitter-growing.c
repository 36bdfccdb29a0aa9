/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The jitter buffer and a recording that is still made: its length is not known, its end moves, its
 * beginning does not. Every octet is the one of its place, over breaks and waits, to the true end. */
#include "jitter-house.h"

#define FEATURES "contentFeatures.dlna.org: DLNA.ORG_OP=01;DLNA.ORG_FLAGS="
#define IS_MADE FEATURES "05700000000000000000000000000000\r\n" /* sN-increasing */
#define WAS_MADE FEATURES "01700000000000000000000000000000\r\n"
#define BY_TIME                      \
	"contentFeatures.dlna.org: " \
	"DLNA.ORG_OP=10;DLNA.ORG_FLAGS=05700000000000000000000000000000\r\n"
#define RANGES "Accept-Ranges: bytes\r\n"

typedef enum {
	GROWS, /* from the octet asked for to what there is; 416 behind it */
	CUT,   /* the first answer, in chunks, breaks there */
	ENDS,  /* it comes to its end there, as when a writer pauses */
	BARE,  /* likewise, with no other sign of its end than that of the connection */
	ANEW,  /* 200 with its beginning */
	FAILS, /* with the number instead of octets as its status */
} Act;

typedef struct {
	Act act;
	size_t octets; /* how many there are by now */
	const char *more;
} Look;

typedef struct {
	Row row;
	int64_t growth_ns; /* that long without more is its end; 0: so long that no test comes to it */
	Look looks[6];     /* of the n-th connection; the last one stays */
	const char *asked; /* places that were asked for, in their order; NULL: the test looks */
} Case;

static const Case *_Atomic now; /* the peer's threads read it, too */

#define LONG_NS (120 * AVU_NS_PER_S)

static const Case cases[] = {
	{ { "breaks, and grows meanwhile", RANGES, .code = -1, .reconnects = 1, .readable = SIZE },
		0,
		{ { CUT, 100000, IS_MADE }, { GROWS, 200000, IS_MADE }, { GROWS, 200000, IS_MADE },
			{ GROWS, SIZE, IS_MADE }, { GROWS, SIZE, WAS_MADE } },
		"- 100000 200000 200000 300000 " },
	{ { "its tag and date are others at each look", RANGES, .code = -1, .reconnects = 1,
		  .readable = SIZE },
		0,
		{ { CUT, 100000, IS_MADE TAG }, { GROWS, 200000, IS_MADE "ETag: \"two\"\r\n" },
			{ GROWS, SIZE, WAS_MADE "ETag: \"three\"\r\n" } },
		"- 100000 200000 " },
	{ { "its length is known with its end: nothing more is asked", RANGES, .code = -1,
		  .reconnects = 1, .readable = SIZE },
		0, { { CUT, 100000, IS_MADE }, { GROWS, SIZE, WAS_MADE } }, "- 100000 " },
	{ { "an end that is only where the writer is", RANGES, .code = -1, .readable = SIZE }, 0,
		{ { ENDS, 100000, IS_MADE }, { GROWS, SIZE, WAS_MADE } }, "- 100000 " },
	{ { "the same, of a server that closes", RANGES, .code = -1, .readable = SIZE }, 0,
		{ { BARE, 100000, IS_MADE }, { GROWS, SIZE, WAS_MADE } }, "- 100000 " },
	{ { "by DLNA's word for octets alone", "", .code = -1, .reconnects = 1, .readable = SIZE },
		0, { { CUT, 100000, IS_MADE }, { GROWS, SIZE, WAS_MADE } }, "- 100000 " },
	{ { "nothing is added any more: that is its end", RANGES, .code = -1, .reconnects = 1,
		  .readable = 200000 },
		AVU_NS_PER_S, { { CUT, 100000, IS_MADE }, { GROWS, 200000, IS_MADE } }, NULL },
	{ { "came to its end and was taken away", RANGES, .code = -1, .readable = SIZE }, 0,
		{ { ENDS, SIZE, IS_MADE }, { FAILS, 401, "" } }, "- 300000 " },
	{ { "breaks, and there is less than was read", RANGES, .code = AVU_ERROR_GONE,
		  .says = "octet 100000 is behind its end", .reconnects = 1, .readable = 100000 },
		0, { { CUT, 100000, IS_MADE }, { GROWS, 50000, IS_MADE } }, "- 100000 " },
	{ { "breaks, and begins anew: never its beginning once more", RANGES,
		  .code = AVU_ERROR_GONE, .says = "starts at the beginning only", .reconnects = 1,
		  .readable = 100000 },
		0, { { CUT, 100000, IS_MADE }, { ANEW, 200000, IS_MADE } }, "- 100000 " },
	{ { "has no octets that could be asked for", "", .code = AVU_ERROR_UNREACHABLE,
		  .says = "broke at octet 100000", .readable = 100000 },
		0, { { CUT, 100000, BY_TIME }, { ANEW, 200000, BY_TIME } }, "- " },
};

static char *
head_of(const Look *look, size_t at)
{
	const bool made = strstr(look->more, "FLAGS=01") != NULL;
	g_autofree char *total = made ? g_strdup_printf("%zu", look->octets) : g_strdup("*");

	switch (look->act) {
	case FAILS:
		return g_strdup_printf(
			"HTTP/1.1 %zu No\r\nContent-Length: 0\r\n\r\n", look->octets);
	case BARE:
		return g_strdup_printf("HTTP/1.1 200 OK\r\n%s%s\r\n", now->row.headers, look->more);
	case GROWS:
		break;
	default:
		return g_strdup_printf("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n%s%s\r\n",
			now->row.headers, look->more);
	}
	return at >= look->octets ? g_strdup_printf("HTTP/1.1 416 No\r\nContent-Length: 0\r\n"
						    "Content-Range: bytes */%zu\r\n%s\r\n",
					    look->octets, look->more)
				  : g_strdup_printf("HTTP/1.1 206 Part\r\nContent-Length: %zu\r\n"
						    "Content-Range: bytes %zu-%zu/%s\r\n%s%s\r\n",
					    look->octets - at, at, look->octets - 1, total,
					    now->row.headers, look->more);
}

static void
behave_growing(FakePeer *peer G_GNUC_UNUSED, int fd, const char *request)
{
	unsigned n = atomic_fetch_add(&connections, 1);
	const char *range = strstr(request, "\r\nRange: bytes=");
	size_t at = range != NULL ? (size_t)g_ascii_strtoull(range + 15, NULL, 10) : 0;

	n = MIN(n, G_N_ELEMENTS(now->looks) - 1);
	while (n > 0 && now->looks[n].more == NULL) {
		n--;
	}
	const Look *look = &now->looks[n];
	const bool chunked = look->act == CUT || look->act == ENDS || look->act == ANEW;
	g_autofree char *head = head_of(look, at);

	/* a tag that must be another one by now is no condition */
	g_assert_null(strstr(request, "If-Range"));
	g_assert_nonnull(strstr(request, "\r\ngetcontentFeatures.dlna.org: 1\r\n"));
	asked_note(request);
	if (!fake_say(fd, head) || look->act == FAILS ||
		(look->act == GROWS && at >= look->octets) ||
		!send_octets(fd, look->act == GROWS ? at : 0,
			look->octets - (look->act == GROWS ? at : 0), chunked)) {
		return;
	}
	if (chunked && look->act != CUT) {
		(void)fake_say(fd, "0\r\n\r\n");
	}
}

static void
test_growing(void)
{
	FakePeer *peer = fake_peer_new(behave_growing);

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		House house;

		now = &cases[i];
		house_read(&house, peer->port, &now->row,
			(AvuJitterSource){
				.growth_ns = now->growth_ns > 0 ? now->growth_ns : LONG_NS });
		/* a look whether there is more is no connection that was lost */
		house_check(&house);
		g_autofree char *places = asked_take();

		if (now->asked != NULL) {
			g_assert_cmpstr(places, ==, now->asked);
		} else {
			g_assert_true(g_str_has_prefix(places, "- 100000 200000 "));
		}
		house_close(&house);
	}
	fake_peer_free(peer);
}

static const struct {
	Case it;
	bool refused;
} starts[] = {
	{ { { "is there", RANGES "availableSeekRange.dlna.org: 1 bytes=0-199999\r\n",
		    .readable = 200000 },
		  0, { { GROWS, 200000, IS_MADE }, { GROWS, SIZE, WAS_MADE } }, "100000 200000 " },
		false },
	{ { { "of one that is made, too", RANGES, .readable = 200000 }, 0,
		  { { GROWS, SIZE, WAS_MADE } }, "100000 " },
		false },
	{ { { "is not there any more: from the beginning", RANGES, .readable = SIZE }, 0,
		  { { GROWS, 50000, IS_MADE }, { ENDS, SIZE, IS_MADE }, { GROWS, SIZE, WAS_MADE } },
		  "100000 - 300000 " },
		true },
	{ { { "is not begun at: from the beginning", RANGES, .readable = SIZE }, 0,
		  { { ENDS, SIZE, IS_MADE }, { GROWS, SIZE, WAS_MADE } }, "100000 300000 " },
		true },
};

/* A place that is sought by its octet: it begins there, and goes on as the rest does. */
static void
test_start(void)
{
	FakePeer *peer = fake_peer_new(behave_growing);

	for (size_t i = 0; i < G_N_ELEMENTS(starts); i++) {
		const bool limited = strstr(starts[i].it.row.headers, "available") != NULL;
		AvuJitterOctets octets;
		House house;

		now = &starts[i].it;
		first_octet = starts[i].refused ? 0 : 100000;
		house_read(&house, peer->port, &now->row,
			(AvuJitterSource){ .start_ns = 5 * AVU_NS_PER_S,
				.start_byte = 100000,
				.again = true,
				.growth_ns = LONG_NS });
		g_assert_false(house.failed);
		g_assert_cmpint(house.end, ==, AVU_RING_END);
		g_assert_cmpuint(house.right, ==, row->readable);
		g_autofree char *places = asked_take();

		g_assert_cmpstr(places, ==, now->asked);
		g_assert_cmpint(avu_jitter_buffer_get_start_ns(house.buffer), ==,
			starts[i].refused ? 0 : 5 * AVU_NS_PER_S);
		g_assert_cmpint(avu_jitter_buffer_get_octets(house.buffer, &octets), ==, limited);
		if (limited) {
			g_assert_false(octets.moves);
			g_assert_cmpuint(octets.first_byte, ==, 0);
			/* as far as it was read by now */
			g_assert_cmpuint(octets.last_byte, ==, SIZE - 1);
		}
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
	g_test_add_func("/jitter-growing/growing", test_growing);
	g_test_add_func("/jitter-growing/start", test_start);
	result = g_test_run();
	g_free(last_request);
	avu_counters_free(counters);
	return result;
}
