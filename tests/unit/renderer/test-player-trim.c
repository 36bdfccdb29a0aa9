/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An album that was cut and encoded: what encoders put in front and behind is not heard. */

#include <math.h>
#include <string.h>

#include <av-upnp/loop.h>

#include "player-house.h"
#include "tracks.h"

/* A first frame as LAME and FFmpeg write it, made by hand: 128 kbit/s, what the encoder put in front
 * (it answers 576 samples late), and behind. */
static void
put_info_frame(GByteArray *out, const uint8_t header[4], unsigned frames, unsigned padding)
{
	uint8_t frame[417] = { header[0], header[1], header[2], header[3] };
	const unsigned delay = 576;

	memcpy(frame + 36, "Info\0\0\0\1", 8);
	frame[46] = (uint8_t)(frames >> 8);
	frame[47] = (uint8_t)frames;
	memcpy(frame + 48, "LAME3.100", 9);
	frame[69] = (uint8_t)(delay >> 4);
	frame[70] = (uint8_t)(delay << 4 | padding >> 8);
	frame[71] = (uint8_t)padding;
	g_byte_array_append(out, frame, sizeof(frame));
}

static int16_t
album_sample(unsigned n)
{
	return (int16_t)(8000 * sin(n * 0.0627) + 4000 * sin(n * 0.211));
}

static void
put_album(GByteArray *wav, unsigned from, unsigned to)
{
	for (unsigned n = from; n < to; n++) {
		int16_t pair[CHANNELS] = { album_sample(n), album_sample(n) };

		memcpy(wav->data + 44 + (n - from) * FRAME_BYTES, pair, sizeof(pair));
	}
}

/* Samples from..to of an album as MP3, with a tag in front that no buffer holds whole. */
static GByteArray *
make_mp3(const char *folder, unsigned from, unsigned to)
{
	g_autoptr(GByteArray) wav = make_wav(0, to - from);

	put_album(wav, from, to);
	g_autoptr(GByteArray) frames =
		make_encoded(folder, "lamemp3enc target=bitrate bitrate=128 cbr=true", wav);
	static const uint8_t id3[] = { 'I', 'D', '3', 3, 0, 0, 0, 6, 0x1a, 0 };
	const unsigned id3_bytes = 6 * 16384 + 0x1a * 128;
	GByteArray *out = g_byte_array_new();
	unsigned count = 0;

	for (guint at = 0; at + 4 <= frames->len; count++) {
		at += 417 + (frames->data[at + 2] >> 1 & 1);
	}
	g_byte_array_append(out, id3, sizeof(id3));
	g_byte_array_set_size(out, sizeof(id3) + id3_bytes);
	memset(out->data + sizeof(id3), 0, id3_bytes);
	put_info_frame(out, frames->data, count, count * 1152 - 576 - (to - from));
	g_byte_array_append(out, frames->data, frames->len);
	return out;
}

/* By how many frames what is heard at a place is later than the album, by least distance. */
static int
album_lag(const int16_t *heard, unsigned at)
{
	double best = INFINITY;
	int best_lag = 0;

	for (int lag = -8; lag <= 8; lag++) {
		double distance = 0;

		for (unsigned n = at; n < at + 4000; n++) {
			int off = heard[CHANNELS * (n + (unsigned)(lag + 8) - 8)] - album_sample(n);

			distance += off * off;
		}
		if (distance < best) {
			best = distance;
			best_lag = lag;
		}
	}
	return best_lag;
}

static void
check_album(const House *house, unsigned frames, const unsigned *places, size_t n)
{
	g_autofree char *octets = NULL;
	gsize len = 0;

	g_assert_true(g_file_get_contents(house->out_path, &octets, &len, NULL));
	g_assert_cmpuint(len / FRAME_BYTES, ==, frames);
	for (size_t i = 0; i < n; i++) {
		g_assert_cmpint(album_lag((const int16_t *)(const void *)octets, places[i]), ==, 0);
	}
}

/* An album that was cut in two and encoded: heard is what was cut, to the sample. */
static void
test_gapless_mp3(void)
{
	const unsigned cut = 132307, frames = cut + 44103;
	const unsigned places[] = { 100, cut - 4100, cut + 100, frames - 4100 };
	House house;

	house_open(&house,
		"audioconvert ! capsfilter caps=audio/x-raw,format=S16LE ! "
		"filesink buffer-mode=unbuffered sync=false location=@",
		false);
	Origin *first = origin_new(make_mp3(house.folder, 0, cut), true, SIZE_MAX);
	Origin *second = origin_new(make_mp3(house.folder, cut, frames), true, SIZE_MAX);

	player_load(house.player, origin_track(first, 1, "audio/mpeg", 0));
	player_load_next(house.player, origin_track(second, 2, "audio/mpeg", 0));
	house_wait(&house, "paused:1");
	g_assert_cmpint(house.duration_ns / 1000, ==, 3000158); /* 132307 / 44100 s */
	player_play(house.player);
	house_wait(&house, "started:2");
	house_wait(&house, "ended:2");
	check_album(&house, frames, places, G_N_ELEMENTS(places));
	house_close(&house);
	origin_free(first);
	origin_free(second);
}

/* The same as AAC in an MP4, by FFmpeg: with an edit list that counts in milliseconds.
 * @return NULL: there is no ffmpeg */
static GByteArray *
make_m4a(const char *folder, unsigned from, unsigned to)
{
	g_autoptr(GByteArray) wav = make_wav(0, to - from);
	g_autofree char *in = g_build_filename(folder, "in.wav", NULL);
	g_autofree char *out = g_build_filename(folder, "out.bin", NULL);
	const char *const argv[] = { "ffmpeg", "-v", "error", "-y", "-i", in, "-c:a", "aac", "-b:a",
		"256k", "-f", "mp4", out, NULL };
	char *octets = NULL;
	gsize len = 0;
	int status = 1;

	put_album(wav, from, to);
	g_assert_true(g_file_set_contents(in, (const char *)wav->data, (gssize)wav->len, NULL));
	if (!g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL,
		    &status, NULL) ||
		status != 0) {
		return NULL;
	}
	g_assert_true(g_file_get_contents(out, &octets, &len, NULL));
	return g_byte_array_new_take((guint8 *)octets, len);
}

static void
test_gapless_aac(void)
{
	const unsigned cut = 132307, frames = cut + 44103;
	const unsigned places[] = { 100, cut - 4100, cut + 100, frames - 4100 };
	House house;

	house_open(&house,
		"audioconvert ! capsfilter caps=audio/x-raw,format=S16LE ! "
		"filesink buffer-mode=unbuffered sync=false location=@",
		false);
	GByteArray *parts[] = { make_m4a(house.folder, 0, cut),
		make_m4a(house.folder, cut, frames) };

	if (parts[0] == NULL || parts[1] == NULL) {
		g_test_skip("needs ffmpeg");
		house_close(&house);
		return;
	}
	Origin *first = origin_new(parts[0], true, SIZE_MAX);
	Origin *second = origin_new(parts[1], true, SIZE_MAX);

	player_load(house.player, origin_track(first, 1, "audio/mp4", 0));
	player_load_next(house.player, origin_track(second, 2, "audio/mp4", 0));
	house_wait(&house, "paused:1");
	g_assert_cmpint(house.duration_ns / 1000, ==, 3000158);
	player_play(house.player);
	house_wait(&house, "started:2");
	house_wait(&house, "ended:2");
	check_album(&house, frames, places, G_N_ELEMENTS(places));
	/* And from a place in it: to the sample. */
	g_string_truncate(house.log, 0);
	player_load(house.player, origin_track(first, 3, "audio/mp4", AVU_NS_PER_S));
	player_play(house.player);
	house_wait(&house, "ended:3");
	g_autofree char *octets = NULL;
	gsize len = 0;

	g_assert_true(g_file_get_contents(house.out_path, &octets, &len, NULL));
	const unsigned rest = cut - RATE;
	const int16_t *heard = (const int16_t *)(const void *)(octets + len) - rest * CHANNELS;

	g_assert_cmpuint(len / FRAME_BYTES % frames, ==, rest); /* behind the album, or anew */
	g_assert_cmpint(album_lag(heard - RATE * CHANNELS, RATE + 100), ==, 0);
	house_close(&house);
	origin_free(first);
	origin_free(second);
}

int
main(int argc, char **argv)
{
	player_test_init(&argc, &argv);
	g_test_add_func("/player/gapless-mp3", test_gapless_mp3);
	g_test_add_func("/player/gapless-aac", test_gapless_aac);
	return g_test_run();
}
