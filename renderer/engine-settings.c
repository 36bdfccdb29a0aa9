/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From names of settings to numbers and names of the engine. Any thread. */
#include "engine-settings.h"

#include <string.h>

#include "local/television.h"

#define NEVER_NS (INT64_MAX / 4)

static MediaGain
get_gain(const AvuSettings *settings)
{
	static const char *const words[MEDIA_N_GAINS] = { "off", "track", "album" };
	const char *word = avu_settings_get_string(settings, "ReplayGain");

	for (unsigned i = 0; i < MEDIA_N_GAINS; i++) {
		if (strcmp(words[i], word) == 0) {
			return (MediaGain)i;
		}
	}
	return MEDIA_GAIN_OFF;
}

void
engine_settings_read(const AvuSettings *settings, EngineConfig *ret_config)
{
	const bool hardware = avu_settings_get_bool(settings, "HardwareVolume") &&
			      !television_has_volume(settings);

	*ret_config = (EngineConfig){
		.audio_sink = avu_settings_get_string(settings, "AudioSink"),
		.video_sink = avu_settings_get_string(settings, "VideoSink"),
		.audio_device = avu_settings_get_string(settings, "AudioDevice"),
		.mixer_card = hardware ? avu_settings_get_string(settings, "MixerCard") : NULL,
		.mixer_control =
			hardware ? avu_settings_get_string(settings, "MixerControl") : NULL,
		.no_mixer = avu_settings_get_bool(settings, "BitPerfect"),
		.dop = strcmp(avu_settings_get_string(settings, "Dsd"), "dop") == 0,
		.gain = get_gain(settings),
		.preamp_db = (int)avu_settings_get_int(settings, "ReplayGainPreamp"),
		/* who watches the knob of the card must be there */
		.media_idle_ns = hardware ? NEVER_NS : avu_settings_get_int(settings, "MediaIdle"),
		.buffer_ns = avu_settings_get_int(settings, "Buffer"),
	};
}
