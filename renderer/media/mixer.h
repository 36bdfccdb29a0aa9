/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/media/mixer.h: volume, mute and loudness of each channel, in software */
#pragma once

#include <gst/gst.h>

#include <av-upnp/rendering-value.h>

G_BEGIN_DECLS

typedef struct Mixer Mixer;

Mixer *mixer_new(void);
/** Lets go of it; elements that live on keep what they need. */
void mixer_free(Mixer *mixer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Mixer, mixer_free)

/** Heard in every element, within some milliseconds and without a click. A value that is not of sound is
 *  ignored. @thread main */
void mixer_set(Mixer *mixer, AvuValue value, AvuChannel channel, int32_t number);
/** @return floating element with pads "sink" and "src"; where every value is neutral, samples pass
 *          unchanged. @thread any */
GstElement *mixer_make_element(Mixer *mixer);

G_END_DECLS
