/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Between VolumeDB and the card's own steps. What is read after a write is remembered: only another
 * reading is somebody else's doing, however coarse the card's steps are. Main thread. */

#include "hardware-mixer.h"

#include <av-upnp/loop.h>

#define DB_UNITS 256
#define CARD_UNITS 100

struct HardwareMixer {
	const MixerControl *functions;
	void *control;
	void (*changed)(AvuValue value, int32_t number, void *user_data);
	void *user_data;
	GSource *source;
	long min, max;
	long level; /* as read last */
	bool mute;
	bool soft_mute; /* no switch: muted by the level */
	int32_t volume; /* as set last, for the end of that */
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
		mixer->changed(AVU_VALUE_VOLUME, from_card(mixer, level), mixer->user_data);
	}
	if (tell && other_mute) {
		mixer->changed(AVU_VALUE_MUTE, mute, mixer->user_data);
	}
	return true;
}

static bool
on_ready(int fd G_GNUC_UNUSED, GIOCondition condition G_GNUC_UNUSED, void *data)
{
	HardwareMixer *mixer = data;

	mixer->functions->take(mixer->control);
	if (!look(mixer, /* tell = */ true)) {
		g_warning("the mixer of the sound card is gone");
		g_clear_pointer(&mixer->source, g_source_unref);
		return false;
	}
	return true;
}

HardwareMixer *
hardware_mixer_new(const MixerControl *functions, const char *card, const char *control,
	void (*changed)(AvuValue value, int32_t number, void *user_data), void *user_data,
	GError **error)
{
	void *opened = functions->open(card, control, error);

	if (opened == NULL) {
		return NULL;
	}
	HardwareMixer *mixer = g_new0(HardwareMixer, 1);

	mixer->functions = functions;
	mixer->control = opened;
	mixer->changed = changed;
	mixer->user_data = user_data;
	functions->get_range(opened, &mixer->min, &mixer->max);
	(void)look(mixer, /* tell = */ false);
	mixer->source =
		avu_watch_fd(NULL, functions->get_fd(opened), G_IO_IN | G_IO_ERR, on_ready, mixer);
	return mixer;
}

void
hardware_mixer_free(HardwareMixer *mixer)
{
	if (mixer == NULL) {
		return;
	}
	if (mixer->source != NULL) {
		g_source_destroy(mixer->source);
		g_source_unref(mixer->source);
	}
	mixer->functions->close(mixer->control);
	g_free(mixer);
}

void
hardware_mixer_set(HardwareMixer *mixer, AvuValue value, int32_t number)
{
	if (value == AVU_VALUE_VOLUME) {
		mixer->volume = number;
		if (!mixer->soft_mute) {
			mixer->functions->write_level(mixer->control, to_card(mixer, number));
		}
	} else if (value == AVU_VALUE_MUTE &&
		   !mixer->functions->write_mute(mixer->control, number != 0)) {
		mixer->soft_mute = number != 0;
		mixer->functions->write_level(
			mixer->control, number != 0 ? mixer->min : to_card(mixer, mixer->volume));
	}
	(void)look(mixer, /* tell = */ false);
}
