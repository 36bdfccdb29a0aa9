/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* At the normal speed all is the source of file or conversion; at another a worker picks key frames and
 * gives them times of their own (spec/dlna-seek-transcode.md 7). On the connection's thread. */
#include "mediaserver/convert/speed-source.h"

#include <fcntl.h>
#include <stdlib.h>

#include <av-upnp/error.h>
#include <av-upnp/fd.h>

typedef struct {
	AvuMediaSource base;
	AvuMediaSource *plain;
	Conversions *conversions;
	int fd, player;
	ConvertRequest request;
} SpeedSource;

bool
speed_source_describe(const ConvertMachine *machine, const char *mime, AvuDlnaParameters *dlna)
{
	/* containers that worker/convert-run.c writes again */
	static const char *const mimes[] = { "video/mpeg", "video/vnd.dlna.mpeg-tts", "video/mp4",
		"video/quicktime", "video/3gpp", "video/3gpp2", "video/x-matroska", "video/webm",
		"video/x-msvideo", "video/x-ms-wmv", "video/x-ms-asf", "video/x-flv", "video/ogg" };
	const Recipe *copy = recipe_find("copy-ts");

	if (!dlna->op_time || (machine->able & 1u << recipe_index(copy)) == 0) {
		return false;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(mimes); i++) {
		if (g_strcmp0(mimes[i], mime) == 0) {
			dlna->speeds = CONVERT_SPEEDS;
			return true;
		}
	}
	return false;
}

static void
speed_get_span(AvuMediaSource *base, AvuMediaSpan *ret_span)
{
	avu_media_source_get_span(((const SpeedSource *)base)->plain, ret_span);
}

static bool
speed_locate(AvuMediaSource *base, AvuMediaPart *part, GError **error)
{
	const SpeedSource *source = (const SpeedSource *)base;
	AvuMediaSpan span;

	if (avu_play_speed_is_normal(part->speed)) {
		return avu_media_source_locate(source->plain, part, error);
	}
	avu_media_source_get_span(source->plain, &span);
	if (part->to_ns == AVU_TIME_NONE) {
		part->to_ns = part->speed.numerator > 0 ? span.end_ns : 0;
	}
	return true;
}

static bool
speed_has_speed(AvuMediaSource *base, AvuPlaySpeed speed)
{
	const int32_t size = abs(speed.numerator);

	(void)base;
	return speed.denominator == 1 && size >= 2 && size <= CONVERT_SPEED_MAX &&
	       (size & (size - 1)) == 0;
}

static ssize_t
keys_read(void *data, uint64_t position, char *buffer, size_t max)
{
	(void)position; /* read once, from front to back */
	return conversion_read(data, buffer, max);
}

static void
keys_free(void *data)
{
	conversion_end(data);
}

static bool
speed_open(AvuMediaSource *base, const AvuMediaPart *part, AvuMediaBody *ret_body, GError **error)
{
	SpeedSource *source = (SpeedSource *)base;
	g_auto(ConvertRequest) request = { 0 };
	g_autoptr(Conversion) conversion = NULL;
	AvuMediaSpan span;

	if (avu_play_speed_is_normal(part->speed)) {
		return avu_media_source_open(source->plain, part, ret_body, error);
	}
	request = source->request;
	request.hint = g_strdup(source->request.hint);
	request.speed = part->speed.numerator;
	request.cost = 0; /* of key frames alone there are few */
	request.from_ns = part->from_ns;
	request.to_ns = part->to_ns;
	if (!part->timed) { /* all of it, backwards from its end */
		avu_media_source_get_span(source->plain, &span);
		request.from_ns = request.speed > 0 ? 0 : span.end_ns;
		request.to_ns = request.speed > 0 ? span.end_ns : 0;
	}
	conversion = conversion_begin(
		source->conversions, &request, avu_steal_fd(&source->fd), source->player, error);
	if (conversion == NULL || !conversion_wait(conversion, error)) {
		return false;
	}
	ret_body->read = keys_read;
	ret_body->data = g_steal_pointer(&conversion);
	ret_body->free_data = keys_free;
	return true;
}

static void
speed_free(AvuMediaSource *base)
{
	SpeedSource *source = (SpeedSource *)base;

	avu_media_source_free(source->plain);
	avu_fd_cleanup(&source->fd);
	convert_request_clear(&source->request);
	g_free(source);
}

void
speed_source_ask_file(ConvertRequest *request)
{
	convert_request_init(request);
	request->recipe = recipe_index(recipe_find("copy-ts"));
	request->own = 1;
}

AvuMediaSource *
speed_source_new(AvuMediaSource *plain, Conversions *conversions, int fd, int player,
	const ConvertRequest *request)
{
	static const AvuMediaSourceClass class = {
		.get_span = speed_get_span,
		.locate = speed_locate,
		.has_speed = speed_has_speed,
		.open = speed_open,
		.free = speed_free,
	};
	SpeedSource *source = g_new0(SpeedSource, 1);

	source->base.class = &class;
	source->plain = plain;
	source->conversions = conversions;
	source->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	source->player = player;
	source->request = *request;
	source->request.hint = g_strdup(request->hint);
	return &source->base;
}
