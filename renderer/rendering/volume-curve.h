/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/rendering/volume-curve.h: how loud each position of the volume scale is */
#pragma once

#include <av-upnp/base.h>

#define VOLUME_POSITIONS 101

/** @param position  0…100
 *  @return in 1/256 dB, 0 for 100; rising. What 0 tells stands for silence */
int16_t volume_curve_get(unsigned position);
/** @return the loudest position that is not louder than this; 0 also for what is quieter than all */
unsigned volume_curve_find(int16_t volume_db);
