/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pictures, films, subtitles and the screen, as frames in a file. */

#include <string.h>

#include <av-upnp/loop.h>

#include "media/screen.h"
#include "player-house.h"
#include "sound-card.h"
#include "tracks.h"

/* 64 × 32, left half white, and an EXIF block that says the camera was turned: upright the white half
 * is above. */
static GByteArray *
make_turned_jpeg(const char *folder)
{
	static const uint8_t exif[] = { 0xff, 0xe1, 0, 34, 'E', 'x', 'i', 'f', 0, 0, 'I', 'I', 42,
		0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0 };
	g_autoptr(GByteArray) plain = make_piped(folder,
		"videotestsrc num-buffers=1 pattern=white ! video/x-raw,width=32,height=32 ! "
		"videobox right=-32 fill=black ! jpegenc");
	GByteArray *out = g_byte_array_new();

	g_byte_array_append(out, plain->data, 2);
	g_byte_array_append(out, exif, sizeof(exif));
	g_byte_array_append(out, plain->data + 2, plain->len - 2);
	return out;
}

/* A picture stands upright, for its time, and the next follows. */
static void
test_pictures(void)
{
	House house;
	g_autofree char *octets = NULL;
	gsize len = 0;

	house_open(&house, "fakesink", true);
	g_free(house.sinks.video);
	house.sinks.video = g_strdup_printf("videoconvert ! video/x-raw,format=GRAY8 ! filesink "
					    "sync=true buffer-mode=unbuffered location=%s",
		house.out_path);
	GByteArray *jpeg = make_turned_jpeg(house.folder);
	Origin *origin = origin_new(jpeg, true, SIZE_MAX);
	Track *first = origin_track(origin, 1, "image/jpeg", 0);
	Track *second = origin_track(origin, 2, "image/jpeg", 0);

	first->show_ns = 400 * AVU_NS_PER_MS;
	int64_t before_us = g_get_monotonic_time();

	player_load(house.player, first);
	player_load_next(house.player, second);
	player_play(house.player);
	house_wait(&house, "playing:1");
	house_wait(&house, "started:2");
	g_assert_cmpint(g_get_monotonic_time() - before_us, >=, 400 * 1000);
	house_wait(&house, "playing:2");
	house.waits_for = "the second picture";
	AvuTimer *timer = avu_timer_new(NULL, WAIT_NS, house_too_long, &house);

	while (len < 64 * 32) {
		(void)g_main_context_iteration(NULL, TRUE);
		g_clear_pointer(&octets, g_free);
		(void)g_file_get_contents(house.out_path, &octets, &len, NULL);
	}
	avu_timer_free(timer);
	for (unsigned row = 0; row < 64; row++) {
		bool white = (uint8_t)octets[row * 32 + 4] > 128;

		if (row < 28 || row > 36) {
			g_assert_true(white == (row < 32));
		}
	}
	house_close(&house);
	origin_free(origin);
}

/* The matrix of a track's header, 40 octets into it, becomes that of a quarter turn (ISO 14496-12,
 * 8.3.2.3). */
static void
turn_track(GByteArray *film)
{
	static const uint8_t quarter[36] = { [5] = 1, [12] = 0xff, [13] = 0xff, [32] = 0x40 };
	guint at = 0;

	while (memcmp(film->data + at, "tkhd", 4) != 0) {
		g_assert_cmpuint(++at, <, film->len - 84);
	}
	memcpy(film->data + at + 4 + 40, quarter, sizeof(quarter));
}

/* So is a film of a telephone that was held upright. */
static void
test_turned_film(void)
{
	House house;
	g_autofree char *octets = NULL;
	gsize len = 0;

	house_open(&house, "fakesink", true);
	g_free(house.sinks.video);
	house.sinks.video = g_strdup_printf(
		"videoconvert ! video/x-raw,format=GRAY8 ! filesink location=%s", house.out_path);
	GByteArray *film = make_piped(house.folder,
		"videotestsrc num-buffers=5 pattern=white ! video/x-raw,width=32,height=32 ! "
		"videobox right=-32 fill=black ! jpegenc ! qtmux");

	turn_track(film);
	Origin *origin = origin_new(film, true, SIZE_MAX);

	player_load(house.player, origin_track(origin, 1, "video/quicktime", 0));
	player_play(house.player);
	house_wait(&house, "ended:1");
	player_free(g_steal_pointer(&house.player)); /* what was written is there */
	g_assert_true(g_file_get_contents(house.out_path, &octets, &len, NULL));
	g_assert_cmpuint(len, ==, 5 * 64 * 32);
	for (unsigned row = 0; row < 64; row++) {
		bool white = (uint8_t)octets[row * 32 + 4] > 128;

		if (row < 28 || row > 36) {
			g_assert_true(white == (row < 32));
		}
	}
	house_close(&house);
	origin_free(origin);
}

#define FILM_WIDTH 320
#define FILM_HEIGHT 240
#define FILM                                                                            \
	"videotestsrc pattern=black num-buffers=38 ! video/x-raw,width=320,height=240," \
	"framerate=25/1 ! jpegenc ! matroskamux name=m"
#define SUBTITLES "1\n00:00:00,500 --> 00:00:01,000\n<b>Seen</b>\n\n"

/* Bright points of a frame in its rows from … to. */
static unsigned
count_bright(const House *house, unsigned frame, unsigned from, unsigned to)
{
	g_autofree char *octets = NULL;
	gsize len = 0;
	unsigned n = 0;

	g_assert_true(g_file_get_contents(house->out_path, &octets, &len, NULL));
	g_assert_cmpuint(len, >=, (frame + 1) * FILM_WIDTH * FILM_HEIGHT);
	const char *first = octets + (gsize)frame * FILM_WIDTH * FILM_HEIGHT;

	for (unsigned at = from * FILM_WIDTH; at < to * FILM_WIDTH; at++) {
		n += (uint8_t)first[at] > 180;
	}
	return n;
}

/* Subtitles of a file beside the film, and of the film itself. */
static void
test_subtitles(void)
{
	for (unsigned own = 0; own < 2; own++) {
		House house;

		house_open(&house, "fakesink", true);
		g_free(house.sinks.video);
		house.sinks.video = g_strdup_printf(
			"videoconvert ! video/x-raw,format=GRAY8 ! filesink sync=true "
			"buffer-mode=unbuffered location=%s",
			house.out_path);
		g_autofree char *srt = g_build_filename(house.folder, "in.wav", NULL);
		g_autofree char *with =
			g_strdup_printf("filesrc location=%s ! subparse ! m. " FILM, srt);

		g_assert_true(g_file_set_contents(srt, SUBTITLES, -1, NULL));
		Origin *origin =
			origin_new(make_piped(house.folder, own ? with : FILM), true, SIZE_MAX);

		player_load(house.player, origin_track(origin, 1, "video/x-matroska", 0));
		if (!own) {
			player_attach(house.player, 1, MEDIA_SUBTITLES,
				g_bytes_new_static(SUBTITLES, strlen(SUBTITLES)));
		}
		player_play(house.player);
		house_wait(&house, "ended:1");
		/* At 0.2, 0.8 and 1.2 s. */
		g_assert_cmpuint(count_bright(&house, 5, 0, FILM_HEIGHT), ==, 0);
		g_assert_cmpuint(count_bright(&house, 20, FILM_HEIGHT / 2, FILM_HEIGHT), >, 20);
		g_assert_cmpuint(count_bright(&house, 20, 0, FILM_HEIGHT / 2), ==, 0);
		g_assert_cmpuint(count_bright(&house, 30, 0, FILM_HEIGHT), ==, 0);
		house_close(&house);
		origin_free(origin);
	}
}

/* An output that takes nothing of what there is: that is told, when it is linked or when the format comes. */
static void
test_unfit_output(void)
{
	static const char *const outputs[] = {
		"capsfilter caps=audio/x-raw ! fakesink sync=true",
		"capsfilter caps=\"video/x-raw(memory:Nowhere)\" ! fakesink sync=true",
		"nosuchelement",
	};

	static const char *const sentences[] = { "The output does not take what this is.",
		"The output does not take what this is.", "The output cannot be opened." };

	for (size_t i = 0; i < G_N_ELEMENTS(outputs); i++) {
		House house;

		g_test_message("%s", outputs[i]);
		house_open(&house, "fakesink", true);
		g_free(house.sinks.video);
		house.sinks.video = g_strdup(outputs[i]);
		Origin *origin = origin_new(make_piped(house.folder, FILM), true, SIZE_MAX);

		player_load(house.player, origin_track(origin, 1, "video/x-matroska", 0));
		player_play(house.player);
		house_wait(&house, "failed:1");
		g_assert_cmpstr(house.sentence, ==, sentences[i]);
		house_close(&house);
		origin_free(origin);
	}
}

#define SCREEN_WIDTH 320
#define SCREEN_HEIGHT 180

/* Runs until the screen's last frame has this many bright points or more in a part of it (or fewer). */
static void
screen_wait(House *house, const unsigned part[4], unsigned bright, bool more)
{
	AvuTimer *timer = avu_timer_new(NULL, WAIT_NS, house_too_long, house);

	house->waits_for = more ? "light on the screen" : "darkness on the screen";
	for (bool found = false; !found;) {
		g_autofree char *octets = NULL;
		gsize len = 0;
		unsigned n = 0;

		(void)g_main_context_iteration(NULL, TRUE);
		(void)g_file_get_contents(house->out_path, &octets, &len, NULL);
		gsize frames = len / (SCREEN_WIDTH * SCREEN_HEIGHT);

		for (unsigned y = part[2]; frames > 0 && y < part[3]; y++) {
			for (unsigned x = part[0]; x < part[1]; x++) {
				n += (uint8_t)octets[((frames - 1) * SCREEN_HEIGHT + y) *
							     SCREEN_WIDTH +
						     x] > 100;
			}
		}
		found = frames > 0 && (more ? n >= bright : n <= bright);
	}
	avu_timer_free(timer);
}

/* Makes the house's screen one whose frames are in a file. */
static Screen *
open_screen(House *house)
{
	g_free(house->sinks.video);
	house->sinks.video = g_strdup_printf(
		"videoconvert ! videoscale ! video/x-raw,format=GRAY8,width=%d,height=%d ! "
		"filesink buffer-mode=unbuffered append=true location=%s",
		SCREEN_WIDTH, SCREEN_HEIGHT, house->out_path);
	house->sinks.screen = screen_new(house->mailbox, &house->sinks);
	return house->sinks.screen;
}

/* Why nothing is heard stands where the address would: no sound device, one that others have, no network. */
static void
test_trouble(void)
{
	static const unsigned clock[] = { 0, SCREEN_WIDTH, 35, 92 };
	static const unsigned place[] = { 0, SCREEN_WIDTH, 118, 150 };
	static const struct {
		CardPlace card;
		const char *told;
	} rows[] = {
		{ CARD_BUSY, NULL },
		{ CARD_FREE, "There is no network." },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		House house;

		sound_card_reset(rows[i].card);
		house_open(&house, SOUND_CARD, true);
		Screen *screen = open_screen(&house);
		Origin *origin = origin_new(make_wav(1, RATE), true, SIZE_MAX);

		screen_set_place(screen, "Kitchen", NULL, false);
		screen_wait(&house, clock, 100, true);
		screen_wait(&house, place, 0, false);
		if (rows[i].told != NULL) {
			screen_set_place(screen, "Kitchen", rows[i].told, true);
		} else {
			player_load(house.player, origin_track(origin, 1, "audio/wav", 0));
			player_play(house.player);
			house_wait(&house, "failed:1");
		}
		screen_wait(&house, place, 60, true);
		house.sinks.screen = NULL;
		screen_free(screen);
		house_close(&house);
		origin_free(origin);
	}
}

#define PLACE_TOP 118
#define PLACE_BYTES ((150 - PLACE_TOP) * SCREEN_WIDTH)

/* What stands in the place of the address, in the screen's last frame. */
static GBytes *
dup_place(const House *house)
{
	g_autofree char *octets = NULL;
	gsize len = 0;

	(void)g_file_get_contents(house->out_path, &octets, &len, NULL);
	gsize frames = len / (SCREEN_WIDTH * SCREEN_HEIGHT);

	return frames == 0 ? g_bytes_new(NULL, 0)
			   : g_bytes_new(octets + ((frames - 1) * SCREEN_HEIGHT + PLACE_TOP) *
							  SCREEN_WIDTH,
				     PLACE_BYTES);
}

/* What a card that is busy or not there makes stand there is the sentence for it, letter by letter. */
static void
test_sentences(void)
{
	static const unsigned place[] = { 0, SCREEN_WIDTH, 118, 150 };
	static const struct {
		CardPlace card;
		const char *sentence;
	} rows[] = {
		{ CARD_BUSY, "The sound output is used by another program." },
		{ CARD_ABSENT, "There is no sound output, or it cannot be opened." },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GBytes) expected = NULL;

		for (unsigned told = 0; told < 2; told++) {
			House house;

			sound_card_reset(rows[i].card);
			house_open(&house, SOUND_CARD, true);
			Screen *screen = open_screen(&house);
			Origin *origin = origin_new(make_wav(1, RATE), true, SIZE_MAX);

			if (told == 0) {
				screen_set_place(screen, "Kitchen", rows[i].sentence, true);
				screen_wait(&house, place, 60, true);
				house_run(300 * AVU_NS_PER_MS);
				expected = dup_place(&house);
			} else {
				screen_set_place(screen, "Kitchen", NULL, false);
				player_load(house.player, origin_track(origin, 1, "audio/wav", 0));
				player_play(house.player);
				AvuTimer *timer =
					avu_timer_new(NULL, WAIT_NS, house_too_long, &house);
				bool same = false;

				house.waits_for = rows[i].sentence;
				while (!same) {
					house_run(20 * AVU_NS_PER_MS);
					g_autoptr(GBytes) now = dup_place(&house);

					same = g_bytes_equal(now, expected);
				}
				avu_timer_free(timer);
			}
			house.sinks.screen = NULL;
			screen_free(screen);
			house_close(&house);
			origin_free(origin);
		}
	}
}

/* A clock while nothing plays, title and cover with music, and nothing of it in the way of a film. */
static void
test_screen(void)
{
	static const unsigned clock[] = { 0, SCREEN_WIDTH, 35, 92 };
	static const unsigned title[] = { 122, SCREEN_WIDTH, 34, 60 };
	static const unsigned cover[] = { 20, 106, 34, 120 };
	House house;

	house_open(&house, "fakesink sync=true", true);
	Screen *screen = open_screen(&house);
	g_autoptr(GByteArray) white =
		make_piped(house.folder, "videotestsrc num-buffers=1 pattern=white ! "
					 "video/x-raw,width=64,height=64 ! jpegenc");
	Origin *origin = origin_new(make_wav(1, 20 * RATE), true, SIZE_MAX);
	Origin *again = origin_new(make_wav(1, 20 * RATE), true, SIZE_MAX);
	Origin *film = origin_new(make_piped(house.folder, FILM), true, SIZE_MAX);

	screen_set_place(screen, "Kitchen", "10.1.2.3", false);
	screen_wait(&house, clock, 100, true);
	player_load(house.player, origin_track(origin, 1, NULL, 0));
	player_describe(house.player, 1, "A title", "Somebody", NULL);
	player_play(house.player);
	screen_wait(&house, title, 30, true);
	screen_wait(&house, cover, 0, false);
	player_attach(house.player, 1, MEDIA_COVER, g_bytes_new(white->data, white->len));
	screen_wait(&house, cover, 80 * 80, true);
	player_load(house.player, origin_track(film, 2, "video/x-matroska", 0));
	player_play(house.player);
	house_wait(&house, "playing:2");
	screen_wait(&house, cover, 0, false);
	/* music after it: the output is not back yet when the cover comes */
	player_load(house.player, origin_track(again, 3, NULL, 0));
	player_describe(house.player, 3, "A title", "Somebody", NULL);
	player_attach(house.player, 3, MEDIA_COVER, g_bytes_new(white->data, white->len));
	player_play(house.player);
	screen_wait(&house, cover, 80 * 80, true);
	player_stop(house.player);
	screen_wait(&house, clock, 100, true);
	player_stop(house.player);
	house.sinks.screen = NULL;
	screen_free(screen);
	house_close(&house);
	origin_free(origin);
	origin_free(again);
	origin_free(film);
}

int
main(int argc, char **argv)
{
	player_test_init(&argc, &argv);
	g_test_add_func("/player/pictures", test_pictures);
	g_test_add_func("/player/turned-film", test_turned_film);
	g_test_add_func("/player/subtitles", test_subtitles);
	g_test_add_func("/player/unfit-output", test_unfit_output);
	g_test_add_func("/player/screen", test_screen);
	sound_card_register();
	g_test_add_func("/player/trouble", test_trouble);
	g_test_add_func("/player/sentences", test_sentences);
	return g_test_run();
}
