/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a first answer makes of a resource, and what follows from a later one: RFC 9110 for validators and statuses,
 * spec/dlna-http-transport.md 13, and what radio stations send. */
#include <string.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>

#include "libav-upnp/stream/remote-source.h"

typedef struct {
	unsigned status;
	int64_t total_bytes;
	uint64_t offset;
	const char *headers[6]; /* "name: value" */
} Answer;

/* @return its headers, which it borrows */
static GHashTable *
fill_head(AvuStreamHead *head, const Answer *answer)
{
	GHashTable *headers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

	for (size_t i = 0; i < G_N_ELEMENTS(answer->headers) && answer->headers[i] != NULL; i++) {
		const char *colon = strstr(answer->headers[i], ": ");

		g_hash_table_insert(headers,
			g_strndup(answer->headers[i], (gsize)(colon - answer->headers[i])),
			g_strdup(colon + 2));
	}
	*head = (AvuStreamHead){ .status = answer->status,
		.total_bytes = answer->total_bytes,
		.offset = answer->offset,
		.ranges = true,
		.mime = "audio/mpeg",
		.headers = headers };
	return headers;
}

#define OLD "last-modified: Sun, 06 Nov 1994 08:49:37 GMT"
#define LATER "date: Sun, 06 Nov 1994 08:49:38 GMT"
#define AT_ONCE "date: Sun, 06 Nov 1994 08:49:37 GMT"
#define LIVE "contentfeatures.dlna.org: DLNA.ORG_FLAGS=2D100000000000000000000000000000"
#define FILM "contentfeatures.dlna.org: DLNA.ORG_OP=01;DLNA.ORG_PS=2,1/2;DLNA.ORG_CI=0"

static const struct {
	Answer answer;
	int code; /* AvuError; -1: taken */
	const char *validator, *station, *speeds;
	uint64_t rate_bps;
	bool live, ranges;
	const char *why;
} first_answers[] = {
	{ { 200, 9, 0, { "etag: \"a\"" } }, -1, "\"a\"", .ranges = true, .why = "a tag" },
	{ { 200, 9, 0, { "etag: W/\"a\"", OLD, LATER } }, -1, "Sun, 06 Nov 1994 08:49:37 GMT",
		.ranges = true, .why = "a weak one is none, an old date is one" },
	{ { 200, 9, 0, { OLD, AT_ONCE } }, -1, NULL, .ranges = true,
		.why = "it could have changed twice in that second" },
	{ { 200, 9, 0, { OLD } }, -1, NULL, .ranges = true, .why = "older than nothing" },
	{ { 200, 9, 0, { "content-encoding: identity" } }, -1, .ranges = true,
		.why = "that is none" },
	{ { 200, 9, 0, { "content-encoding: IDENTITY" } }, -1, .ranges = true,
		.why = "in any letters" },
	{ { 200, 9, 0, { "content-encoding: " } }, -1, .ranges = true, .why = "nor is that" },
	{ { 200, 9, 0, { "content-encoding: br" } }, AVU_ERROR_UNSUPPORTED, .why = "a coding" },
	{ { 404, 9, 0, { NULL } }, AVU_ERROR_NOT_FOUND, .why = "not there" },
	{ { 410, 9, 0, { NULL } }, AVU_ERROR_NOT_FOUND, .why = "not there any more" },
	{ { 403, 9, 0, { NULL } }, AVU_ERROR_FAILED, .why = "refused" },
	{ { 204, -1, 0, { NULL } }, AVU_ERROR_FAILED, .why = "no octets" },
	{ { 206, 9, 3, { NULL } }, AVU_ERROR_FAILED, .why = "not from its beginning" },
	{ { 200, -1, 0, { "icy-name: Radio X", "icy-br: 128" } }, -1, NULL, "Radio X",
		.rate_bps = 128000, .live = true, .why = "a station" },
	{ { 200, -1, 0, { "icy-br: 100001" } }, -1, .live = true, .why = "a rate that none has" },
	{ { 200, -1, 0, { "icy-metaint: 8192" } }, -1, .live = true, .why = "titles" },
	{ { 200, 9, 0, { "icy-metaint: 8192" } }, -1, .live = true,
		.why = "titles between the octets of a length" },
	{ { 200, -1, 0, { LIVE } }, -1, .live = true, .why = "DLNA's word for it" },
	{ { 200, -1, 0, { NULL } }, -1, .why = "a length that is not known is no radio" },
	{ { 200, 9, 0, { FILM } }, -1, .speeds = "2,1/2", .ranges = true, .why = "its speeds" },
};

static void
test_first(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(first_answers); i++) {
		RemoteSource source = { .total_bytes = -1 };
		AvuStreamHead head;
		g_autoptr(GHashTable) headers = fill_head(&head, &first_answers[i].answer);
		g_autoptr(GError) error = NULL;

		g_test_message("%s", first_answers[i].why);
		g_assert_cmpint(remote_source_open(&source, &head, 0, 0, &error), ==,
			first_answers[i].code == -1 ? REMOTE_SOURCE_TAKE : REMOTE_SOURCE_NEVER);
		g_assert_cmpint(error != NULL ? error->code : -1, ==, first_answers[i].code);
		g_assert_cmpstr(source.validator, ==, first_answers[i].validator);
		g_assert_cmpstr(source.station, ==, first_answers[i].station);
		g_assert_cmpstr(source.speeds, ==, first_answers[i].speeds);
		g_assert_cmpuint(source.rate_bps, ==, first_answers[i].rate_bps);
		g_assert_cmpint(source.live, ==, first_answers[i].live);
		g_assert_cmpint(source.ranges, ==, first_answers[i].ranges);
		remote_source_clear(&source);
	}
}

/* Of a resource of nine octets with the tag "a", asked for from its fifth on. */
static const struct {
	Answer answer;
	RemoteSourceVerdict verdict;
	BackOffReason reason; /* LATER */
	int asked_s;          /* LATER; 0: not said */
	const char *why;
} later_answers[] = {
	{ { 206, 9, 5, { "etag: \"a\"" } }, REMOTE_SOURCE_TAKE, .why = "the next octets" },
	{ { 206, 9, 5, { NULL } }, REMOTE_SOURCE_TAKE, .why = "its tag is not said again" },
	{ { 206, -1, 5, { NULL } }, REMOTE_SOURCE_TAKE, .why = "nor is its length" },
	{ { 206, 9, 6, { NULL } }, REMOTE_SOURCE_NEVER, .why = "elsewhere" },
	{ { 206, 8, 5, { NULL } }, REMOTE_SOURCE_NEVER, .why = "shorter" },
	{ { 206, 9, 5, { "etag: \"b\"" } }, REMOTE_SOURCE_NEVER, .why = "another one" },
	{ { 206, 9, 5, { "content-encoding: gzip" } }, REMOTE_SOURCE_NEVER, .why = "coded by now" },
	{ { 200, 9, 0, { "etag: \"a\"" } }, REMOTE_SOURCE_SKIP, .why = "the same whole" },
	{ { 200, 9, 0, { NULL } }, REMOTE_SOURCE_NEVER, .why = "a whole that does not say which" },
	{ { 416, -1, 0, { NULL } }, REMOTE_SOURCE_NEVER, .why = "behind its end" },
	{ { 401, -1, 0, { NULL } }, REMOTE_SOURCE_NEVER, .why = "for good" },
	{ { 302, -1, 0, { NULL } }, REMOTE_SOURCE_NEVER, .why = "sent elsewhere too often" },
	{ { 403, -1, 0, { NULL } }, REMOTE_SOURCE_LATER, BACK_OFF_MISSING, 0,
		"does not know us yet" },
	{ { 404, -1, 0, { NULL } }, REMOTE_SOURCE_LATER, BACK_OFF_MISSING, 0,
		"does not know it yet" },
	{ { 410, -1, 0, { NULL } }, REMOTE_SOURCE_LATER, BACK_OFF_MISSING, 0, "likewise" },
	{ { 408, -1, 0, { NULL } }, REMOTE_SOURCE_LATER, BACK_OFF_BUSY, 0, "was slow" },
	{ { 429, -1, 0, { NULL } }, REMOTE_SOURCE_LATER, BACK_OFF_BUSY, 0, "too often" },
	{ { 500, -1, 0, { NULL } }, REMOTE_SOURCE_LATER, BACK_OFF_BUSY, 0, "a fault of its" },
	{ { 503, -1, 0, { "retry-after: 7" } }, REMOTE_SOURCE_LATER, BACK_OFF_BUSY, 7,
		"says when" },
	{ { 503, -1, 0, { "retry-after: 3601" } }, REMOTE_SOURCE_LATER, BACK_OFF_BUSY, 0,
		"says nonsense" },
	{ { 503, -1, 0, { "retry-after: soon" } }, REMOTE_SOURCE_LATER, BACK_OFF_BUSY, 0,
		"says nothing of use" },
};

static void
test_later(void)
{
	const Answer first = { 200, 9, 0, { "etag: \"a\"" } };

	for (size_t i = 0; i < G_N_ELEMENTS(later_answers); i++) {
		RemoteSource source = { .total_bytes = -1 };
		AvuStreamHead head, begin;
		g_autoptr(GHashTable) begin_headers = fill_head(&begin, &first);
		g_autoptr(GHashTable) headers = fill_head(&head, &later_answers[i].answer);
		g_autoptr(GError) error = NULL;

		g_test_message("%s", later_answers[i].why);
		g_assert_cmpint(
			remote_source_open(&source, &begin, 0, 0, NULL), ==, REMOTE_SOURCE_TAKE);
		const RemoteSourceJudgement judgement =
			remote_source_continue(&source, &head, 5, &error);

		g_assert_cmpint(judgement.verdict, ==, later_answers[i].verdict);
		g_assert_cmpint(error == NULL, ==,
			later_answers[i].verdict == REMOTE_SOURCE_TAKE ||
				later_answers[i].verdict == REMOTE_SOURCE_SKIP);
		if (later_answers[i].verdict == REMOTE_SOURCE_LATER) {
			g_assert_cmpint(judgement.reason, ==, later_answers[i].reason);
			g_assert_cmpint(judgement.asked_ns, ==,
				later_answers[i].asked_s > 0
					? later_answers[i].asked_s * AVU_NS_PER_S
					: AVU_TIME_NONE);
		}
		remote_source_clear(&source);
	}
}

/* A time was asked for: which octets of the resource came for it. */
static void
test_timed(void)
{
#define TIMED "timeseekrange.dlna.org: npt=60.000-99.000/99.001"
#define BOTH "contentfeatures.dlna.org: DLNA.ORG_OP=11"
	static const struct {
		Answer answer;
		bool taken, ranges, repeats;
		uint64_t base_bytes;
		const char *why;
	} rows[] = {
		{ { 200, 30, 0, { TIMED " bytes=100-129/130", BOTH, "etag: \"a\"" } }, true, true,
			false, 100, "the rest" },
		{ { 200, 30, 0, { TIMED " bytes=100-129/140", BOTH, "etag: \"a\"" } }, true, false,
			true, 0, "not up to the end" },
		{ { 200, 29, 0, { TIMED " bytes=100-129/130", BOTH, "etag: \"a\"" } }, true, false,
			true, 0, "not as many as are said" },
		{ { 200, 30, 0, { TIMED " bytes=100-119/130", BOTH, "etag: \"a\"" } }, true, false,
			true, 0, "fewer than are sent" },
		{ { 200, 30, 0, { TIMED " bytes=100-129/*", BOTH, "etag: \"a\"" } }, true, false,
			true, 0, "of a length that is not known" },
		{ { 200, 30, 0, { TIMED, BOTH } }, true, false, false, 0,
			"may be another any time" },
		{ { 200, 30, 0, { BOTH } }, false, .why = "says no time" },
		{ { 200, 30, 0, { "timeseekrange.dlna.org: npt=soon", BOTH } }, false,
			.why = "nor here" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		RemoteSource source = { .total_bytes = -1 };
		AvuStreamHead head;
		g_autoptr(GHashTable) headers = fill_head(&head, &rows[i].answer);

		g_test_message("%s", rows[i].why);
		g_assert_cmpint(remote_source_open(&source, &head, 0, 61 * AVU_NS_PER_S, NULL), ==,
			rows[i].taken ? REMOTE_SOURCE_TAKE : REMOTE_SOURCE_NEVER);
		g_assert_cmpint(source.ranges, ==, rows[i].ranges);
		g_assert_cmpint(source.repeats, ==, rows[i].repeats);
		g_assert_cmpuint(source.base_bytes, ==, rows[i].base_bytes);
		g_assert_cmpint(source.start_ns, ==, rows[i].taken ? 60 * AVU_NS_PER_S : 0);
		remote_source_clear(&source);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/remote-source/first", test_first);
	g_test_add_func("/remote-source/later", test_later);
	g_test_add_func("/remote-source/timed", test_timed);
	return g_test_run();
}
