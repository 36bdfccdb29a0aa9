/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One upload, run on the caller's thread until its end. The file is read by position, so that curl may send
 * a part again. Bounds: the caller's times; what the server answers is not kept. */
#include "config.h"

#include <errno.h>
#include <unistd.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/http-upload.h>

#include "http-curl.h"

typedef struct {
	const AvuUpload *upload;
	uint64_t done;
	int64_t moved_ns; /* when octets went last */
	GError *error;    /* why we ended it ourselves */
} Transfer;

static size_t
on_read(char *octets, size_t size, size_t n, void *data)
{
	Transfer *transfer = data;
	const AvuUpload *upload = transfer->upload;
	const uint64_t left = upload->length - transfer->done;
	const ssize_t got = pread(upload->fd, octets, (size_t)MIN((uint64_t)(size * n), left),
		(off_t)(upload->offset + transfer->done));

	if (got < 0 || (got == 0 && left > 0)) {
		g_set_error(&transfer->error, AVU_ERROR, AVU_ERROR_IO, "%s",
			got < 0 ? g_strerror(errno) : "the file has become shorter");
		return CURL_READFUNC_ABORT;
	}
	transfer->done += (uint64_t)got;
	transfer->moved_ns = avu_now_ns();
	return (size_t)got;
}

static int
on_seek(void *data, curl_off_t offset, int origin)
{
	Transfer *transfer = data;

	if (origin != SEEK_SET || offset < 0 || (uint64_t)offset > transfer->upload->length) {
		return CURL_SEEKFUNC_FAIL;
	}
	transfer->done = (uint64_t)offset;
	return CURL_SEEKFUNC_OK;
}

static size_t
on_answer(char *octets, size_t size, size_t n, void *data)
{
	(void)octets, (void)data;
	return size * n;
}

/* Called at least once a second. */
static int
on_progress(void *data, curl_off_t total_down, curl_off_t down, curl_off_t total_up, curl_off_t up)
{
	Transfer *transfer = data;
	const AvuUpload *upload = transfer->upload;

	(void)total_down, (void)down, (void)total_up;
	if (upload->progress != NULL && !upload->progress((uint64_t)MAX(up, 0), upload->data)) {
		g_set_error(
			&transfer->error, AVU_ERROR, AVU_ERROR_CANCELLED, "ended by the sender");
		return 1;
	}
	if (avu_now_ns() - transfer->moved_ns > upload->stall_timeout_ns) {
		g_set_error(&transfer->error, AVU_ERROR, AVU_ERROR_TIMEOUT,
			"the server takes nothing any more");
		return 1;
	}
	return 0;
}

static void
set_up(CURL *easy, const AvuUpload *upload, const AvuUrl *url, struct curl_slist *lines,
	Transfer *transfer)
{
	(void)curl_easy_setopt(easy, CURLOPT_URL, avu_url_get_text(url));
	(void)curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, upload->method);
	(void)curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
	(void)curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)upload->length);
	(void)curl_easy_setopt(easy, CURLOPT_HTTPHEADER, lines);
	(void)curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_read);
	(void)curl_easy_setopt(easy, CURLOPT_READDATA, transfer);
	(void)curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, on_seek);
	(void)curl_easy_setopt(easy, CURLOPT_SEEKDATA, transfer);
	(void)curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_answer);
	(void)curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
	(void)curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
	(void)curl_easy_setopt(easy, CURLOPT_XFERINFODATA, transfer);
	(void)curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
		(long)(upload->connect_timeout_ns / AVU_NS_PER_MS));
}

bool
avu_http_upload(const AvuAddressPolicy *policy, const AvuUpload *upload, unsigned *ret_status,
	GError **error)
{
	g_autoptr(AvuUrl) url = avu_url_parse_own(upload->url, error);
	AvuAddress address;

	if (url == NULL || !http_curl_literal(url, &address, error)) {
		return false;
	}
	struct curl_slist *lines = http_curl_lines(upload->headers, /* body = */ true, error);

	if (lines == NULL) {
		return false;
	}
	HttpCurlGuard guard = { .policy = policy != NULL ? *policy : (AvuAddressPolicy){ 0 } };
	Transfer transfer = { .upload = upload, .moved_ns = avu_now_ns() };

	http_curl_init();
	CURL *easy = http_curl_new("http", &guard);
	long status = 0;

	set_up(easy, upload, url, lines, &transfer);
	const CURLcode code = curl_easy_perform(easy);

	(void)curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_cleanup(easy);
	curl_slist_free_all(lines);
	*ret_status = (unsigned)MAX(status, 0);
	if (transfer.error != NULL) {
		g_propagate_error(error, transfer.error);
		return false;
	}
	/* refused before the last octet: some close right behind their answer */
	if (code != CURLE_OK && status < 400) {
		http_curl_set_error(error, code, &guard, false, url);
		return false;
	}
	return true;
}
