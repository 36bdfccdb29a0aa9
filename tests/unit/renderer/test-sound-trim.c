/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Two threads say how much is to be cut while a third reads it: what is read is whole, and stays. Also run under
 * ThreadSanitizer. */
#include <pthread.h>
#include <sched.h>

#include "renderer/media/sound-trim.h"

#define ROUNDS 2000

typedef struct {
	SoundTrimOnce *once;
	uint64_t number;
} Writer;

static void *
say(void *data)
{
	const Writer *writer = data;
	const SoundTrim trim = { writer->number, writer->number, (unsigned)writer->number };

	sound_trim_once_set(writer->once, &trim);
	return NULL;
}

static void
test_once(void)
{
	for (unsigned i = 0; i < ROUNDS; i++) {
		SoundTrimOnce once = { { 0 }, 0 };
		Writer writers[2] = { { &once, 1 }, { &once, 2 } };
		pthread_t threads[2];
		SoundTrim first = { 0 }, last = { 0 };

		g_assert_false(sound_trim_once_get(&once, &first));
		for (unsigned w = 0; w < 2; w++) {
			g_assert_cmpint(pthread_create(&threads[w], NULL, say, &writers[w]), ==, 0);
		}
		while (!sound_trim_once_get(&once, &first)) {
			(void)sched_yield();
		}
		for (unsigned w = 0; w < 2; w++) {
			(void)pthread_join(threads[w], NULL);
		}
		g_assert_true(first.front == 1 || first.front == 2);
		g_assert_true(first.total == first.front && first.rate_hz == first.front);
		g_assert_true(sound_trim_once_get(&once, &last));
		g_assert_cmpuint(last.front, ==, first.front);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/renderer/sound-trim/once", test_once);
	return g_test_run();
}
