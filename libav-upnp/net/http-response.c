/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Answers: octets, part of a file (sent by sendfile), or made while they are sent. Lives on the
 * connection's thread from the handler's return to its last octet. */
#include "config.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <time.h>

#include <av-upnp/fd.h>
#include <av-upnp/http-date.h>

#include "http-daemon.h"
#include "http-response.h"

#define STREAM_BLOCK (64 * 1024)
/* The lines of a film's answer fit in. */
#define HEADERS_OCTETS 512

/* Shared by the answer and libmicrohttpd's object, whichever ends last. */
typedef struct {
	ssize_t (*read)(void *data, uint64_t position, char *buffer, size_t max);
	void *data;
	GDestroyNotify free_data;
	uint64_t position; /* given so far; only the connection's thread touches it */
} Stream;

struct AvuHttpResponse {
	unsigned status;
	GString *headers; /* name NUL value NUL name NUL value NUL … */
	GBytes *body;
	int fd;
	uint64_t offset;
	uint64_t length;
	AvuTraffic traffic;
	uint64_t media_octets_per_s;
	Stream *stream;
	struct MHD_Response
		*queued; /* ours too, so that its file stays open as long as we are here */
	void (*done)(bool sent, uint64_t octets, void *data);
	void *done_data;
};

static AvuHttpResponse *
new_response(unsigned status, const char *mime, uint64_t length)
{
	AvuHttpResponse *response = g_new0(AvuHttpResponse, 1);

	response->status = status;
	response->headers = g_string_sized_new(HEADERS_OCTETS);
	response->fd = -1;
	response->length = length;
	if (mime != NULL) {
		avu_http_response_set_header(response, "Content-Type", mime);
	}
	return response;
}

AvuHttpResponse *
avu_http_response_new(unsigned status, const char *mime, GBytes *body)
{
	AvuHttpResponse *response =
		new_response(status, mime, body != NULL ? g_bytes_get_size(body) : 0);

	response->body = body;
	return response;
}

AvuHttpResponse *
avu_http_response_new_error(unsigned status, const char *text)
{
	g_autofree char *line = g_strconcat(text, "\n", NULL);
	size_t len = strlen(line);

	return avu_http_response_new(
		status, "text/plain; charset=utf-8", g_bytes_new_take(g_steal_pointer(&line), len));
}

AvuHttpResponse *
avu_http_response_new_file(
	unsigned status, const char *mime, int fd, uint64_t offset, uint64_t length)
{
	AvuHttpResponse *response = new_response(status, mime, length);

	response->fd = fd;
	response->offset = offset;
	return response;
}

AvuHttpResponse *
avu_http_response_new_stream(unsigned status, const char *mime, uint64_t length,
	ssize_t (*read)(void *data, uint64_t position, char *buffer, size_t max), void *data,
	GDestroyNotify free_data)
{
	AvuHttpResponse *response = new_response(status, mime, length);

	response->stream = g_atomic_rc_box_new0(Stream);
	response->stream->read = read;
	response->stream->data = data;
	response->stream->free_data = free_data;
	return response;
}

/* SEC-051: the one function through which a value comes into a header. */
static bool
is_header_text(const char *text)
{
	for (const char *p = text; *p != '\0'; p++) {
		if (((unsigned char)*p < ' ' && *p != '\t') || *p == 0x7f) {
			return false;
		}
	}
	return true;
}

static void
append_with_nul(GString *headers, const char *text)
{
	g_string_append_len(headers, text, (gssize)strlen(text) + 1);
}

/* The next of the lines. @param at  behind the last one; NULL: the first
 *  @return false: that was all */
static bool
next_header(const AvuHttpResponse *response, const char **at, const char **ret_name,
	const char **ret_value)
{
	const char *name = *at != NULL ? *at : response->headers->str;

	if (name == response->headers->str + response->headers->len) {
		return false;
	}
	*ret_name = name;
	*ret_value = name + strlen(name) + 1;
	*at = *ret_value + strlen(*ret_value) + 1;
	return true;
}

void
avu_http_response_set_header(AvuHttpResponse *response, const char *name, const char *value)
{
	if (!is_header_text(name) || !is_header_text(value)) {
		g_debug("header %s not sent: its value holds a control character", name);
		return;
	}
	append_with_nul(response->headers, name);
	/* libmicrohttpd refuses an empty value (EXT:), but takes a blank. */
	append_with_nul(response->headers, value[0] != '\0' ? value : " ");
}

void
avu_http_response_set_traffic(
	AvuHttpResponse *response, AvuTraffic traffic, uint64_t media_octets_per_s)
{
	response->traffic = traffic;
	response->media_octets_per_s = traffic == AVU_TRAFFIC_STREAMING ? media_octets_per_s : 0;
}

unsigned
avu_http_response_get_status(const AvuHttpResponse *response)
{
	return response->status;
}

void
avu_http_response_set_done(
	AvuHttpResponse *response, void (*done)(bool sent, uint64_t octets, void *data), void *data)
{
	response->done = done;
	response->done_data = data;
}

static void
clear_stream(gpointer data)
{
	Stream *stream = data;

	if (stream->free_data != NULL) {
		stream->free_data(stream->data);
	}
}

static void
release_stream(void *data)
{
	g_atomic_rc_box_release_full(data, clear_stream);
}

void
avu_http_response_free(AvuHttpResponse *response)
{
	if (response == NULL) {
		return;
	}
	if (response->stream != NULL) {
		release_stream(response->stream);
	}
	g_clear_pointer(&response->body, g_bytes_unref);
	if (response->queued != NULL) {
		MHD_destroy_response(response->queued); /* closes the file with it */
	} else {
		avu_fd_cleanup(&response->fd);
	}
	(void)g_string_free(response->headers, TRUE);
	g_free(response);
}

bool
http_response_is_stream(const AvuHttpResponse *response)
{
	return response->fd >= 0 || response->stream != NULL;
}

AvuTraffic
http_response_get_traffic(const AvuHttpResponse *response)
{
	return response->traffic;
}

void
http_response_describe(const AvuHttpResponse *response, HttpTransfer *transfer)
{
	transfer->file_fd = response->length > 0 ? response->fd : -1;
	transfer->file_end = response->offset + response->length;
	transfer->media_octets_per_s = response->media_octets_per_s;
	transfer->length = response->length;
}

static ssize_t
make(Stream *stream, uint64_t position, char *buffer, size_t max)
{
	const ssize_t got = stream->read(stream->data, position, buffer, max);

	if (got > 0) {
		stream->position = position + (uint64_t)got;
	}
	return got;
}

static ssize_t
read_stream(void *data, uint64_t position, char *buffer, size_t max)
{
	const ssize_t got = make(data, position, buffer, max);

	if (got > 0) {
		return got;
	}
	return got == 0 ? MHD_CONTENT_READER_END_OF_STREAM : MHD_CONTENT_READER_END_WITH_ERROR;
}

static void
unref_bytes(void *data)
{
	g_bytes_unref(data);
}

static struct MHD_Response *
translate(AvuHttpResponse *response)
{
	if (response->stream != NULL) {
		return MHD_create_response_from_callback(
			response->length == UINT64_MAX ? MHD_SIZE_UNKNOWN : response->length,
			STREAM_BLOCK, read_stream, g_atomic_rc_box_acquire(response->stream),
			release_stream);
	}
	if (response->fd >= 0 && response->length > 0) {
		return MHD_create_response_from_fd_at_offset64(
			response->length, response->fd, response->offset);
	}
	if (response->body != NULL) {
		gsize len;
		const void *octets = g_bytes_get_data(response->body, &len);

		return MHD_create_response_from_buffer_with_free_callback_cls(
			len, (void *)(uintptr_t)octets, unref_bytes, g_bytes_ref(response->body));
	}
	return MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
}

const char *
http_response_get_header(const AvuHttpResponse *response, const char *name)
{
	const char *at = NULL;
	const char *own, *value;

	while (next_header(response, &at, &own, &value)) {
		if (g_ascii_strcasecmp(own, name) == 0) {
			return value;
		}
	}
	return NULL;
}

bool
http_response_queue(
	AvuHttpResponse *response, struct MHD_Connection *connection, bool close, bool head)
{
	struct MHD_Response *out = translate(response);
	const char *at = NULL;
	const char *name, *value;
	bool queued;

	if (out == NULL) {
		return false;
	}
	while (next_header(response, &at, &name, &value)) {
		(void)MHD_add_response_header(out, name, value);
	}
	if (http_response_get_header(response, MHD_HTTP_HEADER_SERVER) == NULL) {
		(void)MHD_add_response_header(out, MHD_HTTP_HEADER_SERVER, avu_product_token());
	}
	/* 0.9.75 ends the answer to a HEAD of unknown length with a chunk, which would be read as the
	 * start of the next answer. */
	if (close || (head && response->length == UINT64_MAX)) {
		(void)MHD_add_response_header(out, MHD_HTTP_HEADER_CONNECTION, "close");
	}
	if (response->fd >= 0 && response->length > 0) {
		response->queued = out; /* it has the file now */
	}
	queued = MHD_queue_response(connection, response->status, out) == MHD_YES;
	if (response->queued == NULL) {
		MHD_destroy_response(out);
	}
	return queued;
}

bool
http_response_is_bare(const AvuHttpResponse *response)
{
	return response->status < 200 || response->status == 204 || response->status == 304;
}

static void
append_line(GString *text, const char *name, const char *value)
{
	g_string_append(text, name);
	g_string_append(text, ": ");
	g_string_append(text, value);
	g_string_append(text, "\r\n");
}

static void
append_length(const AvuHttpResponse *response, unsigned flags, GString *text)
{
	char digits[24];

	if (response->length != UINT64_MAX && !http_response_is_bare(response)) {
		(void)g_snprintf(digits, sizeof(digits), "%" G_GUINT64_FORMAT, response->length);
		append_line(text, MHD_HTTP_HEADER_CONTENT_LENGTH, digits);
	} else if (response->length == UINT64_MAX && (flags & HTTP_HEAD_OLD) == 0) {
		append_line(text, MHD_HTTP_HEADER_TRANSFER_ENCODING, "chunked");
	}
}

void
http_response_format_head(const AvuHttpResponse *response, unsigned flags, GString *text)
{
	g_autofree char *date = avu_http_date_format(time(NULL));
	const char *at = NULL;
	const char *name, *value;
	char digits[8];
	bool named = false;

	(void)g_snprintf(digits, sizeof(digits), "%u ", response->status);
	g_string_append(text, "HTTP/1.1 ");
	g_string_append(text, digits);
	g_string_append(text, MHD_get_reason_phrase_for(response->status));
	g_string_append(text, "\r\n");
	while (next_header(response, &at, &name, &value)) {
		named = named || g_ascii_strcasecmp(name, MHD_HTTP_HEADER_SERVER) == 0;
		append_line(text, name, value);
	}
	if (!named) {
		append_line(text, MHD_HTTP_HEADER_SERVER, avu_product_token());
	}
	append_line(text, MHD_HTTP_HEADER_DATE, date);
	if ((flags & HTTP_HEAD_CLOSE) != 0) {
		append_line(text, MHD_HTTP_HEADER_CONNECTION, "close");
	}
	append_length(response, flags, text);
	g_string_append(text, "\r\n");
}

void
http_response_send_now(const AvuHttpResponse *response, int fd)
{
	g_autoptr(GString) text = g_string_new(NULL);

	http_response_format_head(response, HTTP_HEAD_CLOSE, text);
	if (response->body != NULL) {
		gsize len;
		const char *octets = g_bytes_get_data(response->body, &len);

		g_string_append_len(text, octets, (gssize)len);
	}
	/* Nothing else is on its way to this peer, so there is room for all of it. */
	(void)send(fd, text->str, text->len, MSG_DONTWAIT | MSG_NOSIGNAL);
}

HttpContent
http_response_get_content(const AvuHttpResponse *response)
{
	return (HttpContent){
		.length = response->length,
		.fd = response->fd,
		.offset = response->offset,
		.octets = response->body != NULL ? g_bytes_get_data(response->body, NULL) : NULL,
		.made = response->stream != NULL,
	};
}

ssize_t
http_response_make(AvuHttpResponse *response, uint64_t position, char *buffer, size_t max)
{
	return make(response->stream, position, buffer, max);
}

uint64_t
http_response_count_octets(const AvuHttpResponse *response)
{
	return response->stream != NULL ? response->stream->position : response->length;
}

void
http_response_finish(AvuHttpResponse *response, bool sent, uint64_t octets)
{
	if (response->done != NULL) {
		response->done(sent, octets, response->done_data);
	}
	avu_http_response_free(response);
}
