/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/media/hardware-mixer.h: volume and mute of the sound card, and what others do to them */
#pragma once

#include <av-upnp/rendering-value.h>

G_BEGIN_DECLS

/* The control of a card, in hundredths of a decibel. Implemented over ALSA, and by a fake. */
typedef struct {
	/** @return NULL with AVU_ERROR_NOT_FOUND or IO */
	void *(*open)(const char *card, const char *control, GError **error);
	void (*close)(void *control);
	void (*get_range)(void *control, long *ret_min, long *ret_max);
	bool (*read)(void *control, long *ret_level, bool *ret_mute);
	/* The card takes the nearest that it has. */
	void (*write_level)(void *control, long level);
	/* @return false: it has no switch */
	bool (*write_mute)(void *control, bool mute);
	/* Readable when something may have changed; take() then clears that. false: the card is gone */
	int (*get_fd)(void *control);
	bool (*take)(void *control);
	int64_t again_ns; /* so often one that is gone is looked for */
} MixerControl;

typedef struct HardwareMixer HardwareMixer;

/** A card that goes is looked for until it is there again; then it is as loud as it was left.
 *  @param changed  somebody else changed it; what was set here is not told
 *  @return NULL with the error of open */
HardwareMixer *hardware_mixer_new(const MixerControl *functions, const char *card,
	const char *control, void (*changed)(AvuValue value, int32_t number, void *user_data),
	void *user_data, GError **error);
void hardware_mixer_free(HardwareMixer *mixer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(HardwareMixer, hardware_mixer_free)
/** VOLUME (0: the loudest the card has) or MUTE. */
void hardware_mixer_set(HardwareMixer *mixer, AvuValue value, int32_t number);

/** Simple mixer elements of ALSA. */
extern const MixerControl mixer_alsa;

G_END_DECLS
