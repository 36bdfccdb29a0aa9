/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A header of ours in front of a part of a file: one resource, seekable by octets. What lies wholly
 * behind the header is sent by the kernel like any file. On a connection's thread. */
#include <string.h>

#include <av-upnp/fd.h>
#include <av-upnp/media-source.h>

typedef struct {
	AvuMediaSource base;
	GBytes *head;
	int fd;
	uint64_t offset;
	uint64_t length; /* of the part, without the header */
} SliceSource;

/* Octets under way that begin in the header. */
typedef struct {
	GBytes *head;
	int fd;
	uint64_t offset; /* of the part in fd */
	uint64_t first;  /* octet of the resource that was asked for */
	uint64_t end;
} SliceBody;

static uint64_t
head_len(const SliceSource *source)
{
	return source->head != NULL ? g_bytes_get_size(source->head) : 0;
}

static void
slice_get_span(AvuMediaSource *base, AvuMediaSpan *ret_span)
{
	const SliceSource *source = (const SliceSource *)base;

	ret_span->seek = AVU_SEEK_BYTES;
	ret_span->end_byte = head_len(source) + source->length;
}

static ssize_t
slice_read(void *data, uint64_t position, char *buffer, size_t max)
{
	const SliceBody *body = data;
	gsize len;
	const char *head = g_bytes_get_data(body->head, &len);
	uint64_t at = body->first + position;

	if (at >= body->end) {
		return 0;
	}
	max = (size_t)MIN((uint64_t)max, body->end - at);
	if (at < len) {
		max = MIN(max, (size_t)(len - at));
		memcpy(buffer, head + at, max);
		return (ssize_t)max;
	}
	ssize_t got = pread(body->fd, buffer, max, (off_t)(body->offset + at - len));

	return got == 0 ? -1 : got; /* the file shrank: what is missing is not made up */
}

static void
slice_body_free(void *data)
{
	SliceBody *body = data;

	g_bytes_unref(body->head);
	avu_fd_cleanup(&body->fd);
	g_free(body);
}

static bool
slice_open(AvuMediaSource *base, const AvuMediaPart *part, AvuMediaBody *ret_body, GError **error)
{
	SliceSource *source = (SliceSource *)base;
	uint64_t len = head_len(source);
	uint64_t end = MIN(part->end_byte, len + source->length);

	(void)error;
	ret_body->length = end - part->first_byte;
	if (part->first_byte >= len) {
		ret_body->fd = avu_steal_fd(&source->fd);
		ret_body->offset = source->offset + part->first_byte - len;
		return true;
	}
	SliceBody *body = g_new0(SliceBody, 1);

	body->head = g_bytes_ref(source->head);
	body->fd = avu_steal_fd(&source->fd);
	body->offset = source->offset;
	body->first = part->first_byte;
	body->end = end;
	ret_body->read = slice_read;
	ret_body->data = body;
	ret_body->free_data = slice_body_free;
	return true;
}

static void
slice_free(AvuMediaSource *base)
{
	SliceSource *source = (SliceSource *)base;

	g_clear_pointer(&source->head, g_bytes_unref);
	avu_fd_cleanup(&source->fd);
	g_free(source);
}

AvuMediaSource *
avu_media_source_new_slice(GBytes *head, int fd, uint64_t offset, uint64_t length)
{
	static const AvuMediaSourceClass class = {
		.get_span = slice_get_span, .open = slice_open, .free = slice_free
	};
	SliceSource *source = g_new0(SliceSource, 1);

	source->base.class = &class;
	source->head = head;
	source->fd = fd;
	source->offset = offset;
	source->length = length;
	return &source->base;
}
