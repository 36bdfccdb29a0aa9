/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The octets and headers of answers, over loopback. */
#include "config.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/mman.h>

#include <av-upnp/fd.h>

#include "delivery-things.h"

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

/* data: NULL, or the route is direct */
static void
test_octets(gconstpointer data)
{
	const AvuHttpRoute route = { "/big", false, AVU_HTTP_GET | AVU_HTTP_HEAD, 0, on_big,
		.direct = data != NULL };
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
		{ "GET", "Range: bytes=5368709120-\r\ngetcontentFeatures.dlna.org: 1\r\n",
			{ "HTTP/1.1 416 ", "contentFeatures.dlna.org: " AV "\r\n" } },
		{ "GET", "If-None-Match: \"abc\"\r\n", { "HTTP/1.1 304 ", "ETag: \"abc\"\r\n" } },
		{ "GET", "If-None-Match: \"x\" \r\nX: 1\r\nif-none-match: W/\"abc\" \r\n",
			{ "HTTP/1.1 304 " } },
		{ "GET",
			"If-Match: \"x\"\r\nIf-Match: \"y\"\r\nIf-Match: \"abc\"\r\nRange: "
			"bytes=0-0\r\n",
			{ "HTTP/1.1 206 " } },
		{ "GET", "If-Match: \"x\"\r\nIf-Match: \"y\"\r\n", { "HTTP/1.1 412 " } },
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
		g_assert_true(strstr(rows[i].lines, "getcontentFeatures") != NULL ||
			      strstr(answer, "contentFeatures") == NULL);
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
	const AvuMediaSpan *span = &((LiveSource *)base)->span;

	(void)error;
	/* starts where it is told to; of a film it is known where that is: 10 octets a second */
	if ((span->seek & AVU_SEEK_BYTES) != 0 && !span->limited) {
		part->first_byte = (uint64_t)(part->from_ns / AVU_NS_PER_S * 10);
		if (part->to_ns == AVU_TIME_NONE) {
			part->to_ns = span->end_ns;
		} else {
			part->end_byte = (uint64_t)(part->to_ns / AVU_NS_PER_S * 10);
		}
	}
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
	delivery.ifo_url = "http://h/ifo/1";
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

#define AVAILABLE "availableSeekRange.dlna.org: "
static const struct {
	const char *line; /* request line without version */
	const char *lines;
	const char *version;
	unsigned opened;
	const char *expected[5];
	const char *absent[4];
} live_rows[] = {
	{ "GET /growing", "", "1.1", 0,
		{ "HTTP/1.1 200 ", "Transfer-Encoding: chunked\r\n", "some", "more" },
		{ "Content-Length", AVAILABLE, "Vary" } },
	{ "GET /growing", "", "1.0", 0, { " 200 ", "\r\n\r\nsomemore" },
		{ "Content-Length", "chunked" } },
	{ "GET /growing", "Range: bytes=1-\r\n", "1.1", 0,
		{ "HTTP/1.1 206 ", "Content-Range: bytes 1-3/*\r\n", "\r\n\r\nome" }, { NULL } },
	{ "GET /growing", "Range: bytes=1-9007199254740991\r\n", "1.1", 0,
		{ "HTTP/1.1 206 ", "Content-Range: bytes 1-9007199254740991/*\r\n",
			"Transfer-Encoding: chunked\r\n", "more" },
		{ "Content-Length" } },
	{ "HEAD /growing", "getAvailableSeekRange.dlna.org: 1\r\n", "1.1", 0,
		{ "HTTP/1.1 200 ", AVAILABLE "1 bytes=0-3\r\n" }, { "Content-Length" } },
	{ "GET /shifted", "", "1.1", 1,
		{ "HTTP/1.1 200 ", AVAILABLE "0 npt=20.000-80.000 bytes=200-799\r\n",
			"Vary: TimeSeekRange.dlna.org, PlaySpeed.dlna.org\r\n", "from -1 at 1/1" },
		{ "TimeSeekRange.dlna.org:", "scmsFlag" } },
	{ "HEAD /shifted", "Range: bytes=500-\r\n", "1.1", 0,
		{ "HTTP/1.1 206 ", "Content-Range: bytes 500-799/*\r\n",
			"Content-Length: 300\r\n" },
		{ "chunked" } },
	{ "GET /shifted", "Range: bytes=199-\r\n", "1.1", 0,
		{ "HTTP/1.1 416 ", "Content-Range: bytes */800\r\n", AVAILABLE "0 npt=20.000" },
		{ NULL } },
	{ "GET /shifted", TIME "30-40\r\n", "1.1", 1,
		{ "HTTP/1.1 200 ", "TimeSeekRange.dlna.org: npt=30.000-40.000/*\r\n",
			"from 30 at 1/1" },
		{ "PlaySpeed.dlna.org:", "Pragma" } },
	{ "GET /shifted", TIME "30-90\r\n", "1.1", 1,
		{ "HTTP/1.1 200 ", "TimeSeekRange.dlna.org: npt=30.000-80.000/*\r\n" }, { NULL } },
	{ "GET /shifted", TIME "30-40\r\nPlaySpeed.dlna.org: speed=1/2\r\n", "1.1", 1,
		{ "HTTP/1.1 200 ", "PlaySpeed.dlna.org: speed=1/2\r\n", "from 30 at 1/2" },
		{ NULL } },
	{ "GET /shifted", TIME "30-40\r\n", "1.0", 1, { " 200 ", "Pragma: no-cache\r\n" },
		{ "Vary", "chunked" } },
	{ "HEAD /shifted", TIME "30-40\r\n", "1.1", 0,
		{ "HTTP/1.1 200 ", "TimeSeekRange.dlna.org: npt=30.000-40.000/*\r\n" }, { NULL } },
	{ "GET /shifted", TIME "19-\r\n", "1.1", 0,
		{ "HTTP/1.1 416 ", AVAILABLE "0 npt=20.000-80.000" }, { NULL } },
	{ "GET /shifted", TIME "66-\r\n", "1.1", 1, { "HTTP/1.1 503 ", "Retry-After: 5\r\n" },
		{ "TimeSeekRange" } },
	{ "GET /song", TIME "66-\r\n", "1.1", 0, { "HTTP/1.1 406 " }, { "Retry-After" } },
	{ "HEAD /film", TIME "30-40\r\n", "1.1", 0,
		{ "HTTP/1.1 200 ", "Content-Length: 100\r\n",
			"TimeSeekRange.dlna.org: npt=30.000-40.000/100.000 "
			"bytes=300-399/1000\r\n" },
		{ "Content-Range" } },
	/* to the end, behind which there is nothing; how many octets an open end makes is not said */
	{ "HEAD /film", TIME "95-\r\n", "1.1", 0,
		{ "HTTP/1.1 200 ", "TimeSeekRange.dlna.org: npt=95.000-99.999/100.000 "
				   "bytes=950-999/1000\r\n" },
		{ "Content-Length" } },
	{ "HEAD /film", TIME "100-\r\n", "1.1", 0,
		{ "HTTP/1.1 200 ", "TimeSeekRange.dlna.org: npt=100.000-100.000/100.000\r\n" },
		{ "bytes=" } },
	/* what is told of it in lists counts */
	{ "HEAD /told", TIME "30-40\r\n", "1.1", 0,
		{ "HTTP/1.1 200 ",
			"TimeSeekRange.dlna.org: npt=30.000-40.000/90.000 bytes=300-399/1000\r\n" },
		{ NULL } },
	{ "HEAD /recorded", TIME "30-40\r\n", "1.1", 0,
		{ "HTTP/1.1 200 ",
			"TimeSeekRange.dlna.org: npt=30.000-40.000/* bytes=300-399/*\r\n" },
		{ NULL } },
	{ "GET /shifted", "realTimeInfo.dlna.org: DLNA.ORG_TLAG=5\r\n", "1.1", 1,
		{ "HTTP/1.1 200 ", "realTimeInfo.dlna.org: DLNA.ORG_TLAG=*\r\n" }, { NULL } },
	{ "GET /song", "", "1.1", 1,
		{ "HTTP/1.1 200 ", "scmsFlag.dlna.org: 10\r\n",
			"\r\nVary: PlaySpeed.dlna.org\r\n" },
		{ "realTimeInfo" } },
	{ "HEAD /song", "", "1.0", 0, { " 200 " }, { "Vary" } },
	{ "GET /song", "Pragma: no-cache, GETIfoFileURI.dlna.org\r\n", "1.1", 1,
		{ "HTTP/1.1 200 ", "\r\nPragma: ifoFileURI.dlna.org=\"http://h/ifo/1\"\r\n" },
		{ NULL } },
	{ "GET /song", "Pragma: no-cache, xgetIfoFileURI.dlna.org\r\n", "1.1", 1,
		{ "HTTP/1.1 200 " }, { "ifoFileURI" } },
	{ "GET /shifted", TIME "30-40\r\nPragma: getIfoFileURI.dlna.org\r\n", "1.0", 1,
		{ " 200 ", "\r\nPragma: no-cache, "
			   "ifoFileURI.dlna.org=\"http://h/ifo/1\"\r\n" },
		{ NULL } },
	{ "HEAD /growing", "Pragma: getIfoFileURI.dlna.org\r\n", "1.1", 0, { "HTTP/1.1 200 " },
		{ "Pragma" } },
	{ "HEAD /song", "getMediaInfo.sec: 1\r\n", "1.1", 0,
		{ "HTTP/1.1 200 ", "MediaInfo.sec: SEC_Duration=100000;\r\n",
			"Accept-Ranges: none\r\n" },
		{ NULL } },
};

static void
test_live_octets(void)
{
	static const Thing song = {
		{ .kind = AVU_MEDIA_AUDIO, .mime = "audio/mpeg", .duration_ns = S(100) },
		{ .end_byte = AVU_LENGTH_UNKNOWN, .end_ns = S(100) }, false, 0
	};
	static const Thing told = {
		{ .kind = AVU_MEDIA_VIDEO, .mime = "video/mpeg", .duration_ns = S(90) },
		{ .seek = AVU_SEEK_BYTES | AVU_SEEK_TIME, .end_byte = 1000, .end_ns = S(100) },
		false, 0
	};
	static const Thing recorded = { { .kind = AVU_MEDIA_VIDEO, .mime = "video/mpeg" },
		{ .seek = AVU_SEEK_BYTES | AVU_SEEK_TIME,
			.end_moves = true,
			.end_byte = 1000,
			.end_ns = S(100) },
		false, 0 };
	const struct {
		AvuHttpRoute route;
		const Thing *thing;
	} routes[] = {
		{ { "/film", false, AVU_HTTP_GET | AVU_HTTP_HEAD, 0, on_live }, &film },
		{ { "/told", false, AVU_HTTP_GET | AVU_HTTP_HEAD, 0, on_live }, &told },
		{ { "/recorded", false, AVU_HTTP_GET | AVU_HTTP_HEAD, 0, on_live }, &recorded },
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
	for (size_t i = 0; i < G_N_ELEMENTS(live_rows); i++) {
		uint16_t port = avu_http_server_get_port(server);
		g_autofree char *request = g_strdup_printf(
			"%s HTTP/%s\r\nHost: 127.0.0.1:%u\r\nConnection: close\r\n%s\r\n",
			live_rows[i].line, live_rows[i].version, port, live_rows[i].lines);

		opened = 0;
		g_autofree char *answer = exchange(port, request);

		g_test_message("%s%s", request, answer);
		for (size_t j = 0; live_rows[i].expected[j] != NULL; j++) {
			g_assert_nonnull(strstr(answer, live_rows[i].expected[j]));
		}
		for (size_t j = 0; live_rows[i].absent[j] != NULL; j++) {
			g_assert_null(strstr(answer, live_rows[i].absent[j]));
		}
		g_assert_cmpuint(opened, ==, live_rows[i].opened);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/stream/delivery/octets", NULL, test_octets);
	g_test_add_data_func("/stream/delivery/octets-direct", "direct", test_octets);
	g_test_add_func("/stream/delivery/live-octets", test_live_octets);
	return g_test_run();
}
