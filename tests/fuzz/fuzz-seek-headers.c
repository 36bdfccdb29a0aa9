/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Seek headers of DLNA: what is read can be written, and is read again as the same. */
#include <av-upnp/play-speed.h>
#include <av-upnp/time-seek.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Three decimals travel. */
static int64_t
to_ms(int64_t ns)
{
	return ns == AVU_TIME_NONE ? -1 : ns / AVU_NS_PER_MS;
}

static void
check_request(const char *value)
{
	int64_t from_ns, to_ns, again_from_ns, again_to_ns;

	if (!avu_time_seek_parse_request(value, &from_ns, &to_ns)) {
		return;
	}
	g_assert_true(from_ns >= 0 && (to_ns >= 0 || to_ns == AVU_TIME_NONE));
	g_autofree char *text = avu_time_seek_format_request(from_ns, to_ns);

	g_assert_true(avu_time_seek_parse_request(text, &again_from_ns, &again_to_ns));
	g_assert_cmpint(to_ms(again_from_ns), ==, to_ms(from_ns));
	g_assert_cmpint(to_ms(again_to_ns), ==, to_ms(to_ns));
}

static void
check_answer(const char *value)
{
	AvuTimeSeekAnswer answer, again;

	if (!avu_time_seek_parse_answer(value, &answer)) {
		return;
	}
	g_assert_true(answer.to_ns == AVU_TIME_NONE || answer.from_ns <= answer.to_ns);
	g_assert_true(!answer.has_bytes || answer.first_byte <= answer.last_byte);
	g_autofree char *text = avu_time_seek_format_answer(&answer);

	g_assert_true(avu_time_seek_parse_answer(text, &again));
	g_assert_cmpint(to_ms(again.duration_ns), ==, to_ms(answer.duration_ns));
	g_assert_cmpuint(again.size_bytes, ==, answer.size_bytes);
}

static void
check_available(const char *value)
{
	AvuAvailableRange range, again;

	if (!avu_available_range_parse(value, &range)) {
		return;
	}
	g_autofree char *text = avu_available_range_format(&range);

	g_assert_true(avu_available_range_parse(text, &again));
	g_assert_cmpint(again.start_fixed, ==, range.start_fixed);
	g_assert_cmpint(to_ms(again.to_ns), ==, to_ms(range.to_ns));
	g_assert_cmpuint(again.last_byte, ==, range.last_byte);
}

static void
check_speed(const char *value)
{
	AvuPlaySpeed speed, again;

	if (!avu_play_speed_parse_header(value, &speed)) {
		return;
	}
	g_autofree char *text = avu_play_speed_format(speed);
	g_autofree char *header = g_strconcat("speed=", text, NULL);

	g_assert_true(avu_play_speed_parse_header(header, &again));
	g_assert_true(again.numerator == speed.numerator && again.denominator == speed.denominator);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *value = g_strndup((const char *)data, size);
	int64_t lag_ns;

	check_request(value);
	check_answer(value);
	check_available(value);
	check_speed(value);
	g_assert_true(!avu_real_time_info_parse(value, &lag_ns) || lag_ns == AVU_TIME_NONE ||
		      lag_ns >= 0);
	return 0;
}
