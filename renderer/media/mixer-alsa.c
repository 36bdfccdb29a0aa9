/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* MixerControl over ALSA's simple mixer elements. The card is opened before the sandbox; afterwards only
 * its descriptor is used. Main thread. */

#include <errno.h>
#include <math.h>
#include <poll.h>

#include <alsa/asoundlib.h>

#include <av-upnp/error.h>

#include "hardware-mixer.h"

#define ELEMENTS_SHOWN 200 /* octets of names in a message */

/* A control without decibels, such as that of PulseAudio and PipeWire, is a cubic scale as theirs: a
 * factor of 10 is 60 dB. */
#define CUBIC_UNITS 6000.0
#define CUBIC_MIN (-10000)

typedef struct {
	snd_mixer_t *mixer;
	snd_mixer_elem_t *element;
	long steps; /* of a cubic scale; 0: it knows decibels */
} AlsaControl;

static void
alsa_close(void *data)
{
	AlsaControl *control = data;

	(void)snd_mixer_close(control->mixer);
	g_free(control);
}

static void
name_elements(snd_mixer_t *mixer, GString *names)
{
	for (snd_mixer_elem_t *at = snd_mixer_first_elem(mixer); at != NULL;
		at = snd_mixer_elem_next(at)) {
		if (snd_mixer_selem_has_playback_volume(at) && names->len < ELEMENTS_SHOWN) {
			g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "",
				snd_mixer_selem_get_name(at));
		}
	}
}

/* @return 0: in decibels; below: of no use */
static long
count_steps(snd_mixer_elem_t *element)
{
	long min, max;

	if (snd_mixer_selem_get_playback_dB_range(element, &min, &max) == 0 && min < max) {
		return 0;
	}
	return snd_mixer_selem_get_playback_volume_range(element, &min, &max) == 0 && min == 0 &&
			       max > 0
		       ? max
		       : -1;
}

static snd_mixer_elem_t *
find_element(snd_mixer_t *mixer, const char *card, const char *name, GError **error)
{
	snd_mixer_selem_id_t *id = NULL;
	snd_mixer_elem_t *element = NULL;

	if (snd_mixer_selem_id_malloc(&id) == 0) {
		snd_mixer_selem_id_set_name(id, name);
		element = snd_mixer_find_selem(mixer, id);
		snd_mixer_selem_id_free(id);
	}
	if (element == NULL || !snd_mixer_selem_has_playback_volume(element) ||
		count_steps(element) < 0) {
		g_autoptr(GString) names = g_string_new(NULL);

		name_elements(mixer, names);
		g_set_error(error, AVU_ERROR, AVU_ERROR_NOT_FOUND,
			"the sound card '%s' has no volume '%s'; it has: %s", card, name,
			names->len > 0 ? names->str : "none");
		return NULL;
	}
	return element;
}

static void *
alsa_open(const char *card, const char *name, GError **error)
{
	snd_mixer_t *mixer = NULL;
	int result = snd_mixer_open(&mixer, 0);

	if (result == 0) {
		result = snd_mixer_attach(mixer, card);
	}
	if (result == 0) {
		result = snd_mixer_selem_register(mixer, NULL, NULL);
	}
	if (result == 0) {
		result = snd_mixer_load(mixer);
	}
	if (result < 0) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_IO, "the mixer of the sound card '%s': %s",
			card, snd_strerror(result));
	}
	snd_mixer_elem_t *element = result < 0 ? NULL : find_element(mixer, card, name, error);

	if (element == NULL) {
		if (mixer != NULL) {
			(void)snd_mixer_close(mixer);
		}
		return NULL;
	}
	AlsaControl *control = g_new0(AlsaControl, 1);

	*control = (AlsaControl){ mixer, element, count_steps(element) };
	return control;
}

static void
alsa_get_range(void *data, long *ret_min, long *ret_max)
{
	const AlsaControl *control = data;

	*ret_min = CUBIC_MIN;
	*ret_max = 0;
	if (control->steps == 0) {
		(void)snd_mixer_selem_get_playback_dB_range(control->element, ret_min, ret_max);
	}
}

static bool
read_level(const AlsaControl *control, long *ret_level)
{
	long step = 0;

	if (control->steps == 0) {
		return snd_mixer_selem_get_playback_dB(
			       control->element, SND_MIXER_SCHN_FRONT_LEFT, ret_level) == 0;
	}
	if (snd_mixer_selem_get_playback_volume(
		    control->element, SND_MIXER_SCHN_FRONT_LEFT, &step) < 0) {
		return false;
	}
	*ret_level = step <= 0 ? CUBIC_MIN
			       : lround(CUBIC_UNITS * log10((double)step / (double)control->steps));
	*ret_level = CLAMP(*ret_level, CUBIC_MIN, 0); /* a desktop may go beyond its 100 % */
	return true;
}

/* The first channel speaks for all. */
static bool
alsa_read(void *data, long *ret_level, bool *ret_mute)
{
	const AlsaControl *control = data;
	int on = 1;

	if (!read_level(control, ret_level)) {
		return false;
	}
	if (snd_mixer_selem_has_playback_switch(control->element)) {
		(void)snd_mixer_selem_get_playback_switch(
			control->element, SND_MIXER_SCHN_FRONT_LEFT, &on);
	}
	*ret_mute = on == 0;
	return true;
}

static void
alsa_write_level(void *data, long level)
{
	const AlsaControl *control = data;

	/* fails when the card is gone, which the next reading says */
	if (control->steps == 0) {
		(void)snd_mixer_selem_set_playback_dB_all(control->element, level, 0);
	} else {
		(void)snd_mixer_selem_set_playback_volume_all(control->element,
			level <= CUBIC_MIN ? 0
					   : lround((double)control->steps *
						     pow(10, (double)level / CUBIC_UNITS)));
	}
}

static bool
alsa_write_mute(void *data, bool mute)
{
	const AlsaControl *control = data;

	return snd_mixer_selem_has_playback_switch(control->element) &&
	       snd_mixer_selem_set_playback_switch_all(control->element, mute ? 0 : 1) == 0;
}

static int
alsa_get_fd(void *data)
{
	struct pollfd poll = { .fd = -1 };

	/* one card was attached: it has one descriptor */
	(void)snd_mixer_poll_descriptors(((AlsaControl *)data)->mixer, &poll, 1);
	return poll.fd;
}

/* -ENODEV again and again, of a card that was pulled out */
static bool
alsa_take(void *data)
{
	int result = snd_mixer_handle_events(((AlsaControl *)data)->mixer);

	return result >= 0 || result == -EAGAIN || result == -EINTR;
}

const MixerControl mixer_alsa = {
	.open = alsa_open,
	.close = alsa_close,
	.get_range = alsa_get_range,
	.read = alsa_read,
	.write_level = alsa_write_level,
	.write_mute = alsa_write_mute,
	.get_fd = alsa_get_fd,
	.take = alsa_take,
	.again_ns = 2 * AVU_NS_PER_S,
};
