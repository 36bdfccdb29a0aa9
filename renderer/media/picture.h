/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/media/picture.h: how pictures look: light, colour, sharpness, place */
#pragma once

#include <gst/gst.h>

#include <av-upnp/rendering-value.h>

G_BEGIN_DECLS

typedef struct Picture Picture;

Picture *picture_new(void);
/** Lets go of it; elements that live on keep what they need. */
void picture_free(Picture *picture);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Picture, picture_free)

/** Seen in every element from the next frame on. A value that is not of pictures is ignored.
 *  @thread main */
void picture_set(Picture *picture, AvuValue value, int32_t number);
/** To stand behind a videoconvert: while a value is not neutral, frames of RGB come in.
 *  @return floating element with pads "sink" and "src"; where every value is neutral, frames of any
 *          format pass unchanged. @thread any */
GstElement *picture_make_element(Picture *picture);

G_END_DECLS
