/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Puts an answer onto a blocking socket: what a file holds is sent by the kernel, the head in the same packet as its
 * first octets. Nothing is padded: an answer that cannot be brought to its announced end ends its connection. A
 * send waits as long as the connection may stand still: the table knows how long that is. */
#include "config.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http-sender.h"

/* At a time: so much a disk may have to bring before somebody looks whether the connection was ended. */
#define PIECE (2 * 1024 * 1024)
#define BLOCK (64 * 1024)
/* An answer of more is corked: that is two calls, which a part of 64 KiB would feel. */
#define CORK_FROM (256 * 1024)
/* Around a chunk: its length in hexadecimal digits and CR LF before, CR LF behind. */
#define CHUNK_BEFORE 10
#define CHUNK_AFTER 2

/* @param sent  of a send, below 0: with errno
 * @return HTTP_SEND_DONE: go on */
static HttpSendEnd
judge(ssize_t sent)
{
	return sent >= 0 || errno == EINTR ? HTTP_SEND_DONE : HTTP_SEND_BROKEN;
}

static HttpSendEnd
send_octets(HttpSender *sender, const char *octets, size_t len, int flags)
{
	HttpSendEnd end = HTTP_SEND_DONE;

	while (len > 0 && end == HTTP_SEND_DONE) {
		ssize_t sent = send(sender->fd, octets, len, flags | MSG_NOSIGNAL);

		end = judge(sent);
		sender->octets += (uint64_t)MAX(sent, 0);
		octets += MAX(sent, 0);
		len -= (size_t)MAX(sent, 0);
	}
	return end;
}

/* For a file that the kernel cannot send by itself. */
static HttpSendEnd
send_read(HttpSender *sender, int file, off_t at, uint64_t left)
{
	g_autofree char *block = g_malloc(BLOCK);
	HttpSendEnd end = HTTP_SEND_DONE;

	while (left > 0 && end == HTTP_SEND_DONE) {
		ssize_t got = pread(file, block, (size_t)MIN(left, BLOCK), at);

		if (got < 0 && errno == EINTR) {
			continue;
		}
		if (got <= 0) {
			return got == 0 ? HTTP_SEND_SHRUNK : HTTP_SEND_BROKEN;
		}
		end = send_octets(sender, block, (size_t)got, 0);
		at += got;
		left -= (uint64_t)got;
	}
	return end;
}

/* Some file systems have no way for sendfile(), or want to be asked again for what is not there yet: the socket
 * blocks, so only the file can have said that. Reading waits for it. */
static bool
is_unsendable(ssize_t sent)
{
	return sent < 0 &&
	       (errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP || errno == EAGAIN);
}

/* What lies behind the last whole packet waits for what follows it: else each acknowledgement between two pieces sends
 * it, and a fast network gets half as many packets again. The kernel lets go by itself after 200 ms. */
static void
set_cork(int fd, bool corked)
{
	const int value = corked;

	(void)setsockopt(fd, IPPROTO_TCP, TCP_CORK, &value, sizeof(value));
}

static HttpSendEnd
send_pieces(HttpSender *sender, const HttpContent *content)
{
	off_t at = (off_t)content->offset;
	uint64_t left = content->length;
	HttpSendEnd end = HTTP_SEND_DONE;

	while (left > 0 && end == HTTP_SEND_DONE) {
		ssize_t sent = sendfile(sender->fd, content->fd, &at, MIN(left, PIECE));

		if (is_unsendable(sent)) {
			return send_read(sender, content->fd, at, left);
		}
		end = sent != 0 ? judge(sent) : HTTP_SEND_SHRUNK;
		left -= (uint64_t)MAX(sent, 0);
		sender->octets += (uint64_t)MAX(sent, 0);
	}
	return end;
}

static HttpSendEnd
send_file(HttpSender *sender, const HttpContent *content)
{
	const bool corked = content->length > CORK_FROM;
	HttpSendEnd end;

	if (corked) {
		set_cork(sender->fd, true);
	}
	end = send_pieces(sender, content);
	if (corked) {
		set_cork(sender->fd, false);
	}
	return end;
}

/* The last one has no octets. @param block  with room before and behind for what a chunk needs */
static HttpSendEnd
send_chunk(HttpSender *sender, char *block, size_t len)
{
	static const char hex[] = "0123456789abcdef";
	char *at = block;

	*--at = '\n';
	*--at = '\r';
	for (size_t rest = len; rest > 0 || at[0] == '\r'; rest /= 16) {
		*--at = hex[rest % 16];
	}
	block[len] = '\r';
	block[len + 1] = '\n';
	const uint64_t before = sender->octets;
	const HttpSendEnd end =
		send_octets(sender, at, (size_t)(block - at) + len + CHUNK_AFTER, 0);

	sender->octets = MIN(sender->octets, before + len);
	return end;
}

static HttpSendEnd
send_made(HttpSender *sender, AvuHttpResponse *response, uint64_t length, bool chunked)
{
	g_autofree char *memory = g_malloc(CHUNK_BEFORE + BLOCK + CHUNK_AFTER);
	char *block = memory + CHUNK_BEFORE;
	uint64_t position = 0;

	while (position < length) {
		ssize_t got = http_response_make(
			response, position, block, (size_t)MIN(length - position, BLOCK));
		HttpSendEnd end;

		if (got == 0 && length == UINT64_MAX) {
			return chunked ? send_chunk(sender, block, 0) : HTTP_SEND_DONE;
		}
		if (got <= 0) {
			return HTTP_SEND_BROKEN;
		}
		position += (uint64_t)got;
		end = chunked ? send_chunk(sender, block, (size_t)got)
			      : send_octets(sender, block, (size_t)got, 0);
		if (end != HTTP_SEND_DONE) {
			return end;
		}
	}
	return HTTP_SEND_DONE;
}

HttpSendEnd
http_sender_send(HttpSender *sender, AvuHttpResponse *response)
{
	const HttpContent content = http_response_get_content(response);
	const bool bare = sender->head || content.length == 0 || http_response_is_bare(response);
	/* who makes octets may take his time: the head does not wait for them */
	const bool together = !bare && !content.made;
	HttpSendEnd end;

	g_string_truncate(sender->text, 0);
	http_response_format_head(response,
		(sender->close ? HTTP_HEAD_CLOSE : 0) | (sender->http10 ? HTTP_HEAD_OLD : 0),
		sender->text);
	end = send_octets(sender, sender->text->str, sender->text->len, together ? MSG_MORE : 0);
	sender->octets = 0;
	if (end != HTTP_SEND_DONE || bare) {
		return end;
	}
	if (content.made) {
		return send_made(sender, response, content.length,
			content.length == UINT64_MAX && !sender->http10);
	}
	if (content.fd >= 0) {
		return send_file(sender, &content);
	}
	return send_octets(sender, content.octets, (size_t)content.length, 0);
}
