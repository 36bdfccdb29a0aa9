/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <av-upnp/clock.h>
#include <av-upnp/limits.h>

#include "address/announced.h"

#define S AVU_NS_PER_S

/* What is told of "uuid:A", in seconds: 'a' announced, 'e' there, 'l' gone, '?' judged. */
static const struct {
	struct {
		char what;
		int at_s;
	} deeds[12];
	int64_t max_age_s;
	AnnouncedVerdict verdict;
	const char *why;
} rows[] = {
	{ { { '?', 99999 } }, 1800, ANNOUNCED_UNKNOWN, "nobody told of it" },
	{ { { 'e', 0 }, { '?', 899 } }, 1800, ANNOUNCED_UNKNOWN, "half of its time is not over" },
	{ { { 'e', 0 }, { '?', 1000 } }, 1800, ANNOUNCED_LATE, "there, and never announced" },
	{ { { 'e', 0 }, { 'a', 850 }, { '?', 900 } }, 1800, ANNOUNCED_IN_TIME, "came once" },
	{ { { 'a', 0 }, { '?', 10 } }, 1800, ANNOUNCED_UNKNOWN, "just come" },
	{ { { 'a', 0 }, { 'a', 895 }, { 'a', 1790 }, { '?', 1800 } }, 1800, ANNOUNCED_IN_TIME,
		"every 895 s, as minidlna does" },
	{ { { 'a', 0 }, { 'a', 1700 }, { '?', 1710 } }, 1800, ANNOUNCED_LATE,
		"before it is forgotten, but after half of that" },
	{ { { 'a', 0 }, { 'a', 1700 }, { 'a', 2500 }, { 'a', 3300 }, { '?', 3400 } }, 1800,
		ANNOUNCED_LATE, "late once of late" },
	{ { { 'a', 0 }, { 'a', 910 }, { '?', 911 } }, 1800, ANNOUNCED_IN_TIME,
		"clocks and networks are not exact" },
	{ { { 'a', 0 }, { 'a', 5 }, { 'l', 800 }, { 'a', 40000 }, { '?', 40010 } }, 1800,
		ANNOUNCED_UNKNOWN, "switched off for a day: that is no silence" },
	{ { { 'a', 0 }, { 'l', 1800 }, { '?', 1801 } }, 1800, ANNOUNCED_LATE,
		"taken for gone, and yet it answers" },
	{ { { 'a', 0 }, { 'a', 800 }, { 'l', 900 }, { '?', 9000 } }, 1800, ANNOUNCED_IN_TIME,
		"said good-bye after it was in time" },
	{ { { 'e', 0 }, { '?', 5 } }, 4, ANNOUNCED_LATE, "a short age" },
	{ { { 'e', 0 }, { 'a', 1 }, { 'a', 2 }, { '?', 3 } }, 4, ANNOUNCED_IN_TIME,
		"a short age, kept" },
	{ { { 'e', 0 }, { '?', 99999 } }, -1, ANNOUNCED_UNKNOWN, "it never said for how long" },
};

static AnnouncedVerdict
play(Announced *announced, size_t row)
{
	for (size_t i = 0;; i++) {
		const int64_t at_ns = rows[row].deeds[i].at_s * S;

		switch (rows[row].deeds[i].what) {
		case 'a':
			announced_note(announced, "uuid:A::upnp:rootdevice", at_ns);
			break;
		case 'e':
			announced_expect(announced, "uuid:a::urn:x:device:y:1", at_ns);
			break;
		case 'l':
			announced_leave(announced, "uuid:A", at_ns);
			break;
		default: {
			const AnnouncedSpan span = announced_get(announced, "UUID:a", at_ns);

			return announced_judge(&span, rows[row].max_age_s);
		}
		}
	}
}

static void
test_rows(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Announced) announced = announced_new();

		g_test_message("%s", rows[i].why);
		announced_note(announced, "uuid:ab", 0); /* another */
		g_assert_cmpint(play(announced, i), ==, rows[i].verdict);
	}
}

static void
test_forgotten_after_hours(void)
{
	g_autoptr(Announced) announced = announced_new();
	int64_t at_s = 1700;

	announced_note(announced, "uuid:1", 0);
	announced_note(announced, "uuid:1", at_s * S);
	for (; at_s < 13 * 3600; at_s += 800) {
		announced_note(announced, "uuid:1", at_s * S);
	}
	const AnnouncedSpan span = announced_get(announced, "uuid:1", at_s * S);

	g_assert_cmpint(span.silence_ns, ==, 800 * S);
	g_assert_cmpint(span.listened_ns, ==, at_s * S);
}

static void
test_limit(void)
{
	g_autoptr(Announced) announced = announced_new();

	for (int i = 0; i <= AVU_LIMIT_REMOTE_DEVICES; i++) {
		g_autofree char *udn = g_strdup_printf("uuid:%d", i);

		announced_note(announced, udn, i * S);
	}
	const AnnouncedSpan oldest = announced_get(announced, "uuid:0", 99999 * S);
	const AnnouncedSpan second = announced_get(announced, "uuid:1", 99999 * S);

	g_assert_false(oldest.heard);
	g_assert_cmpint(oldest.silence_ns, ==, 0); /* nothing is claimed of one that was dropped */
	g_assert_true(second.heard);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/announced/rows", test_rows);
	g_test_add_func("/announced/forgotten-after-hours", test_forgotten_after_hours);
	g_test_add_func("/announced/limit", test_limit);
	return g_test_run();
}
