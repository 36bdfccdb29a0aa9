/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A file that is still written. Without an end it is sent while it grows: the connection's thread
 * sleeps between looks, as it does for a paused television. */
#include <sys/stat.h>

#include <av-upnp/clock.h>
#include <av-upnp/fd.h>
#include <av-upnp/limits.h>
#include <av-upnp/media-source.h>

/* A recorder writes several times a second; a player has seconds in its buffer. */
#define LOOK_US (200 * 1000)

typedef struct {
	AvuMediaSource base;
	int fd;
	bool (*is_growing)(int fd);
} GrowingSource;

typedef struct {
	int fd;
	uint64_t offset;
	bool (*is_growing)(int fd);
} GrowingBody;

static void
growing_get_span(AvuMediaSource *base, AvuMediaSpan *ret_span)
{
	const GrowingSource *source = (const GrowingSource *)base;
	struct stat st;

	ret_span->seek = AVU_SEEK_BYTES;
	ret_span->end_moves = source->is_growing(source->fd);
	ret_span->end_byte = fstat(source->fd, &st) == 0 ? (uint64_t)st.st_size : 0;
}

/* At the end of what is there: more may come. Still growing is asked before the look at the file, so
 * that its last octets are seen. */
static ssize_t
growing_read(void *data, uint64_t position, char *buffer, size_t max)
{
	const GrowingBody *body = data;
	const int64_t patience_ns = avu_now_ns() + AVU_LIMIT_GROWTH_WAIT_NS;
	uint64_t at = body->offset + position;

	for (;;) {
		bool more = body->is_growing(body->fd);
		ssize_t got = pread(body->fd, buffer, max, (off_t)at);

		if (got != 0 || !more || avu_now_ns() >= patience_ns) {
			return got;
		}
		g_usleep(LOOK_US);
	}
}

static void
growing_body_free(void *data)
{
	GrowingBody *body = data;

	avu_fd_cleanup(&body->fd);
	g_free(body);
}

static bool
growing_open(AvuMediaSource *base, const AvuMediaPart *part, AvuMediaBody *ret_body, GError **error)
{
	GrowingSource *source = (GrowingSource *)base;

	(void)error;
	if (part->end_byte != AVU_LENGTH_UNKNOWN) {
		ret_body->fd = avu_steal_fd(&source->fd);
		ret_body->offset = part->first_byte;
		ret_body->length = part->end_byte - part->first_byte;
		return true;
	}
	GrowingBody *body = g_new0(GrowingBody, 1);

	body->fd = avu_steal_fd(&source->fd);
	body->offset = part->first_byte;
	body->is_growing = source->is_growing;
	ret_body->read = growing_read;
	ret_body->data = body;
	ret_body->free_data = growing_body_free;
	return true;
}

static void
growing_free(AvuMediaSource *base)
{
	GrowingSource *source = (GrowingSource *)base;

	avu_fd_cleanup(&source->fd);
	g_free(source);
}

AvuMediaSource *
avu_media_source_new_growing(int fd, bool (*is_growing)(int fd))
{
	static const AvuMediaSourceClass class = {
		.get_span = growing_get_span, .open = growing_open, .free = growing_free
	};
	GrowingSource *source = g_new0(GrowingSource, 1);

	source->base.class = &class;
	source->fd = fd;
	source->is_growing = is_growing;
	return &source->base;
}
