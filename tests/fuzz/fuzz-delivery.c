/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* FZ-03: header lines of a request against a file, a conversion and a time-shift buffer, chosen by the
 * first octet: the status is one of the table, and what is sent lies within what there is. */
#include "config.h"

#include <string.h>

#include "libav-upnp/stream/delivery-plan.h"

#define SECOND AVU_NS_PER_S
#define LINES_MAX 16

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const AvuMediaSpan spans[] = {
	{ .seek = AVU_SEEK_BYTES | AVU_SEEK_TIME, .end_byte = 1000, .end_ns = 100 * SECOND },
	{ .seek = AVU_SEEK_TIME, .end_byte = AVU_LENGTH_UNKNOWN, .end_ns = 100 * SECOND },
	{ .seek = AVU_SEEK_BYTES | AVU_SEEK_TIME,
		.limited = true,
		.start_moves = true,
		.end_moves = true,
		.first_byte = 200,
		.end_byte = 800,
		.first_ns = 20 * SECOND,
		.end_ns = 80 * SECOND },
	{ .seek = AVU_SEEK_BYTES, .end_byte = UINT64_MAX - 1, .end_ns = AVU_TIME_NONE },
};

typedef struct {
	AvuMediaSource base;
	const AvuMediaSpan *span;
} Source;

static void
get_span(AvuMediaSource *base, AvuMediaSpan *ret_span)
{
	*ret_span = *((Source *)base)->span;
}

static bool
locate(AvuMediaSource *base, AvuMediaPart *part, GError **error)
{
	const AvuMediaSpan *span = ((Source *)base)->span;

	(void)error;
	/* what the plan lets through is within the content */
	g_assert_cmpint(part->from_ns, >=, span->first_ns);
	g_assert_cmpint(part->from_ns, <=, span->end_ns);
	g_assert_true(part->to_ns == AVU_TIME_NONE || part->to_ns <= span->end_ns);
	return true;
}

static bool
has_speed(AvuMediaSource *base, AvuPlaySpeed speed)
{
	(void)base;
	return speed.numerator == -2 || speed.denominator == 2;
}

static const char *
find_line(const void *request, const char *name)
{
	char *const *lines = request;
	size_t len = strlen(name);

	for (; *lines != NULL; lines++) {
		if (g_ascii_strncasecmp(*lines, name, len) == 0 && (*lines)[len] == ':') {
			return *lines + len + 1;
		}
	}
	return NULL;
}

static void
ignore(void *data, const char *name, const char *value)
{
	(void)data, (void)name, (void)value;
}

static void
check_part(const AvuMediaSpan *span, const DeliveryPlan *plan)
{
	const AvuMediaPart *part = &plan->part;

	if (plan->status == 206) {
		g_assert_cmpuint(part->first_byte, >=, span->first_byte);
		g_assert_cmpuint(part->first_byte, <, part->end_byte);
		if (span->end_moves && part->end_byte == AVU_LENGTH_UNKNOWN) {
			g_assert_cmpuint(plan->last_byte, >=, span->end_byte);
			g_assert_cmpuint(plan->last_byte, <=, INT64_MAX);
		} else {
			g_assert_cmpuint(part->end_byte, <=, span->end_byte);
		}
	}
	if (part->timed) {
		g_assert_cmpuint(plan->status, ==, 200);
		g_assert_true((span->seek & AVU_SEEK_TIME) != 0);
	}
}

static const AvuClientProfile peculiar = {
	.maker = "Microsoft",
	.habits =
		AVU_CLIENT_LENIENT_SEEK | AVU_CLIENT_INTERACTIVE_VIDEO | AVU_CLIENT_ALWAYS_FEATURES,
	.subtitles = AVU_SUBTITLES_ALL | AVU_SUBTITLES_HEADER,
};

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const AvuMediaSourceClass class = {
		.get_span = get_span, .locate = locate, .has_speed = has_speed
	};
	static const unsigned statuses[] = { 200, 206, 304, 400, 406, 412, 416 };
	bool known = false;

	if (size == 0) {
		return 0;
	}
	Source source = { { &class }, &spans[data[0] % G_N_ELEMENTS(spans)] };
	const AvuDelivery delivery = { .source = &source.base,
		.kind = (AvuMediaKind)(data[0] / G_N_ELEMENTS(spans) % 4),
		.mime = "video/mpeg",
		.etag = "\"abc\"",
		.modified_s = 784111777,
		.duration_ns = 100 * SECOND,
		.client = data[0] < 128 ? NULL : &peculiar };
	g_autofree char *text = g_strndup((const char *)data + 1, size - 1);
	g_auto(GStrv) lines = g_strsplit(text, "\n", LINES_MAX);
	const DeliveryPlan plan = delivery_plan(&delivery, find_line, lines);

	g_free(vendor_dup_client_name(find_line, lines));
	for (size_t i = 0; i < G_N_ELEMENTS(statuses); i++) {
		known = known || plan.status == statuses[i];
	}
	g_assert_true(known);
	if (plan.status == 200 || plan.status == 206) {
		check_part(source.span, &plan);
	}
	vendor_add_headers(&delivery, delivery.client, find_line, lines, ignore, NULL);
	return 0;
}
