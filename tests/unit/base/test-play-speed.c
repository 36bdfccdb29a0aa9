/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PlaySpeed.dlna.org: rows from dlna-http-transport.md 6 and dlna-protocolinfo.md 1.3. */
#include <av-upnp/play-speed.h>

static void
test_parse(void)
{
	static const struct {
		const char *value;
		int32_t numerator; /* 0: refused */
		int32_t denominator;
		const char *text;
		const char *why;
	} rows[] = {
		{ "speed=1", 1, 1, "1", "normal" },
		{ "speed=2", 2, 1, "2", "twice" },
		{ "speed=-1", -1, 1, "-1", "backwards" },
		{ "speed=1/2", 1, 2, "1/2", "slow" },
		{ "speed=-1/16", -1, 16, "-1/16", "slow backwards" },
		{ "speed=4/2", 2, 1, "2", "lowest terms" },
		{ "speed=3/3", 1, 1, "1", "normal in another form" },
		{ "speed=9999", 9999, 1, "9999", "limit" },
		{ "speed=10000", 0, 0, NULL, "limit + 1" },
		{ "speed=1/9999", 1, 9999, "1/9999", "limit" },
		{ "speed=1/10000", 0, 0, NULL, "limit + 1" },
		{ "speed=9223372036854775808", 0, 0, NULL, "2^63" },
		{ "speed=0", 0, 0, NULL, "stands still" },
		{ "speed=0/5", 0, 0, NULL, "stands still" },
		{ "speed=1/0", 0, 0, NULL, "division by zero" },
		{ "speed=", 0, 0, NULL, "nothing" },
		{ "speed=-", 0, 0, NULL, "nothing" },
		{ "speed=1/", 0, 0, NULL, "nothing below" },
		{ "speed=1/-2", 0, 0, NULL, "sign below" },
		{ "speed=+2", 0, 0, NULL, "plus" },
		{ "speed=--2", 0, 0, NULL, "two signs" },
		{ "speed=0.5", 0, 0, NULL, "decimals" },
		{ "speed= 2", 0, 0, NULL, "blank" },
		{ "speed=2 ", 0, 0, NULL, "blank behind" },
		{ "Speed=2", 0, 0, NULL, "values are case-sensitive" },
		{ "2", 0, 0, NULL, "no keyword" },
		{ "", 0, 0, NULL, "empty" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		AvuPlaySpeed speed = { 0, 0 };
		bool good = avu_play_speed_parse_header(rows[i].value, &speed);

		g_test_message("%s: %s", rows[i].why, rows[i].value);
		g_assert_cmpint(good, ==, rows[i].numerator != 0);
		g_assert_cmpint(speed.numerator, ==, rows[i].numerator);
		g_assert_cmpint(speed.denominator, ==, rows[i].denominator);
		if (good) {
			g_autofree char *text = avu_play_speed_format(speed);

			g_assert_cmpstr(text, ==, rows[i].text);
			g_assert_cmpint(avu_play_speed_is_normal(speed), ==,
				g_str_equal(rows[i].text, "1"));
		}
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/base/play-speed/parse", test_parse);
	return g_test_run();
}
