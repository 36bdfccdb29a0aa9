/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Arithmetic of pixels for the card. Any thread. */
#include "mediaserver/worker/vaapi-picture.h"

#include <stdlib.h>
#include <string.h>

#include "mediaserver/worker/new-frame.h"

#define OFF_MAX 255

AVFrame *
vaapi_picture_new_nv12(const AVFrame *picture)
{
	AVFrame *frame = new_frame(picture->width, picture->height, AV_PIX_FMT_NV12);

	if (frame == NULL) {
		return NULL;
	}
	for (int y = 0; y < picture->height; y++) {
		memcpy(frame->data[0] + (ptrdiff_t)y * frame->linesize[0],
			picture->data[0] + (ptrdiff_t)y * picture->linesize[0],
			(size_t)picture->width);
	}
	for (int y = 0; y < picture->height / 2; y++) {
		const uint8_t *u = picture->data[1] + (ptrdiff_t)y * picture->linesize[1];
		const uint8_t *v = picture->data[2] + (ptrdiff_t)y * picture->linesize[2];
		uint8_t *both = frame->data[1] + (ptrdiff_t)y * frame->linesize[1];

		for (int x = 0; x < picture->width / 2; x++) {
			both[2 * x] = u[x];
			both[2 * x + 1] = v[x];
		}
	}
	return frame;
}

static uint8_t
grey_at(int n, int x)
{
	return (uint8_t)(180 + 2 * n - x / 2);
}

AVFrame *
vaapi_picture_new_test(int n)
{
	AVFrame *frame = new_frame(VAAPI_TEST_WIDTH, VAAPI_TEST_HEIGHT, AV_PIX_FMT_YUV420P);

	if (frame == NULL) {
		return NULL;
	}
	frame->pts = n;
	for (int y = 0; y < VAAPI_TEST_HEIGHT; y++) {
		for (int x = 0; x < VAAPI_TEST_WIDTH; x++) {
			frame->data[0][(ptrdiff_t)y * frame->linesize[0] + x] = grey_at(n, x);
		}
	}
	for (int plane = 1; plane <= 2; plane++) {
		memset(frame->data[plane], 128,
			(size_t)frame->linesize[plane] * (VAAPI_TEST_HEIGHT / 2));
	}
	return frame;
}

int
vaapi_picture_compare(const AVFrame *picture, int n)
{
	int64_t off = 0;

	if (picture->width != VAAPI_TEST_WIDTH || picture->height != VAAPI_TEST_HEIGHT ||
		picture->format != AV_PIX_FMT_YUV420P) {
		return OFF_MAX;
	}
	for (int y = 0; y < VAAPI_TEST_HEIGHT; y++) {
		for (int x = 0; x < VAAPI_TEST_WIDTH; x++) {
			off += abs(picture->data[0][(ptrdiff_t)y * picture->linesize[0] + x] -
				   grey_at(n, x));
		}
	}
	return (int)(off / (VAAPI_TEST_WIDTH * VAAPI_TEST_HEIGHT));
}
