/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading media: one transfer, run on the caller's thread until its end. Waiting is cut into pieces of
 * 100 ms, in which the caller may give up. Names are looked up here (internet radio has no others), on
 * a thread of curl's; which of the addresses may be connected to is the policy's word. */
#include "config.h"

#include <string.h>

#include <av-upnp/clock.h>
#include <av-upnp/cursor.h>
#include <av-upnp/error.h>
#include <av-upnp/http-stream.h>
#include <av-upnp/limits.h>
#include <av-upnp/text.h>

#include "http-curl.h"

#define PIECE_MS 100

typedef struct {
	const AvuStreamRequest *request;
	AvuUrl *url;
	unsigned redirects;
	CURL *easy;
	HttpCurlGuard guard;
	HttpCurlHead head;
	int64_t head_deadline_ns; /* over all redirects */
	int64_t last_octet_ns;
	bool over_limit;
	bool told;     /* the caller has the head */
	GError *error; /* why we ended it ourselves */
	bool redirected;
} Transfer;

static bool
is_redirect(const Transfer *transfer)
{
	return transfer->redirects > 0 && transfer->head.status >= 300 &&
	       transfer->head.status < 400 &&
	       g_hash_table_contains(transfer->head.headers, "location");
}

/* RFC 9110, 14.4; the total may be an asterisk. */
static bool
parse_content_range(const char *text, uint64_t *ret_first, int64_t *ret_total)
{
	AvuCursor in = avu_cursor_string(text);
	uint64_t first, last, total;

	avu_cursor_skip_blank(&in);
	if (!avu_cursor_take_ci(&in, "bytes") || avu_cursor_skip_blank(&in) == 0 ||
		!avu_cursor_take_uint(&in, INT64_MAX, &first) || !avu_cursor_take_char(&in, '-') ||
		!avu_cursor_take_uint(&in, INT64_MAX, &last) || !avu_cursor_take_char(&in, '/') ||
		last < first) {
		return false;
	}
	if (avu_cursor_take_char(&in, '*')) {
		*ret_total = -1;
	} else if (avu_cursor_take_uint(&in, INT64_MAX, &total) && last < total) {
		*ret_total = (int64_t)total;
	} else {
		return false;
	}
	*ret_first = first;
	return avu_cursor_at_end(&in);
}

static int64_t
content_length(const HttpCurlHead *head)
{
	const char *text = g_hash_table_lookup(head->headers, "content-length");
	uint64_t length;

	return text != NULL && !g_hash_table_contains(head->headers, "transfer-encoding") &&
			       avu_parse_uint(text, INT64_MAX, &length)
		       ? (int64_t)length
		       : -1;
}

/* What an answer other than 200 and 206 means. */
static void
refuse_status(Transfer *transfer)
{
	unsigned status = transfer->head.status;

	g_set_error(&transfer->error, AVU_ERROR,
		status == 404 || status == 410 ? AVU_ERROR_NOT_FOUND : AVU_ERROR_FAILED,
		"answered %u", status);
}

static bool
tell_head(Transfer *transfer)
{
	const HttpCurlHead *head = &transfer->head;
	const char *accept_ranges = g_hash_table_lookup(head->headers, "accept-ranges");
	const char *content_range = g_hash_table_lookup(head->headers, "content-range");
	AvuStreamHead told = {
		.status = head->status,
		.total_bytes = content_length(head),
		.ranges = accept_ranges != NULL && g_ascii_strcasecmp(accept_ranges, "bytes") == 0,
		.mime = g_hash_table_lookup(head->headers, "content-type"),
		.headers = head->headers,
	};

	if (head->status != 200 && head->status != 206) {
		refuse_status(transfer);
		return false;
	}
	if (head->status == 206) {
		told.ranges = true;
		if (content_range == NULL ||
			!parse_content_range(content_range, &told.offset, &told.total_bytes)) {
			g_set_error(&transfer->error, AVU_ERROR, AVU_ERROR_FAILED,
				"partial answer without a valid Content-Range");
			return false;
		}
	}
	transfer->told = true;
	transfer->last_octet_ns = avu_now_ns();
	if (!transfer->request->head(&told, transfer->request->data)) {
		g_set_error(
			&transfer->error, AVU_ERROR, AVU_ERROR_CANCELLED, "ended by the reader");
		return false;
	}
	return true;
}

static size_t
on_header(char *octets, size_t size, size_t n, void *data)
{
	Transfer *transfer = data;

	if (transfer->told) {
		return size * n; /* trailers */
	}
	if (!http_curl_head_take(&transfer->head, octets, size * n)) {
		transfer->over_limit = true;
		return 0;
	}
	if (!transfer->head.complete) {
		return size * n;
	}
	if (is_redirect(transfer)) {
		transfer->redirected = true;
		return 0; /* nobody reads its body */
	}
	return tell_head(transfer) ? size * n : 0;
}

static size_t
on_body(char *octets, size_t size, size_t n, void *data)
{
	Transfer *transfer = data;

	if (!transfer->request->body(octets, size * n, transfer->request->data)) {
		g_set_error(
			&transfer->error, AVU_ERROR, AVU_ERROR_CANCELLED, "ended by the reader");
		return 0;
	}
	/* Taken afterwards: the reader's own time is not the peer's. */
	transfer->last_octet_ns = avu_now_ns();
	return size * n;
}

/* Is it time to give up? Sets the reason. */
static bool
over(Transfer *transfer)
{
	const AvuStreamRequest *request = transfer->request;
	int64_t stall_ns =
		request->stall_timeout_ns != 0 ? request->stall_timeout_ns : AVU_LIMIT_FETCH_NS;
	int64_t now = avu_now_ns();

	if (request->cancelled != NULL && request->cancelled(request->data)) {
		g_set_error(
			&transfer->error, AVU_ERROR, AVU_ERROR_CANCELLED, "ended by the reader");
	} else if (!transfer->told && now >= transfer->head_deadline_ns) {
		g_set_error(&transfer->error, AVU_ERROR, AVU_ERROR_TIMEOUT, "no answer in time");
	} else if (transfer->told && now - transfer->last_octet_ns >= stall_ns) {
		g_set_error(&transfer->error, AVU_ERROR, AVU_ERROR_TIMEOUT, "the peer stalls");
	}
	return transfer->error != NULL;
}

/* Runs until curl is done or we are. */
static CURLcode
drive(Transfer *transfer, CURLM *multi)
{
	int running = 1;

	while (running != 0 && !over(transfer)) {
		CURLMsg *message;
		int left;

		if (curl_multi_perform(multi, &running) != CURLM_OK) {
			return CURLE_FAILED_INIT;
		}
		while ((message = curl_multi_info_read(multi, &left)) != NULL) {
			if (message->msg == CURLMSG_DONE) {
				return message->data.result;
			}
		}
		(void)curl_multi_poll(multi, NULL, 0, PIECE_MS, NULL);
	}
	return CURLE_ABORTED_BY_CALLBACK;
}

/* Takes why. */
static void
fail(const Transfer *transfer, GError *why, GError **error)
{
	g_autofree char *shown = avu_text_for_display(avu_url_get_text(transfer->url), 200);

	g_propagate_prefixed_error(error, why, "%s: ", shown);
}

/* One request. @return true at the regular end of its body, or when it was a redirect */
static bool
run_once(Transfer *transfer, CURLM *multi, GError **error)
{
	CURLcode code;

	http_curl_head_clear(&transfer->head);
	http_curl_head_init(&transfer->head);
	transfer->redirected = false;
	curl_easy_setopt(transfer->easy, CURLOPT_URL, avu_url_get_text(transfer->url));
	curl_multi_add_handle(multi, transfer->easy);
	code = drive(transfer, multi);
	curl_multi_remove_handle(multi, transfer->easy);
	if (transfer->redirected) {
		return true;
	}
	if (transfer->error != NULL) {
		fail(transfer, g_steal_pointer(&transfer->error), error);
		return false;
	}
	if (code != CURLE_OK) {
		http_curl_set_error(
			error, code, &transfer->guard, transfer->over_limit, transfer->url);
		return false;
	}
	return true;
}

static bool
run(Transfer *transfer, CURLM *multi, GError **error)
{
	for (;;) {
		g_autoptr(AvuUrl) to = NULL;
		g_autoptr(GError) why = NULL;

		if (!run_once(transfer, multi, error)) {
			return false;
		}
		if (!transfer->redirected) {
			return true;
		}
		to = http_curl_redirect(transfer->url, &transfer->head, &why);
		if (to == NULL) {
			if (why == NULL) {
				refuse_status(transfer);
				why = g_steal_pointer(&transfer->error);
			}
			fail(transfer, g_steal_pointer(&why), error);
			return false;
		}
		transfer->redirects--;
		avu_url_free(transfer->url);
		transfer->url = g_steal_pointer(&to);
	}
}

static struct curl_slist *
request_lines(const AvuStreamRequest *request, GError **error)
{
	struct curl_slist *lines = http_curl_lines(request->headers, false, error);

	if (lines != NULL && request->offset > 0) {
		g_autofree char *range =
			g_strdup_printf("Range: bytes=%" G_GUINT64_FORMAT "-", request->offset);

		lines = curl_slist_append(lines, range);
	}
	return lines;
}

bool
avu_http_stream(const AvuAddressPolicy *policy, const AvuStreamRequest *request, GError **error)
{
	Transfer transfer = { .request = request, .redirects = request->redirects };
	struct curl_slist *lines = NULL;
	struct curl_slist *aliases = NULL;
	CURLM *multi = NULL;
	bool whole = false;

	if (policy != NULL) {
		transfer.guard.policy = *policy;
	}
	transfer.head_deadline_ns =
		avu_now_ns() + (request->connect_timeout_ns != 0 ? request->connect_timeout_ns
								 : AVU_LIMIT_FETCH_NS);
	transfer.url = avu_url_parse(request->url, error);
	if (transfer.url != NULL) {
		lines = request_lines(request, error);
	}
	if (lines != NULL) {
		aliases = curl_slist_append(NULL, "ICY 200 OK"); /* old radio servers */
		transfer.easy = http_curl_new("http,https", &transfer.guard);
		multi = curl_multi_init();
#if LIBCURL_VERSION_NUM >= 0x075700
		/* Who gives up does not wait for the name server. */
		curl_easy_setopt(transfer.easy, CURLOPT_QUICK_EXIT, 1L);
#endif
		curl_easy_setopt(transfer.easy, CURLOPT_HTTPHEADER, lines);
		curl_easy_setopt(transfer.easy, CURLOPT_HTTP200ALIASES, aliases);
		curl_easy_setopt(transfer.easy, CURLOPT_HEADERFUNCTION, on_header);
		curl_easy_setopt(transfer.easy, CURLOPT_HEADERDATA, &transfer);
		curl_easy_setopt(transfer.easy, CURLOPT_WRITEFUNCTION, on_body);
		curl_easy_setopt(transfer.easy, CURLOPT_WRITEDATA, &transfer);
		whole = run(&transfer, multi, error);
		curl_easy_cleanup(transfer.easy);
		curl_multi_cleanup(multi);
	}
	http_curl_head_clear(&transfer.head);
	g_clear_error(&transfer.error);
	curl_slist_free_all(lines);
	curl_slist_free_all(aliases);
	avu_url_free(transfer.url);
	return whole;
}
