/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Streams whose parts were made by themselves: each part is in a ring of its own, one behind the other. Against a
 * server on loopback; a piece is its name, and so is a head. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <av-upnp/clock.h>
#include <av-upnp/jitter-buffer.h>
#include <av-upnp/loop.h>

#include "fake-peer.h"
#include "ring-of.h"

#define WAIT_NS (60 * AVU_NS_PER_S)
#define LISTS 4

#define HLS "#EXTM3U\n#EXT-X-TARGETDURATION:1\n"
#define FROM(number) "#EXT-X-MEDIA-SEQUENCE:" number "\n"
#define PART(number) "#EXT-X-DISCONTINUITY-SEQUENCE:" number "\n"
#define PIECE(name) "#EXTINF:1,\n" name "\n"
#define BREAK "#EXT-X-DISCONTINUITY\n"
#define HEAD(name) "#EXT-X-MAP:URI=\"" name "\"\n"
#define END "#EXT-X-ENDLIST\n"
#define PERIOD(start, base)                                                                        \
	"<Period start='" start "'><BaseURL>" base "</BaseURL><AdaptationSet contentType='audio'>" \
	"<SegmentTemplate media='$Number$' duration='1'/><Representation "                         \
	"id='1'/></AdaptationSet></Period>"

static const struct {
	const char *why;
	const char *lists[LISTS]; /* one after the other, the last one again and again */
	const char *read;         /* what is in the rings, each with seconds at which it begins */
	int64_t start_ns;
	bool may_part;   /* the list says so when it is opened */
	unsigned leaves; /* the part that nobody reads, counted from 1; 0: all are read */
} rows[] = {
	{ "one part", { HLS PIECE("a") PIECE("b") END }, "0:ab", 0, false },
	{ "an advert in the middle",
		{ HLS PIECE("a") PIECE("b") BREAK PIECE("x") BREAK PIECE("c") END }, "0:ab 2:x 3:c",
		0, true },
	{ "a break before all is none", { HLS BREAK PIECE("a") PIECE("b") END }, "0:ab", 0, false },
	{ "each part begins with its head, though it is the same",
		{ HLS HEAD("H") PIECE("a") PIECE("b") BREAK PIECE("x") BREAK HEAD("I") PIECE("c")
				END },
		"0:Hab 2:Hx 3:Ic", 0, true },
	{ "begun within a part",
		{ HLS PIECE("a") PIECE("b") BREAK PIECE("x") PIECE("y") BREAK PIECE("c") END },
		"3:y 4:c", 3 * AVU_NS_PER_S, true },
	{ "a break that comes with a newer list",
		{ HLS FROM("1") PIECE("a") PIECE("b"), HLS FROM("2") PIECE("b") BREAK PIECE("x"),
			HLS FROM("3") BREAK PIECE("x") PIECE("y") END },
		"0:ab 2:xy", 0, true },
	{ "the piece with the break was there between two lists: parts have numbers",
		{ HLS PART("3") FROM("1") PIECE("a") PIECE("b"),
			HLS PART("4") FROM("4") PIECE("y") PIECE("z") END },
		"0:ab 2:yz", 0, true },
	{ "a break that has left the list is none",
		{ HLS PART("3") FROM("1") BREAK PIECE("a") PIECE("b"),
			HLS PART("4") FROM("2") PIECE("b") PIECE("c") END },
		"0:abc", 0, true },
	{ "the piece with the break is not there, what follows it is",
		{ HLS FROM("1") PIECE("a") PIECE("b") BREAK PIECE("missing"),
			HLS FROM("2") PIECE("b") BREAK PIECE("missing") PIECE("y") END },
		"0:ab 2:y", 0, true },
	{ "nobody reads the advert: no octet of it is needed to come to what follows it",
		{ HLS PIECE("a") BREAK PIECE("big") PIECE("never") BREAK PIECE("c") END },
		"0:a 3:c", 0, true, 2 },
	{ "nor the first part", { HLS PIECE("big") PIECE("never") BREAK PIECE("b") PIECE("c") END },
		"2:bc", 0, true, 1 },
	{ "its end comes with a newer list",
		{ HLS FROM("1") PIECE("a") BREAK PIECE("big"),
			HLS FROM("2") BREAK PIECE("big") PIECE("never"),
			HLS FROM("3") PIECE("never") BREAK PIECE("c") END },
		"0:a 3:c", 0, true, 2 },
	{ "periods of DASH",
		{ "<MPD mediaPresentationDuration='PT3S'>" PERIOD("PT0S", "a/")
				PERIOD("PT2S", "x/") "</MPD>" },
		"0:12 2:1", 0, true },
};

static size_t row;
static atomic_uint lists;

/* ---- the server */

static void
answer(int fd, const char *type, const char *text)
{
	g_autofree char *head = g_strdup_printf(
		"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %zu\r\n\r\n", type,
		strlen(text));

	(void)(fake_say(fd, head) && fake_say(fd, text));
}

static void
behave(FakePeer *peer G_GNUC_UNUSED, int fd, const char *request)
{
	g_auto(GStrv) words = g_strsplit(request, " ", 3);
	const char *name = strrchr(words[1], '/') + 1;

	if (strcmp(name, "main") == 0) {
		unsigned n = atomic_fetch_add(&lists, 1);

		while (n >= LISTS || rows[row].lists[n] == NULL) {
			n--;
		}
		answer(fd,
			rows[row].lists[n][0] == '<' ? "application/dash+xml"
						     : "application/vnd.apple.mpegurl",
			rows[row].lists[n]);
	} else if (strcmp(name, "never") == 0) {
		g_usleep(100 * 1000); /* and then nothing, again and again */
	} else if (strcmp(name, "missing") == 0) {
		(void)fake_say(fd, "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n");
	} else if (strcmp(name, "big") == 0) {
		g_autofree char *octets = g_strnfill(10000, 'x'); /* enough for a part to be open */

		answer(fd, "video/mp4", octets);
	} else {
		answer(fd, "video/mp4", name);
	}
}

/* ---- the player */

typedef struct {
	AvuJitterGroup *group;
	AvuJitterBuffer *buffer;
	AvuRingReader *reader;
	pthread_t thread;
	atomic_bool over;
	AvuRingResult end;
	GString *octets;
	GString *read;
	unsigned parted; /* that was told of buffer */
	unsigned early;  /* the same of the one that follows it, which may be as far already */
} Player;

static void *
read_all(void *data)
{
	Player *player = data;
	char octets[8];
	size_t len = 0;

	while ((player->end = avu_ring_reader_read(player->reader, player->octets->len, octets,
			sizeof(octets), &len)) == AVU_RING_OK) {
		g_string_append_len(player->octets, octets, (gssize)len);
	}
	atomic_store(&player->over, true);
	return NULL;
}

static void
on_opened(AvuJitterBuffer *buffer, void *user_data G_GNUC_UNUSED)
{
	g_assert_true(avu_jitter_buffer_is_pieces(buffer));
}

static void
on_failed(AvuJitterBuffer *buffer G_GNUC_UNUSED, const GError *error, void *user_data G_GNUC_UNUSED)
{
	g_error("%s: %s", rows[row].why, error->message);
}

static void
on_starved(AvuJitterBuffer *buffer G_GNUC_UNUSED, bool starved G_GNUC_UNUSED,
	void *user_data G_GNUC_UNUSED)
{
	/* Nothing plays. */
}

static void
on_title(AvuJitterBuffer *buffer G_GNUC_UNUSED, const char *title G_GNUC_UNUSED,
	void *user_data G_GNUC_UNUSED)
{
	g_assert_not_reached();
}

static void
on_parted(AvuJitterBuffer *buffer, void *user_data)
{
	Player *player = user_data;

	*(buffer == player->buffer ? &player->parted : &player->early) += 1;
}

static bool
allow_all(const AvuAddress *address G_GNUC_UNUSED, void *data G_GNUC_UNUSED)
{
	return true;
}

static void
on_too_long(void *data G_GNUC_UNUSED)
{
	g_error("%s: waited in vain", rows[row].why);
}

/* Reads one buffer to its end. */
static void
player_read(Player *player)
{
	player->reader = ring_of(player->buffer);
	g_string_truncate(player->octets, 0);
	atomic_store(&player->over, false);
	g_assert_cmpint(pthread_create(&player->thread, NULL, read_all, player), ==, 0);
	while (!atomic_load(&player->over) || !avu_jitter_buffer_is_open(player->buffer)) {
		(void)g_main_context_iteration(NULL, FALSE);
		g_usleep(1000);
	}
	(void)pthread_join(player->thread, NULL);
	avu_ring_reader_free(player->reader);
	g_assert_cmpint(player->end, ==, AVU_RING_END);
	g_string_append_printf(player->read, "%s%d:%s", player->read->len > 0 ? " " : "",
		(int)(avu_jitter_buffer_get_start_ns(player->buffer) / AVU_NS_PER_S),
		player->octets->str);
}

/* Once it is open it is of no use any more. */
static void
player_leave(Player *player)
{
	while (!avu_jitter_buffer_is_open(player->buffer)) {
		(void)g_main_context_iteration(NULL, TRUE);
	}
	avu_jitter_buffer_leave(player->buffer);
	while (player->parted == 0) {
		(void)g_main_context_iteration(NULL, TRUE);
	}
}

static void
player_take(Player *player, unsigned part)
{
	if (part == rows[row].leaves) {
		player_leave(player);
	} else {
		player_read(player);
	}
}

static void
play(Player *player, uint16_t port)
{
	static const AvuJitterListener listener = { on_opened, on_failed, on_starved, on_title,
		NULL, on_parted };
	const AvuAddressPolicy policy = { allow_all, NULL };
	g_autofree char *uri = g_strdup_printf("http://127.0.0.1:%u/main", port);
	const AvuJitterSource source = {
		.uri = uri, .start_ns = rows[row].start_ns, .duration_ns = AVU_TIME_NONE
	};
	g_autoptr(GError) error = NULL;
	AvuTimer *timer = avu_timer_new(NULL, WAIT_NS, on_too_long, NULL);

	player->group = avu_jitter_group_new(&policy, &listener, NULL);
	player->buffer = avu_jitter_buffer_new(player->group, &source, player, &error);
	g_assert_no_error(error);
	unsigned part = 1;

	player_take(player, part);
	g_assert_cmpint(avu_jitter_buffer_may_part(player->buffer), ==, rows[row].may_part);
	while (avu_jitter_buffer_has_onward(player->buffer)) {
		AvuJitterBuffer *next =
			avu_jitter_buffer_new_onward(player->group, player->buffer, player, &error);

		g_assert_no_error(error);
		/* It is told, and taken once. */
		while (player->parted == 0) {
			(void)g_main_context_iteration(NULL, FALSE);
		}
		g_assert_null(
			avu_jitter_buffer_new_onward(player->group, player->buffer, player, NULL));
		avu_jitter_buffer_free(player->buffer);
		player->buffer = next;
		player->parted = player->early;
		player->early = 0;
		player_take(player, ++part);
	}
	g_assert_cmpuint(player->parted, ==, 0);
	avu_jitter_buffer_free(player->buffer);
	avu_jitter_group_free(player->group);
	avu_timer_free(timer);
}

static void
test_parts(void)
{
	FakePeer *peer = fake_peer_new(behave);

	for (row = 0; row < G_N_ELEMENTS(rows); row++) {
		Player player = { .octets = g_string_new(NULL), .read = g_string_new(NULL) };

		g_test_message("%s", rows[row].why);
		atomic_store(&lists, 0);
		play(&player, peer->port);
		g_assert_cmpstr(player.read->str, ==, rows[row].read);
		g_string_free(player.read, TRUE);
		g_string_free(player.octets, TRUE);
	}
	fake_peer_free(peer);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/jitter-parts/parts", test_parts);
	return g_test_run();
}
