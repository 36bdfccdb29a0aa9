/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* worker/vaapi-picture.h: pictures as a graphics card takes them, and those that it is tried with. Pure. */
#pragma once

#include <libavutil/frame.h>

#include <av-upnp/base.h>

G_BEGIN_DECLS

#define VAAPI_TEST_WIDTH 320
#define VAAPI_TEST_HEIGHT 240

/** Two planes of colour become one in which they take turns.
 *  @param picture  YUV 4:2:0 of even size  @return NULL: no memory */
AVFrame *vaapi_picture_new_nv12(const AVFrame *picture);

/** Grey that is brighter from picture to picture, and darker to the right. @param n  0 to 24 */
AVFrame *vaapi_picture_new_test(int n);

/** @param picture  that came back  @return how far its brightness is off on average, 0 to 255; 255 when it is of
 *  another size or form */
int vaapi_picture_compare(const AVFrame *picture, int n);

G_END_DECLS
