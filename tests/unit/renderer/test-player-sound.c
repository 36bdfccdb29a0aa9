/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is done to the sound on its way: conversions of what no sink takes. */

#include <string.h>

#include <av-upnp/loop.h>

#include "player-house.h"
#include "tracks.h"

/* A second of DSD without a sound (0x69 is its silence) in Sony's file: it is decoded to samples. */
static void
test_dsd(void)
{
	const unsigned rate = 2822400, block = 4096,
		       blocks = 86; /* 86 × 4096 × 8 is just below it */
	GByteArray *out = g_byte_array_new();
	House house;
	g_autofree char *octets = NULL;
	gsize len = 0;

	g_byte_array_append(out, (const uint8_t *)"DSD ", 4);
	const struct {
		uint64_t value;
		unsigned bytes;
	} fields[] = { { 28, 8 }, { 28 + 52 + 12 + 2 * block * blocks, 8 }, { 0, 8 },
		{ 0x20746d66, 4 }, { 52, 8 }, { 1, 4 }, { 0, 4 }, { 2, 4 }, { 2, 4 }, { rate, 4 },
		{ 1, 4 }, { block * blocks * 8, 8 }, { block, 4 }, { 0, 4 }, { 0x61746164, 4 },
		{ 12 + 2 * block * blocks, 8 } };

	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
		put_le(out, (uint32_t)fields[i].value, 4);
		if (fields[i].bytes == 8) {
			put_le(out, 0, 4);
		}
	}
	guint head = out->len;

	g_byte_array_set_size(out, head + 2 * block * blocks);
	memset(out->data + head, 0x69, 2 * block * blocks);
	house_open(&house,
		"audioconvert ! audioresample ! capsfilter caps=audio/x-raw,format=S16LE,"
		"rate=44100 ! filesink buffer-mode=unbuffered location=@",
		false);
	Origin *origin = origin_new(out, true, SIZE_MAX);

	player_load(house.player, origin_track(origin, 1, "audio/x-dsf", 0));
	player_play(house.player);
	house_wait(&house, "ended:1");
	g_assert_true(g_file_get_contents(house.out_path, &octets, &len, NULL));
	g_assert_cmpuint(len / FRAME_BYTES, >, RATE * 98 / 100);
	g_assert_cmpuint(len / FRAME_BYTES, <, RATE * 102 / 100);
	house_close(&house);
	origin_free(origin);
}

int
main(int argc, char **argv)
{
	player_test_init(&argc, &argv);
	g_test_add_func("/player/dsd", test_dsd);
	return g_test_run();
}
