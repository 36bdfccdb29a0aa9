/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The decision procedure of dlna-http-transport.md 11 for a resource that lies in a file: byte ranges
 * always, time and speed never. Pure function over header values; any thread. */
#include "config.h"

#include <string.h>

#include <av-upnp/cursor.h>
#include <av-upnp/media-range.h>

#include "delivery-plan.h"
#include "http-date.h"

/* Bits of DLNA.ORG_FLAGS (dlna-protocolinfo.md 2). */
#define FLAG_STREAMING (1u << 24)
#define FLAG_INTERACTIVE (1u << 23)
#define FLAG_BACKGROUND (1u << 22)

static const struct {
	const char *name;
	uint32_t flag;
} modes[] = {
	[DELIVERY_STREAMING] = { "Streaming", FLAG_STREAMING },
	[DELIVERY_INTERACTIVE] = { "Interactive", FLAG_INTERACTIVE },
	[DELIVERY_BACKGROUND] = { "Background", FLAG_BACKGROUND },
};

/* These ask Interactive for video (dlna-http-transport.md 2); it is given to them as Streaming would
 * be. */
static const char *const interactive_for_video[] = { "SEC_HHP_", "Samsung" };

typedef struct {
	const AvuDeliveryFile *file;
	const char *(*header)(const void *request, const char *name);
	const void *request;
} Question;

static const char *
ask(const Question *question, const char *name)
{
	return question->header(question->request, name);
}

const char *
delivery_mode_name(DeliveryMode mode)
{
	return modes[mode].name;
}

static bool
is_continuous(const char *mime)
{
	return g_str_has_prefix(mime, "audio/") || g_str_has_prefix(mime, "video/") ||
	       strcmp(mime, "application/ogg") == 0;
}

/* Transfer modes of the resource: what its fourth field says, all when it says nothing. */
static uint32_t
supported_modes(const AvuDeliveryFile *file)
{
	static const char key[] = "DLNA.ORG_FLAGS=";
	const char *flags =
		file->content_features != NULL ? strstr(file->content_features, key) : NULL;
	uint32_t value = 0;

	if (flags == NULL) {
		return FLAG_STREAMING | FLAG_INTERACTIVE | FLAG_BACKGROUND;
	}
	flags += sizeof(key) - 1;
	for (int i = 0; i < 8 && g_ascii_isxdigit(flags[i]); i++) {
		value = value << 4 | (uint32_t)g_ascii_xdigit_value(flags[i]);
	}
	return value;
}

static bool
wants_interactive_video(const Question *question)
{
	const char *agent = ask(question, "User-Agent");

	for (size_t i = 0; agent != NULL && i < G_N_ELEMENTS(interactive_for_video); i++) {
		if (strstr(agent, interactive_for_video[i]) != NULL) {
			return true;
		}
	}
	return false;
}

static unsigned
refuse(DeliveryPlan *plan, unsigned status, const char *why)
{
	plan->why = why;
	return status;
}

/* @return 0 or a status */
static unsigned
choose_mode(const Question *question, DeliveryPlan *plan)
{
	const char *asked = ask(question, "transferMode.dlna.org");
	uint32_t supported = supported_modes(question->file);
	bool continuous = is_continuous(question->file->mime);

	plan->mode = continuous ? DELIVERY_STREAMING : DELIVERY_INTERACTIVE;
	if (asked == NULL) {
		return 0;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(modes); i++) {
		if (g_ascii_strcasecmp(asked, modes[i].name) != 0) {
			continue;
		}
		plan->mode = (DeliveryMode)i;
		if ((supported & modes[i].flag) != 0 && (i != DELIVERY_STREAMING || continuous)) {
			return 0;
		}
		if (i == DELIVERY_INTERACTIVE && wants_interactive_video(question)) {
			return 0;
		}
		return refuse(plan, 406, "this transfer mode does not fit the resource");
	}
	return refuse(plan, 400, "transferMode.dlna.org is malformed");
}

/* "speed=" [-] int [/ int]. @return 0 for speed 1, which is none; else a status */
static unsigned
check_speed(const char *value, DeliveryPlan *plan)
{
	AvuCursor in = avu_cursor_string(value);
	uint64_t divisor = 1;
	uint64_t speed;
	bool backward;

	if (!avu_cursor_take(&in, "speed=")) {
		return refuse(plan, 400, "PlaySpeed.dlna.org is malformed");
	}
	backward = avu_cursor_take_char(&in, '-');
	if (!avu_cursor_take_uint(&in, 1000, &speed) ||
		(avu_cursor_take_char(&in, '/') &&
			(!avu_cursor_take_uint(&in, 1000, &divisor) || divisor == 0)) ||
		!avu_cursor_at_end(&in)) {
		return refuse(plan, 400, "PlaySpeed.dlna.org is malformed");
	}
	if (speed == divisor && !backward) {
		return 0;
	}
	return refuse(plan, 406, "this resource has no such speed");
}

/* Headers that must hold "1", and headers that exclude each other. @return 0 or a status */
static unsigned
check_dlna(const Question *question, DeliveryPlan *plan)
{
	static const char *const ones[] = { "getcontentFeatures.dlna.org",
		"getAvailableSeekRange.dlna.org" };
	static const char *const paced[] = { "TimeSeekRange.dlna.org", "PlaySpeed.dlna.org",
		"realTimeInfo.dlna.org" };
	unsigned status;

	for (size_t i = 0; i < G_N_ELEMENTS(ones); i++) {
		const char *value = ask(question, ones[i]);

		if (value != NULL && strcmp(value, "1") != 0) {
			return refuse(plan, 400, "a DLNA header must be 1");
		}
	}
	plan->features = ask(question, ones[0]) != NULL;
	status = choose_mode(question, plan);
	if (status != 0) {
		return status;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(paced); i++) {
		if (plan->mode != DELIVERY_STREAMING &&
			ask(question, "transferMode.dlna.org") != NULL &&
			ask(question, paced[i]) != NULL) {
			return refuse(plan, 400, "this transfer mode has no pace");
		}
	}
	return 0;
}

/* Is our tag in the list? Weakly: "W/" does not matter. */
static bool
lists_etag(const char *list, const char *etag)
{
	AvuCursor in = avu_cursor_string(list);

	if (strcmp(list, "*") == 0) {
		return true;
	}
	while (etag != NULL && !avu_cursor_at_end(&in)) {
		avu_cursor_skip_blank(&in);
		(void)avu_cursor_take(&in, "W/");
		if (avu_cursor_take(&in, etag)) {
			return true;
		}
		(void)avu_cursor_take_until(&in, ",");
		(void)avu_cursor_take_char(&in, ',');
	}
	return false;
}

/* RFC 9110, 13.2.2, in its order. @return 0, 304 or 412 */
static unsigned
check_conditions(const Question *question)
{
	const AvuDeliveryFile *file = question->file;
	const char *match = ask(question, "If-Match");
	const char *none_match = ask(question, "If-None-Match");
	const char *since = ask(question, "If-Modified-Since");
	const char *unmodified = ask(question, "If-Unmodified-Since");
	bool dated = file->modified_s > 0;

	if (match != NULL) {
		if (!lists_etag(match, file->etag)) {
			return 412;
		}
	} else if (unmodified != NULL && dated) {
		int64_t time_s = http_date_parse(unmodified);

		if (time_s != AVU_TIME_NONE && file->modified_s > time_s) {
			return 412;
		}
	}
	if (none_match != NULL) {
		return lists_etag(none_match, file->etag) ? 304 : 0;
	}
	if (since != NULL && dated) {
		int64_t time_s = http_date_parse(since);

		return time_s != AVU_TIME_NONE && file->modified_s <= time_s ? 304 : 0;
	}
	return 0;
}

/* Does the part the client has belong to what we have? If not, it gets the whole anew. */
static bool
if_range_holds(const Question *question)
{
	const AvuDeliveryFile *file = question->file;
	const char *value = ask(question, "If-Range");

	if (value == NULL) {
		return true;
	}
	if (value[0] == '"') {
		return file->etag != NULL && strcmp(value, file->etag) == 0;
	}
	return file->modified_s > 0 && http_date_parse(value) == file->modified_s;
}

/* @return 0 or a status; range and length are set */
static unsigned
choose_part(const Question *question, DeliveryPlan *plan)
{
	const char *range = ask(question, "Range");
	const char *speed = ask(question, "PlaySpeed.dlna.org");

	plan->offset = 0;
	plan->length = question->file->size_bytes;
	if (ask(question, "Range.dtcp.com") != NULL) {
		return refuse(plan, 406, "this resource is not protected");
	}
	if (range != NULL) {
		/* A range wins over time and speed. */
		switch (avu_range_parse(
			range, question->file->size_bytes, &plan->offset, &plan->length)) {
		case AVU_RANGE_MALFORMED:
			return refuse(plan, 400, "Range is malformed");
		case AVU_RANGE_NOT_SATISFIABLE:
			return if_range_holds(question) ? 416 : 0;
		case AVU_RANGE_PART:
			if (if_range_holds(question)) {
				return 206;
			}
			plan->offset = 0;
			plan->length = question->file->size_bytes;
			return 0;
		case AVU_RANGE_NONE:
			return 0;
		}
	}
	if (ask(question, "TimeSeekRange.dlna.org") != NULL) {
		return refuse(plan, 406, "this resource does not seek by time");
	}
	return speed != NULL ? check_speed(speed, plan) : 0;
}

DeliveryPlan
delivery_plan(const AvuDeliveryFile *file,
	const char *(*header)(const void *request, const char *name), const void *request)
{
	const Question question = { file, header, request };
	DeliveryPlan plan = { 0 };

	plan.status = check_dlna(&question, &plan);
	if (plan.status == 0) {
		plan.status = check_conditions(&question);
	}
	if (plan.status == 0) {
		plan.status = choose_part(&question, &plan);
	}
	if (plan.status == 0) {
		plan.status = 200;
	}
	return plan;
}
