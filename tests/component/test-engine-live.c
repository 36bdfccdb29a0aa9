/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is sent as it happens, and stops: a station that falls silent, a list that nobody goes on with, an advert that
 * cannot be played and lasts. What was there is heard, that it waits is told, and it ends: as an error when it was
 * waited for long enough (ROB-019), or with what comes after. */

#include "engine-house.h"
#include "engine/client-private.h"

#define PATIENCE_NS (2 * AVU_NS_PER_S)
#define ADVERTS 40 /* lists, one for each asking: more than patience lasts */

typedef struct {
	const char *path, *why;
	unsigned adverts; /* pieces of one that nobody can play, one for each list */
	bool goes_on;     /* behind them is what can be played */
	bool fails;
} Row;

static const Row rows[] = {
	{ "/station", "a station that falls silent", .fails = true },
	{ "/back", "one that is there again when it is asked again", .goes_on = true },
	{ "/stuck.m3u8", "a list that nobody goes on with", .fails = true },
	{ "/long.m3u8", "an advert that lasts", .adverts = ADVERTS, .fails = true },
	{ "/short.m3u8", "one that does not", .adverts = 3, .goes_on = true },
};

static const Row *row;
static atomic_uint lists, connections;

/* ---- the servers */

static void
say_station(FakePeer *self, int fd)
{
	const guint second = RATE * FRAME_BYTES;
	const Server *wav = &servers[LIMITED];
	const bool again = atomic_fetch_add(&connections, 1) > 0;

	/* who is asked for the second time has nothing to say, but for /back */
	if (!fake_say(fd,
		    "HTTP/1.0 200 OK\r\nContent-Type: audio/x-wav\r\nicy-name: Station\r\n\r\n") ||
		(again && !row->goes_on)) {
		fake_stay_silent(self, fd);
		return;
	}
	const guint half = 2 * second, len = wav->octets->len;

	(void)fake_send(fd, wav->octets->data + (again ? half : 0), again ? len - half : half);
	if (!again || !row->goes_on) {
		fake_stay_silent(self, fd);
	}
}

static void
say_list(int fd)
{
	const unsigned number = atomic_fetch_add(&lists, 1);
	const unsigned adverts = MIN(number, row->adverts);
	g_autoptr(GString) text = g_string_new("#EXTM3U\n#EXT-X-TARGETDURATION:1\n"
					       "#EXT-X-MEDIA-SEQUENCE:0\n"
					       "#EXT-X-MAP:URI=\"/head\"\n"
					       "#EXTINF:1,\n/second0\n#EXTINF:1,\n/second1\n");

	for (unsigned i = 0; i < adverts; i++) {
		g_string_append(
			text, i == 0 ? "#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI=\"/no-media\"\n" : "");
		g_string_append_printf(text, "#EXTINF:1,\n/no-media?%u\n", i);
	}
	if (row->goes_on && adverts == row->adverts) {
		g_string_append(text,
			"#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI=\"/head\"\n"
			"#EXTINF:1,\n/second2\n#EXTINF:1,\n/second3\n#EXT-X-ENDLIST\n");
	}
	g_autofree char *head =
		g_strdup_printf("HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n"
				"Content-Type: application/vnd.apple.mpegurl\r\n\r\n",
			text->len);

	(void)(fake_say(fd, head) && fake_say(fd, text->str));
}

static bool
say(FakePeer *self, int fd, const char *request)
{
	const char *path = request + strlen("GET ");

	if (!g_str_has_prefix(path, row->path)) {
		return false;
	}
	if (strstr(row->path, ".m3u8") != NULL) {
		say_list(fd);
	} else {
		say_station(self, fd);
	}
	return true;
}

/* ---- what is heard */

/* Both parts of two seconds, or the first, and nothing that is neither. */
static void
check_samples(const House *house)
{
	const unsigned track = strstr(row->path, ".m3u8") != NULL ? PIECES : LIMITED;
	g_autoptr(GByteArray) expected = g_byte_array_new();
	g_autofree char *octets = NULL;
	gsize len = 0;

	put_frames(expected, track, 0, (row->goes_on ? 4 : 2) * RATE);
	g_assert_true(g_file_get_contents(house->out_path, &octets, &len, NULL));
	g_assert_cmpmem(octets, len, expected->data, MIN(len, expected->len));
	/* a sink that stopped keeps what was not due */
	g_assert_cmpuint(len, >, expected->len - RATE / 2 * FRAME_BYTES);
}

static void
test_live(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		House house;

		row = &rows[i];
		g_test_message("%s", row->why);
		atomic_store(&lists, 0);
		atomic_store(&connections, 0);
		house_open(&house, true);
		house_load(&house, 1, row->path);
		engine()->play(house.client);
		house_wait(&house, "playing:1 ");
		/* a busy machine may take its time until then */
		house.client->patience_ns = row->fails ? PATIENCE_NS : house.client->patience_ns;
		g_string_truncate(house.log, 0);
		if (row->fails) {
			house_wait(&house, "transitioning:1 ");
			house_wait(&house, "failed:1 ");
			g_assert_null(strstr(house.log->str, "playing"));
		} else {
			house_wait(&house, "ended:1 ");
		}
		check_samples(&house);
		/* nothing is left of it */
		house_load(&house, 2, "/plain.wav");
		engine()->play(house.client);
		house_wait(&house, "ended:2 ");
		house_close(&house);
	}
}

int
main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;

	spawner = avu_spawner_new(NULL, &error);
	g_assert_no_error(error);
	g_test_init(&argc, &argv, NULL);
	behave_else = say;
	g_test_add_func("/engine/live", test_live);
	return houses_run();
}
