/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The jitter buffer and streams in pieces, against a server on loopback that is as slow as the test says.
 *
 * A piece is so many octets: its number and its rate in the first two, and the same two again and
 * again. What comes out of the ring is taken apart by them. */
#include "pieces-house.h"

#define PIECES 6u
#define RATES 3u
#define MS_OF_PIECE 100u

static const unsigned kbps[RATES] = { 320, 960, 3200 };

static size_t
piece_size(unsigned rate)
{
	return kbps[rate] * MS_OF_PIECE / 8;
}

/* ---- the server */

typedef struct {
	const char *why;
	bool dash;
	unsigned slow_kbps; /* what it sends in a second, all connections together; 0: as it can */
	unsigned
		part; /* what lists say of a rate is this part of it: no machine is too slow for that */
	int missing;      /* rate that is named and not there; -1: none */
	bool other_form;  /* the lowest rate comes with a head, the others do not */
	const char *read; /* rate of each piece that came out */
	unsigned lists;   /* asked for */
	unsigned downs;
} Row;

static const Row *_Atomic row;

static unsigned
said_bps(unsigned rate)
{
	return kbps[rate] * 1000 / row->part;
}

static atomic_uint lists;
static pthread_mutex_t slow_lock = PTHREAD_MUTEX_INITIALIZER;
static int64_t slow_until_ns; /* guarded by slow_lock: when what was sent so far has arrived */

/* Waits until so many octets could have gone over the line. */
static void
wait_for_line(FakePeer *peer, size_t octets)
{
	if (row->slow_kbps == 0) {
		return;
	}
	pthread_mutex_lock(&slow_lock);
	slow_until_ns = MAX(slow_until_ns, avu_now_ns()) +
			(int64_t)octets * 8 * AVU_NS_PER_MS / row->slow_kbps;
	const int64_t until_ns = slow_until_ns;

	pthread_mutex_unlock(&slow_lock);
	while (!peer->stopping && avu_now_ns() < until_ns) {
		g_usleep(5000);
	}
}

static void
send_piece(FakePeer *peer, int fd, unsigned number, unsigned rate)
{
	const size_t size = piece_size(rate);
	uint8_t part[2000];
	g_autofree char *head = g_strdup_printf(
		"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\nContent-Length: %zu\r\n\r\n", size);

	for (size_t i = 0; i < sizeof(part); i += 2) {
		part[i] = (uint8_t)number;
		part[i + 1] = (uint8_t)rate;
	}
	bool good = fake_say(fd, head);

	for (size_t sent = 0; good && sent < size && !peer->stopping;) {
		const size_t n = MIN(sizeof(part), size - sent);

		wait_for_line(peer, n);
		good = fake_send(fd, part, n);
		sent += n;
	}
}

static char *
make_main_list(void)
{
	GString *text = g_string_new("#EXTM3U\n");

	for (unsigned i = 0; i < RATES; i++) {
		g_string_append_printf(text,
			"#EXT-X-STREAM-INF:BANDWIDTH=%u,CODECS=\"avc1.42\"\nlist%u.m3u8\n",
			said_bps(i), i);
	}
	/* of another kind: never taken, though it is the smallest */
	g_string_append(text, "#EXT-X-STREAM-INF:BANDWIDTH=9,CODECS=\"mp4a.40.2\"\nlist9.m3u8\n");
	return g_string_free(text, FALSE);
}

static char *
make_list(unsigned rate)
{
	GString *text = g_string_new("#EXTM3U\n#EXT-X-TARGETDURATION:1\n");

	if (rate == 0 && row->other_form) {
		g_string_append(text, "#EXT-X-MAP:URI=\"head\"\n");
	}
	for (unsigned i = 0; i < PIECES; i++) {
		g_string_append_printf(text, "#EXTINF:0.1,\npiece%u-%u\n", i, rate);
	}
	return g_string_free(g_string_append(text, "#EXT-X-ENDLIST\n"), FALSE);
}

static char *
make_dash(void)
{
	GString *text = g_string_new("<MPD mediaPresentationDuration='PT0.6S'><Period>"
				     "<AdaptationSet contentType='video'><SegmentTemplate "
				     "media='piece$Number$-$RepresentationID$' startNumber='0' "
				     "duration='1' timescale='10'/>");

	for (unsigned i = 0; i < RATES; i++) {
		g_string_append_printf(text,
			"<Representation id='%u' bandwidth='%u' codecs='avc1.42'/>", i,
			said_bps(i));
	}
	return g_string_free(g_string_append(text, "</AdaptationSet></Period></MPD>"), FALSE);
}

static void
behave(FakePeer *peer, int fd, const char *request)
{
	unsigned number = 0, rate = 0;
	g_autofree char *text = NULL;

	if (sscanf(request, "GET /piece%u-%u ", &number, &rate) == 2 && rate < RATES) {
		send_piece(peer, fd, number, rate);
		return;
	}
	if (sscanf(request, "GET /list%u.m3u8 ", &rate) == 1 && rate < RATES &&
		(int)rate != row->missing) {
		text = make_list(rate);
	} else if (g_str_has_prefix(request, "GET /main ")) {
		text = row->dash ? make_dash() : make_main_list();
	}
	atomic_fetch_add(&lists, 1);
	if (text == NULL) {
		(void)fake_say(fd, "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n");
		return;
	}
	(void)answer_with(fd, row->dash ? "application/dash+xml" : "application/vnd.apple.mpegurl",
		text, strlen(text));
}

/* ---- the player */

/* One octet after the other is what its piece has there; a piece that was begun comes whole. */
static void *
read_pieces(void *data)
{
	Player *player = data;
	uint8_t octets[2000];
	uint64_t at = 0;
	size_t len = 0;
	unsigned number = 0;

	while ((player->end = avu_ring_reader_read(player->reader, at, octets, 2, &len)) ==
		AVU_RING_OK) {
		const unsigned rate = octets[1];

		g_assert_cmpuint(octets[0], ==, number);
		g_assert_cmpuint(rate, <, RATES);
		for (size_t left = piece_size(rate); left > 0; left -= len, at += len) {
			g_assert_cmpint(avu_ring_reader_read(player->reader, at, octets,
						MIN(left, sizeof(octets)), &len),
				==, AVU_RING_OK);
			for (size_t i = 0; i < len; i++) {
				g_assert_cmpuint(octets[i], ==, (at + i) % 2 == 0 ? number : rate);
			}
		}
		g_string_append_printf(player->read, "%u", rate);
		number++;
	}
	atomic_store(&player->over, true);
	return NULL;
}

static const Row rows[] = {
	{ "as fast as can be: the highest from the first to the last", false, 0, 100, -1, false,
		"222222", 2, 0 },
	{ "the same of DASH", true, 0, 100, -1, false, "222222", 1, 0 },
	{ "too slow for two of them: after one piece the lowest", false, 800, 1, -1, false,
		"200000", 3, 1 },
	{ "the same of DASH", true, 800, 1, -1, false, "200000", 2, 1 },
	{ "too slow, and the lowest is not there: the next one", false, 800, 1, 0, false, "221111",
		4, 1 },
	{ "too slow, and the lowest is of another form: the next one", false, 800, 1, -1, true,
		"221111", 4, 1 },
};

static void
test_rates(void)
{
	FakePeer *peer = fake_peer_new(behave);

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		Player player;

		row = &rows[i];
		g_test_message("%s", row->why);
		atomic_store(&lists, 0);
		slow_until_ns = 0;
		player_open(&player, peer->port, read_pieces);
		player_wait(&player, false, row->why);
		AvuJitterNumbers numbers = avu_jitter_buffer_get_numbers(player.buffer);

		g_assert_cmpstr(player.trouble, ==, NULL);
		g_assert_cmpint(player.end, ==, AVU_RING_END);
		g_assert_cmpstr(player.read->str, ==, row->read);
		g_assert_cmpuint(atomic_load(&lists), ==, row->lists);
		g_assert_cmpuint(numbers.steps_down, ==, row->downs);
		g_assert_cmpuint(numbers.steps_up, ==, 0);
		g_assert_cmpuint(numbers.rates, ==, 3);
		g_assert_cmpuint(
			numbers.rate_bps, ==, said_bps((unsigned)(row->read[PIECES - 1] - '0')));
		player_close(&player);
	}
	fake_peer_free(peer);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/jitter-pieces/rates", test_rates);
	return g_test_run();
}
