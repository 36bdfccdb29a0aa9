/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The software mixer: a gain per channel of the stream, and a bass shelf for loudness.
 *
 * One Mixer holds what was asked for; each pipeline with sound has an element that follows it. A change
 * is reached in a straight line over some milliseconds, since a step would be heard as a click; what
 * starts, starts at its gain. Values are set on the main thread, samples change on GStreamer's, and the
 * last of its threads may let go of an element after the owner did: each has a reference to its Mixer. */

#include "mixer.h"

#include <math.h>
#include <stdatomic.h>

#include <gst/audio/audio.h>
#include <gst/audio/gstaudiofilter.h>

#include "living.h"

#define MIXER_FORMATS "{ S8, S16LE, S24LE, S32LE, F32LE, F64LE }"
#define GLIDE_MS 10
#define MILLI 1000
#define DB_UNITS 256.0
/* Quiet bass is heard less than quiet middle tones (ISO 226): near enough a third of the attenuation,
 * below 120 Hz. */
#define SHELF_HZ 120.0
#define SHELF_SHARE 0.3
#define SHELF_MAX_DB 12.0

typedef struct {
	int32_t at[AVU_VALUE_LOUDNESS + 1][AVU_N_CHANNELS];
} Levels;

struct Mixer {
	gatomicrefcount refs; /* of the owner and of each element */
	GMutex lock;          /* guards what follows, up to serial */
	Levels levels;
	bool apart;         /* the channels are not all the same */
	Living *living;     /* elements */
	atomic_uint serial; /* grows with each change */
};

/* RBJ's low shelf, direct form 1. */
typedef struct {
	double b0, b1, b2, a1, a2;
	double x1, x2, y1, y2;
} Shelf;

typedef struct {
	double gain, target, step; /* the step leads from gain to target */
	bool loud;
	Shelf shelf;
} Voice;

typedef struct {
	GstAudioFilter parent;
	Mixer *mixer;
	unsigned serial;
	bool fresh; /* nothing was heard of this stream yet */
	unsigned glide_left;
	unsigned n_voices;
	Voice voices[64]; /* the most that GStreamer knows */
	GArray *scratch;
} AvMixer;

typedef struct {
	GstAudioFilterClass parent_class;
} AvMixerClass;

GType av_mixer_get_type(void);
G_DEFINE_TYPE(AvMixer, av_mixer, GST_TYPE_AUDIO_FILTER)

static const struct {
	GstAudioChannelPosition position;
	AvuChannel channel;
} positions[] = {
	{ GST_AUDIO_CHANNEL_POSITION_FRONT_LEFT, AVU_CHANNEL_LF },
	{ GST_AUDIO_CHANNEL_POSITION_FRONT_RIGHT, AVU_CHANNEL_RF },
	{ GST_AUDIO_CHANNEL_POSITION_FRONT_CENTER, AVU_CHANNEL_CF },
	{ GST_AUDIO_CHANNEL_POSITION_LFE1, AVU_CHANNEL_LFE },
	{ GST_AUDIO_CHANNEL_POSITION_REAR_LEFT, AVU_CHANNEL_LS },
	{ GST_AUDIO_CHANNEL_POSITION_REAR_RIGHT, AVU_CHANNEL_RS },
	{ GST_AUDIO_CHANNEL_POSITION_SURROUND_LEFT, AVU_CHANNEL_LS },
	{ GST_AUDIO_CHANNEL_POSITION_SURROUND_RIGHT, AVU_CHANNEL_RS },
	{ GST_AUDIO_CHANNEL_POSITION_SIDE_LEFT, AVU_CHANNEL_SL },
	{ GST_AUDIO_CHANNEL_POSITION_SIDE_RIGHT, AVU_CHANNEL_SR },
};

/* ---- what was asked for */

Mixer *
mixer_new(void)
{
	Mixer *mixer = g_new0(Mixer, 1);

	g_atomic_ref_count_init(&mixer->refs);
	g_mutex_init(&mixer->lock);
	mixer->living = living_new();
	return mixer;
}

void
mixer_free(Mixer *mixer)
{
	if (mixer != NULL && g_atomic_ref_count_dec(&mixer->refs)) {
		living_free(mixer->living);
		g_mutex_clear(&mixer->lock);
		g_free(mixer);
	}
}

static bool
mixer_is_apart(const Levels *levels)
{
	for (unsigned v = 0; v <= AVU_VALUE_LOUDNESS; v++) {
		for (unsigned c = AVU_CHANNEL_LF; c < AVU_N_CHANNELS; c++) {
			if (levels->at[v][c] != 0) {
				return true;
			}
		}
	}
	return false;
}

void
mixer_set(Mixer *mixer, AvuValue value, AvuChannel channel, int32_t number)
{
	if (value > AVU_VALUE_LOUDNESS || channel >= AVU_N_CHANNELS) {
		return;
	}
	g_mutex_lock(&mixer->lock);
	mixer->levels.at[value][channel] = number;
	bool apart = mixer_is_apart(&mixer->levels);
	g_autoptr(GPtrArray) elements = apart && !mixer->apart ? living_get(mixer->living) : NULL;

	mixer->apart = apart;
	g_mutex_unlock(&mixer->lock);
	/* What is one channel now has to come in as two. */
	for (guint i = 0; elements != NULL && i < elements->len; i++) {
		gst_base_transform_reconfigure_sink(g_ptr_array_index(elements, i));
	}
	atomic_fetch_add(&mixer->serial, 1);
}

static double
level_db(const Levels *levels, AvuChannel channel)
{
	return levels->at[AVU_VALUE_VOLUME][channel] / DB_UNITS;
}

static double
level_gain(const Levels *levels, AvuChannel channel)
{
	int32_t volume = levels->at[AVU_VALUE_VOLUME][channel];

	if (levels->at[AVU_VALUE_MUTE][channel] != 0 || volume <= AVU_VOLUME_SILENT) {
		return 0;
	}
	/* Exactly 1 where nothing is to change. */
	return volume == 0 ? 1 : pow(10, level_db(levels, channel) / 20);
}

/* ---- loudness */

static void
shelf_shape(Shelf *shelf, double boost_db, double rate_hz)
{
	const double a = pow(10, boost_db / 40);
	const double w = 2 * G_PI * SHELF_HZ / rate_hz;
	const double alpha = sin(w) / 2 * G_SQRT2;
	const double root = 2 * sqrt(a) * alpha;
	const double a0 = (a + 1) + (a - 1) * cos(w) + root;

	shelf->b0 = a * ((a + 1) - (a - 1) * cos(w) + root) / a0;
	shelf->b1 = 2 * a * ((a - 1) - (a + 1) * cos(w)) / a0;
	shelf->b2 = a * ((a + 1) - (a - 1) * cos(w) - root) / a0;
	shelf->a1 = -2 * ((a - 1) + (a + 1) * cos(w)) / a0;
	shelf->a2 = ((a + 1) + (a - 1) * cos(w) - root) / a0;
}

static double
shelf_run(Shelf *shelf, double x)
{
	double y = shelf->b0 * x + shelf->b1 * shelf->x1 + shelf->b2 * shelf->x2 -
		   shelf->a1 * shelf->y1 - shelf->a2 * shelf->y2;

	shelf->x2 = shelf->x1;
	shelf->x1 = x;
	shelf->y2 = shelf->y1;
	shelf->y1 = y;
	return y;
}

/* ---- the element */

static AvuChannel
mixer_channel_of(const GstAudioInfo *info, unsigned voice)
{
	for (size_t i = 0; info->channels > 1 && i < G_N_ELEMENTS(positions); i++) {
		if (positions[i].position == info->position[voice]) {
			return positions[i].channel;
		}
	}
	return AVU_CHANNEL_MASTER; /* mono, or a place that has no name in UPnP */
}

static void
voice_aim(Voice *voice, const Levels *levels, AvuChannel channel, double rate_hz)
{
	double db = level_db(levels, AVU_CHANNEL_MASTER);
	bool loud = levels->at[AVU_VALUE_LOUDNESS][AVU_CHANNEL_MASTER] != 0;

	voice->target = level_gain(levels, AVU_CHANNEL_MASTER);
	if (channel != AVU_CHANNEL_MASTER) {
		db += level_db(levels, channel);
		loud = loud || levels->at[AVU_VALUE_LOUDNESS][channel] != 0;
		voice->target *= level_gain(levels, channel);
	}
	double boost_db = CLAMP(-db * SHELF_SHARE, 0, SHELF_MAX_DB);

	if (!voice->loud) {
		voice->shelf = (Shelf){ 0 };
	}
	voice->loud = loud && boost_db > 0 && voice->target > 0;
	if (voice->loud) {
		shelf_shape(&voice->shelf, boost_db, rate_hz);
	}
}

static void
mixer_follow(AvMixer *self, const GstAudioInfo *info)
{
	unsigned serial = atomic_load(&self->mixer->serial);

	if (serial == self->serial && !self->fresh) {
		return;
	}
	self->serial = serial;
	g_mutex_lock(&self->mixer->lock);
	Levels levels = self->mixer->levels;

	g_mutex_unlock(&self->mixer->lock);
	unsigned glide = self->fresh ? 0 : (unsigned)info->rate * GLIDE_MS / MILLI;

	for (unsigned i = 0; i < self->n_voices; i++) {
		Voice *voice = &self->voices[i];

		voice_aim(voice, &levels, mixer_channel_of(info, i), info->rate);
		voice->step = glide > 0 ? (voice->target - voice->gain) / glide : 0;
		voice->gain = glide > 0 ? voice->gain : voice->target;
	}
	self->glide_left = glide;
	self->fresh = false;
}

static bool
mixer_is_neutral(const AvMixer *self)
{
	for (unsigned i = 0; i < self->n_voices; i++) {
		if (self->voices[i].target != 1 || self->voices[i].loud) {
			return false;
		}
	}
	return self->glide_left == 0;
}

static double
voice_run(Voice *voice, double sample, bool gliding)
{
	if (gliding) {
		voice->gain += voice->step;
	}
	sample *= voice->gain;
	return voice->loud ? shelf_run(&voice->shelf, sample) : sample;
}

/* One frame of a glide; at its end the gain is exact. */
static void
mixer_step(AvMixer *self)
{
	if (self->glide_left > 0 && --self->glide_left == 0) {
		for (unsigned i = 0; i < self->n_voices; i++) {
			self->voices[i].gain = self->voices[i].target;
		}
	}
}

/* Samples of n bits, in the upper ones of 32: rounded to what the format can carry. */
static void
mixer_run_integers(AvMixer *self, int32_t *samples, size_t n_frames, unsigned bits)
{
	const double unit = (double)(UINT64_C(1) << (32 - bits));
	const double top = INT32_MAX / unit, bottom = INT32_MIN / unit;

	for (size_t f = 0; f < n_frames; f++) {
		for (unsigned v = 0; v < self->n_voices; v++, samples++) {
			double y =
				voice_run(&self->voices[v], *samples / unit, self->glide_left > 0);

			*samples = (int32_t)(CLAMP(nearbyint(y), ceil(bottom), floor(top)) * unit);
		}
		mixer_step(self);
	}
}

static void
mixer_run_floats(AvMixer *self, double *samples, size_t n_frames)
{
	for (size_t f = 0; f < n_frames; f++) {
		for (unsigned v = 0; v < self->n_voices; v++, samples++) {
			*samples = voice_run(&self->voices[v], *samples, self->glide_left > 0);
		}
		mixer_step(self);
	}
}

static GstFlowReturn
mixer_transform_ip(GstBaseTransform *base, GstBuffer *buffer)
{
	AvMixer *self = (AvMixer *)base;
	const GstAudioInfo *info = &GST_AUDIO_FILTER(base)->info;
	const GstAudioFormatInfo *format = info->finfo;
	GstMapInfo map;

	mixer_follow(self, info);
	if (mixer_is_neutral(self) || GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_GAP)) {
		return GST_FLOW_OK;
	}
	if (!gst_buffer_map(buffer, &map, GST_MAP_READWRITE)) {
		return GST_FLOW_ERROR;
	}
	size_t n_frames = map.size / (size_t)info->bpf;
	size_t n = n_frames * self->n_voices;
	bool integers = GST_AUDIO_FORMAT_INFO_IS_INTEGER(format);

	(void)g_array_set_size(self->scratch, (guint)n);
	/* Nothing below the last bit: GStreamer would add half of it, and a channel at gain 1 would change. */
	format->unpack_func(
		format, GST_AUDIO_PACK_FLAG_TRUNCATE_RANGE, self->scratch->data, map.data, (int)n);
	if (integers) {
		mixer_run_integers(self, (int32_t *)(void *)self->scratch->data, n_frames,
			(unsigned)GST_AUDIO_FORMAT_INFO_DEPTH(format));
	} else {
		mixer_run_floats(self, (double *)(void *)self->scratch->data, n_frames);
	}
	format->pack_func(format, GST_AUDIO_PACK_FLAG_NONE, self->scratch->data, map.data, (int)n);
	gst_buffer_unmap(buffer, &map);
	return GST_FLOW_OK;
}

static gboolean
mixer_setup(GstAudioFilter *filter, const GstAudioInfo *info)
{
	AvMixer *self = (AvMixer *)filter;

	self->n_voices = MIN((unsigned)info->channels, G_N_ELEMENTS(self->voices));
	self->fresh = true;
	return info->channels <= (int)G_N_ELEMENTS(self->voices);
}

/* After a seek nothing of before is heard any more. */
static gboolean
mixer_sink_event(GstBaseTransform *base, GstEvent *event)
{
	if (GST_EVENT_TYPE(event) == GST_EVENT_FLUSH_STOP) {
		((AvMixer *)base)->fresh = true;
	}
	return GST_BASE_TRANSFORM_CLASS(av_mixer_parent_class)->sink_event(base, event);
}

/* One channel has no left and no right: while these differ, the converter in front makes two of it. */
static GstCaps *
mixer_transform_caps(GstBaseTransform *base, GstPadDirection direction G_GNUC_UNUSED, GstCaps *caps,
	GstCaps *filter)
{
	Mixer *mixer = ((AvMixer *)base)->mixer;
	g_autoptr(GstCaps) result = gst_caps_copy(caps);

	g_mutex_lock(&mixer->lock);
	bool apart = mixer->apart;

	g_mutex_unlock(&mixer->lock);
	if (apart) {
		g_autoptr(GstCaps) several = gst_caps_new_simple(
			"audio/x-raw", "channels", GST_TYPE_INT_RANGE, 2, G_MAXINT, NULL);
		GstCaps *all = g_steal_pointer(&result);

		result = gst_caps_intersect_full(all, several, GST_CAPS_INTERSECT_FIRST);
		gst_caps_unref(all);
	}
	return filter != NULL ? gst_caps_intersect_full(filter, result, GST_CAPS_INTERSECT_FIRST)
			      : g_steal_pointer(&result);
}

static void
mixer_finalize(GObject *object)
{
	g_array_unref(((AvMixer *)object)->scratch);
	mixer_free(((AvMixer *)object)->mixer);
	G_OBJECT_CLASS(av_mixer_parent_class)->finalize(object);
}

static void
av_mixer_class_init(AvMixerClass *class)
{
	g_autoptr(GstCaps) caps = gst_caps_from_string(
		GST_AUDIO_CAPS_MAKE(MIXER_FORMATS) ", layout = (string) interleaved");

	G_OBJECT_CLASS(class)->finalize = mixer_finalize;
	GST_BASE_TRANSFORM_CLASS(class)->transform_caps = mixer_transform_caps;
	gst_audio_filter_class_add_pad_templates(GST_AUDIO_FILTER_CLASS(class), caps);
	gst_element_class_set_static_metadata(GST_ELEMENT_CLASS(class), "Mixer", "Filter/Audio",
		"Volume, mute and loudness of each channel", "av-upnp");
	GST_AUDIO_FILTER_CLASS(class)->setup = mixer_setup;
	GST_BASE_TRANSFORM_CLASS(class)->transform_ip = mixer_transform_ip;
	GST_BASE_TRANSFORM_CLASS(class)->sink_event = mixer_sink_event;
}

static void
av_mixer_init(AvMixer *self)
{
	/* Room for whichever the samples are unpacked to. */
	self->scratch = g_array_new(FALSE, FALSE, sizeof(double));
	self->fresh = true;
}

GstElement *
mixer_make_element(Mixer *mixer)
{
	AvMixer *self = g_object_new(av_mixer_get_type(), NULL);

	g_atomic_ref_count_inc(&mixer->refs);
	g_mutex_lock(&mixer->lock);
	self->mixer = mixer;
	living_add(mixer->living, GST_ELEMENT(self));
	g_mutex_unlock(&mixer->lock);
	return GST_ELEMENT(self);
}
