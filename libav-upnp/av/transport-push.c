/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pieces of a pushed playlist, joined. What a piece is said to be long is how control points count: it is compared
 * with what came only roughly, since nobody knows how much of it they escaped; memory is counted in octets.
 * Pure. Limits: the header. @clause spec/upnp-av-avtransport.md 9 */
#include <string.h>

#include <av-upnp/error.h>

#include "transport-push.h"

#define INCORRECT_LENGTH 735
/* An octet is at most "&#x10FFFF;" when it is escaped. */
#define ESCAPED_MAX 10

TransportPush *
transport_push_new(bool streaming, const char *mime, const char *extended)
{
	TransportPush *push = g_new0(TransportPush, 1);

	push->streaming = streaming;
	push->open = true;
	push->mime = g_strdup(mime);
	push->extended = g_strdup(extended);
	push->start_id = g_strdup("");
	push->total = TRANSPORT_PUSH_TOTAL_MAX;
	push->text = g_string_new(NULL);
	return push;
}

void
transport_push_free(TransportPush *push)
{
	if (push != NULL) {
		g_free(push->mime);
		g_free(push->extended);
		g_free(push->start_id);
		g_string_free(push->text, TRUE);
		g_free(push);
	}
}

bool
transport_push_add(TransportPush *push, const char *text, uint32_t length, GError **error)
{
	const size_t n_bytes = strlen(text);
	const size_t n_characters = (size_t)g_utf8_strlen(text, -1);
	const char *why = NULL;

	if (length == 0 || length < n_characters || length > n_bytes * ESCAPED_MAX) {
		why = "this is not the length of the text";
	} else if (length > TRANSPORT_PUSH_CHUNK_MAX || n_bytes > TRANSPORT_PUSH_CHUNK_MAX) {
		why = "the piece is too long";
	} else if (length > push->total - push->length ||
		   n_bytes > TRANSPORT_PUSH_TOTAL_MAX - push->text->len) {
		why = "the whole is too long";
	}
	if (why != NULL) {
		g_set_error_literal(error, AVU_UPNP_ERROR, INCORRECT_LENGTH, why);
		return false;
	}
	g_string_append_len(push->text, text, (gssize)n_bytes);
	push->length += length;
	return true;
}

bool
transport_push_is_whole(const TransportPush *push)
{
	return push->length == push->total;
}

/* Behind the last complete line that is neither empty nor a comment. */
static size_t
find_end(const GString *text)
{
	size_t end = 0;

	for (size_t at = 0; at < text->len;) {
		const char *line = text->str + at;
		const size_t n = strcspn(line, "\r\n");

		if (line[n] == '\0') {
			break;
		}
		at += n + 1;
		if (n > 0 && line[0] != '#') {
			end = at;
		}
	}
	return end;
}

char *
transport_push_take_lines(TransportPush *push)
{
	const size_t end = push->open ? find_end(push->text) : push->text->len;
	char *lines = end > 0 ? g_strndup(push->text->str, end) : NULL;

	g_string_erase(push->text, 0, (gssize)end);
	return lines;
}
