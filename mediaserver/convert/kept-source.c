/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A file of its own, so every octet can be asked for. A time is looked up in it; where there is no index of
 * its kind the encoder begins there anew. On the connection's thread. */
#include "mediaserver/convert/kept-source.h"

typedef struct {
	AvuMediaSource base;
	AvuMediaSource *made, *file;
	bool by_time; /* of those that are asked for by time */
	bool anew;    /* located by made */
} KeptSource;

static void
kept_get_span(AvuMediaSource *base, AvuMediaSpan *ret_span)
{
	const KeptSource *source = (const KeptSource *)base;

	avu_media_source_get_span(source->file, ret_span);
	ret_span->seek = AVU_SEEK_BYTES | (source->by_time ? AVU_SEEK_TIME : 0);
}

static bool
kept_locate(AvuMediaSource *base, AvuMediaPart *part, GError **error)
{
	KeptSource *source = (KeptSource *)base;
	const AvuMediaPart asked = *part;

	source->anew = !avu_media_source_locate(source->file, part, NULL);
	if (!source->anew) {
		return true;
	}
	*part = asked;
	return avu_media_source_locate(source->made, part, error);
}

static bool
kept_open_part(
	AvuMediaSource *base, const AvuMediaPart *part, AvuMediaBody *ret_body, GError **error)
{
	const KeptSource *source = (const KeptSource *)base;

	return avu_media_source_open(
		source->anew ? source->made : source->file, part, ret_body, error);
}

static void
kept_source_free(AvuMediaSource *base)
{
	KeptSource *source = (KeptSource *)base;

	avu_media_source_free(source->made);
	avu_media_source_free(source->file);
	g_free(source);
}

AvuMediaSource *
kept_source_new(AvuMediaSource *made, int fd, uint64_t size_octets, const ConvertPlan *plan,
	AvuTimeIndexGetter get_index, void *data)
{
	static const AvuMediaSourceClass class = {
		.get_span = kept_get_span,
		.locate = kept_locate,
		.open = kept_open_part,
		.free = kept_source_free,
	};
	KeptSource *source = g_new0(KeptSource, 1);

	source->base.class = &class;
	source->made = made;
	source->file = avu_media_source_new_file(fd, size_octets,
		plan->duration_ns > 0 ? plan->duration_ns : AVU_TIME_NONE, get_index, data);
	source->by_time = convert_plan_get_dlna(plan).op_time;
	return &source->base;
}
