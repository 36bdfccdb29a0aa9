/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The jitter buffer and what goes wrong for a moment: a live list that is none for once, a key that is
 * another one by now, a piece that is damaged. Against a server on loopback.
 *
 * Each piece is the same 33 octets, encrypted by `openssl enc -aes-128-cbc -K 2b7e… -iv 0001…`. */
#include "pieces-house.h"

#define PIECES 5
#define TEXT "thirty-three octets of plain text"

static const char key[] = "\x2b\x7e\x15\x16\x28\xae\xd2\xa6\xab\xf7\x15\x88\x09\xcf\x4f\x3c";
static const char secret[] = "\x20\x34\xa9\xdc\x75\xa1\x99\x65\xaf\x71\xb2\x7d\x89\x16\x23\xca"
			     "\x0f\xa8\xd7\xcc\x71\x5c\x00\xdf\x96\xe1\xb0\x09\xe3\x4d\xa8\x31"
			     "\x0a\x73\xfc\x53\x7e\x55\xfc\xf9\xa2\x12\x1d\x57\x1f\x9c\x3d\xc8";

typedef struct {
	const char *why;
	bool live;           /* until its list was read twice with sense */
	int broken;          /* number of the list that is none; -1: all are */
	unsigned wrong_keys; /* so many come before the right one */
	int damaged;         /* number of that piece; -1: none */
	const char
		*parts; /* what comes out: t the text, c the same cut off, ? as much of whatever */
	bool fails;
} Row;

static const Row *row;
static atomic_uint lists, keys;

/* ---- the server */

static void
answer_list(int fd)
{
	const unsigned number = atomic_fetch_add(&lists, 1);
	g_autoptr(GString) text = g_string_new(
		"#EXTM3U\n#EXT-X-TARGETDURATION:1\n"
		"#EXT-X-KEY:METHOD=AES-128,URI=\"key\",IV=0x000102030405060708090a0b0c0d0e0f\n");
	const unsigned n = row->live && number < 2 ? PIECES - 2 : PIECES;

	for (unsigned i = 0; i < n; i++) {
		g_string_append_printf(text, "#EXTINF:0.1,\npiece%u\n", i);
	}
	if (n == PIECES) {
		g_string_append(text, "#EXT-X-ENDLIST\n");
	}
	if ((int)number == row->broken) {
		g_string_assign(text, "<html>come back later</html>");
	}
	(void)answer_with(fd, "application/vnd.apple.mpegurl", text->str, text->len);
}

static void
behave(FakePeer *peer G_GNUC_UNUSED, int fd, const char *request)
{
	char octets[sizeof(secret)];
	int number = 0;

	memcpy(octets, secret, sizeof(octets));
	if (sscanf(request, "GET /piece%d ", &number) == 1) {
		octets[32] ^= number == row->damaged ? 1 : 0;
		octets[47] ^= number == row->damaged ? 1 : 0;
		(void)answer_with(fd, "video/mp2t", octets, sizeof(secret) - 1);
	} else if (g_str_has_prefix(request, "GET /key ")) {
		memcpy(octets, key, sizeof(key));
		octets[0] ^= atomic_fetch_add(&keys, 1) < row->wrong_keys ? 1 : 0;
		(void)answer_with(fd, "application/octet-stream", octets, sizeof(key) - 1);
	} else {
		answer_list(fd);
	}
}

/* ---- the player */

static void *
read_all(void *data)
{
	Player *player = data;
	char octets[64];
	size_t len = 0;

	while ((player->end = avu_ring_reader_read(player->reader, player->read->len, octets,
			sizeof(octets), &len)) == AVU_RING_OK) {
		g_string_append_len(player->read, octets, (gssize)len);
	}
	atomic_store(&player->over, true);
	return NULL;
}

static const Row rows[] = {
	{ "nothing goes wrong", true, -1, 0, -1, "ttttt", false },
	{ "a live list is none for once", true, 1, 0, -1, "ttttt", false },
	{ "the first one is none: there is no stream", true, 0, 0, -1, "", true },
	{ "the key was another one a moment ago", false, -1, 1, -1, "?ttttt", false },
	{ "a damaged piece of a live stream is passed over", true, -1, 0, 1, "tcttt", false },
	{ "a damaged piece of a film is its end", false, -1, 0, 1, "", true },
};

/* Of a piece that is cut off the last block is missing, which has one octet. */
static void
check_parts(const char *read, size_t len)
{
	size_t at = 0;

	for (const char *part = row->parts; *part != '\0'; part++) {
		const size_t n = *part == 't' ? strlen(TEXT) : strlen(TEXT) - 1;

		g_assert_cmpuint(len - at, >=, n);
		g_assert_true(*part == '?' || memcmp(read + at, TEXT, n) == 0);
		at += n;
	}
	g_assert_cmpuint(at, ==, len);
}

static void
test_moments(void)
{
	FakePeer *peer = fake_peer_new(behave);

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		Player player;

		row = &rows[i];
		g_test_message("%s", row->why);
		atomic_store(&lists, 0);
		atomic_store(&keys, 0);
		player_open(&player, peer->port, read_all);
		player_wait(&player, row->fails, row->why);
		/* Who fails does not wait until all that came before it was read. */
		if (!row->fails) {
			check_parts(player.read->str, player.read->len);
		}
		g_assert_cmpint(player.trouble != NULL, ==, row->fails);
		g_assert_cmpint(player.end, ==, row->fails ? AVU_RING_FAILED : AVU_RING_END);
		player_close(&player);
	}
	fake_peer_free(peer);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/jitter-live/moments", test_moments);
	return g_test_run();
}
