/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The player's side: rows from dlna-http-transport.md 13. */
#include "config.h"

#include <string.h>

#include <av-upnp/media-request.h>

#define HOME "http://192.168.1.2:8200/a"
#define MS(ms) (INT64_C(ms) * 1000000)

static const struct {
	AvuMediaRequest request;
	const char *expected;
} header_rows[] = {
	{ { .kind = AVU_MEDIA_VIDEO }, "transferMode.dlna.org: Streaming" },
	{ { .kind = AVU_MEDIA_AUDIO, .ask_features = true },
		"transferMode.dlna.org: Streaming|getcontentFeatures.dlna.org: 1|"
		"getAvailableSeekRange.dlna.org: 1|realTimeInfo.dlna.org: "
		"DLNA.ORG_TLAG=*" },
	/* realTimeInfo, times and speeds are of streams only: others answer 400 */
	{ { .kind = AVU_MEDIA_IMAGE, .ask_features = true, .from_ns = MS(1000) },
		"transferMode.dlna.org: Interactive|getcontentFeatures.dlna.org: 1|"
		"getAvailableSeekRange.dlna.org: 1" },
	{ { .kind = AVU_MEDIA_IMAGE }, "transferMode.dlna.org: Interactive" },
	{ { .kind = AVU_MEDIA_OTHER }, "transferMode.dlna.org: Interactive" },
	{ { .kind = AVU_MEDIA_VIDEO, .background = true }, "transferMode.dlna.org: Background" },
	{ { .kind = AVU_MEDIA_VIDEO, .offset = UINT64_C(5000000000) },
		"transferMode.dlna.org: Streaming" },
	{ { .kind = AVU_MEDIA_VIDEO, .from_ns = MS(10500), .to_ns = AVU_TIME_NONE },
		"transferMode.dlna.org: Streaming|TimeSeekRange.dlna.org: npt=10.500-" },
	{ { .kind = AVU_MEDIA_VIDEO, .from_ns = MS(10500), .to_ns = MS(20000) },
		"transferMode.dlna.org: Streaming|"
		"TimeSeekRange.dlna.org: npt=10.500-20.000" },
	/* never both */
	{ { .kind = AVU_MEDIA_VIDEO, .offset = 5, .from_ns = MS(10500) },
		"transferMode.dlna.org: Streaming" },
	{ { .kind = AVU_MEDIA_VIDEO, .speed = { 2, 1 } },
		"transferMode.dlna.org: Streaming|TimeSeekRange.dlna.org: npt=0.000-|"
		"PlaySpeed.dlna.org: speed=2" },
	{ { .kind = AVU_MEDIA_VIDEO, .speed = { 1, 1 } }, "transferMode.dlna.org: Streaming" },
};

static void
test_headers(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(header_rows); i++) {
		g_auto(GStrv) headers = avu_media_request_headers(&header_rows[i].request);
		g_autofree char *joined = g_strjoinv("|", headers);

		g_assert_cmpstr(joined, ==, header_rows[i].expected);
	}
}

/* Who asks is a line of its own, and told to the own network only. */
static void
test_who(void)
{
	static const struct {
		AvuMediaRequest request;
		const char *expected;
	} rows[] = {
		/* who we are is nobody's business but the own network's */
		{ { .url = "http://203.0.113.9/a", .name = "Kitchen" }, NULL },
		{ { .url = "http://[2001:db8::1]/a", .peer = "uuid:1/c" }, NULL },
		{ { .url = "http://radio.example/a", .name = "Kitchen" }, NULL },
		{ { .name = "Kitchen" }, NULL },
		{ { .url = "http://[fd00::1]:8200/a", .peer = "uuid:1/c", .name = "never both" },
			"peerManager.dlna.org: uuid:1/c" },
		{ { .url = HOME, .name = "Kitchen" }, "friendlyName.dlna.org: Kitchen" },
		{ { .url = HOME, .name = "a\r\nX: y" }, "friendlyName.dlna.org: aX: y" },
		/* 64 octets: 21 characters of three */
		{ { .url = HOME, .name = "€€€€€€€€€€€€€€€€€€€€€€" },
			"friendlyName.dlna.org: €€€€€€€€€€€€€€€€€€€€€" },
		{ { .url = HOME,
			  .name = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde"
				  "f" },
			"friendlyName.dlna.org: "
			"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" },
		{ { .url = HOME,
			  .name = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
				  "!" },
			"friendlyName.dlna.org: "
			"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" },
		{ { .url = HOME, .name = "cut\xe2\x82" }, "friendlyName.dlna.org: cut" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *line = avu_media_request_who(&rows[i].request);

		g_assert_cmpstr(line, ==, rows[i].expected);
	}
}

/* Which part there is: DLNA's header counts, else Microsoft's. */
static void
test_available(void)
{
	static const struct {
		const char *dlna, *microsoft;
		bool has_time, has_bytes, start_fixed;
		int64_t to_ns;
		uint64_t last_byte;
		const char *why;
	} rows[] = {
		{ "0 npt=1.000-9.000 bytes=10-99", NULL, true, true, false, 9 * AVU_NS_PER_S, 99,
			"both" },
		{ "1 bytes=0-99", NULL, false, true, true, 0, 99, "octets alone" },
		{ NULL, "1 npt=0.000-9.000", true, false, true, 9 * AVU_NS_PER_S, 0,
			"as Microsoft writes it" },
		{ NULL, "npt=0-9", true, false, true, 9 * AVU_NS_PER_S, 0, "without its number" },
		{ NULL, "1  bytes=0-99 ", false, true, true, 0, 99, "blanks" },
		{ NULL, "0 npt=0-9", true, false, false, 9 * AVU_NS_PER_S, 0, "its start moves" },
		{ "1 bytes=0-99", "1 bytes=0-9", false, true, true, 0, 99,
			"the standard's counts" },
		{ "1 nonsense", "1 bytes=0-9", false, false, false, 0, 0,
			"the standard's counts, if it is none as well" },
		{ NULL, "npt=9-0", false, false, false, 0, 0, "ends before it starts" },
		{ NULL, "", false, false, false, 0, 0, "empty" },
		{ NULL, NULL, false, false, false, 0, 0, "neither" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GHashTable) headers = g_hash_table_new(g_str_hash, g_str_equal);
		const AvuMediaRequest request = { .kind = AVU_MEDIA_VIDEO };
		AvuMediaAnswer answer;

		if (rows[i].dlna != NULL) {
			g_hash_table_insert(headers, (char *)"availableseekrange.dlna.org",
				(char *)rows[i].dlna);
		}
		if (rows[i].microsoft != NULL) {
			g_hash_table_insert(
				headers, (char *)"x-availableseekrange", (char *)rows[i].microsoft);
		}
		g_test_message("%s", rows[i].why);
		avu_media_answer_read(&request, 200, headers, NULL, &answer);
		g_assert_cmpint(answer.has_available, ==, rows[i].has_time || rows[i].has_bytes);
		if (answer.has_available) {
			g_assert_cmpint(answer.available.has_time, ==, rows[i].has_time);
			g_assert_cmpint(answer.available.has_bytes, ==, rows[i].has_bytes);
			g_assert_cmpint(answer.available.start_fixed, ==, rows[i].start_fixed);
			g_assert_cmpint(answer.available.to_ns, ==, rows[i].to_ns);
			g_assert_cmpuint(answer.available.last_byte, ==, rows[i].last_byte);
		}
	}
}

#define FEATURES "contentfeatures.dlna.org"
#define ALL "01700000000000000000000000000000"

static const struct {
	const char *headers[4]; /* "name: value" */
	unsigned status;
	const char *res;
	bool by_bytes, by_time, limited, live, may_stall;
	const char *why;
} answers[] = {
	{ { FEATURES ": DLNA.ORG_OP=11;DLNA.ORG_CI=0;DLNA.ORG_FLAGS=" ALL }, 200, NULL, true, true,
		false, false, true, "a file" },
	{ { FEATURES ": DLNA.ORG_OP=10;DLNA.ORG_CI=1;DLNA.ORG_FLAGS=015" }, 200, "DLNA.ORG_OP=01",
		false, true, false, false, false,
		"the answer counts, not the res; flags cut short are none" },
	{ { NULL }, 200, "DLNA.ORG_OP=01;DLNA.ORG_FLAGS=" ALL, true, false, false, false, true,
		"the res, where the answer says nothing" },
	{ { "accept-ranges: bytes" }, 200, NULL, true, false, false, false, false, "HTTP" },
	{ { "accept-ranges: none" }, 200, NULL, false, false, false, false, false, "HTTP" },
	{ { NULL }, 206, NULL, true, false, false, false, false, "it did" },
	{ { "accept-ranges: bytes", FEATURES ": DLNA.ORG_FLAGS=8D100000000000000000000000000000" },
		200, NULL, false, false, false, true, false, "a tuner, whatever HTTP says" },
	{ { FEATURES ": DLNA.ORG_FLAGS=6D100000000000000000000000000000" }, 200, NULL, true, true,
		true, true, false, "time shift" },
	{ { FEATURES ": DLNA.ORG_FLAGS=4D100000000000000000000000000000" }, 200, NULL, false, true,
		true, true, false, "time shift by time" },
	{ { FEATURES ": DLNA.ORG_FLAGS=45100000000000000000000000000000" }, 200, NULL, false, true,
		true, true, false, "a recording that is still made" },
	{ { FEATURES ": DLNA.ORG_OP=01; DLNA.ORG_FLAGS=" ALL }, 200, NULL, true, false, false,
		false, true, "a blank between them" },
	{ { FEATURES ": DLNA.ORG_OP=01;DLNA.ORG_FLAGS=0170000g000000000000000000000000" }, 200,
		NULL, true, false, false, false, false, "flags that are no number" },
	{ { FEATURES ": DLNA.ORG_OP=1" }, 200, NULL, true, false, false, false, false,
		"a single digit" },
	{ { FEATURES ": DLNA.ORG_OP=21;X=1" }, 200, NULL, false, false, false, false, false,
		"no OP" },
	{ { FEATURES ": *", "accept-ranges: bytes" }, 200, NULL, true, false, false, false, false,
		"nothing promised: HTTP" },
};

static void
test_answers(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(answers); i++) {
		g_autoptr(GHashTable) headers =
			g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
		const AvuMediaRequest request = { .kind = AVU_MEDIA_VIDEO };
		AvuMediaAnswer answer;

		for (size_t j = 0; answers[i].headers[j] != NULL; j++) {
			const char *colon = strchr(answers[i].headers[j], ':');

			g_hash_table_insert(headers,
				g_strndup(answers[i].headers[j],
					(size_t)(colon - answers[i].headers[j])),
				g_strdup(colon + 2));
		}
		g_test_message("%s", answers[i].why);
		avu_media_answer_read(
			&request, answers[i].status, headers, answers[i].res, &answer);
		g_assert_cmpint(answer.by_bytes, ==, answers[i].by_bytes);
		g_assert_cmpint(answer.by_time, ==, answers[i].by_time);
		g_assert_cmpint(answer.limited, ==, answers[i].limited);
		g_assert_cmpint(answer.live, ==, answers[i].live);
		g_assert_cmpint(answer.may_stall, ==, answers[i].may_stall);
	}
}

static void
test_positions(void)
{
	g_autoptr(GHashTable) headers = g_hash_table_new(g_str_hash, g_str_equal);
	const AvuMediaRequest timed = { .kind = AVU_MEDIA_VIDEO, .from_ns = MS(10500) };
	const AvuMediaRequest ranged = { .kind = AVU_MEDIA_VIDEO, .offset = 100 };
	const AvuMediaRequest plain = { .kind = AVU_MEDIA_VIDEO };
	AvuMediaAnswer answer;

	g_hash_table_insert(headers, (void *)"timeseekrange.dlna.org",
		(void *)"npt=10.000-59.999/60.000 bytes=1000-5999/6000");
	g_hash_table_insert(headers, (void *)"content-length", (void *)"5000");
	g_hash_table_insert(headers, (void *)"content-range", (void *)"bytes 100-199/200");
	g_hash_table_insert(
		headers, (void *)"availableseekrange.dlna.org", (void *)"1 npt=0.000-60.000");
	avu_media_answer_read(&timed, 200, headers, NULL, &answer);
	g_assert_true(answer.timed && answer.time.has_bytes);
	g_assert_cmpint(answer.time.from_ns, ==, MS(10000)); /* the real start */
	g_assert_cmpuint(answer.time.first_byte, ==, 1000);
	g_assert_cmpint(answer.size_bytes, ==, 6000);
	g_assert_true(answer.has_available && answer.available.start_fixed);
	avu_media_answer_read(&ranged, 206, headers, NULL, &answer);
	g_assert_false(answer.timed);
	g_assert_cmpint(answer.size_bytes, ==, 200);
	avu_media_answer_read(&plain, 200, headers, NULL, &answer);
	g_assert_cmpint(answer.size_bytes, ==, 5000);
	avu_media_answer_read(&plain, 200, NULL, NULL, &answer);
	g_assert_cmpint(answer.size_bytes, ==, -1);
	g_hash_table_insert(headers, (void *)"content-length", (void *)"5000, 5000");
	avu_media_answer_read(&plain, 200, headers, NULL, &answer);
	g_assert_cmpint(answer.size_bytes, ==, -1);
	g_hash_table_insert(headers, (void *)"content-range", (void *)"bytes 100-199/*");
	avu_media_answer_read(&ranged, 206, headers, NULL, &answer);
	g_assert_cmpint(answer.size_bytes, ==, -1);
	g_hash_table_insert(
		headers, (void *)"content-range", (void *)"bytes 0-1/9223372036854775808");
	avu_media_answer_read(&ranged, 206, headers, NULL, &answer);
	g_assert_cmpint(answer.size_bytes, ==, -1);
	g_hash_table_insert(headers, (void *)"timeseekrange.dlna.org", (void *)"npt=rubbish");
	avu_media_answer_read(&timed, 200, headers, NULL, &answer);
	g_assert_false(answer.timed);
}

static void
test_steps(void)
{
	static const AvuMediaRequest plain = { .kind = AVU_MEDIA_VIDEO };
	static const AvuMediaRequest range = { .kind = AVU_MEDIA_VIDEO, .offset = 1 };
	static const AvuMediaRequest time = { .kind = AVU_MEDIA_VIDEO, .from_ns = 1 };
	static const struct {
		const AvuMediaRequest *request;
		bool head;
		unsigned status;
		AvuMediaStep step;
	} rows[] = {
		{ &plain, true, 200, AVU_MEDIA_GOOD },
		{ &plain, true, 405, AVU_MEDIA_ASK_WITH_GET },
		{ &plain, true, 400, AVU_MEDIA_ASK_WITH_GET },
		{ &plain, true, 501, AVU_MEDIA_ASK_WITH_GET },
		{ &plain, true, 404, AVU_MEDIA_FAILED },
		{ &range, false, 206, AVU_MEDIA_GOOD },
		{ &range, false, 200, AVU_MEDIA_GOOD },
		{ &range, false, 416, AVU_MEDIA_NO_SEEK },
		{ &time, false, 406, AVU_MEDIA_NO_SEEK },
		{ &time, false, 400, AVU_MEDIA_NO_SEEK },
		{ &range, false, 400, AVU_MEDIA_NO_SEEK },
		{ &range, false, 405, AVU_MEDIA_FAILED },
		{ &plain, false, 400, AVU_MEDIA_FAILED },
		{ &range, false, 503, AVU_MEDIA_LATER },
		{ &plain, true, 503, AVU_MEDIA_LATER },
		{ &plain, true, 206, AVU_MEDIA_GOOD },
		{ &plain, true, 416, AVU_MEDIA_ASK_WITH_GET },
		{ &time, false, 200, AVU_MEDIA_GOOD },
		{ &plain, false, 406, AVU_MEDIA_FAILED },
		{ &plain, false, 503, AVU_MEDIA_LATER },
		{ &plain, false, 500, AVU_MEDIA_FAILED },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%u", rows[i].status);
		g_assert_cmpint(
			avu_media_answer_step(rows[i].request, rows[i].head, rows[i].status), ==,
			rows[i].step);
	}
}

/* Where a live one can be sought moves on with the clock, as its flags say. */
static void
test_limits(void)
{
	static const struct {
		const char *features, *available;
		int64_t age_ns, asked_ns, expected_ns;
	} rows[] = {
		/* time shift: both ends move */
		{ "4D1", "0 npt=100.000-200.000", 0, MS(50000), MS(100000) },
		{ "4D1", "0 npt=100.000-200.000", 0, MS(150000), MS(150000) },
		{ "4D1", "0 npt=100.000-200.000", 0, MS(900000), MS(200000) },
		{ "4D1", "0 npt=100.000-200.000", MS(60000), MS(150000), MS(160000) },
		{ "4D1", "0 npt=100.000-200.000", MS(60000), MS(900000), MS(260000) },
		/* a recording that is still made: only its end does */
		{ "451", "1 npt=0.000-200.000", MS(60000), MS(10000), MS(10000) },
		{ "451", "1 npt=0.000-200.000", MS(60000), MS(900000), MS(260000) },
		/* the whole file can be sought, or nobody said what can */
		{ "017", "1 npt=0.000-200.000", 0, MS(900000), MS(900000) },
		{ "4D1", NULL, 0, MS(900000), MS(900000) },
		{ "4D1", "0 bytes=5-9", 0, MS(900000), MS(900000) },
		{ "4D1", "0 npt=9.000-5.000", 0, MS(900000), MS(900000) },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GHashTable) headers = g_hash_table_new(g_str_hash, g_str_equal);
		g_autofree char *features =
			g_strdup_printf("DLNA.ORG_FLAGS=%s%029d", rows[i].features, 0);
		const AvuMediaRequest request = { .kind = AVU_MEDIA_VIDEO };
		AvuMediaAnswer answer;

		g_hash_table_insert(headers, (void *)FEATURES, features);
		if (rows[i].available != NULL) {
			g_hash_table_insert(headers, (void *)"availableseekrange.dlna.org",
				(void *)rows[i].available);
		}
		avu_media_answer_read(&request, 200, headers, NULL, &answer);
		g_assert_cmpint(avu_media_answer_limit(&answer, rows[i].age_ns, rows[i].asked_ns),
			==, rows[i].expected_ns);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/stream/media-request/headers", test_headers);
	g_test_add_func("/stream/media-request/who", test_who);
	g_test_add_func("/stream/media-request/answers", test_answers);
	g_test_add_func("/stream/media-request/available", test_available);
	g_test_add_func("/stream/media-request/positions", test_positions);
	g_test_add_func("/stream/media-request/steps", test_steps);
	g_test_add_func("/stream/media-request/limits", test_limits);
	return g_test_run();
}
