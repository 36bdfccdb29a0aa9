/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The player and a sound card: when it is silent, when it lets go of it, what it says when it cannot have
 * it. */

#include <string.h>

#include <av-upnp/loop.h>

#include "player-house.h"
#include "sound-card.h"
#include "tracks.h"

#define STOP_MS 50

/* Runs the main context while the card plays on. */
static void
play_card(House *house, const char *word, unsigned ms)
{
	while (strstr(house->log->str, word) == NULL) {
		(void)sound_card_play(10);
		while (g_main_context_iteration(NULL, FALSE)) {
		}
	}
	g_assert_true(sound_card_play(ms));
}

/* Stop is heard at once although the card has a fifth of a second in it, and so is Pause. */
static void
test_silence(void)
{
	for (unsigned pause = 0; pause < 2; pause++) {
		House house;

		sound_card_reset(CARD_FREE);
		house_open(&house, SOUND_CARD, true);
		Origin *origin = origin_new(make_wav(1, 10 * RATE), true, SIZE_MAX);

		player_load(house.player, origin_track(origin, 1, "audio/wav", 0));
		player_play(house.player);
		play_card(&house, "playing:1", 100);
		while (sound_card_get_waiting() < RATE * 2 * STOP_MS / 1000) {
			g_assert_true(sound_card_play(10));
		}
		guint64 before = sound_card_get_heard();

		if (pause) {
			player_pause(house.player);
		} else {
			player_stop(house.player);
		}
		/* a card plays what it has */
		while (sound_card_get_waiting() > 0 && sound_card_play(10)) {
		}
		g_assert_cmpuint(sound_card_get_heard() - before, <=, RATE * STOP_MS / 1000);
		house_close(&house);
		origin_free(origin);
	}
}

static void
wait_closed(House *house)
{
	AvuTimer *timer = avu_timer_new(NULL, WAIT_NS, house_too_long, house);

	house->waits_for = "the card is let go of";
	while (sound_card_is_open()) {
		(void)g_main_context_iteration(NULL, TRUE);
	}
	avu_timer_free(timer);
}

/* The card is free for others when nothing was played for a while, not while something is, and is had again
 * with the next track. */
static void
test_let_go(void)
{
	const Sinks sinks = { .idle_ns = 50 * AVU_NS_PER_MS };
	House house;

	sound_card_reset(CARD_FREE);
	house_open_with(&house, &sinks, SOUND_CARD, true);
	Origin *origin = origin_new(make_wav(1, 10 * RATE), true, SIZE_MAX);

	for (unsigned turn = 0; turn < 2; turn++) {
		g_assert_false(sound_card_is_open());
		player_load(house.player, origin_track(origin, turn + 1, "audio/wav", 0));
		player_play(house.player);
		play_card(&house, turn == 0 ? "playing:1" : "playing:2", 100);
		house_run(3 * sinks.idle_ns);
		g_assert_true(sound_card_is_open());
		player_stop(house.player);
		g_assert_true(sound_card_is_open()); /* the next start is quick */
		wait_closed(&house);
	}
	house_close(&house);
	origin_free(origin);
}

/* A WAV of another rate. */
static GByteArray *
make_wav_at(unsigned track, unsigned frames, unsigned rate)
{
	GByteArray *wav = make_wav(track, frames);
	const uint32_t numbers[] = { GUINT32_TO_LE(rate), GUINT32_TO_LE(rate * FRAME_BYTES) };

	memcpy(wav->data + 24, numbers, sizeof(numbers));
	return wav;
}

/* The card is opened anew for a track of another rate, and not for one of the same. */
static void
test_formats(void)
{
	static const unsigned rates[] = { 44100, 44100, 48000, 96000, 44100 };
	House house;

	sound_card_reset(CARD_FREE);
	house_open(&house, SOUND_CARD, true);
	for (unsigned i = 0; i < G_N_ELEMENTS(rates); i++) {
		g_autofree char *playing = g_strdup_printf("playing:%u", i + 1);
		Origin *origin = origin_new(make_wav_at(i, rates[i] * 2, rates[i]), true, SIZE_MAX);

		player_load(house.player, origin_track(origin, i + 1, "audio/wav", 0));
		player_play(house.player);
		play_card(&house, playing, 100);
		player_stop(house.player);
		origin_free(origin);
	}
	g_autofree char *opened = sound_card_dup_rates();

	g_assert_cmpstr(opened, ==, "44100 44100 48000 96000 44100 ");
	house_close(&house);
}

/* Samples that reach the card as they are follow each other without a gap when they are of one kind; a
 * track of another kind waits until the one before was heard, and the card is opened anew for it, also when
 * nothing was known of it when the other one ended. */
static void
test_next_formats(void)
{
	static const struct {
		bool exact;
		unsigned rate;
		const char *opened;
	} rows[] = {
		{ true, 44100, "44100 " },
		{ true, 48000, "44100 48000 " },
		{ false, 48000, "44100 " },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const Sinks sinks = { .exact = rows[i].exact };
		House house;

		sound_card_reset(CARD_FREE);
		house_open_with(&house, &sinks, SOUND_CARD, true);
		Origin *first = origin_new(make_wav(1, RATE / 2), true, SIZE_MAX);
		Origin *second = origin_new_late(
			make_wav_at(2, rows[i].rate / 2, rows[i].rate), true, SIZE_MAX);

		player_load(house.player, origin_track(first, 1, "audio/wav", 0));
		player_load_next(house.player, origin_track(second, 2, "audio/wav", 0));
		player_play(house.player);
		play_card(
			&house, "playing:1", 600); /* it is over, and in its sink nothing is left */
		house_run(50 * AVU_NS_PER_MS);
		origin_go(second);
		while (strstr(house.log->str, "ended:2") == NULL) {
			(void)sound_card_play(10);
			house_run(AVU_NS_PER_MS);
		}
		g_autofree char *opened = sound_card_dup_rates();

		g_assert_cmpstr(opened, ==, rows[i].opened);
		house_close(&house);
		origin_free(first);
		origin_free(second);
	}
}

/* Nothing to be heard, and why: in words, and on the screen. */
static void
test_no_card(void)
{
	static const struct {
		CardPlace place;
		const char *sentence;
	} rows[] = {
		{ CARD_BUSY, "The sound output is used by another program." },
		{ CARD_ABSENT, "There is no sound output, or it cannot be opened." },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		House house;

		sound_card_reset(rows[i].place);
		house_open(&house, SOUND_CARD, true);
		Origin *origin = origin_new(make_wav(1, RATE), true, SIZE_MAX);

		player_load(house.player, origin_track(origin, 1, "audio/wav", 0));
		player_play(house.player);
		house_wait(&house, "failed:1");
		g_assert_cmpstr(house.sentence, ==, rows[i].sentence);
		/* it is free by now */
		sound_card_reset(CARD_FREE);
		player_load(house.player, origin_track(origin, 2, "audio/wav", 0));
		player_play(house.player);
		play_card(&house, "playing:2", 50);
		house_close(&house);
		origin_free(origin);
	}
}

int
main(int argc, char **argv)
{
	player_test_init(&argc, &argv);
	sound_card_register();
	g_test_add_func("/card/silence", test_silence);
	g_test_add_func("/card/let-go", test_let_go);
	g_test_add_func("/card/formats", test_formats);
	g_test_add_func("/card/next-formats", test_next_formats);
	g_test_add_func("/card/none", test_no_card);
	return g_test_run();
}
