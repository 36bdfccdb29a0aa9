/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Between VolumeDB and the card's own steps. What is read after a write is remembered: only another
 * reading is somebody else's doing, however coarse the card's steps are. Main thread. */

#include "hardware-mixer.h"

#include <av-upnp/loop.h>

#define DB_UNITS 256
#define CARD_UNITS 100

struct HardwareMixer {
	const MixerControl *functions;
	char *card, *element;
	void *control;   /* NULL: the card is gone */
	AvuTimer *timer; /* to look for it */
	void (*changed)(AvuValue value, int32_t number, void *user_data);
	void *user_data;
	GSource *source;
	long min, max;
	long level; /* as read last */
	bool mute;
	bool soft_mute; /* no switch: muted by the level */
	int32_t volume; /* as it should be when it is not muted */
	bool muted;     /* as it should be */
};

static long
to_card(const HardwareMixer *mixer, int32_t volume_db)
{
	if (volume_db <= AVU_VOLUME_SILENT) {
		return mixer->min;
	}
	return CLAMP(mixer->max + (long)volume_db * CARD_UNITS / DB_UNITS, mixer->min, mixer->max);
}

static int32_t
from_card(const HardwareMixer *mixer, long level)
{
	if (level <= mixer->min) {
		return AVU_VOLUME_SILENT;
	}
	return (int32_t)MAX((level - mixer->max) * DB_UNITS / CARD_UNITS, (long)INT16_MIN + 1);
}

static bool
look(HardwareMixer *mixer, bool tell)
{
	long level = mixer->level;
	bool mute = mixer->mute;

	if (!mixer->functions->read(mixer->control, &level, &mute)) {
		return false;
	}
	bool other_level = level != mixer->level, other_mute = mute != mixer->mute;

	mixer->level = level;
	mixer->mute = mute;
	if (tell && other_level) {
		mixer->volume = from_card(mixer, level);
		mixer->changed(AVU_VALUE_VOLUME, mixer->volume, mixer->user_data);
	}
	if (tell && other_level && mixer->soft_mute) {
		mixer->soft_mute = mixer->muted = false; /* it is heard again */
		mixer->changed(AVU_VALUE_MUTE, 0, mixer->user_data);
	}
	if (tell && other_mute) {
		mixer->muted = mute;
		mixer->changed(AVU_VALUE_MUTE, mute, mixer->user_data);
	}
	return true;
}

/* Unplugged, its descriptor is ready for ever: it is not watched any more. */
static void
lose(HardwareMixer *mixer)
{
	g_warning("the sound card '%s' is gone; its volume waits until it is there again",
		mixer->card);
	if (mixer->source != NULL) {
		g_source_destroy(mixer->source);
		g_clear_pointer(&mixer->source, g_source_unref);
	}
	mixer->functions->close(g_steal_pointer(&mixer->control));
	avu_timer_set(mixer->timer, mixer->functions->again_ns);
}

static bool
on_ready(int fd G_GNUC_UNUSED, GIOCondition condition, void *data)
{
	HardwareMixer *mixer = data;
	bool gone = (condition & (G_IO_ERR | G_IO_HUP | G_IO_NVAL)) != 0 ||
		    !mixer->functions->take(mixer->control);

	if (gone || !look(mixer, /* tell = */ true)) {
		lose(mixer);
		return false;
	}
	return true;
}

static bool
find(HardwareMixer *mixer, GError **error)
{
	mixer->control = mixer->functions->open(mixer->card, mixer->element, error);
	if (mixer->control == NULL) {
		return false;
	}
	mixer->functions->get_range(mixer->control, &mixer->min, &mixer->max);
	mixer->source = avu_watch_fd(
		NULL, mixer->functions->get_fd(mixer->control), G_IO_IN, on_ready, mixer);
	return true;
}

static void
write_volume(HardwareMixer *mixer)
{
	mixer->functions->write_level(
		mixer->control, mixer->soft_mute ? mixer->min : to_card(mixer, mixer->volume));
}

static void
write_mute(HardwareMixer *mixer)
{
	if (!mixer->functions->write_mute(mixer->control, mixer->muted)) {
		mixer->soft_mute = mixer->muted;
		write_volume(mixer);
	}
}

static void
on_again(void *data)
{
	HardwareMixer *mixer = data;

	if (!find(mixer, NULL)) {
		avu_timer_set(mixer->timer, mixer->functions->again_ns);
		return;
	}
	g_message("the sound card '%s' is there again", mixer->card);
	write_mute(mixer);
	write_volume(mixer);
	(void)look(mixer, /* tell = */ false);
}

HardwareMixer *
hardware_mixer_new(const MixerControl *functions, const char *card, const char *control,
	void (*changed)(AvuValue value, int32_t number, void *user_data), void *user_data,
	GError **error)
{
	g_autoptr(HardwareMixer) mixer = g_new0(HardwareMixer, 1);

	mixer->functions = functions;
	mixer->card = g_strdup(card);
	mixer->element = g_strdup(control);
	mixer->changed = changed;
	mixer->user_data = user_data;
	mixer->timer = avu_timer_new(NULL, AVU_TIME_NONE, on_again, mixer);
	if (!find(mixer, error)) {
		return NULL;
	}
	(void)look(mixer, /* tell = */ false);
	mixer->volume = from_card(mixer, mixer->level);
	mixer->muted = mixer->mute;
	return g_steal_pointer(&mixer);
}

void
hardware_mixer_free(HardwareMixer *mixer)
{
	if (mixer == NULL) {
		return;
	}
	avu_timer_free(mixer->timer);
	if (mixer->source != NULL) {
		g_source_destroy(mixer->source);
		g_source_unref(mixer->source);
	}
	if (mixer->control != NULL) {
		mixer->functions->close(mixer->control);
	}
	g_free(mixer->card);
	g_free(mixer->element);
	g_free(mixer);
}

void
hardware_mixer_set(HardwareMixer *mixer, AvuValue value, int32_t number)
{
	if (value == AVU_VALUE_VOLUME) {
		mixer->volume = number;
	} else if (value == AVU_VALUE_MUTE) {
		mixer->muted = number != 0;
	}
	if (mixer->control == NULL) {
		return; /* on_again() does it */
	}
	if (value == AVU_VALUE_VOLUME) {
		write_volume(mixer);
	} else if (value == AVU_VALUE_MUTE) {
		write_mute(mixer);
	}
	(void)look(mixer, /* tell = */ false);
}
