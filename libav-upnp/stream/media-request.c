/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rules of a player (dlna-http-transport.md 13). Pure; any thread. */
#include "config.h"

#include <string.h>

#include <av-upnp/address.h>
#include <av-upnp/cursor.h>
#include <av-upnp/media-request.h>
#include <av-upnp/url.h>

#include "content-features.h"

#define NAME_MAX_BYTES 64

static const char *
mode_of(const AvuMediaRequest *request)
{
	if (request->background) {
		return "Background";
	}
	return request->kind == AVU_MEDIA_AUDIO || request->kind == AVU_MEDIA_VIDEO ? "Streaming"
										    : "Interactive";
}

/* Whole characters of UTF-8, none that ends a line. */
static char *
dup_name(const char *name)
{
	GString *out = g_string_new(NULL);

	for (const char *p = name; *p != '\0' && g_utf8_get_char_validated(p, -1) < (gunichar)-2;
		p = g_utf8_next_char(p)) {
		const char *next = g_utf8_next_char(p);

		if (out->len + (size_t)(next - p) > NAME_MAX_BYTES) {
			break;
		}
		if ((unsigned char)*p >= ' ' && *p != 0x7f) {
			g_string_append_len(out, p, next - p);
		}
	}
	return g_string_free(out, FALSE);
}

/* A name may lead anywhere, so only a number counts. */
static bool
is_home(const char *text)
{
	const unsigned home = AVU_ADDRESS_LOOPBACK | AVU_ADDRESS_LINK_LOCAL | AVU_ADDRESS_PRIVATE;
	g_autoptr(AvuUrl) url = text != NULL ? avu_url_parse(text, NULL) : NULL;
	AvuAddress address;

	return url != NULL && avu_address_parse(avu_url_get_host(url), &address) &&
	       (avu_address_class(&address) & home) != 0;
}

static void
add(GStrvBuilder *headers, const char *name, const char *value)
{
	g_autofree char *line = g_strconcat(name, ": ", value, NULL);

	g_strv_builder_add(headers, line);
}

/* A renderer has a ConnectionManager that knows its name; never both. */
char *
avu_media_request_who(const AvuMediaRequest *request)
{
	if ((request->peer == NULL && request->name == NULL) || !is_home(request->url)) {
		return NULL;
	}
	if (request->peer != NULL) {
		return g_strconcat("peerManager.dlna.org: ", request->peer, NULL);
	}
	g_autofree char *name = dup_name(request->name);

	return g_strconcat("friendlyName.dlna.org: ", name, NULL);
}

/* What none but a stream has. */
static void
add_place(GStrvBuilder *headers, const AvuMediaRequest *request)
{
	const bool scaled =
		request->speed.denominator > 0 && !avu_play_speed_is_normal(request->speed);

	if (request->from_ns > 0 || scaled) {
		g_autofree char *npt = avu_time_seek_format_request(
			request->from_ns, request->to_ns > 0 ? request->to_ns : AVU_TIME_NONE);

		add(headers, "TimeSeekRange.dlna.org", npt);
	}
	if (scaled) {
		g_autofree char *text = avu_play_speed_format(request->speed);
		g_autofree char *value = g_strconcat("speed=", text, NULL);

		add(headers, "PlaySpeed.dlna.org", value);
	}
}

char **
avu_media_request_headers(const AvuMediaRequest *request)
{
	g_autoptr(GStrvBuilder) headers = g_strv_builder_new();
	const char *mode = mode_of(request);
	const bool streaming = g_str_equal(mode, "Streaming");

	add(headers, "transferMode.dlna.org", mode);
	if (request->ask_features) {
		add(headers, "getcontentFeatures.dlna.org", "1");
		add(headers, "getAvailableSeekRange.dlna.org", "1");
	}
	if (request->ask_features && streaming) {
		/* nothing may be left out, however late it is read */
		add(headers, "realTimeInfo.dlna.org", "DLNA.ORG_TLAG=*");
	}
	if (request->offset == 0 && streaming) {
		add_place(headers, request);
	}
	return g_strv_builder_end(headers);
}

static const char *
header(const GHashTable *headers, const char *name)
{
	return headers != NULL ? g_hash_table_lookup((GHashTable *)headers, name) : NULL;
}

/* Of Content-Range behind the slash, else Content-Length of a whole answer. */
static int64_t
whole_size(unsigned status, const GHashTable *headers)
{
	const char *range = header(headers, "content-range");
	const char *length = header(headers, "content-length");
	const char *text = status == 206 ? (range != NULL ? strchr(range, '/') : NULL) : length;
	uint64_t size;

	if (text == NULL) {
		return -1;
	}
	AvuCursor in = avu_cursor_string(text);

	(void)avu_cursor_take_char(&in, '/');
	return avu_cursor_take_uint(&in, INT64_MAX, &size) && avu_cursor_at_end(&in) ? (int64_t)size
										     : -1;
}

/* Nothing is promised in DLNA's words: HTTP's are left. */
static bool
ranges_by_http(unsigned status, const GHashTable *headers)
{
	const char *accepts = header(headers, "accept-ranges");

	return status == 206 || (accepts != NULL && g_ascii_strcasecmp(accepts, "bytes") == 0);
}

static void
read_promises(const ContentFeatures *features, unsigned status, const GHashTable *headers,
	AvuMediaAnswer *answer)
{
	const uint32_t limits = FEATURE_LIMITED_TIME | FEATURE_LIMITED_BYTES;

	answer->limited = (features->flags & limits) != 0;
	answer->start_moves = (features->flags & FEATURE_START_MOVES) != 0;
	answer->end_moves = (features->flags & FEATURE_END_MOVES) != 0;
	answer->live = answer->start_moves || answer->end_moves;
	answer->may_stall = (features->flags & FEATURE_STALLING) != 0;
	if (answer->limited) {
		answer->by_time = (features->flags & FEATURE_LIMITED_TIME) != 0;
		answer->by_bytes = (features->flags & FEATURE_LIMITED_BYTES) != 0;
	} else if (features->has_op) {
		answer->by_time = features->op_time;
		answer->by_bytes = features->op_bytes;
	} else {
		/* with flags, but without OP: neither seek is promised */
		answer->by_bytes = !features->has_flags && ranges_by_http(status, headers);
	}
}

/* What there is now: in DLNA's header, else in that of Microsoft's servers, which some send without its first
 * number (1: what is not sought begins at the start). */
static bool
read_available(const GHashTable *headers, AvuAvailableRange *ret_range)
{
	const char *said = header(headers, "availableseekrange.dlna.org");
	const char *other = header(headers, "x-availableseekrange");

	if (said != NULL || other == NULL) {
		return said != NULL && avu_available_range_parse(said, ret_range);
	}
	g_autofree char *with_mode = g_strconcat("1 ", other, NULL);

	return avu_available_range_parse(other, ret_range) ||
	       avu_available_range_parse(with_mode, ret_range);
}

void
avu_media_answer_read(const AvuMediaRequest *request, unsigned status, const GHashTable *headers,
	const char *res_features, AvuMediaAnswer *ret_answer)
{
	const char *said = header(headers, "contentfeatures.dlna.org");
	const char *time = header(headers, "timeseekrange.dlna.org");
	const ContentFeatures features = content_features_read(said != NULL ? said : res_features);

	*ret_answer = (AvuMediaAnswer){ .size_bytes = -1 };
	read_promises(&features, status, headers, ret_answer);
	ret_answer->has_available = read_available(headers, &ret_answer->available);
	ret_answer->timed = request->from_ns > 0 && request->offset == 0 && time != NULL &&
			    avu_time_seek_parse_answer(time, &ret_answer->time);
	if (ret_answer->timed) {
		ret_answer->size_bytes = ret_answer->time.size_bytes <= INT64_MAX
						 ? (int64_t)ret_answer->time.size_bytes
						 : -1;
	} else if (request->from_ns <= 0 || request->offset > 0) {
		ret_answer->size_bytes = whole_size(status, headers);
	}
}

int64_t
avu_media_answer_limit(const AvuMediaAnswer *answer, int64_t age_ns, int64_t position_ns)
{
	if (!answer->limited || !answer->has_available || !answer->available.has_time) {
		return position_ns;
	}
	const int64_t from_ns = answer->available.from_ns + (answer->start_moves ? age_ns : 0);
	const int64_t to_ns = answer->available.to_ns + (answer->end_moves ? age_ns : 0);

	return CLAMP(position_ns, MIN(from_ns, to_ns), to_ns);
}

AvuMediaStep
avu_media_answer_step(const AvuMediaRequest *request, bool head, unsigned status)
{
	const bool seeks = request->offset > 0 || request->from_ns > 0;
	static const struct {
		unsigned status;
		AvuMediaStep head, seek, plain;
	} rows[] = {
		{ 200, AVU_MEDIA_GOOD, AVU_MEDIA_GOOD, AVU_MEDIA_GOOD },
		{ 206, AVU_MEDIA_GOOD, AVU_MEDIA_GOOD, AVU_MEDIA_GOOD },
		{ 400, AVU_MEDIA_ASK_WITH_GET, AVU_MEDIA_NO_SEEK, AVU_MEDIA_FAILED },
		{ 405, AVU_MEDIA_ASK_WITH_GET, AVU_MEDIA_FAILED, AVU_MEDIA_FAILED },
		{ 406, AVU_MEDIA_ASK_WITH_GET, AVU_MEDIA_NO_SEEK, AVU_MEDIA_FAILED },
		{ 416, AVU_MEDIA_ASK_WITH_GET, AVU_MEDIA_NO_SEEK, AVU_MEDIA_FAILED },
		{ 501, AVU_MEDIA_ASK_WITH_GET, AVU_MEDIA_FAILED, AVU_MEDIA_FAILED },
		{ 503, AVU_MEDIA_LATER, AVU_MEDIA_LATER, AVU_MEDIA_LATER },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		if (rows[i].status == status) {
			return head ? rows[i].head : seeks ? rows[i].seek : rows[i].plain;
		}
	}
	return AVU_MEDIA_FAILED;
}
