/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The plain kinds of source: files, which the kernel sends, and pipes. On a connection's thread. */
#include <errno.h>

#include <av-upnp/error.h>
#include <av-upnp/fd.h>
#include <av-upnp/time-index.h>

void
avu_media_source_get_span(AvuMediaSource *source, AvuMediaSpan *ret_span)
{
	*ret_span = (AvuMediaSpan){ .end_byte = AVU_LENGTH_UNKNOWN, .end_ns = AVU_TIME_NONE };
	source->class->get_span(source, ret_span);
}

bool
avu_media_source_locate(AvuMediaSource *source, AvuMediaPart *part, GError **error)
{
	return source->class->locate(source, part, error);
}

bool
avu_media_source_has_speed(AvuMediaSource *source, AvuPlaySpeed speed)
{
	return avu_play_speed_is_normal(speed) ||
	       (source->class->has_speed != NULL && source->class->has_speed(source, speed));
}

bool
avu_media_source_open(
	AvuMediaSource *source, const AvuMediaPart *part, AvuMediaBody *ret_body, GError **error)
{
	*ret_body = (AvuMediaBody){ .length = AVU_LENGTH_UNKNOWN, .fd = -1 };
	return source->class->open(source, part, ret_body, error);
}

void
avu_media_source_free(AvuMediaSource *source)
{
	if (source != NULL) {
		source->class->free(source);
	}
}

void
avu_media_body_clear(AvuMediaBody *body)
{
	avu_fd_cleanup(&body->fd);
	body->fd = -1;
	if (body->free_data != NULL) {
		body->free_data(body->data);
	}
	body->free_data = NULL;
	body->data = NULL;
}

/* A whole file */

typedef struct {
	AvuMediaSource base;
	int fd;
	uint64_t size_bytes;
	int64_t duration_ns;
	AvuTimeIndexGetter get_index;
	void *data;
} FileSource;

static void
file_get_span(AvuMediaSource *base, AvuMediaSpan *ret_span)
{
	const FileSource *source = (const FileSource *)base;

	ret_span->seek = AVU_SEEK_BYTES | (source->get_index != NULL ? AVU_SEEK_TIME : 0);
	ret_span->end_byte = source->size_bytes;
	ret_span->end_ns = source->duration_ns;
}

static bool
file_locate(AvuMediaSource *base, AvuMediaPart *part, GError **error)
{
	const FileSource *source = (const FileSource *)base;

	if (part->from_ns == 0 && part->to_ns == AVU_TIME_NONE) {
		/* the whole: no medium need be touched */
		part->first_byte = 0;
		part->end_byte = source->size_bytes;
		part->to_ns = source->duration_ns;
		return true;
	}
	g_autoptr(AvuTimeIndex) index = source->get_index(source->data, error);

	if (index == NULL) {
		return false;
	}
	avu_time_index_locate(index, part);
	if (part->end_byte >= source->size_bytes && source->duration_ns != AVU_TIME_NONE) {
		part->to_ns = source->duration_ns; /* what everybody else says, too */
	}
	return true;
}

static bool
file_open(AvuMediaSource *base, const AvuMediaPart *part, AvuMediaBody *ret_body, GError **error)
{
	FileSource *source = (FileSource *)base;

	(void)error;
	ret_body->fd = avu_steal_fd(&source->fd);
	ret_body->offset = part->first_byte;
	ret_body->length = MIN(part->end_byte, source->size_bytes) - part->first_byte;
	return true;
}

static void
file_free(AvuMediaSource *base)
{
	FileSource *source = (FileSource *)base;

	avu_fd_cleanup(&source->fd);
	g_free(source);
}

AvuMediaSource *
avu_media_source_new_file(
	int fd, uint64_t size_bytes, int64_t duration_ns, AvuTimeIndexGetter get_index, void *data)
{
	static const AvuMediaSourceClass class = { .get_span = file_get_span,
		.locate = file_locate,
		.open = file_open,
		.free = file_free };
	FileSource *source = g_new0(FileSource, 1);

	source->base.class = &class;
	source->fd = fd;
	source->size_bytes = size_bytes;
	source->duration_ns = duration_ns;
	source->get_index = get_index;
	source->data = data;
	return &source->base;
}

/* A pipe */

typedef struct {
	AvuMediaSource base;
	int fd;
} PipeSource;

static void
pipe_get_span(AvuMediaSource *base, AvuMediaSpan *ret_span)
{
	(void)base;
	ret_span->seek = 0;
}

static ssize_t
pipe_read(void *data, uint64_t position, char *buffer, size_t max)
{
	ssize_t got;

	(void)position;
	do {
		got = read(GPOINTER_TO_INT(data), buffer, max);
	} while (got < 0 && errno == EINTR);
	return got;
}

static void
pipe_close(void *data)
{
	(void)close(GPOINTER_TO_INT(data));
}

static bool
pipe_open(AvuMediaSource *base, const AvuMediaPart *part, AvuMediaBody *ret_body, GError **error)
{
	PipeSource *source = (PipeSource *)base;

	(void)part, (void)error;
	ret_body->read = pipe_read;
	ret_body->data = GINT_TO_POINTER(avu_steal_fd(&source->fd));
	ret_body->free_data = pipe_close;
	return true;
}

static void
pipe_free(AvuMediaSource *base)
{
	PipeSource *source = (PipeSource *)base;

	avu_fd_cleanup(&source->fd);
	g_free(source);
}

AvuMediaSource *
avu_media_source_new_pipe(int fd)
{
	static const AvuMediaSourceClass class = {
		.get_span = pipe_get_span, .open = pipe_open, .free = pipe_free
	};
	PipeSource *source = g_new0(PipeSource, 1);

	source->base.class = &class;
	source->fd = fd;
	return &source->base;
}
