/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The head of a DSD file: what is found has a rate and channels, and its octets have a place each. Who looks
 * at it piece by piece finds the same, and comes to an end. */

#include "renderer/media/dsd-head.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Each look from where the one before asked for. */
static DsdResult
walk_through(DsdWalk *walk, const uint8_t *data, size_t size)
{
	DsdResult result = DSD_FURTHER;
	uint64_t before = 0;

	while (result == DSD_FURTHER && walk->wanted < size) {
		before = walk->wanted;
		result = dsd_head_look(walk, data + walk->wanted,
			MIN(size - (size_t)walk->wanted, DSD_LOOK_BYTES));
		g_assert_true(result != DSD_FURTHER || walk->wanted > before);
		g_assert_true(result != DSD_REFUSED || walk->why != NULL);
	}
	return result;
}

static void
check_places(const DsdHead *head)
{
	const uint64_t indexes[] = { 0, 1, head->channel_octets / 2, head->channel_octets };
	uint64_t before = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(indexes); i++) {
		uint64_t left = dsd_head_place(head, 0, indexes[i]);
		uint64_t last = dsd_head_place(head, head->channels - 1, indexes[i]);

		g_assert_cmpuint(left, >=, head->data_at);
		g_assert_cmpuint(last - left, ==, (head->channels - 1) * head->block);
		if (i > 0 && indexes[i] >= indexes[i - 1]) {
			g_assert_cmpuint(left, >=, before);
		}
		before = left;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	DsdWalk walk = { 0 };
	DsdHead head;

	if (walk_through(&walk, data, size) == DSD_FOUND) {
		g_assert_cmpuint(walk.head.channels, >=, 1);
		g_assert_cmpuint(walk.head.channels, <=, DSD_CHANNELS_MAX);
		g_assert_cmpuint(walk.head.rate_hz % 16, ==, 0);
		g_assert_cmpuint(walk.head.data_at, <=, size);
		g_assert_true(dsd_head_is_one(data, size));
		check_places(&walk.head);
	}
	/* All that is seen at once tells no other head. */
	if (dsd_head_parse(data, MIN(size, DSD_LOOK_BYTES), &head)) {
		g_assert_cmpuint(head.data_at, ==, walk.head.data_at);
		g_assert_cmpuint(head.channel_octets, ==, walk.head.channel_octets);
		check_places(&head);
	}
	return 0;
}
