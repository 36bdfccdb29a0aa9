/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading media: the transfers of one thread over one curl multi handle. The caller turns it and
 * decides how long to be patient with a silent peer; here are only the deadlines of connecting and of
 * heads. Which of a name's addresses may be connected to is the policy's word. */
#include "config.h"

#include <string.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/http-stream.h>
#include <av-upnp/limits.h>
#include <av-upnp/text.h>

#include "http-curl.h"

#define STREAMER_PINS_MAX 8
/* However little the caller has to do: a look at the deadlines of heads. */
#define STREAMER_WAIT_MS 1000

struct AvuStreamer {
	AvuAddressPolicy policy;
	CURLM *multi;
	GPtrArray *streams;
	struct curl_slist *pins; /* "host:port:address" of names that were connected to */
	unsigned n_pins;
};

struct AvuStream {
	AvuStreamer *streamer;
	AvuStreamRequest request; /* only numbers and functions are valid after the start */
	AvuUrl *url;
	unsigned redirects;
	CURL *easy;
	struct curl_slist *lines, *aliases;
	struct curl_slist *private_lines; /* lines, and one for the first host alone; or NULL */
	HttpCurlGuard guard;
	HttpHead head;
	int64_t head_deadline_ns; /* AVU_TIME_NONE: the head is there */
	size_t skip;              /* octets of the next piece that were taken already */
	bool added;               /* the multi handle has it */
	bool over_limit, redirected, paused, resume;
	GError *error; /* why we ended it ourselves */
};

/* ---- one request */

static bool
stream_is_redirect(const AvuStream *stream)
{
	return stream->redirects > 0 && stream->head.status >= 300 && stream->head.status < 400 &&
	       http_head_get(&stream->head, "location") != NULL;
}

static void
stream_pin(AvuStream *stream)
{
	AvuStreamer *streamer = stream->streamer;
	AvuAddress literal, peer;
	const char *ip = NULL;

	if (http_curl_literal(stream->url, &literal, NULL) ||
		streamer->n_pins == STREAMER_PINS_MAX ||
		curl_easy_getinfo(stream->easy, CURLINFO_PRIMARY_IP, &ip) != CURLE_OK ||
		ip == NULL || !avu_address_parse(ip, &peer)) {
		return;
	}
	g_autofree char *address = avu_address_format(&peer);
	g_autofree char *pin = g_strdup_printf(
		"%s:%u:%s", avu_url_get_host(stream->url), avu_url_get_port(stream->url), address);

	for (const struct curl_slist *at = streamer->pins; at != NULL; at = at->next) {
		if (strcmp(at->data, pin) == 0) {
			return;
		}
	}
	streamer->pins = curl_slist_append(streamer->pins, pin);
	streamer->n_pins++;
}

static bool
stream_tell_head(AvuStream *stream)
{
	const HttpHead *head = &stream->head;
	const char *accept_ranges = http_head_get(head, "accept-ranges");
	HttpHeadRange range = { .first = 0, .total = http_head_get_length(head) };
	bool partial = head->status == 206;

	if (head->ambiguous || (partial && !http_head_get_range(head, &range))) {
		g_set_error(&stream->error, AVU_ERROR, AVU_ERROR_SYNTAX, "%s",
			head->ambiguous ? "a header line stands twice with two values"
					: "partial answer without a valid Content-Range");
		return false;
	}
	const AvuStreamHead told = {
		.status = head->status,
		.total_bytes = range.total,
		.offset = range.first,
		.ranges = partial || (accept_ranges != NULL &&
					     g_ascii_strcasecmp(accept_ranges, "bytes") == 0),
		.mime = http_head_get(head, "content-type"),
		.headers = head->headers,
		.url = avu_url_get_text(stream->url),
	};

	stream->head_deadline_ns = AVU_TIME_NONE;
	if (!stream->request.head(&told, stream->request.data)) {
		g_set_error(
			&stream->error, AVU_ERROR, AVU_ERROR_CANCELLED, "the answer was refused");
		return false;
	}
	return true;
}

static size_t
stream_on_header(char *octets, size_t size, size_t n, void *data)
{
	AvuStream *stream = data;

	if (stream->head_deadline_ns == AVU_TIME_NONE) {
		return size * n; /* trailers */
	}
	if (!http_head_take(&stream->head, octets, size * n)) {
		stream->over_limit = true;
		return 0;
	}
	if (!stream->head.complete) {
		return size * n;
	}
	stream_pin(stream);
	if (stream_is_redirect(stream)) {
		stream->redirected = true;
		return 0; /* nobody reads its body */
	}
	return stream_tell_head(stream) ? size * n : 0;
}

/* curl offers a piece that was paused again from its beginning. */
static size_t
stream_on_body(char *octets, size_t size, size_t n, void *data)
{
	AvuStream *stream = data;
	size_t len = size * n;
	size_t known = MIN(stream->skip, len);

	if (len == 0) {
		return 0;
	}
	stream->skip -= known;
	size_t taken = len > known ? stream->request.body(
					     octets + known, len - known, stream->request.data)
				   : 0;

	if (known + taken < len) {
		stream->skip += known + taken;
		stream->paused = true;
		return CURL_WRITEFUNC_PAUSE;
	}
	return len;
}

static size_t
stream_on_send(char *buffer, size_t size, size_t n, void *data)
{
	AvuStream *stream = data;
	const size_t sent = stream->request.send(buffer, size * n, stream->request.data);

	return sent > 0 ? sent : CURL_READFUNC_ABORT;
}

static void
stream_set_post(AvuStream *stream)
{
	curl_easy_setopt(stream->easy, CURLOPT_POST, 1L);
	curl_easy_setopt(stream->easy, CURLOPT_READFUNCTION, stream_on_send);
	curl_easy_setopt(stream->easy, CURLOPT_READDATA, stream);
	curl_easy_setopt(
		stream->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)stream->request.send_bytes);
}

static void
stream_launch(AvuStream *stream)
{
	http_head_clear(&stream->head);
	http_head_init(&stream->head);
	stream->redirected = false;
	curl_easy_setopt(stream->easy, CURLOPT_URL, avu_url_get_text(stream->url));
	curl_easy_setopt(stream->easy, CURLOPT_RESOLVE, stream->streamer->pins);
	curl_easy_setopt(stream->easy, CURLOPT_HTTPHEADER,
		stream->private_lines != NULL ? stream->private_lines : stream->lines);
	curl_multi_add_handle(stream->streamer->multi, stream->easy);
	stream->added = true;
}

static void
stream_withdraw(AvuStream *stream)
{
	if (stream->added) {
		curl_multi_remove_handle(stream->streamer->multi, stream->easy);
		stream->added = false;
	}
}

/* The answer was a redirect. @return false: it cannot be followed, stream->error says why */
static bool
stream_follow(AvuStream *stream)
{
	g_autoptr(AvuUrl) to = http_curl_redirect(stream->url, &stream->head, &stream->error);

	if (to == NULL) {
		if (stream->error == NULL) {
			g_set_error(&stream->error, AVU_ERROR, AVU_ERROR_FAILED, "answered %u",
				stream->head.status);
		}
		return false;
	}
	if (g_ascii_strcasecmp(avu_url_get_host(to), avu_url_get_host(stream->url)) != 0) {
		curl_slist_free_all(g_steal_pointer(&stream->private_lines));
	}
	stream->redirects--;
	avu_url_free(stream->url);
	stream->url = g_steal_pointer(&to);
	stream_launch(stream);
	return true;
}

/* The transfer is over; may free the stream. */
static void
stream_finish(AvuStream *stream, CURLcode code)
{
	g_autoptr(GError) error = NULL;

	stream_withdraw(stream);
	if (stream->redirected && stream_follow(stream)) {
		return;
	}
	if (stream->error != NULL) {
		g_autofree char *shown =
			avu_text_for_display(avu_url_get_text(stream->url), HTTP_CURL_URL_SHOWN);

		g_propagate_prefixed_error(&error, g_steal_pointer(&stream->error), "%s: ", shown);
	} else if (code != CURLE_OK) {
		http_curl_set_error(&error, code, &stream->guard, stream->over_limit, stream->url);
	}
	stream->request.done(error, stream->request.data);
}

static bool
stream_set_lines(AvuStream *stream, const AvuStreamRequest *request, GError **error)
{
	g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(g_free);

	for (size_t i = 0; request->headers != NULL && request->headers[i] != NULL; i++) {
		g_ptr_array_add(all, g_strdup(request->headers[i]));
	}
	if (request->length > 0) {
		g_ptr_array_add(all,
			g_strdup_printf("Range: bytes=%" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT,
				request->offset, request->offset + request->length - 1));
	} else if (request->offset > 0) {
		g_ptr_array_add(all,
			g_strdup_printf("Range: bytes=%" G_GUINT64_FORMAT "-", request->offset));
	}
	if (request->offset > 0 && request->if_range != NULL) {
		g_ptr_array_add(all, g_strdup_printf("If-Range: %s", request->if_range));
	}
	g_ptr_array_add(all, NULL);
	stream->lines = http_curl_lines((const char *const *)all->pdata, false, error);
	if (stream->lines == NULL || request->private_header == NULL) {
		return stream->lines != NULL;
	}
	all->pdata[all->len - 1] = g_strdup(request->private_header);
	g_ptr_array_add(all, NULL);
	stream->private_lines = http_curl_lines((const char *const *)all->pdata, false, error);
	return stream->private_lines != NULL;
}

AvuStream *
avu_stream_new(AvuStreamer *streamer, const AvuStreamRequest *request, GError **error)
{
	g_autoptr(AvuUrl) url = avu_url_parse_own(request->url, error);

	if (url == NULL) {
		return NULL;
	}
	AvuStream *stream = g_new0(AvuStream, 1);

	stream->streamer = streamer;
	stream->request = *request;
	stream->redirects = request->redirects;
	stream->url = g_steal_pointer(&url);
	stream->guard.policy = streamer->policy;
	stream->head_deadline_ns = avu_now_ns() + request->head_timeout_ns;
	g_ptr_array_add(streamer->streams, stream);
	if (!stream_set_lines(stream, request, error)) {
		avu_stream_free(stream);
		return NULL;
	}
	stream->aliases = curl_slist_append(NULL, "ICY 200 OK"); /* old radio servers */
	stream->easy = http_curl_new("http,https", &stream->guard);
#if LIBCURL_VERSION_NUM >= 0x075700
	/* Who gives up does not wait for the name server. */
	curl_easy_setopt(stream->easy, CURLOPT_QUICK_EXIT, 1L);
#endif
	curl_easy_setopt(stream->easy, CURLOPT_CONNECTTIMEOUT_MS,
		(long)MAX(request->connect_timeout_ns / AVU_NS_PER_MS, 1));
	curl_easy_setopt(stream->easy, CURLOPT_HTTP200ALIASES, stream->aliases);
	curl_easy_setopt(stream->easy, CURLOPT_HEADERFUNCTION, stream_on_header);
	curl_easy_setopt(stream->easy, CURLOPT_HEADERDATA, stream);
	curl_easy_setopt(stream->easy, CURLOPT_WRITEFUNCTION, stream_on_body);
	curl_easy_setopt(stream->easy, CURLOPT_WRITEDATA, stream);
	curl_easy_setopt(stream->easy, CURLOPT_PRIVATE, stream);
	if (request->send != NULL) {
		stream_set_post(stream);
	}
	stream_launch(stream);
	return stream;
}

void
avu_stream_free(AvuStream *stream)
{
	if (stream == NULL) {
		return;
	}
	stream_withdraw(stream);
	curl_easy_cleanup(stream->easy);
	(void)g_ptr_array_remove_fast(stream->streamer->streams, stream);
	curl_slist_free_all(stream->lines);
	curl_slist_free_all(stream->private_lines);
	curl_slist_free_all(stream->aliases);
	http_head_clear(&stream->head);
	avu_url_free(stream->url);
	g_clear_error(&stream->error);
	g_free(stream);
}

void
avu_stream_resume(AvuStream *stream)
{
	stream->resume = stream->paused;
}

/* ---- all of them */

AvuStreamer *
avu_streamer_new(const AvuAddressPolicy *policy)
{
	AvuStreamer *streamer = g_new0(AvuStreamer, 1);

	if (policy != NULL) {
		streamer->policy = *policy;
	}
	http_curl_init();
	streamer->multi = curl_multi_init();
	streamer->streams = g_ptr_array_new();
	return streamer;
}

void
avu_streamer_free(AvuStreamer *streamer)
{
	if (streamer == NULL) {
		return;
	}
	g_assert(streamer->streams->len == 0);
	curl_multi_cleanup(streamer->multi);
	curl_slist_free_all(streamer->pins);
	g_ptr_array_unref(streamer->streams);
	g_free(streamer);
}

static void
streamer_resume(AvuStreamer *streamer)
{
	for (guint i = 0; i < streamer->streams->len; i++) {
		AvuStream *stream = streamer->streams->pdata[i];

		if (stream->resume) {
			stream->resume = false;
			stream->paused = false;
			curl_easy_pause(stream->easy, CURLPAUSE_CONT); /* may call body() */
		}
	}
}

/* @return the first head that is late at now, or NULL; *ret_next_ns when the next one will be */
static AvuStream *
streamer_find_late(AvuStreamer *streamer, int64_t now_ns, int64_t *ret_next_ns)
{
	for (guint i = 0; i < streamer->streams->len; i++) {
		AvuStream *stream = streamer->streams->pdata[i];

		if (!stream->added || stream->head_deadline_ns == AVU_TIME_NONE) {
			continue;
		}
		if (now_ns >= stream->head_deadline_ns) {
			return stream;
		}
		*ret_next_ns = MIN(*ret_next_ns, stream->head_deadline_ns);
	}
	return NULL;
}

static void
streamer_deliver(AvuStreamer *streamer)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(streamer->multi, &left)) != NULL) {
		AvuStream *stream = NULL;
		CURLcode code = message->data.result;

		if (message->msg == CURLMSG_DONE &&
			curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE,
				(char **)&stream) == CURLE_OK) {
			stream_finish(stream, code);
		}
	}
}

void
avu_streamer_turn(AvuStreamer *streamer, const int *fds, size_t n_fds, int64_t deadline_ns)
{
	struct curl_waitfd waits[AVU_STREAMER_FDS] = { 0 };
	int64_t now_ns = avu_now_ns();
	int64_t until_ns = now_ns + STREAMER_WAIT_MS * AVU_NS_PER_MS;
	AvuStream *late;
	int running = 0;

	g_return_if_fail(n_fds <= AVU_STREAMER_FDS);
	for (size_t i = 0; i < n_fds; i++) {
		waits[i] = (struct curl_waitfd){ .fd = fds[i], .events = CURL_WAIT_POLLIN };
	}
	while ((late = streamer_find_late(streamer, now_ns, &until_ns)) != NULL) {
		g_set_error(&late->error, AVU_ERROR, AVU_ERROR_TIMEOUT, "no answer in time");
		stream_finish(late, CURLE_OPERATION_TIMEDOUT);
	}
	streamer_resume(streamer);
	until_ns =
		MAX(deadline_ns != AVU_TIME_NONE ? MIN(until_ns, deadline_ns) : until_ns, now_ns);
	(void)curl_multi_poll(streamer->multi, waits, (unsigned)n_fds,
		(int)((until_ns - now_ns + AVU_NS_PER_MS - 1) / AVU_NS_PER_MS), NULL);
	(void)curl_multi_perform(streamer->multi, &running);
	streamer_deliver(streamer);
}
