/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* worker/vaapi.h: an encoder of H.264 in a graphics card, by VAAPI.
 *
 * The device and its driver are opened before the sandbox closes, since drivers are libraries that open files; from
 * then on only calls to the device's descriptor are left. Runs in a child of its own for each film. */
#pragma once

#include <libavcodec/avcodec.h>

#include "mediaserver/convert/recipe.h"

G_BEGIN_DECLS

typedef struct Vaapi Vaapi;

/** What a worker's command line may name: a file below /dev/dri. */
bool vaapi_is_device(const char *path);

/** Opens device and driver. Before the sandbox.
 *  @return NULL with an error that says what FFmpeg and the driver said, and what helps */
Vaapi *vaapi_open(const char *device, GError **error);
void vaapi_free(Vaapi *vaapi);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Vaapi, vaapi_free)

/** What makes the pictures of a recipe: the card what it is for, when it is there and was tried.
 *  @param vaapi  NULL: there is none, or its test failed */
bool vaapi_does(const Vaapi *vaapi, const Recipe *recipe);

/** @return an encoder, not open; NULL: this FFmpeg has none */
AVCodecContext *vaapi_new_encoder(void);
/** Size, rates and shape are filled in; it is opened here. @return false: the driver refuses */
bool vaapi_open_encoder(const Vaapi *vaapi, AVCodecContext *encoder, int64_t bps);
/** A picture in YUV 4:2:0 as one in the card's memory, with its time. @return NULL: there is no room there */
AVFrame *vaapi_upload(const AVCodecContext *encoder, const AVFrame *picture);

/** Pictures are coded by the card, decoded by the processor, and compared. In the sandbox.
 *  @return false with what went wrong, and what helps */
bool vaapi_test(const Vaapi *vaapi, GError **error);

G_END_DECLS
