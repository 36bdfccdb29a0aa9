/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* On the connection's thread. */
#include "mediaserver/live/live-source.h"

#include <string.h>

#include <av-upnp/error.h>
#include <av-upnp/icy.h>

typedef struct {
	LiveListener *listener;
	size_t interval, media_left;
	char block[AVU_ICY_BLOCK_MAX]; /* of titles, on its way out */
	size_t block_at, block_len;
} Mixer;

typedef struct {
	AvuMediaSource base;
	Mixer *mixer; /* NULL: opened */
} LiveSource;

static void
mixer_free(void *data)
{
	Mixer *mixer = data;

	if (mixer != NULL) {
		live_listener_free(mixer->listener);
		g_free(mixer);
	}
}

static ssize_t
take_block(Mixer *mixer, char *buffer, size_t max)
{
	const size_t n = MIN(max, mixer->block_len - mixer->block_at);

	memcpy(buffer, mixer->block + mixer->block_at, n);
	mixer->block_at += n;
	return (ssize_t)n;
}

static void
begin_block(Mixer *mixer)
{
	g_autofree char *title = NULL;

	(void)live_listener_take_title(mixer->listener, &title);
	mixer->block_len = avu_icy_format_block(title, mixer->block);
	mixer->block_at = 0;
	mixer->media_left = mixer->interval;
}

static ssize_t
mixer_read(void *data, uint64_t position, char *buffer, size_t max)
{
	Mixer *mixer = data;

	(void)position;
	if (mixer->interval == 0) {
		return live_listener_read(mixer->listener, buffer, max);
	}
	if (mixer->block_at == mixer->block_len && mixer->media_left == 0) {
		begin_block(mixer);
	}
	if (mixer->block_at < mixer->block_len) {
		return take_block(mixer, buffer, max);
	}
	const ssize_t got =
		live_listener_read(mixer->listener, buffer, MIN(max, mixer->media_left));

	mixer->media_left -= got > 0 ? (size_t)got : 0;
	return got;
}

/* Both ends move. What the channel still has can be gone to, while somebody listens.
 * @clause DLNA guidelines 7.4.16, 7.4.36: limited random access, mode 0 */
static void
live_get_span(AvuMediaSource *base, AvuMediaSpan *ret_span)
{
	const LiveSource *source = (const LiveSource *)base;
	uint64_t first, end;

	ret_span->start_moves = ret_span->end_moves = true;
	if (source->mixer->listener != NULL &&
		live_listener_get_reach(source->mixer->listener, &first, &end)) {
		ret_span->seek = AVU_SEEK_BYTES;
		ret_span->limited = true;
		ret_span->first_byte = first;
		ret_span->end_byte = end;
	}
}

static bool
live_open(AvuMediaSource *base, const AvuMediaPart *part, AvuMediaBody *ret_body, GError **error)
{
	LiveSource *source = (LiveSource *)base;

	if (part->first_byte != AVU_LENGTH_UNKNOWN) {
		if (!live_listener_go(source->mixer->listener, part->first_byte)) {
			g_set_error(error, AVU_ERROR, AVU_ERROR_BUSY,
				"what was there a moment ago is gone");
			return false;
		}
		source->mixer->interval = 0;
		if (part->end_byte != AVU_LENGTH_UNKNOWN) {
			ret_body->length = part->end_byte - part->first_byte;
		}
	}
	ret_body->read = mixer_read;
	ret_body->data = g_steal_pointer(&source->mixer);
	ret_body->free_data = mixer_free;
	return true;
}

static void
live_free(AvuMediaSource *base)
{
	LiveSource *source = (LiveSource *)base;

	mixer_free(source->mixer);
	g_free(source);
}

AvuMediaSource *
live_source_new(LiveListener *listener, size_t icy_interval)
{
	static const AvuMediaSourceClass class = {
		.get_span = live_get_span, .open = live_open, .free = live_free
	};
	LiveSource *source = g_new0(LiveSource, 1);
	Mixer *mixer = g_new0(Mixer, 1);

	mixer->listener = listener;
	mixer->interval = mixer->media_left = icy_interval;
	source->base.class = &class;
	source->mixer = mixer;
	return &source->base;
}
