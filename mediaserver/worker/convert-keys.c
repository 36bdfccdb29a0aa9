/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pictures with times of their own: played at the normal rate the stream covers the film so many times
 * faster, or backwards. As they are, or each decoded alone and coded anew. No sound. Runs in a sandboxed
 * child. */
#include "mediaserver/worker/convert-keys.h"

#include "mediaserver/worker/convert-picture.h"

/* Four pictures a second are a film that runs fast; more would be a copy of everything. */
#define STEP_NS (250 * AVU_NS_PER_MS)
#define STEPS_PER_S 4
#define PACKETS_MAX 2000
/* Key frames further apart than that are a film of one picture. */
#define BACK_MAX_NS (60 * AVU_NS_PER_S)
#define CLOCK_HZ 90000

static const AVRational nanoseconds = { 1, (int)AVU_NS_PER_S };
static const AVRational ticks = { 1, CLOCK_HZ };

typedef struct {
	AVFormatContext *context;
	const AVStream *picture;
	const ConvertRequest *request;
	ConvertOutput *output;
	AVPacket *packet; /* the key frame that was found */
	AVPacket *next;   /* what is read */
	int64_t zero, end_ns;
	ConvertPicture *made; /* NULL: pictures as they are */
	int stream;           /* of the output, of pictures as they are */
	bool begun;
} Keys;

static int64_t
time_of(const AVPacket *packet)
{
	return packet->pts != AV_NOPTS_VALUE ? packet->pts : packet->dts;
}

static bool
is_key(const Keys *keys, const AVPacket *packet)
{
	return packet->stream_index == keys->picture->index &&
	       (packet->flags & AV_PKT_FLAG_KEY) != 0 && time_of(packet) != AV_NOPTS_VALUE;
}

/* Does a seek lead to the key frame itself? Elsewhere it lands somewhere before it, or behind. */
static bool
has_index(const AVFormatContext *context)
{
	static const char *const demuxers[] = { "mov,", "matroska,", "avi" };

	for (size_t i = 0; i < G_N_ELEMENTS(demuxers); i++) {
		if (g_str_has_prefix(context->iformat->name, demuxers[i])) {
			return true;
		}
	}
	return false;
}

/* Reads on to the last key frame that is not behind a time; where there is none, to the first behind it.
 * @return which it found is in keys->packet: -1: none, 0: one behind it, 1: one that is not */
static int
read_keys(Keys *keys, int64_t at)
{
	AVPacket *packet = keys->packet, *next = keys->next;
	int found = -1;

	av_packet_unref(packet);
	for (unsigned n = 0; n < PACKETS_MAX && av_read_frame(keys->context, next) >= 0; n++) {
		const bool key = is_key(keys, next), behind = key && time_of(next) > at;

		if (key && (found < 0 || !behind)) {
			av_packet_unref(packet);
			av_packet_move_ref(packet, next);
			found = behind ? 0 : 1;
		}
		av_packet_unref(next);
		if (behind || (key && has_index(keys->context))) {
			break;
		}
	}
	return found;
}

/* The file's first octets are before all: a seek to its first time may land behind its first picture. */
static bool
seek(Keys *keys, int64_t from_ns)
{
	const AVStream *picture = keys->picture;

	if (from_ns < 0 && !has_index(keys->context) &&
		av_seek_frame(keys->context, -1, 0, AVSEEK_FLAG_BYTE) >= 0) {
		return true;
	}
	const int64_t at =
		keys->zero + av_rescale_q(MAX(from_ns, 0), nanoseconds, picture->time_base);

	/* the sound may begin first: then nothing is before that time, and the first one is the one */
	return av_seek_frame(keys->context, picture->index, at, AVSEEK_FLAG_BACKWARD) >= 0 ||
	       av_seek_frame(keys->context, picture->index, at, 0) >= 0;
}

/* @return the key frame before a time, or the first of all, is in keys->packet */
static bool
find_key(Keys *keys, int64_t at_ns)
{
	const int64_t wanted_ns = keys->request->start_ns + at_ns;
	const int64_t at =
		keys->zero + av_rescale_q(wanted_ns, nanoseconds, keys->picture->time_base);
	int64_t back_ns = 0;
	int found;

	do { /* further back until there is one */
		if (!seek(keys, wanted_ns - back_ns)) {
			return false;
		}
		found = read_keys(keys, at);
		if (back_ns > wanted_ns) {
			break;
		}
		back_ns = MAX(2 * back_ns, AVU_NS_PER_S);
	} while (found < 1 && back_ns <= BACK_MAX_NS);
	return found >= 0;
}

static bool
is_behind(const Keys *keys, int64_t at_ns)
{
	return keys->request->speed > 0 ? at_ns > keys->end_ns : at_ns < keys->end_ns;
}

static bool
begin_copying(Keys *keys)
{
	keys->stream = convert_output_add(keys->output, keys->picture->codecpar);
	if (keys->stream < 0) {
		return false;
	}
	convert_output_set_clock(keys->output, keys->stream, (AVRational){ 1, STEPS_PER_S });
	keys->begun = convert_output_prepare(keys->output, 0) && convert_output_begin(keys->output);
	return keys->begun;
}

static bool
begin_making(Keys *keys)
{
	ConvertRequest request = *keys->request;

	request.start_ns = request.from_ns = 0;
	request.to_ns = -1;
	request.frame_rate_mhz = STEPS_PER_S * 1000;
	/* one after another, whatever was between them: threads would wait for each other */
	keys->made = convert_picture_new(
		keys->picture, &request, 0, /* n_threads = */ 1, NULL, keys->output);
	return keys->made != NULL;
}

static bool
put_as_it_is(Keys *keys, int64_t at_ns)
{
	AVPacket *packet = keys->packet;

	packet->pts = packet->dts = av_rescale_q(at_ns, nanoseconds, ticks);
	packet->duration = av_rescale_q(STEP_NS, nanoseconds, ticks);
	return convert_output_write(keys->output, keys->stream, packet, ticks);
}

static bool
put_made(Keys *keys, int64_t at_ns)
{
	bool good = convert_picture_push_alone(keys->made, keys->packet, at_ns);

	av_packet_unref(keys->packet);
	if (good && !keys->begun && convert_picture_has_stream(keys->made)) {
		keys->begun = true;
		good = convert_output_prepare(keys->output, 0) &&
		       convert_output_begin(keys->output) && convert_picture_begin(keys->made);
	}
	return good;
}

static bool
run(Keys *keys)
{
	const bool copies = keys->made == NULL;
	int64_t last = AV_NOPTS_VALUE;
	bool good = true;

	for (int64_t n = 0; good; n++) {
		const int64_t at_ns = keys->request->from_ns + n * keys->request->speed * STEP_NS;

		if (is_behind(keys, at_ns) || !find_key(keys, at_ns)) {
			break;
		}
		if (time_of(keys->packet) == last) { /* it still stands */
			av_packet_unref(keys->packet);
			continue;
		}
		last = time_of(keys->packet);
		good = copies ? put_as_it_is(keys, n * STEP_NS) : put_made(keys, n * STEP_NS);
	}
	good = good && keys->begun && last != AV_NOPTS_VALUE;
	return good && (copies || convert_picture_push(keys->made, NULL)) &&
	       convert_output_end(keys->output);
}

bool
convert_keys(AVFormatContext *context, const AVStream *picture, int64_t zero,
	const ConvertRequest *request, ConvertOutput *output)
{
	const Recipe *recipe = recipe_nth((uint32_t)request->recipe);
	Keys keys = {
		.context = context,
		.picture = picture,
		.request = request,
		.output = output,
		.packet = av_packet_alloc(),
		.next = av_packet_alloc(),
		.zero = zero,
		/* behind the end the last key frame would be found for ever */
		.end_ns = request->to_ns >= 0     ? request->to_ns
			  : context->duration > 0 ? context->duration * 1000
						  : 0,
	};
	const bool copies = request->own != 0 || recipe_is_copy(recipe);
	const bool good = keys.packet != NULL && keys.next != NULL &&
			  (copies ? begin_copying(&keys) : begin_making(&keys)) && run(&keys);

	convert_picture_free(keys.made);
	av_packet_free(&keys.packet);
	av_packet_free(&keys.next);
	return good;
}
