/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where pictures and sound that come apart begin together; times by hand. */
#include "mediaserver/worker/join-times.h"

#define S AVU_NS_PER_S
/* 2^33 / 90000 seconds */
#define WRAP INT64_C(95443717688888)

static const struct {
	int64_t pictures_ns, sound_ns, shift_ns, from_ns;
	const char *why;
} rows[] = {
	{ 10 * S, 10 * S, 0, 10 * S, "together" },
	{ 10 * S, 4 * S, 0, 10 * S, "sound of the piece before: it is left out when it is copied" },
	{ 10 * S, 11 * S, 0, 10 * S, "a second without sound is seen" },
	{ 10 * S, 11 * S + 1, 0, 11 * S + 1, "pictures of the piece before are left out" },
	{ 10 * S, 70 * S, 0, 70 * S, "the last that is one clock" },
	{ 10 * S, 70 * S + 1, -60 * S - 1, 10 * S, "another clock: both begin at once" },
	{ 1000 * S, 0, 1000 * S, 1000 * S, "the sound counts from zero" },
	{ 0, 5 * WRAP, -5 * WRAP, 0, "no clock of theirs" },
	{ WRAP - S, 3 * S, WRAP, WRAP + 3 * S, "it began anew between both" },
	{ 3 * S, WRAP - S, -WRAP, 3 * S, "the same of the pictures" },
	{ INT64_MIN, INT64_MAX, 0, INT64_MIN, "no difference is a number" },
	{ INT64_MIN / 2, INT64_MAX / 2, INT64_MIN + 1, INT64_MIN / 2, "the largest that is" },
};

static void
test_choose(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const JoinTimes times = join_times_choose(rows[i].pictures_ns, rows[i].sound_ns);

		g_test_message("%s", rows[i].why);
		g_assert_cmpint(times.sound_ns, ==, rows[i].shift_ns);
		g_assert_cmpint(times.from_ns, ==, rows[i].from_ns);
	}
}

static const struct {
	const char *text;
	int64_t ns;
	const char *why;
} stamps[] = {
	{ "\\x00\\x00\\x00\\x00\\x00\\x01_\\x90", 1 * S, "90000: a letter stands for itself" },
	{ "\\x00\\x00\\x00\\x00\\x00\\x02\\xBF\\x20", 2 * S, "180000" },
	{ "\\x00\\x00\\x00\\x01\\xff\\xff\\xff\\xff", 95443 * S + 717677777, "all 33 bits" },
	{ "\\x00\\x00\\x00\\x02\\x00\\x00\\x00\\x00", 0, "a bit more" },
	{ "\\x00\\x00\\x00\\x00\\x00\\x01_", 0, "an octet too few" },
	{ "\\x00\\x00\\x00\\x00\\x00\\x01_\\x90\\x00", 0, "one too many" },
	{ "\\x00\\x00\\x00\\x00\\x00\\x01_\\x9", 0, "half an octet" },
	{ "\\x00\\x00\\x00\\x00\\x00\\x01_\\xg0", 0, "no digit" },
	{ "\\x00\\x00\\x00\\x00\\x00\\x01_\\", 0, "nothing behind the last sign" },
	{ "\\x00\\x00\\x00\\x00\\x00\\x01_\\n", 0, "another sign" },
	{ "", 0, "empty" },
	{ NULL, 0, "nothing was said" },
};

static void
test_parse(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(stamps); i++) {
		g_test_message("%s", stamps[i].why);
		g_assert_cmpint(join_times_parse(stamps[i].text), ==, stamps[i].ns);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/join-times/choose", test_choose);
	g_test_add_func("/join-times/parse", test_parse);
	return g_test_run();
}
