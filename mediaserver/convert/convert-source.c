/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A part of a conversion, by octets or by time, as a request to the worker. Octets are counted only
 * where they are samples; there the worker makes exactly as many as were promised. On the connection's
 * thread. */
#include "mediaserver/convert/convert-source.h"

#include <string.h>

#include <av-upnp/error.h>
#include <av-upnp/fd.h>

#include "mediaserver/convert/wav-head.h"

typedef struct {
	AvuMediaSource base;
	ConvertSourceSpec spec;
	char *hint, *key;
	Conversion *located; /* begun by locate; NULL: none */
} ConvertSource;

/* Octets under way. */
typedef struct {
	GBytes *head; /* NULL: none */
	uint64_t head_from;
	uint64_t skip; /* octets of the first sample that were not asked for */
	Conversion *conversion;
	uint64_t left;      /* AVU_LENGTH_UNKNOWN: as far as it goes */
	GBytes *fill;       /* when it ends before that: this, again and again; NULL: a fault */
	bool filling;       /* it has ended */
	uint64_t given;     /* octets */
	KeptWriter *writer; /* of the whole; NULL: it is not kept */
	bool whole;         /* all of it is written */
} ConvertBody;

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

static ssize_t
body_read_head(ConvertBody *body, char *buffer, size_t max)
{
	gsize len;
	const char *head = g_bytes_get_data(body->head, &len);
	const size_t part = MIN(max, len - (size_t)body->head_from);

	memcpy(buffer, head + body->head_from, part);
	body->head_from += part;
	if (body->head_from == len) {
		g_clear_pointer(&body->head, g_bytes_unref);
	}
	return (ssize_t)part;
}

static ssize_t
body_read_conversion(ConvertBody *body, char *buffer, size_t max)
{
	ssize_t got;

	do {
		got = conversion_read(body->conversion, buffer, max);
		if (got <= 0 || body->skip == 0) {
			return got;
		}
		const size_t dropped = (size_t)MIN((uint64_t)got, body->skip);

		body->skip -= dropped;
		got -= (ssize_t)dropped;
		memmove(buffer, buffer + dropped, (size_t)got);
	} while (got == 0);
	return got;
}

/* What decoders pass over: null packets, between frames zeros. */
static GBytes *
fill_new(RecipeContainer container)
{
	const bool packets = container == RECIPE_TS || container == RECIPE_TTS;
	const size_t stamp = container == RECIPE_TTS ? 4 : 0;
	const size_t len = packets ? 188 + stamp : 2048;
	uint8_t *octets = g_malloc0(len);

	if (packets) { /* PID 0x1fff, no adaptation field */
		memset(octets + stamp, 0xff, len - stamp);
		octets[stamp] = 0x47;
		octets[stamp + 1] = 0x1f;
		octets[stamp + 3] = 0x10;
	}
	return g_bytes_new_take(octets, len);
}

/* In step with the packets that came before. */
static ssize_t
body_fill(const ConvertBody *body, char *buffer, size_t max)
{
	gsize len;
	const char *fill = g_bytes_get_data(body->fill, &len);

	for (size_t done = 0, part; done < max; done += part) {
		const size_t at = (size_t)((body->given + done) % len);

		part = MIN(max - done, len - at);
		memcpy(buffer + done, fill + at, part);
	}
	return (ssize_t)max;
}

static ssize_t
body_read_next(ConvertBody *body, char *buffer, size_t max)
{
	if (body->left != AVU_LENGTH_UNKNOWN) {
		max = (size_t)MIN((uint64_t)max, body->left);
	}
	if (max == 0) {
		return 0;
	}
	ssize_t got = 0;

	if (body->head != NULL) {
		got = body_read_head(body, buffer, max);
	} else if (!body->filling) {
		got = body_read_conversion(body, buffer, max);
	}
	if (got == 0 && body->fill != NULL) {
		body->filling = true;
		got = body_fill(body, buffer, max);
	}
	body->given += (uint64_t)MAX(got, 0);
	if (body->left != AVU_LENGTH_UNKNOWN && got >= 0) {
		body->left -= (uint64_t)got;
		return got > 0 ? got : -1; /* less than was promised */
	}
	return got;
}

static ssize_t
body_read(void *data, uint64_t position, char *buffer, size_t max)
{
	ConvertBody *body = data;
	const ssize_t got = body_read_next(body, buffer, max);

	(void)position; /* read once, from front to back */
	if (got > 0 && body->writer != NULL) {
		kept_write(body->writer, buffer, (size_t)got);
	}
	/* who counts reads no more than was promised */
	body->whole = body->left == AVU_LENGTH_UNKNOWN ? got == 0 : got >= 0 && body->left == 0;
	return got;
}

static void
body_free(void *data)
{
	ConvertBody *body = data;

	conversion_end(body->conversion);
	if (body->whole && body->writer != NULL) {
		kept_finish(
			body->writer); /* now, since the player has the last octets: a disk may be slow */
	} else {
		kept_drop(body->writer);
	}
	g_clear_pointer(&body->head, g_bytes_unref);
	g_clear_pointer(&body->fill, g_bytes_unref);
	g_free(body);
}

static void
fill_request(const ConvertSource *source, ConvertRequest *request)
{
	const ConvertPlan *plan = &source->spec.plan;

	request->recipe = recipe_index(plan->recipe);
	request->sample_hz = plan->sample_hz;
	request->channels = plan->channels;
	request->bits = plan->bits;
	request->width = plan->width;
	request->height = plan->height;
	request->frame_rate_mhz = plan->frame_rate_mhz;
	request->video_bps = plan->video_bps;
	request->preset = plan->preset;
	request->threads = MIN((int64_t)g_get_num_processors(), CONVERT_THREADS_MAX);
	request->start_ns = source->spec.start_ns;
	request->to_ns = source->spec.piece && plan->duration_ns > 0 ? plan->duration_ns : -1;
	request->hint = g_strdup(source->hint);
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
	body->fill = fill_new(plan->recipe->container);
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

	convert_request_init(&request);
	fill_request(source, &request);
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

static bool
give(ConvertBody *body, AvuMediaBody *ret_body)
{
	ret_body->length = body->left;
	ret_body->read = body_read;
	ret_body->data = body;
	ret_body->free_data = body_free;
	return true;
}

/* Who takes all of it leaves it for the next one. */
static void
keep(const ConvertSource *source, const AvuMediaPart *part, ConvertBody *body)
{
	Kept *kept = conversions_get_kept(source->spec.conversions);
	const bool whole = !part->timed && part->first_byte == 0 &&
			   (part->end_byte == AVU_LENGTH_UNKNOWN ||
				   part->end_byte >= source->spec.plan.size_bytes);

	if (kept != NULL && source->key != NULL && whole) {
		body->writer = kept_begin(kept, source->key);
	}
}

static bool
source_open(AvuMediaSource *base, const AvuMediaPart *part, AvuMediaBody *ret_body, GError **error)
{
	ConvertSource *source = (ConvertSource *)base;
	g_auto(ConvertRequest) request = { 0 };
	ConvertBody *body = g_new0(ConvertBody, 1);

	if (source->located != NULL) {
		body->conversion = g_steal_pointer(&source->located);
		body->left = AVU_LENGTH_UNKNOWN;
		return give(body, ret_body);
	}
	convert_request_init(&request);
	fill_request(source, &request);
	if (source->spec.plan.estimated && !part->timed) {
		ask_estimated(source, part, &request, body);
	} else if (source->spec.plan.byte_seek && !source->spec.plan.estimated) {
		ask_octets(source, part, &request, body);
	} else {
		ask_time(source, part, &request, body);
	}
	if (request.n_samples == 0) { /* of a head alone */
		return give(body, ret_body);
	}
	body->conversion = conversion_begin(source->spec.conversions, &request,
		avu_steal_fd(&source->spec.fd), source->spec.player, error);
	if (body->conversion == NULL || !conversion_wait(body->conversion, error)) {
		body_free(body);
		return false;
	}
	keep(source, part, body);
	return give(body, ret_body);
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
	source->key = g_strdup(spec->key);
	return &source->base;
}
