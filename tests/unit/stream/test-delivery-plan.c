/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a request for a resource is answered with: status codes of dlna-http-transport.md 2 to 12 and
 * RFC 9110, 13. */
#include "config.h"

#include <string.h>

#include "delivery-things.h"

typedef struct {
	const Thing *thing;
	const char *lines[4]; /* "Name: value" */
	unsigned status;
	DeliveryMode mode;
	uint64_t offset;
	uint64_t length;
	const char *why;
} Row;

typedef struct {
	AvuMediaSource base;
	const Thing *thing;
} FakeSource;

static void
fake_get_span(AvuMediaSource *base, AvuMediaSpan *ret_span)
{
	*ret_span = ((FakeSource *)base)->thing->span;
}

/* 10 octets a second, access points every 10 s. */
static bool
fake_locate(AvuMediaSource *base, AvuMediaPart *part, GError **error)
{
	const Thing *thing = ((FakeSource *)base)->thing;

	if (thing->locate_error != 0) {
		g_set_error(error, AVU_ERROR, thing->locate_error, "told so");
		return false;
	}
	if ((thing->span.seek & AVU_SEEK_BYTES) != 0) {
		part->from_ns -= part->from_ns % S(10);
		part->first_byte = (uint64_t)(part->from_ns / AVU_NS_PER_S * 10);
		part->end_byte = thing->span.end_byte;
		if (part->to_ns != AVU_TIME_NONE) {
			part->to_ns = (part->to_ns + S(10) - 1) / S(10) * S(10);
			part->end_byte = (uint64_t)(part->to_ns / AVU_NS_PER_S * 10);
		}
	}
	if (part->to_ns == AVU_TIME_NONE) {
		part->to_ns = thing->span.end_ns;
	}
	return true;
}

static bool
fake_has_speed(AvuMediaSource *base, AvuPlaySpeed speed)
{
	return ((FakeSource *)base)->thing->slow &&
	       ((speed.numerator == 1 && speed.denominator == 2) ||
		       (speed.numerator == -1 && speed.denominator == 1));
}

static const AvuMediaSourceClass fake_class = {
	.get_span = fake_get_span, .locate = fake_locate, .has_speed = fake_has_speed
};

static const char *
find_line(const void *request, const char *name)
{
	const char *const *lines = request;
	size_t len = strlen(name);

	for (; *lines != NULL; lines++) {
		if (g_ascii_strncasecmp(*lines, name, len) == 0 && (*lines)[len] == ':') {
			return *lines + len + 2;
		}
	}
	return NULL;
}

/* Who says who it is, in these rows. */
static const AvuClientProfile peculiar = {
	.habits = AVU_CLIENT_LENIENT_SEEK | AVU_CLIENT_INTERACTIVE_VIDEO,
	.subtitles = AVU_SUBTITLES_ALL,
};

static void
run_rows(const Row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		FakeSource source = { { &fake_class }, rows[i].thing };
		AvuDelivery delivery = rows[i].thing->delivery;

		delivery.source = &source.base;
		delivery.client = find_line(rows[i].lines, "User-Agent") != NULL ? &peculiar : NULL;
		DeliveryPlan plan = delivery_plan(&delivery, find_line, rows[i].lines);

		g_test_message("%s", rows[i].why);
		g_assert_cmpuint(plan.status, ==, rows[i].status);
		if (plan.status == 200 || plan.status == 206) {
			g_assert_cmpint(plan.mode, ==, rows[i].mode);
			g_assert_cmpuint(plan.part.first_byte, ==, rows[i].offset);
			g_assert_cmpuint(plan.part.end_byte, ==,
				rows[i].length == ANY ? ANY : rows[i].offset + rows[i].length);
		}
		g_assert_cmpint(plan.why != NULL, ==,
			plan.status == 400 || plan.status == 404 || plan.status == 406 ||
				plan.status == 503);
	}
}

static void
test_modes(void)
{
	static const Row rows[] = {
		{ &video, { NULL }, 200, DELIVERY_STREAMING, 0, 1000, "default of video" },
		{ &picture, { NULL }, 200, DELIVERY_INTERACTIVE, 0, 1000, "default of pictures" },
		{ &plain, { NULL }, 200, DELIVERY_STREAMING, 0, 1000, "default of audio" },
		{ &video, { "transferMode.dlna.org: Streaming" }, 200, DELIVERY_STREAMING, 0, 1000,
			"asked" },
		{ &video, { "transferMode.dlna.org: streaming" }, 200, DELIVERY_STREAMING, 0, 1000,
			"case of mode names" },
		{ &video, { "transferMode.dlna.org: Background" }, 200, DELIVERY_BACKGROUND, 0,
			1000, "flag tm-b" },
		{ &video, { "transferMode.dlna.org: Interactive" }, 406, 0, 0, 0, "no flag tm-i" },
		{ &video,
			{ "transferMode.dlna.org: Interactive",
				"User-Agent: SEC_HHP_[TV]UE40/1.0" },
			200, DELIVERY_INTERACTIVE, 0, 1000, "Samsung asks so" },
		{ &picture, { "transferMode.dlna.org: Interactive" }, 200, DELIVERY_INTERACTIVE, 0,
			1000, "picture" },
		{ &picture, { "transferMode.dlna.org: Streaming" }, 406, 0, 0, 0,
			"Streaming of a picture" },
		{ &sketch, { "transferMode.dlna.org: Streaming" }, 406, 0, 0, 0,
			"nor of one without flags" },
		{ &plain, { "transferMode.dlna.org: Interactive" }, 200, DELIVERY_INTERACTIVE, 0,
			1000, "without flags all modes" },
		{ &video, { "transferMode.dlna.org: Fast" }, 400, 0, 0, 0, "no mode" },
		{ &video, { "transferMode.dlna.org: Background", "TimeSeekRange.dlna.org: npt=0-" },
			400, 0, 0, 0, "combination" },
		{ &video, { "transferMode.dlna.org: Background", "PlaySpeed.dlna.org: speed=1" },
			400, 0, 0, 0, "combination" },
		{ &picture,
			{ "transferMode.dlna.org: Interactive",
				"realTimeInfo.dlna.org: DLNA.ORG_TLAG=*" },
			400, 0, 0, 0, "combination" },
		{ &video,
			{ "transferMode.dlna.org: Streaming",
				"realTimeInfo.dlna.org: DLNA.ORG_TLAG=*" },
			200, DELIVERY_STREAMING, 0, 1000, "combination that fits" },
	};

	run_rows(rows, G_N_ELEMENTS(rows));
}

static void
test_seeks(void)
{
	static const Row rows[] = {
		{ &video, { "Range: bytes=10-19" }, 206, DELIVERY_STREAMING, 10, 10, "part" },
		{ &video, { "Range: bytes=1000-" }, 416, 0, 0, 0, "behind the end" },
		{ &video, { "Range: bytes=-5" }, 400, 0, 0, 0, "suffix" },
		{ &video, { "Range: bytes=5-4" }, 400, 0, 0, 0, "backwards" },
		{ &video, { "Range: bytes=5-", "TimeSeekRange.dlna.org: npt=5-" }, 206,
			DELIVERY_STREAMING, 5, 995, "Range wins over time" },
		{ &video, { "Range: bytes=5-", "PlaySpeed.dlna.org: speed=2" }, 206,
			DELIVERY_STREAMING, 5, 995, "Range wins over speed" },
		{ &video, { "TimeSeekRange.dlna.org: npt=5-" }, 406, 0, 0, 0, "no time seek" },
		{ &video, { "PlaySpeed.dlna.org: speed=1" }, 200, DELIVERY_STREAMING, 0, 1000,
			"speed 1 is none" },
		{ &video, { "PlaySpeed.dlna.org: speed=2" }, 406, 0, 0, 0, "speed not offered" },
		{ &video, { "PlaySpeed.dlna.org: speed=-1" }, 406, 0, 0, 0, "backwards" },
		{ &video, { "PlaySpeed.dlna.org: speed=1/2" }, 406, 0, 0, 0, "slow" },
		{ &video, { "PlaySpeed.dlna.org: speed=1/0" }, 400, 0, 0, 0, "division" },
		{ &video, { "PlaySpeed.dlna.org: 2" }, 400, 0, 0, 0, "syntax" },
		{ &video, { "PlaySpeed.dlna.org: speed=" }, 400, 0, 0, 0, "syntax" },
		{ &video, { "Range.dtcp.com: bytes=0-" }, 406, 0, 0, 0, "not protected" },
		{ &video, { "getcontentFeatures.dlna.org: 1" }, 200, DELIVERY_STREAMING, 0, 1000,
			"features" },
		{ &video, { "getcontentFeatures.dlna.org: 0" }, 400, 0, 0, 0, "not 1" },
		{ &video, { "getAvailableSeekRange.dlna.org: 1" }, 200, DELIVERY_STREAMING, 0, 1000,
			"nothing to tell" },
		{ &video, { "getAvailableSeekRange.dlna.org: yes" }, 400, 0, 0, 0, "not 1" },
	};

	run_rows(rows, G_N_ELEMENTS(rows));
}

/* Steps 8 to 12 of the decision procedure, for what seeks by time. */
static void
test_time_seeks(void)
{
	static const Row rows[] = {
		{ &film, { TIME "0-" }, 200, DELIVERY_STREAMING, 0, 1000, "from the start" },
		{ &film, { TIME "30-" }, 200, DELIVERY_STREAMING, 300, 700, "at a point" },
		{ &film, { TIME "0:00:39.999-" }, 200, DELIVERY_STREAMING, 300, 700,
			"moved to the point before" },
		{ &film, { TIME "35-41" }, 200, DELIVERY_STREAMING, 300, 200, "end moved on" },
		{ &film, { TIME "100-" }, 200, DELIVERY_STREAMING, 1000, 0, "start at the end" },
		{ &film, { TIME "100.001-" }, 416, 0, 0, 0, "start behind the end" },
		{ &film, { TIME "9223372036854775808-" }, 416, 0, 0, 0, "start 2^63" },
		{ &film, { TIME "30-100.001" }, 200, DELIVERY_STREAMING, 300, 700,
			"end behind the end" },
		{ &film, { TIME "30-9223372036854775808" }, 200, DELIVERY_STREAMING, 300, 700,
			"end 2^63" },
		{ &film, { TIME "30-30" }, 400, 0, 0, 0, "nothing" },
		{ &film, { TIME "30-29.999" }, 400, 0, 0, 0, "backwards" },
		{ &film, { TIME "200-150" }, 400, 0, 0, 0, "backwards behind the end" },
		{ &film, { "TimeSeekRange.dlna.org: 30-" }, 400, 0, 0, 0, "syntax" },
		{ &film, { TIME "30-", "Range: bytes=5-9" }, 206, DELIVERY_STREAMING, 5, 5,
			"Range wins" },
		{ &film, { "TimeSeekRange.dlna.org: rubbish", "Range: bytes=5-9" }, 206,
			DELIVERY_STREAMING, 5, 5, "what loses is not looked at" },
		{ &film, { TIME "30-", "PlaySpeed.dlna.org: speed=1" }, 200, DELIVERY_STREAMING,
			300, 700, "speed 1 is none" },
		{ &film, { TIME "30-", "PlaySpeed.dlna.org: speed=2" }, 406, 0, 0, 0,
			"no such speed" },
		{ &film, { TIME "30-", "PlaySpeed.dlna.org: fast" }, 400, 0, 0, 0, "syntax" },
		{ &film, { TIME "30-", "transferMode.dlna.org: Streaming" }, 200,
			DELIVERY_STREAMING, 300, 700, "both asked" },
		{ &film, { TIME "30-", "transferMode.dlna.org: Background" }, 400, 0, 0, 0,
			"combination" },
		{ &film, { TIME "30-", "realTimeInfo.dlna.org: DLNA.ORG_TLAG=*" }, 200,
			DELIVERY_STREAMING, 300, 700, "with a lag" },
		{ &film, { "realTimeInfo.dlna.org: TLAG=*" }, 400, 0, 0, 0, "lag syntax" },
		{ &damaged, { TIME "30-" }, 406, 0, 0, 0, "no index after all" },
		{ &busy, { TIME "30-" }, 503, 0, 0, 0, "no index now" },
		{ &gone, { TIME "30-" }, 404, 0, 0, 0, "no film any more" },
		{ &video, { TIME "30-", "User-Agent: SEC_HHP_" }, 200, DELIVERY_STREAMING, 0, 1000,
			"lenient: ignored" },
		{ &converted, { NULL }, 200, DELIVERY_STREAMING, 0, ANY, "unknown length" },
		{ &converted, { TIME "30.5-" }, 200, DELIVERY_STREAMING, ANY, ANY,
			"no octets are known" },
		{ &converted, { "Range: bytes=0-" }, 200, DELIVERY_STREAMING, 0, ANY,
			"always sent by some" },
		{ &converted, { "Range: bytes=1-" }, 406, 0, 0, 0, "no octet seek" },
		{ &converted, { "Range: bytes=1-", "User-Agent: PLAYSTATION 3" }, 200,
			DELIVERY_STREAMING, 0, ANY, "lenient: ignored" },
		{ &converted, { "Range: bytes=0-99" }, 406, 0, 0, 0, "no octet seek" },
	};

	run_rows(rows, G_N_ELEMENTS(rows));
}

static void
test_speeds(void)
{
	static const Row rows[] = {
		{ &converted, { "PlaySpeed.dlna.org: speed=1/2" }, 200, DELIVERY_STREAMING, 0, ANY,
			"offered" },
		{ &converted, { "PlaySpeed.dlna.org: speed=2" }, 406, 0, 0, 0, "not offered" },
		{ &converted, { TIME "50-20", "PlaySpeed.dlna.org: speed=-1" }, 200,
			DELIVERY_STREAMING, ANY, ANY, "backwards" },
		{ &converted, { TIME "50-", "PlaySpeed.dlna.org: speed=-1" }, 200,
			DELIVERY_STREAMING, ANY, ANY, "backwards to the start" },
		{ &converted, { TIME "500-50", "PlaySpeed.dlna.org: speed=-1" }, 200,
			DELIVERY_STREAMING, ANY, ANY, "start is cut" },
		{ &converted, { TIME "500-100", "PlaySpeed.dlna.org: speed=-1" }, 416, 0, 0, 0,
			"behind the end altogether" },
		{ &converted, { TIME "500-99.999", "PlaySpeed.dlna.org: speed=-1" }, 200,
			DELIVERY_STREAMING, ANY, ANY, "the last millisecond" },
		{ &converted, { TIME "20-50", "PlaySpeed.dlna.org: speed=-1" }, 400, 0, 0, 0,
			"forwards while backwards" },
		{ &converted, { TIME "0-", "PlaySpeed.dlna.org: speed=-1" }, 400, 0, 0, 0,
			"nothing before the start" },
		{ &fast_film, { "PlaySpeed.dlna.org: speed=1/2" }, 200, DELIVERY_STREAMING, 0, ANY,
			"other octets than the file's" },
		{ &fast_film, { "PlaySpeed.dlna.org: speed=1" }, 200, DELIVERY_STREAMING, 0, 1000,
			"these are the file's" },
		{ &shifted, { TIME "30-40", "PlaySpeed.dlna.org: speed=1/2" }, 200,
			DELIVERY_STREAMING, 300, 100, "limited, with an end" },
		{ &shifted, { TIME "30-", "PlaySpeed.dlna.org: speed=1/2" }, 400, 0, 0, 0,
			"limited, without an end" },
		{ &shifted, { TIME "50-19", "PlaySpeed.dlna.org: speed=-1" }, 416, 0, 0, 0,
			"backwards out of the buffer" },
	};

	run_rows(rows, G_N_ELEMENTS(rows));
}

/* What grows, moves, or is over as soon as it is heard. */
static void
test_live(void)
{
	static const Row rows[] = {
		{ &recording, { NULL }, 200, DELIVERY_STREAMING, 0, ANY, "follows the file" },
		{ &recording, { "Range: bytes=500-" }, 206, DELIVERY_STREAMING, 500, 500,
			"what is there" },
		{ &recording, { "Range: bytes=500-2000" }, 206, DELIVERY_STREAMING, 500, 500,
			"end is cut" },
		{ &recording, { "Range: bytes=1000-" }, 416, 0, 0, 0, "not yet" },
		{ &recording, { "Range: bytes=500-549755813888" }, 206, DELIVERY_STREAMING, 500,
			ANY, "2^39: what is added, too" },
		{ &recording, { "Range: bytes=500-549755813887" }, 206, DELIVERY_STREAMING, 500,
			500, "one less: an end that is cut" },
		{ &recording, { "Range: bytes=500-9223372036854775807" }, 206, DELIVERY_STREAMING,
			500, ANY, "2^63-1" },
		{ &recording, { "Range: bytes=500-9223372036854775808" }, 206, DELIVERY_STREAMING,
			500, 500, "2^63 could not be said back" },
		{ &recording, { "Range: bytes=1000-9007199254740991" }, 416, 0, 0, 0,
			"not yet, whatever follows" },
		{ &video, { "Range: bytes=500-9007199254740991" }, 206, DELIVERY_STREAMING, 500,
			500, "nothing is added to a file" },
		{ &shifted, { "Range: bytes=500-9007199254740991" }, 206, DELIVERY_STREAMING, 500,
			ANY, "and on to the live end" },
		{ &shifted, { "Range: bytes=0-" }, 200, DELIVERY_STREAMING, ANY, ANY,
			"always sent by some: the live end" },
		{ &shifted, { "Range: bytes=0-99" }, 416, 0, 0, 0, "gone" },
		{ &recording, { TIME "1-" }, 406, 0, 0, 0, "no time seek" },
		{ &shifted, { NULL }, 200, DELIVERY_STREAMING, ANY, ANY, "the live end" },
		{ &shifted, { "Range: bytes=200-299" }, 206, DELIVERY_STREAMING, 200, 100,
			"first there is" },
		{ &shifted, { "Range: bytes=199-299" }, 416, 0, 0, 0, "gone" },
		{ &shifted, { "Range: bytes=799-" }, 206, DELIVERY_STREAMING, 799, 1,
			"last there is" },
		{ &shifted, { "Range: bytes=800-" }, 416, 0, 0, 0, "not yet" },
		{ &shifted, { TIME "20-" }, 200, DELIVERY_STREAMING, 200, 600, "first time" },
		{ &shifted, { TIME "19.999-" }, 416, 0, 0, 0, "gone" },
		{ &shifted, { TIME "80.001-" }, 416, 0, 0, 0, "not yet" },
		{ &shifted, { TIME "30-90" }, 200, DELIVERY_STREAMING, 300, 500, "end is cut" },
		{ &tuner, { NULL }, 200, DELIVERY_STREAMING, ANY, ANY, "now" },
		{ &tuner, { TIME "0-" }, 406, 0, 0, 0, "no seek" },
		{ &tuner, { "Range: bytes=0-" }, 200, DELIVERY_STREAMING, ANY, ANY,
			"always sent by some" },
		{ &tuner, { "Range: bytes=5-" }, 406, 0, 0, 0, "no seek" },
	};

	run_rows(rows, G_N_ELEMENTS(rows));
}

static void
test_conditions(void)
{
	static const Row rows[] = {
		{ &video, { "If-None-Match: \"abc\"" }, 304, 0, 0, 0, "same tag" },
		{ &video, { "If-None-Match: \"x\", W/\"abc\"" }, 304, 0, 0, 0, "in a list, weak" },
		{ &video, { "If-None-Match: *" }, 304, 0, 0, 0, "any" },
		{ &video, { "If-None-Match: \"abd\"" }, 200, DELIVERY_STREAMING, 0, 1000,
			"other tag" },
		{ &video, { "If-None-Match: \"x\"", "If-Modified-Since: " LATER }, 200,
			DELIVERY_STREAMING, 0, 1000, "tag wins over date" },
		{ &video, { "If-Modified-Since: " MODIFIED }, 304, 0, 0, 0, "same date" },
		{ &video, { "If-Modified-Since: " EARLIER }, 200, DELIVERY_STREAMING, 0, 1000,
			"newer" },
		{ &video, { "If-Modified-Since: yesterday" }, 200, DELIVERY_STREAMING, 0, 1000,
			"no date" },
		{ &plain, { "If-None-Match: \"abc\"" }, 200, DELIVERY_STREAMING, 0, 1000,
			"no tag" },
		{ &video, { "If-Match: \"abd\"" }, 412, 0, 0, 0, "another by now" },
		{ &video, { "If-Match: \"abc\"" }, 200, DELIVERY_STREAMING, 0, 1000,
			"still the same" },
		{ &video, { "If-Match: W/\"abc\"" }, 412, 0, 0, 0, "weak is not enough" },
		{ &video, { "If-Unmodified-Since: " EARLIER }, 412, 0, 0, 0, "modified since" },
		{ &video, { "If-Unmodified-Since: " MODIFIED }, 200, DELIVERY_STREAMING, 0, 1000,
			"modified then" },
		{ &video, { "If-Range: \"abc\"", "Range: bytes=1-2" }, 206, DELIVERY_STREAMING, 1,
			2, "part of the same" },
		{ &video, { "If-Range: \"abd\"", "Range: bytes=1-2" }, 200, DELIVERY_STREAMING, 0,
			1000, "part of another" },
		{ &video, { "If-Range: W/\"abc\"", "Range: bytes=1-2" }, 200, DELIVERY_STREAMING, 0,
			1000, "weak is not enough" },
		{ &video, { "If-Range: " MODIFIED, "Range: bytes=1-2" }, 206, DELIVERY_STREAMING, 1,
			2, "by date" },
		{ &video, { "If-Range: " LATER, "Range: bytes=1-2" }, 200, DELIVERY_STREAMING, 0,
			1000, "another date" },
		{ &video, { "If-Range: \"abd\"", "Range: bytes=1000-" }, 200, DELIVERY_STREAMING, 0,
			1000, "no 416 for another" },
	};

	run_rows(rows, G_N_ELEMENTS(rows));
}

/* What is told of the resource beside its octets: to who asks, to who cannot do without, and what changes to all. */
static void
test_told(void)
{
	static const AvuClientProfile needy = { .habits = AVU_CLIENT_ALWAYS_FEATURES };
	static const struct {
		const Thing *thing;
		const AvuClientProfile *client;
		const char *lines[2];
		bool features, available, real_time;
		const char *why;
	} rows[] = {
		{ &film, NULL, { NULL }, false, false, false, "nobody asks" },
		{ &film, NULL, { "getcontentFeatures.dlna.org: 1" }, true, false, false, "asked" },
		{ &film, &needy, { NULL }, true, false, false, "one that forgets to ask" },
		{ &film, &peculiar, { NULL }, false, false, false, "another habit" },
		{ &film, NULL, { "getAvailableSeekRange.dlna.org: 1" }, false, true, false,
			"asked" },
		{ &shifted, NULL, { NULL }, false, true, false, "it moves on" },
		{ &tuner, NULL, { NULL }, false, false, false, "it has nothing to tell" },
		{ &film, NULL, { "realTimeInfo.dlna.org: DLNA.ORG_TLAG=*" }, false, false, true,
			"asked" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		FakeSource source = { { &fake_class }, rows[i].thing };
		AvuDelivery delivery = rows[i].thing->delivery;

		delivery.source = &source.base;
		delivery.client = rows[i].client;
		const DeliveryPlan plan = delivery_plan(&delivery, find_line, rows[i].lines);

		g_test_message("%s", rows[i].why);
		g_assert_cmpuint(plan.status, ==, 200);
		g_assert_cmpint(plan.features, ==, rows[i].features);
		g_assert_cmpint(plan.available, ==, rows[i].available);
		g_assert_cmpint(plan.real_time, ==, rows[i].real_time);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/stream/delivery-plan/modes", test_modes);
	g_test_add_func("/stream/delivery-plan/seeks", test_seeks);
	g_test_add_func("/stream/delivery-plan/time-seeks", test_time_seeks);
	g_test_add_func("/stream/delivery-plan/speeds", test_speeds);
	g_test_add_func("/stream/delivery-plan/live", test_live);
	g_test_add_func("/stream/delivery-plan/conditions", test_conditions);
	g_test_add_func("/stream/delivery-plan/told", test_told);
	return g_test_run();
}
