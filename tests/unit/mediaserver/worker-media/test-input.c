/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading that ends by a clock, and says that it was not the file's fault. */
#include <time.h>

#include <av-upnp/clock.h>

#include "mediaserver/worker/input.h"

/* RIFF WAVE, PCM of 8 bit and 8 kHz, 4 octets of it. */
static const char wav[] =
	"RIFF\x28\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x40\x1f\0\0\x01\0\x08\0"
	"data\x04\0\0\0\x80\x80\x80\x80";

static int64_t
used_cpu_ns(void)
{
	struct timespec used;

	g_assert_cmpint(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used), ==, 0);
	return (int64_t)used.tv_sec * AVU_NS_PER_S + used.tv_nsec;
}

static void
test_late(void)
{
	const int64_t now_ns = avu_now_ns(), used_ns = used_cpu_ns();
	const struct {
		int64_t deadline_ns, cpu_ns;
		bool late;
		const char *why;
	} rows[] = {
		{ 0, 0, false, "no limit" },
		{ now_ns + 3600 * AVU_NS_PER_S, used_ns + 3600 * AVU_NS_PER_S, false,
			"an hour of each" },
		{ now_ns, 0, true, "the time is over" },
		{ 0, used_ns, true, "the processor's time is used up" },
		{ now_ns + 3600 * AVU_NS_PER_S, used_ns, true, "the same, long before its time" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		Input source = { .fd = -1,
			.memory = wav,
			.size = sizeof(wav) - 1,
			.deadline_ns = rows[i].deadline_ns,
			.cpu_ns = rows[i].cpu_ns };
		uint64_t tag_len;
		const SniffFormat *format = input_recognise(&source, NULL, &tag_len);

		g_test_message("%s", rows[i].why);
		g_assert_nonnull(format);
		AVFormatContext *context = input_open(&source, format);

		g_assert_cmpint(context == NULL, ==, rows[i].late);
		g_assert_cmpint(source.late, ==, rows[i].late);
		if (context != NULL) {
			input_close(&context);
		}
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/worker/input/late", test_late);
	return g_test_run();
}
