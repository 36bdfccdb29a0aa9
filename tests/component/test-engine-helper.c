/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The engine client and a media process that dies, hangs, rests, is exchanged, or gets nowhere. */

#include <sys/stat.h>

#include "engine-house.h"
#include "engine/client-private.h"

/* The decoder is killed in the middle: playback goes on where it was, from the same octets. */
static void
test_media_dies(void)
{
	House house;
	Server *server = server_find("/long.wav");

	atomic_store(&server->connections, 0);
	house_open(&house, true);
	house_load(&house, 1, "/long.wav");
	engine()->seek(house.client, 3 * AVU_NS_PER_S);
	engine()->play(house.client);
	house_wait(&house, "playing:1 ");
	g_string_truncate(house.log, 0);
	g_assert_cmpint(kill(find_media(), SIGKILL), ==, 0);
	house_wait(&house, "transitioning:1 ");
	house_wait(&house, "playing:1 ");
	g_assert_cmpint(engine()->get_position_ns(house.client), >=, 3 * AVU_NS_PER_S);
	g_assert_cmpint(engine()->get_position_ns(house.client), <, 6 * AVU_NS_PER_S);
	/* Killed by the same track again: that one is given up, the engine is not. */
	g_string_truncate(house.log, 0);
	g_assert_cmpint(kill(find_media(), SIGKILL), ==, 0);
	house_wait(&house, "failed:1 ");
	house_load(&house, 2, "/plain.wav");
	engine()->play(house.client);
	house_wait(&house, "ended:2 ");
	house_close(&house);
}

/* One that was ended by something else has taken a track with it that never came to it: that is none of the
 * two that a track may end. */
static void
test_died_before(void)
{
	House house;

	house_open(&house, true);
	const pid_t first = find_media();

	g_assert_cmpint(kill(first, SIGSTOP), ==, 0);
	house_load(&house, 1, "/long.wav");
	engine()->play(house.client);
	house.waits_for = "that it is sent";
	AvuTimer *timer = avu_timer_new(NULL, WAIT_NS, on_too_long, &house);

	while (!house.client->current->sent) {
		(void)g_main_context_iteration(NULL, TRUE);
	}
	avu_timer_free(timer);
	g_assert_cmpint(kill(first, SIGKILL), ==, 0);
	house_wait(&house, "playing:1 ");
	g_assert_cmpint(find_media(), !=, first);
	g_string_truncate(house.log, 0);
	g_assert_cmpint(kill(find_media(), SIGKILL), ==, 0);
	house_wait(&house, "playing:1 ");
	g_string_truncate(house.log, 0);
	g_assert_cmpint(kill(find_media(), SIGKILL), ==, 0);
	house_wait(&house, "failed:1 ");
	house_close(&house);
}

static void
wait_position(House *house, int64_t position_ns)
{
	AvuTimer *timer = avu_timer_new(NULL, WAIT_NS, on_too_long, house);

	house->waits_for = "a position";
	while (engine()->get_position_ns(house->client) < position_ns) {
		(void)g_main_context_iteration(NULL, FALSE);
		g_usleep(5000);
	}
	avu_timer_free(timer);
}

/* The decoder of a stream in pieces is killed: what follows is asked for from the piece that has the time,
 * be that where it was or where somebody wants it to be. */
static void
test_pieces_media_dies(void)
{
	for (unsigned sought = 0; sought < 2; sought++) {
		const unsigned tracks[] = { PIECES };
		House house;

		house_open(&house, true);
		house_load(&house, 1, "/list.m3u8");
		engine()->play(house.client);
		house_wait(&house, "playing:1 ");
		wait_position(&house, 1100 * AVU_NS_PER_MS);
		g_string_truncate(house.log, 0);
		g_assert_cmpint(kill(find_media(), SIGKILL), ==, 0);
		house_wait(&house, "transitioning:1 ");
		if (sought) {
			engine()->seek(house.client, 3 * AVU_NS_PER_S);
		}
		house_wait(&house, "playing:1 ");
		g_assert_cmpint(engine()->get_position_ns(house.client), >=,
			(sought ? 3000 : 1000) * AVU_NS_PER_MS);
		house_wait(&house, "ended:1 ");
		house_check(&house, (sought ? 3 : 1) * RATE, 1, tracks);
		house_close(&house);
	}
}

/* The same before it began to play: the octets are there before the new decoder is, and are not those. */
static void
test_pieces_sought_meanwhile(void)
{
	const unsigned tracks[] = { PIECES };
	Server *first = server_find("/second0");
	House house;

	atomic_store(&first->connections, 0);
	house_open(&house, true);
	house_load(&house, 1, "/list.m3u8");
	house_wait(&house, "paused:1 ");
	g_string_truncate(house.log, 0);
	g_assert_cmpint(kill(find_media(), SIGKILL), ==, 0);
	house_wait(&house, "transitioning:1 ");
	house.waits_for = "the first piece once more";
	AvuTimer *timer = avu_timer_new(NULL, WAIT_NS, on_too_long, &house);

	while (atomic_load(&first->connections) < 2) {
		(void)g_main_context_iteration(NULL, FALSE);
		g_usleep(1000);
	}
	avu_timer_free(timer);
	for (unsigned i = 0; i < 30; i++) {
		(void)g_main_context_iteration(NULL, FALSE);
		g_usleep(1000);
	}
	engine()->seek(house.client, 3 * AVU_NS_PER_S);
	engine()->play(house.client);
	house_wait(&house, "ended:1 ");
	house_check(&house, 3 * RATE, 1, tracks);
	house_close(&house);
}

/* SEC-185: whatever the media process does, the client answers. */
static void
test_media_stopped(void)
{
	House house;

	house_open(&house, true);
	house_load(&house, 1, "/long.wav");
	engine()->play(house.client);
	house_wait(&house, "playing:1 ");
	pid_t media = find_media();
	int64_t before_ns = avu_now_ns();

	g_assert_cmpint(kill(media, SIGSTOP), ==, 0);
	for (unsigned i = 0; i < 100; i++) {
		engine()->pause(house.client);
		engine()->seek(house.client, i * AVU_NS_PER_S / 100);
		engine()->play(house.client);
		g_assert_cmpint(engine()->get_position_ns(house.client), >=, 0);
	}
	g_assert_cmpint(avu_now_ns() - before_ns, <, AVU_NS_PER_S / 2);
	g_assert_cmpint(kill(media, SIGCONT), ==, 0);
	g_string_truncate(house.log, 0);
	house_wait(&house, "playing:1 ");
	house_close(&house);
}

/* Octets come, but it never gets on: it is given up, however patient the network is (ROB-019). */
static void
test_drip(void)
{
	House house;

	house_open_with(&house, true, 0, 2 * AVU_NS_PER_S);
	int64_t before_ns = avu_now_ns();

	house_load(&house, 1, "/drip.wav");
	engine()->play(house.client);
	house_wait(&house, "failed:1 ");
	g_assert_null(strstr(house.log->str, "playing"));
	g_assert_cmpint(avu_now_ns() - before_ns, >=, 2 * AVU_NS_PER_S);
	g_assert_cmpint(avu_now_ns() - before_ns, <, 10 * AVU_NS_PER_S);
	house_load(&house, 2, "/plain.wav");
	engine()->play(house.client);
	house_wait(&house, "ended:2 ");
	house_close(&house);
}

/* One that hangs is ended, and playback goes on where it was heard last. */
static void
test_media_hangs(void)
{
	House house;

	house_open(&house, true);
	house_load(&house, 1, "/long.wav");
	g_assert_cmpint(engine()->get_size_bytes(house.client), ==, -1); /* nobody answered yet */
	engine()->seek(house.client, 4 * AVU_NS_PER_S);
	engine()->play(house.client);
	house_wait(&house, "playing:1 ");
	g_assert_cmpint(engine()->get_size_bytes(house.client), ==, 44 + 20 * RATE * FRAME_BYTES);
	g_string_truncate(house.log, 0);
	g_assert_cmpint(kill(find_media(), SIGSTOP), ==, 0);
	house_wait(&house, "transitioning:1 ");
	g_assert_cmpint(engine()->get_position_ns(house.client), >=, 4 * AVU_NS_PER_S);
	g_assert_cmpint(engine()->get_position_ns(house.client), <, 6 * AVU_NS_PER_S);
	house_wait(&house, "playing:1 ");
	house_close(&house);
}

/* With nothing to play it ends, and comes back with the next track. */
static void
test_media_rests(void)
{
	g_autofree char *list = g_build_filename(registry_folder, "registry", NULL);
	struct stat made, now;
	House house;

	house_open_with(&house, false, AVU_NS_PER_S, 0);
	g_assert_cmpint(find_media(), !=, 0);
	g_assert_cmpint(stat(list, &made), ==, 0);
	for (unsigned i = 0; i < 2; i++) {
		house_load(&house, i + 1, "/plain.wav");
		engine()->play(house.client);
		g_autofree char *ended = g_strdup_printf("ended:%u ", i + 1);

		house_wait(&house, ended);
		house.waits_for = "the end of the media process";
		AvuTimer *timer = avu_timer_new(NULL, WAIT_NS, on_too_long, &house);

		while (find_media() != 0) {
			(void)g_main_context_iteration(NULL, FALSE);
			g_usleep(20 * 1000);
		}
		avu_timer_free(timer);
	}
	/* A start costs no more than that: the plug-ins are not looked through again, which takes seconds. */
	g_assert_cmpint(stat(list, &now), ==, 0);
	g_assert_cmpuint(now.st_ino, ==, made.st_ino);
	g_assert_cmpint(now.st_mtim.tv_sec, ==, made.st_mtim.tv_sec);
	g_assert_cmpint(now.st_mtim.tv_nsec, ==, made.st_mtim.tv_nsec);
	house_close(&house);
}

/* After a film there is another one, small again, without anybody having to wait for it. */
static void
test_media_renewed(void)
{
	House house;
	const pid_t no_process = 0;

	house_open_with(&house, false, 0, 0);
	const pid_t first = find_media();

	for (unsigned i = 0; i < 2; i++) {
		g_autofree char *uri = g_strdup_printf("http://127.0.0.1:%u/plain.wav", peer->port);
		const AvuTrack track = { i + 1, uri, i == 0 ? "audio/x-wav" : "video/x-unknown",
			AVU_TIME_NONE };
		g_autofree char *ended = g_strdup_printf("ended:%u ", i + 1);

		g_string_truncate(house.log, 0);
		engine()->load(house.client, &track);
		engine()->play(house.client);
		house_wait(&house, ended);
		g_assert_cmpint(find_media(), ==, first); /* the sound stays small */
	}
	house_wait(&house, "ready:0");
	g_assert_cmpint(find_media(), !=, no_process);
	g_assert_cmpint(find_media(), !=, first);
	house_load(&house, 3, "/plain.wav");
	engine()->play(house.client);
	house_wait(&house, "ended:3 ");
	house_close(&house);
}

/* A place is asked for while the word of another one is under way: it does not jump back. */
static void
test_old_position(void)
{
	House house;

	house_open(&house, true);
	house_load(&house, 1, "/long.wav");
	engine()->play(house.client);
	house_wait(&house, "playing:1 ");
	wait_position(&house, AVU_NS_PER_S / 2);
	/* it says where it is twice a second, and nobody listens */
	g_usleep(G_USEC_PER_SEC);
	g_string_truncate(house.log, 0);
	engine()->seek(house.client, 10 * AVU_NS_PER_S);
	house.waits_for = "the place";
	AvuTimer *timer = avu_timer_new(NULL, WAIT_NS, on_too_long, &house);

	while (strstr(house.log->str, "playing:1 ") == NULL) {
		g_assert_cmpint(engine()->get_position_ns(house.client), >=, 10 * AVU_NS_PER_S);
		(void)g_main_context_iteration(NULL, TRUE);
	}
	avu_timer_free(timer);
	house_close(&house);
}

static void
test_confined(void)
{
	static const char *const lines[] = { "NoNewPrivs:\t1\n", "Seccomp:\t2\n" };
	House house;
	g_autofree char *path = NULL, *status = NULL;

	house_open(&house, false);
	path = g_strdup_printf("/proc/%d/status", find_media());
	g_assert_true(g_file_get_contents(path, &status, NULL, NULL));
	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
		g_assert_nonnull(strstr(status, lines[i]));
	}
	house_close(&house);
}

int
main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;

	spawner = avu_spawner_new(NULL, &error);
	g_assert_no_error(error);
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/engine/pieces-media-dies", test_pieces_media_dies);
	g_test_add_func("/engine/pieces-sought-meanwhile", test_pieces_sought_meanwhile);
	g_test_add_func("/engine/media-dies", test_media_dies);
	g_test_add_func("/engine/died-before", test_died_before);
	g_test_add_func("/engine/media-stopped", test_media_stopped);
	g_test_add_func("/engine/drip", test_drip);
	g_test_add_func("/engine/media-hangs", test_media_hangs);
	g_test_add_func("/engine/media-rests", test_media_rests);
	g_test_add_func("/engine/media-renewed", test_media_renewed);
	g_test_add_func("/engine/old-position", test_old_position);
	g_test_add_func("/engine/confined", test_confined);
	return houses_run();
}
