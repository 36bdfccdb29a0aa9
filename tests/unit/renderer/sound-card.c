/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sound-card.h"

#include <string.h>

#include <gst/audio/gstaudiosink.h>

#define CARD_BUFFER_MS 200
#define CARD_PATIENCE_US (30 * G_USEC_PER_SEC)

typedef GstAudioSink TestCard;
typedef GstAudioSinkClass TestCardClass;

GType test_card_get_type(void);
G_DEFINE_TYPE(TestCard, test_card, GST_TYPE_AUDIO_SINK)

static struct {
	GMutex lock; /* guards what follows */
	GCond changed;
	CardPlace place;
	gboolean open, prepared;
	unsigned resets;
	guint64 rate, frame_bytes;
	guint64 heard;    /* frames that are no silence */
	GByteArray *fifo; /* written and not played */
	GString *rates;
} card;

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE("sink", GST_PAD_SINK,
	GST_PAD_ALWAYS,
	GST_STATIC_CAPS("audio/x-raw, format=(string){ S16LE, S24LE, S32LE }, layout=interleaved, "
			"rate=(int)[ 8000, 384000 ], channels=(int)[ 1, 8 ]"));

/* As alsasink says it. */
static gboolean
test_card_open(GstAudioSink *sink)
{
	g_mutex_lock(&card.lock);
	CardPlace place = card.place;

	card.open = place == CARD_FREE;
	g_mutex_unlock(&card.lock);
	if (place == CARD_BUSY) {
		GST_ELEMENT_ERROR(sink, RESOURCE, BUSY,
			("Could not open audio device for playback. Device is being used by "
			 "another application."),
			("Device '%s' is busy", "test"));
	} else if (place == CARD_ABSENT) {
		GST_ELEMENT_ERROR(sink, RESOURCE, OPEN_WRITE,
			("Could not open audio device for playback."),
			("Playback open error on device '%s': No such file or directory", "test"));
	}
	return place == CARD_FREE;
}

static gboolean
test_card_close(GstAudioSink *sink G_GNUC_UNUSED)
{
	g_mutex_lock(&card.lock);
	card.open = FALSE;
	g_mutex_unlock(&card.lock);
	return TRUE;
}

static gboolean
test_card_prepare(GstAudioSink *sink G_GNUC_UNUSED, GstAudioRingBufferSpec *spec)
{
	g_mutex_lock(&card.lock);
	card.rate = (guint64)GST_AUDIO_INFO_RATE(&spec->info);
	card.frame_bytes = (guint64)GST_AUDIO_INFO_BPF(&spec->info);
	card.prepared = TRUE;
	g_byte_array_set_size(card.fifo, 0);
	g_string_append_printf(card.rates, "%d ", GST_AUDIO_INFO_RATE(&spec->info));
	g_mutex_unlock(&card.lock);
	return TRUE;
}

/* What is in the card is not played any more. */
static void
test_card_empty(GstAudioSink *sink G_GNUC_UNUSED)
{
	g_mutex_lock(&card.lock);
	card.resets++;
	g_byte_array_set_size(card.fifo, 0);
	g_cond_broadcast(&card.changed);
	g_mutex_unlock(&card.lock);
}

static gboolean
test_card_unprepare(GstAudioSink *sink)
{
	test_card_empty(sink);
	g_mutex_lock(&card.lock);
	card.prepared = FALSE;
	g_cond_broadcast(&card.changed);
	g_mutex_unlock(&card.lock);
	return TRUE;
}

static guint64
card_room(void)
{
	guint64 size = card.rate * CARD_BUFFER_MS / 1000 * card.frame_bytes;

	return size - MIN(size, card.fifo->len);
}

static gint
test_card_write(GstAudioSink *sink G_GNUC_UNUSED, gpointer data, guint len)
{
	g_mutex_lock(&card.lock);
	unsigned resets = card.resets;

	while (card.prepared && card.resets == resets && card_room() < len) {
		g_cond_wait(&card.changed, &card.lock);
	}
	if (card.prepared && card.resets == resets) {
		g_byte_array_append(card.fifo, data, len);
		g_cond_broadcast(&card.changed);
	}
	g_mutex_unlock(&card.lock);
	return (gint)len;
}

static guint
test_card_delay(GstAudioSink *sink G_GNUC_UNUSED)
{
	g_mutex_lock(&card.lock);
	guint frames = card.frame_bytes > 0 ? (guint)(card.fifo->len / card.frame_bytes) : 0;

	g_mutex_unlock(&card.lock);
	return frames;
}

static void
test_card_class_init(TestCardClass *class)
{
	gst_element_class_add_static_pad_template(GST_ELEMENT_CLASS(class), &sink_template);
	gst_element_class_set_static_metadata(GST_ELEMENT_CLASS(class), "Test card", "Sink/Audio",
		"Plays in the test's time", "av-upnp");
	class->open = test_card_open;
	class->close = test_card_close;
	class->prepare = test_card_prepare;
	class->unprepare = test_card_unprepare;
	class->write = test_card_write;
	class->reset = test_card_empty;
	class->delay = test_card_delay;
}

static void
test_card_init(TestCard *self G_GNUC_UNUSED)
{
	/* All is in the card. */
}

/* ---- what the test does */

void
sound_card_register(void)
{
	g_assert_true(gst_element_register(NULL, SOUND_CARD, GST_RANK_NONE, test_card_get_type()));
	card.fifo = g_byte_array_new();
	card.rates = g_string_new(NULL);
}

void
sound_card_reset(CardPlace place)
{
	g_mutex_lock(&card.lock);
	card.place = place;
	card.heard = 0;
	g_string_truncate(card.rates, 0);
	g_mutex_unlock(&card.lock);
}

/* Frames of what is waiting: whatever is not nothing is heard. */
static guint64
card_count_loud(guint64 frames)
{
	static const guint8 silence[64];
	guint64 loud = 0;

	for (guint64 i = 0; i < frames; i++) {
		loud += memcmp(card.fifo->data + i * card.frame_bytes, silence, card.frame_bytes) !=
			0;
	}
	return loud;
}

gboolean
sound_card_play(unsigned ms)
{
	const gint64 deadline_us = g_get_monotonic_time() + CARD_PATIENCE_US;
	gboolean good = TRUE;

	g_mutex_lock(&card.lock);
	unsigned resets = card.resets;
	guint64 left = card.rate * ms / 1000;

	while (left > 0 && good) {
		guint64 frames = card.prepared ? MIN(left, card.fifo->len / card.frame_bytes) : 0;

		if (frames > 0) {
			card.heard += card_count_loud(frames);
			g_byte_array_remove_range(card.fifo, 0, (guint)(frames * card.frame_bytes));
			left -= frames;
			g_cond_broadcast(&card.changed);
			continue;
		}
		good = card.prepared && card.resets == resets &&
		       g_cond_wait_until(&card.changed, &card.lock, deadline_us);
	}
	g_mutex_unlock(&card.lock);
	return good;
}

guint64
sound_card_get_heard(void)
{
	g_mutex_lock(&card.lock);
	guint64 heard = card.heard;

	g_mutex_unlock(&card.lock);
	return heard;
}

guint64
sound_card_get_waiting(void)
{
	g_mutex_lock(&card.lock);
	guint64 loud =
		card.frame_bytes > 0 ? card_count_loud(card.fifo->len / card.frame_bytes) : 0;

	g_mutex_unlock(&card.lock);
	return loud;
}

gboolean
sound_card_is_open(void)
{
	g_mutex_lock(&card.lock);
	gboolean open = card.open;

	g_mutex_unlock(&card.lock);
	return open;
}

char *
sound_card_dup_rates(void)
{
	g_mutex_lock(&card.lock);
	char *rates = g_strdup(card.rates->str);

	g_mutex_unlock(&card.lock);
	return rates;
}
