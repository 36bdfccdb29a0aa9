/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a request for a resource is answered with: status codes of dlna-http-transport.md 2 to 12 and
 * RFC 9110, 13; then the octets and headers themselves, over loopback. */
#include "config.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/mman.h>

#include <av-upnp/error.h>
#include <av-upnp/fd.h>

#include "libav-upnp/stream/delivery-plan.h"

#define AV "DLNA.ORG_OP=01;DLNA.ORG_CI=0;DLNA.ORG_FLAGS=01700000000000000000000000000000"
#define IMAGE "DLNA.ORG_OP=01;DLNA.ORG_CI=0;DLNA.ORG_FLAGS=00F00000000000000000000000000000"
#define MODIFIED "Sun, 06 Nov 1994 08:49:37 GMT"
#define LATER "Sun, 06 Nov 1994 08:49:38 GMT"
#define EARLIER "Sun, 06 Nov 1994 08:49:36 GMT"

/* What a row asks for. */
typedef struct {
	AvuDelivery delivery;
	AvuMediaSpan span;
	bool slow;        /* 1/2 and -1 are to be had */
	int locate_error; /* AvuError; 0: found 10 s before and behind */
} Thing;

#define S(s) ((s)*AVU_NS_PER_S)
#define ANY AVU_LENGTH_UNKNOWN
#define TIME "TimeSeekRange.dlna.org: npt="

static const Thing video = { { .kind = AVU_MEDIA_VIDEO,
				     .mime = "video/mpeg",
				     .content_features = AV,
				     .etag = "\"abc\"",
				     .modified_s = 784111777 },
	{ .seek = AVU_SEEK_BYTES, .end_byte = 1000, .end_ns = AVU_TIME_NONE }, false, 0 };
static const Thing picture = { { .kind = AVU_MEDIA_IMAGE,
				       .mime = "image/jpeg",
				       .content_features = IMAGE,
				       .etag = "\"abc\"",
				       .modified_s = 784111777 },
	{ .seek = AVU_SEEK_BYTES, .end_byte = 1000, .end_ns = AVU_TIME_NONE }, false, 0 };
static const Thing plain = { { .kind = AVU_MEDIA_AUDIO, .mime = "audio/x-unknown" },
	{ .seek = AVU_SEEK_BYTES, .end_byte = 1000, .end_ns = AVU_TIME_NONE }, false, 0 };
/* A file with an index, 100 s of 10 octets each. */
static const Thing film = { { .kind = AVU_MEDIA_VIDEO, .mime = "video/mpeg" },
	{ .seek = AVU_SEEK_BYTES | AVU_SEEK_TIME, .end_byte = 1000, .end_ns = S(100) }, false, 0 };
static const Thing damaged = { { .kind = AVU_MEDIA_VIDEO, .mime = "video/mpeg" },
	{ .seek = AVU_SEEK_BYTES | AVU_SEEK_TIME, .end_byte = 1000, .end_ns = S(100) }, false,
	AVU_ERROR_UNSUPPORTED };
static const Thing busy = { { .kind = AVU_MEDIA_VIDEO, .mime = "video/mpeg" },
	{ .seek = AVU_SEEK_BYTES | AVU_SEEK_TIME, .end_byte = 1000, .end_ns = S(100) }, false,
	AVU_ERROR_BUSY };
/* A conversion: starts at any time, knows no octets, plays slowly. */
static const Thing converted = { { .kind = AVU_MEDIA_VIDEO, .mime = "video/mpeg" },
	{ .seek = AVU_SEEK_TIME, .end_byte = AVU_LENGTH_UNKNOWN, .end_ns = S(100) }, true, 0 };
static const Thing recording = { { .kind = AVU_MEDIA_VIDEO, .mime = "video/mpeg" },
	{ .seek = AVU_SEEK_BYTES, .end_moves = true, .end_byte = 1000, .end_ns = AVU_TIME_NONE },
	false, 0 };
/* Time shift: what was between 20 and 80 s is there. */
static const Thing shifted = { { .kind = AVU_MEDIA_VIDEO, .mime = "video/mpeg" },
	{ .seek = AVU_SEEK_BYTES | AVU_SEEK_TIME,
		.limited = true,
		.start_moves = true,
		.end_moves = true,
		.first_byte = 200,
		.end_byte = 800,
		.first_ns = S(20),
		.end_ns = S(80) },
	true, 0 };
static const Thing tuner = { { .kind = AVU_MEDIA_VIDEO, .mime = "video/mpeg" },
	{ .start_moves = true,
		.end_moves = true,
		.end_byte = AVU_LENGTH_UNKNOWN,
		.end_ns = AVU_TIME_NONE },
	false, 0 };

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
			plan.status == 400 || plan.status == 406 || plan.status == 503);
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
		{ &video, { "If-Unmodified-Since: " EARLIER }, 412, 0, 0, 0, "modified since" },
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

/* The file is larger than 4 GiB and has its marks at the end. */
#define BIG (UINT64_C(5) << 30)

static AvuHttpResponse *
on_big(const AvuHttpRequest *request, void *user_data)
{
	AvuDelivery delivery = video.delivery;
	int fd = memfd_create("big", MFD_CLOEXEC);

	(void)user_data;
	g_assert_cmpint(ftruncate(fd, (off_t)BIG), ==, 0);
	g_assert_cmpint(pwrite(fd, "the end", 7, (off_t)BIG - 7), ==, 7);
	delivery.source = avu_media_source_new_file(fd, BIG, AVU_TIME_NONE, NULL, NULL);
	return avu_deliver(request, &delivery);
}

static char *
exchange(uint16_t port, const char *request)
{
	avu_autofd int fd = socket(AF_INET, SOCK_STREAM, 0);
	struct sockaddr_in there = { .sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	GString *heard = g_string_new(NULL);
	char buffer[4096];
	ssize_t got;

	g_assert_cmpint(connect(fd, (struct sockaddr *)&there, sizeof(there)), ==, 0);
	g_assert_cmpint(send(fd, request, strlen(request), 0), ==, (ssize_t)strlen(request));
	while ((got = recv(fd, buffer, sizeof(buffer), 0)) > 0) {
		g_string_append_len(heard, buffer, got);
	}
	return g_string_free(heard, FALSE);
}

static void
test_octets(void)
{
	const AvuHttpRoute route = { "/big", false, AVU_HTTP_GET | AVU_HTTP_HEAD, 0, on_big };
	static const struct {
		const char *method;
		const char *lines;
		const char *expected[6];
	} rows[] = {
		{ "GET", "Range: bytes=5368709113-\r\n",
			{ "HTTP/1.1 206 ",
				"Content-Range: bytes 5368709113-5368709119/5368709120\r\n",
				"Content-Length: 7\r\n", "transferMode.dlna.org: Streaming\r\n",
				"\r\n\r\nthe end" } },
		{ "HEAD", "getcontentFeatures.dlna.org: 1\r\n",
			{ "HTTP/1.1 200 ", "Content-Length: 5368709120\r\n",
				"contentFeatures.dlna.org: " AV "\r\n", "Accept-Ranges: bytes\r\n",
				"Content-Type: video/mpeg\r\n" } },
		{ "HEAD", "", { "ETag: \"abc\"\r\n", "Last-Modified: " MODIFIED "\r\n" } },
		{ "GET", "Range: bytes=5368709120-\r\n",
			{ "HTTP/1.1 416 ", "Content-Range: bytes */5368709120\r\n" } },
		{ "GET", "If-None-Match: \"abc\"\r\n", { "HTTP/1.1 304 ", "ETag: \"abc\"\r\n" } },
		{ "GET", "transferMode.dlna.org: Interactive\r\n", { "HTTP/1.1 406 " } },
	};
	g_autoptr(AvuHttpServer) server = avu_http_server_new();
	g_autoptr(GError) error = NULL;
	AvuAddress loopback;

	avu_http_server_add_route(server, &route, NULL);
	avu_http_server_start(server, 0, 0, &error);
	g_assert_no_error(error);
	g_assert_true(avu_address_parse("127.0.0.1", &loopback));
	g_assert_true(avu_http_server_set_addresses(server, &loopback, 1, NULL));
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		uint16_t port = avu_http_server_get_port(server);
		g_autofree char *request = g_strdup_printf(
			"%s /big HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nConnection: close\r\n%s\r\n",
			rows[i].method, port, rows[i].lines);
		g_autofree char *answer = exchange(port, request);

		g_test_message("%s", answer);
		for (size_t j = 0; rows[i].expected[j] != NULL; j++) {
			g_assert_nonnull(strstr(answer, rows[i].expected[j]));
		}
		g_assert_true(i == 1 || strstr(answer, "contentFeatures") == NULL);
	}
}

/* Something that is live, as octets: what is sent, and that nothing is opened for a HEAD. */
typedef struct {
	AvuMediaSource base;
	AvuMediaSpan span;
} LiveSource;

static unsigned opened;

static void
live_get_span(AvuMediaSource *base, AvuMediaSpan *ret_span)
{
	*ret_span = ((LiveSource *)base)->span;
}

static bool
live_locate(AvuMediaSource *base, AvuMediaPart *part, GError **error)
{
	(void)base, (void)part, (void)error; /* starts where it is told to */
	return true;
}

static bool
live_has_speed(AvuMediaSource *base, AvuPlaySpeed speed)
{
	(void)base;
	return speed.numerator == 1 && speed.denominator == 2;
}

static ssize_t
live_read(void *data, uint64_t position, char *buffer, size_t max)
{
	const char *text = data;
	size_t len = strlen(text);

	if (position >= len) {
		return 0;
	}
	max = MIN(max, len - (size_t)position);
	memcpy(buffer, text + position, max);
	return (ssize_t)max;
}

static bool
live_open(AvuMediaSource *base, const AvuMediaPart *part, AvuMediaBody *ret_body, GError **error)
{
	(void)base;
	opened++;
	if (part->timed && part->from_ns == S(66)) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_BUSY, "no tuner is free");
		return false;
	}
	ret_body->read = live_read;
	ret_body->data = g_strdup_printf("from %" G_GINT64_FORMAT " at %d/%d",
		part->timed ? part->from_ns / AVU_NS_PER_S : -1, part->speed.numerator,
		part->speed.denominator);
	ret_body->free_data = g_free;
	return true;
}

static void
live_free(AvuMediaSource *base)
{
	g_free(base);
}

static AvuHttpResponse *
on_live(const AvuHttpRequest *request, void *user_data)
{
	static const AvuMediaSourceClass class = { live_get_span, live_locate, live_has_speed,
		live_open, live_free };
	const Thing *thing = user_data;
	AvuDelivery delivery = thing->delivery;
	LiveSource *source = g_new0(LiveSource, 1);

	source->base.class = &class;
	source->span = thing->span;
	delivery.source = &source->base;
	delivery.scms = "10";
	return avu_deliver(request, &delivery);
}

static int grown;

static bool
grows_twice(int fd)
{
	if (++grown == 3) {
		g_assert_cmpint(pwrite(fd, "more", 4, 4), ==, 4);
	}
	return grown < 3;
}

static AvuHttpResponse *
on_growing(const AvuHttpRequest *request, void *user_data)
{
	AvuDelivery delivery = { .kind = AVU_MEDIA_VIDEO, .mime = "video/mpeg" };
	int fd = memfd_create("growing", MFD_CLOEXEC);

	(void)user_data;
	grown = 0;
	g_assert_cmpint(write(fd, "some", 4), ==, 4);
	delivery.source = avu_media_source_new_growing(fd, grows_twice);
	return avu_deliver(request, &delivery);
}

static void
test_live_octets(void)
{
#define AVAILABLE "availableSeekRange.dlna.org: "
	static const struct {
		const char *line; /* request line without version */
		const char *lines;
		const char *version;
		unsigned opened;
		const char *expected[5];
		const char *absent[3];
	} rows[] = {
		{ "GET /growing", "", "1.1", 0,
			{ "HTTP/1.1 200 ", "Transfer-Encoding: chunked\r\n", "some", "more" },
			{ "Content-Length", AVAILABLE } },
		{ "GET /growing", "", "1.0", 0, { " 200 ", "\r\n\r\nsomemore" },
			{ "Content-Length", "chunked" } },
		{ "GET /growing", "Range: bytes=1-\r\n", "1.1", 0,
			{ "HTTP/1.1 206 ", "Content-Range: bytes 1-3/*\r\n", "\r\n\r\nome" },
			{ NULL } },
		{ "HEAD /growing", "getAvailableSeekRange.dlna.org: 1\r\n", "1.1", 0,
			{ "HTTP/1.1 200 ", AVAILABLE "1 bytes=0-3\r\n" }, { "Content-Length" } },
		{ "GET /shifted", "", "1.1", 1,
			{ "HTTP/1.1 200 ", AVAILABLE "0 npt=20.000-80.000 bytes=200-799\r\n",
				"Vary: TimeSeekRange.dlna.org, PlaySpeed.dlna.org\r\n",
				"from -1 at 1/1" },
			{ "TimeSeekRange.dlna.org:", "scmsFlag" } },
		{ "GET /shifted", TIME "30-40\r\n", "1.1", 1,
			{ "HTTP/1.1 200 ", "TimeSeekRange.dlna.org: npt=30.000-40.000/*\r\n",
				"from 30 at 1/1" },
			{ "PlaySpeed.dlna.org:", "Pragma" } },
		{ "GET /shifted", TIME "30-40\r\nPlaySpeed.dlna.org: speed=1/2\r\n", "1.1", 1,
			{ "HTTP/1.1 200 ", "PlaySpeed.dlna.org: speed=1/2\r\n", "from 30 at 1/2" },
			{ NULL } },
		{ "GET /shifted", TIME "30-40\r\n", "1.0", 1, { " 200 ", "Pragma: no-cache\r\n" },
			{ "Vary", "chunked" } },
		{ "HEAD /shifted", TIME "30-40\r\n", "1.1", 0,
			{ "HTTP/1.1 200 ", "TimeSeekRange.dlna.org: npt=30.000-40.000/*\r\n" },
			{ NULL } },
		{ "GET /shifted", TIME "19-\r\n", "1.1", 0,
			{ "HTTP/1.1 416 ", AVAILABLE "0 npt=20.000-80.000" }, { NULL } },
		{ "GET /shifted", TIME "66-\r\n", "1.1", 1, { "HTTP/1.1 503 " },
			{ "TimeSeekRange" } },
		{ "GET /shifted", "realTimeInfo.dlna.org: DLNA.ORG_TLAG=5\r\n", "1.1", 1,
			{ "HTTP/1.1 200 ", "realTimeInfo.dlna.org: DLNA.ORG_TLAG=*\r\n" },
			{ NULL } },
		{ "GET /song", "", "1.1", 1, { "HTTP/1.1 200 ", "scmsFlag.dlna.org: 10\r\n" },
			{ "realTimeInfo" } },
		{ "HEAD /song", "getMediaInfo.sec: 1\r\n", "1.1", 0,
			{ "HTTP/1.1 200 ", "MediaInfo.sec: SEC_Duration=100000;\r\n",
				"Accept-Ranges: none\r\n" },
			{ NULL } },
	};
	static const Thing song = {
		{ .kind = AVU_MEDIA_AUDIO, .mime = "audio/mpeg", .duration_ns = S(100) },
		{ .end_byte = AVU_LENGTH_UNKNOWN, .end_ns = S(100) }, false, 0
	};
	const struct {
		AvuHttpRoute route;
		const Thing *thing;
	} routes[] = {
		{ { "/growing", false, AVU_HTTP_GET | AVU_HTTP_HEAD, 0, on_growing }, NULL },
		{ { "/shifted", false, AVU_HTTP_GET | AVU_HTTP_HEAD, 0, on_live }, &shifted },
		{ { "/song", false, AVU_HTTP_GET | AVU_HTTP_HEAD, 0, on_live }, &song },
	};
	g_autoptr(AvuHttpServer) server = avu_http_server_new();
	AvuAddress loopback;

	for (size_t i = 0; i < G_N_ELEMENTS(routes); i++) {
		avu_http_server_add_route(server, &routes[i].route, (void *)routes[i].thing);
	}
	g_assert_true(avu_http_server_start(server, 0, 0, NULL));
	g_assert_true(avu_address_parse("127.0.0.1", &loopback));
	g_assert_true(avu_http_server_set_addresses(server, &loopback, 1, NULL));
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		uint16_t port = avu_http_server_get_port(server);
		g_autofree char *request = g_strdup_printf(
			"%s HTTP/%s\r\nHost: 127.0.0.1:%u\r\nConnection: close\r\n%s\r\n",
			rows[i].line, rows[i].version, port, rows[i].lines);

		opened = 0;
		g_autofree char *answer = exchange(port, request);

		g_test_message("%s%s", request, answer);
		for (size_t j = 0; rows[i].expected[j] != NULL; j++) {
			g_assert_nonnull(strstr(answer, rows[i].expected[j]));
		}
		for (size_t j = 0; rows[i].absent[j] != NULL; j++) {
			g_assert_null(strstr(answer, rows[i].absent[j]));
		}
		g_assert_cmpuint(opened, ==, rows[i].opened);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/stream/delivery/modes", test_modes);
	g_test_add_func("/stream/delivery/seeks", test_seeks);
	g_test_add_func("/stream/delivery/time-seeks", test_time_seeks);
	g_test_add_func("/stream/delivery/speeds", test_speeds);
	g_test_add_func("/stream/delivery/live", test_live);
	g_test_add_func("/stream/delivery/conditions", test_conditions);
	g_test_add_func("/stream/delivery/octets", test_octets);
	g_test_add_func("/stream/delivery/live-octets", test_live_octets);
	return g_test_run();
}
