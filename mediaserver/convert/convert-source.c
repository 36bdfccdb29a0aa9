/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A part of a conversion, by octets or by time, as a request to the worker. Octets are counted only
 * where they are samples; there the worker makes exactly as many as were promised. On the connection's
 * thread. */
#include "mediaserver/convert/convert-source.h"

#include <string.h>

#include <av-upnp/error.h>
#include <av-upnp/fd.h>

#include "mediaserver/convert/convert-body.h"
#include "mediaserver/convert/wav-head.h"

typedef struct {
	AvuMediaSource base;
	ConvertSourceSpec spec;
	char *hint, *key;
	Conversion *located; /* begun by locate; NULL: none */
} ConvertSource;

static void
source_get_span(AvuMediaSource *base, AvuMediaSpan *ret_span)
{
	const ConvertPlan *plan = &((const ConvertSource *)base)->spec.plan;
	const AvuDlnaParameters dlna = convert_plan_get_dlna(plan);

	*ret_span = (AvuMediaSpan){
		.seek = (dlna.op_range ? AVU_SEEK_BYTES : 0) | (dlna.op_time ? AVU_SEEK_TIME : 0),
		.end_byte = plan->size_bytes,
		.end_ns = plan->duration_ns,
	};
}

/* To the sample, downwards. */
static uint64_t
sample_at(const ConvertPlan *plan, int64_t ns)
{
	return (uint64_t)ns / AVU_NS_PER_S * (uint64_t)plan->sample_hz +
	       (uint64_t)ns % AVU_NS_PER_S * (uint64_t)plan->sample_hz / AVU_NS_PER_S;
}

static int64_t
time_of(const ConvertPlan *plan, uint64_t sample)
{
	const uint64_t hz = (uint64_t)plan->sample_hz;

	return (int64_t)(sample / hz * AVU_NS_PER_S + sample % hz * AVU_NS_PER_S / hz);
}

void
convert_source_ask(const ConvertSourceSpec *spec, ConvertRequest *request)
{
	const ConvertPlan *plan = &spec->plan;

	convert_request_init(request);
	request->recipe = recipe_index(plan->recipe);
	request->sample_hz = plan->sample_hz;
	request->channels = plan->channels;
	request->bits = plan->bits;
	request->width = plan->width;
	request->height = plan->height;
	request->frame_rate_mhz = plan->frame_rate_mhz;
	request->video_bps = plan->video_bps;
	request->preset = plan->preset;
	request->cost = plan->cost;
	request->threads = MIN((int64_t)g_get_num_processors(), CONVERT_THREADS_MAX);
	request->start_ns = spec->start_ns;
	request->to_ns = spec->piece && plan->duration_ns > 0 ? plan->duration_ns : -1;
	request->hint = g_strdup(spec->hint);
}

/* Of samples that are counted: which, and how much of the head and the first one. */
static void
ask_octets(const ConvertSource *source, const AvuMediaPart *part, ConvertRequest *request,
	ConvertBody *body)
{
	const ConvertPlan *plan = &source->spec.plan;
	const uint64_t head = convert_plan_get_head(plan);
	const uint64_t frame = convert_plan_get_frame(plan);
	const uint64_t end = MIN(part->end_byte, plan->size_bytes);
	const uint64_t first = MAX(part->first_byte, head) - head;
	const uint64_t last = MAX(end, head) - head;

	if (part->first_byte < head) {
		body->head = wav_head_new(plan, plan->size_bytes - head);
		body->head_from = part->first_byte;
	}
	request->first_sample = (int64_t)(first / frame);
	request->n_samples = (int64_t)((last + frame - 1) / frame - first / frame);
	request->to_ns = -1;
	body->skip = first % frame;
	body->left = end - part->first_byte;
}

/* Of octets that are guessed: as far behind the start in time as in octets. */
static void
ask_estimated(const ConvertSource *source, const AvuMediaPart *part, ConvertRequest *request,
	ConvertBody *body)
{
	const ConvertPlan *plan = &source->spec.plan;
	const uint64_t end = MIN(part->end_byte, plan->size_bytes);

	request->from_ns = (int64_t)((double)part->first_byte / (double)plan->size_bytes *
				     (double)plan->duration_ns);
	if (recipe_is_copy(plan->recipe) && request->from_ns > 0) {
		body->skip = sizeof(int64_t); /* where it begins; convert-request.h */
	}
	body->left = end - part->first_byte;
	body->fill = convert_body_new_fill(plan->recipe->container);
}

static void
ask_time(const ConvertSource *source, const AvuMediaPart *part, ConvertRequest *request,
	ConvertBody *body)
{
	if (part->timed) {
		request->from_ns = part->from_ns;
		/* the file's own end may come later than the catalogue thinks */
		request->to_ns =
			part->to_ns < source->spec.plan.duration_ns ? part->to_ns : request->to_ns;
	}
	if (convert_plan_get_head(&source->spec.plan) > 0) {
		body->head = wav_head_new(&source->spec.plan, AVU_LENGTH_UNKNOWN);
	}
	body->left = AVU_LENGTH_UNKNOWN;
}

/* A copy begins with a key frame, and only who reads the file knows which: it is begun, and says it in
 * front of its octets (convert-request.h). */
static bool
locate_copy(ConvertSource *source, AvuMediaPart *part, GError **error)
{
	g_auto(ConvertRequest) request = { 0 };
	ConvertBody body = { 0 };
	int64_t began_ns = -1;
	size_t len = 0;
	ssize_t got = 1;

	convert_source_ask(&source->spec, &request);
	ask_time(source, part, &request, &body);
	source->located = conversion_begin(source->spec.conversions, &request,
		avu_steal_fd(&source->spec.fd), source->spec.player, error);
	if (source->located == NULL || !conversion_wait(source->located, error)) {
		return false;
	}
	while (got > 0 && len < sizeof(began_ns)) {
		got = conversion_read(
			source->located, (char *)&began_ns + len, sizeof(began_ns) - len);
		len += got > 0 ? (size_t)got : 0;
	}
	if (len < sizeof(began_ns) || began_ns < 0 || began_ns > source->spec.plan.duration_ns) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_FAILED, "the copy does not begin");
		return false;
	}
	part->from_ns = began_ns;
	return true;
}

static bool
source_locate(AvuMediaSource *base, AvuMediaPart *part, GError **error)
{
	const ConvertPlan *plan = &((const ConvertSource *)base)->spec.plan;
	const uint64_t frame = convert_plan_get_frame(plan);

	if (part->to_ns == AVU_TIME_NONE) {
		part->to_ns = plan->duration_ns;
	}
	if (recipe_is_copy(plan->recipe) && part->from_ns > 0) {
		return locate_copy((ConvertSource *)base, part, error);
	}
	if (frame == 0 || !plan->byte_seek) {
		return true; /* the encoder begins there anew; octets are not known before */
	}
	const uint64_t samples = plan->size_bytes / frame;
	const uint64_t first = MIN(sample_at(plan, part->from_ns), samples);

	part->first_byte = first * frame;
	part->from_ns = time_of(plan, first);
	part->end_byte = part->to_ns >= plan->duration_ns
				 ? plan->size_bytes
				 : MIN(sample_at(plan, part->to_ns) + 1, samples) * frame;
	return true;
}

static ssize_t
body_read(void *data, uint64_t position, char *buffer, size_t max)
{
	(void)position; /* read once, from front to back */
	return convert_body_read(data, buffer, max);
}

static bool
give(ConvertBody *body, AvuMediaBody *ret_body)
{
	ret_body->length = body->left;
	ret_body->read = body_read;
	ret_body->data = body;
	ret_body->free_data = convert_body_free;
	return true;
}

/* One that others read, too */

static ssize_t
origin_read(void *data, int player, char *buffer, size_t max)
{
	ConvertBody *body = data;

	conversion_set_player(body->conversion, player);
	const ssize_t got = convert_body_read(body, buffer, max);

	return got < 0 && conversion_has_lost_player(body->conversion) ? MAKING_PLAYER_LEFT : got;
}

static ssize_t
shared_read(void *data, uint64_t position, char *buffer, size_t max)
{
	(void)position; /* read once, from front to back */
	return making_read(data, buffer, max);
}

static void
shared_free(void *data)
{
	making_leave(data);
}

static bool
give_shared(MakingReader *reader, uint64_t length, AvuMediaBody *ret_body)
{
	ret_body->length = length;
	ret_body->read = shared_read;
	ret_body->data = reader;
	ret_body->free_data = shared_free;
	return true;
}

/* Who takes all of it leaves it for the next one; who comes meanwhile reads it with him. */
static MakingRole
enter(const ConvertSource *source, const AvuMediaPart *part, MakingReader **ret_reader)
{
	const ConvertPlan *plan = &source->spec.plan;
	Makings *makings = conversions_get_makings(source->spec.conversions);
	const bool counted = plan->byte_seek && !plan->estimated;
	const bool whole =
		!part->timed && part->first_byte == 0 &&
		(part->end_byte == AVU_LENGTH_UNKNOWN || part->end_byte >= plan->size_bytes);

	if (makings == NULL || source->key == NULL || part->first_byte == AVU_LENGTH_UNKNOWN ||
		(part->timed && !counted)) {
		return MAKING_ALONE;
	}
	return makings_enter(makings, source->key, part->first_byte,
		MIN(part->end_byte, plan->size_bytes), whole, source->spec.player, ret_reader);
}

static void
ask(const ConvertSource *source, const AvuMediaPart *part, ConvertRequest *request,
	ConvertBody *body)
{
	const ConvertPlan *plan = &source->spec.plan;

	convert_source_ask(&source->spec, request);
	if (plan->estimated && !part->timed) {
		ask_estimated(source, part, request, body);
	} else if (plan->byte_seek && !plan->estimated) {
		ask_octets(source, part, request, body);
	} else {
		ask_time(source, part, request, body);
	}
}

static bool
source_open(AvuMediaSource *base, const AvuMediaPart *part, AvuMediaBody *ret_body, GError **error)
{
	ConvertSource *source = (ConvertSource *)base;
	g_auto(ConvertRequest) request = { 0 };
	ConvertBody *body = g_new0(ConvertBody, 1);
	MakingReader *reader = NULL;

	if (source->located != NULL) {
		body->conversion = g_steal_pointer(&source->located);
		body->left = AVU_LENGTH_UNKNOWN;
		return give(body, ret_body);
	}
	ask(source, part, &request, body);
	const uint64_t length = body->left;

	if (request.n_samples == 0) { /* of a head alone */
		return give(body, ret_body);
	}
	if (enter(source, part, &reader) == MAKING_JOINED) {
		convert_body_free(body);
		return give_shared(reader, length, ret_body);
	}
	body->conversion = conversion_begin(source->spec.conversions, &request,
		avu_steal_fd(&source->spec.fd), source->spec.player, error);
	if (body->conversion == NULL || !conversion_wait(body->conversion, error)) {
		convert_body_free(body);
		making_leave(reader);
		return false;
	}
	if (reader == NULL) {
		return give(body, ret_body);
	}
	const MakingOrigin origin = { origin_read, convert_body_free, body };

	making_begin(reader, &origin);
	return give_shared(reader, length, ret_body);
}

static void
source_free(AvuMediaSource *base)
{
	ConvertSource *source = (ConvertSource *)base;

	conversion_end(source->located); /* of a HEAD */
	avu_fd_cleanup(&source->spec.fd);
	g_free(source->hint);
	g_free(source->key);
	g_free(source);
}

AvuMediaSource *
convert_source_new(const ConvertSourceSpec *spec)
{
	static const AvuMediaSourceClass class = {
		.get_span = source_get_span,
		.locate = source_locate,
		.open = source_open,
		.free = source_free,
	};
	ConvertSource *source = g_new0(ConvertSource, 1);

	source->base.class = &class;
	source->spec = *spec;
	source->hint = g_strdup(spec->hint);
	source->spec.hint = source->hint;
	source->key = g_strdup(spec->key);
	return &source->base;
}
