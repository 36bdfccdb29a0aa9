/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a request for a resource is answered with: status codes of dlna-http-transport.md 2 to 12 and
 * RFC 9110, 13; then the octets and headers themselves, over loopback. */
#include "config.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/mman.h>

#include <av-upnp/fd.h>

#include "libav-upnp/stream/delivery-plan.h"

#define AV "DLNA.ORG_OP=01;DLNA.ORG_CI=0;DLNA.ORG_FLAGS=01700000000000000000000000000000"
#define IMAGE "DLNA.ORG_OP=01;DLNA.ORG_CI=0;DLNA.ORG_FLAGS=00F00000000000000000000000000000"
#define MODIFIED "Sun, 06 Nov 1994 08:49:37 GMT"
#define LATER "Sun, 06 Nov 1994 08:49:38 GMT"
#define EARLIER "Sun, 06 Nov 1994 08:49:36 GMT"

static const AvuDeliveryFile video = { .mime = "video/mpeg",
	.content_features = AV,
	.etag = "\"abc\"",
	.modified_s = 784111777,
	.size_bytes = 1000 };
static const AvuDeliveryFile picture = { .mime = "image/jpeg",
	.content_features = IMAGE,
	.etag = "\"abc\"",
	.modified_s = 784111777,
	.size_bytes = 1000 };
static const AvuDeliveryFile plain = { .mime = "audio/x-unknown", .size_bytes = 1000 };

typedef struct {
	const AvuDeliveryFile *file;
	const char *lines[4]; /* "Name: value" */
	unsigned status;
	DeliveryMode mode;
	uint64_t offset;
	uint64_t length;
	const char *why;
} Row;

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

static void
run_rows(const Row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		DeliveryPlan plan = delivery_plan(rows[i].file, find_line, rows[i].lines);

		g_test_message("%s", rows[i].why);
		g_assert_cmpuint(plan.status, ==, rows[i].status);
		if (plan.status == 200 || plan.status == 206) {
			g_assert_cmpint(plan.mode, ==, rows[i].mode);
			g_assert_cmpuint(plan.offset, ==, rows[i].offset);
			g_assert_cmpuint(plan.length, ==, rows[i].length);
		}
		g_assert_cmpint(plan.why != NULL, ==, plan.status == 400 || plan.status == 406);
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
	AvuDeliveryFile file = video;

	(void)user_data;
	file.fd = memfd_create("big", MFD_CLOEXEC);
	file.size_bytes = BIG;
	g_assert_cmpint(ftruncate(file.fd, (off_t)BIG), ==, 0);
	g_assert_cmpint(pwrite(file.fd, "the end", 7, (off_t)BIG - 7), ==, 7);
	return avu_deliver_file(request, &file);
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

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/stream/delivery/modes", test_modes);
	g_test_add_func("/stream/delivery/seeks", test_seeks);
	g_test_add_func("/stream/delivery/conditions", test_conditions);
	g_test_add_func("/stream/delivery/octets", test_octets);
	return g_test_run();
}
