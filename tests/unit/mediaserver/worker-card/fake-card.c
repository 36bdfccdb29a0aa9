/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* These names are found before those of the shared libraries. What they do not take for the card's goes on to FFmpeg. */
#include "tests/unit/mediaserver/worker-card/fake-card.h"

#include <dlfcn.h>
#include <string.h>

#include <libavcodec/avcodec.h>
#include <libavutil/hwcontext.h>

FakeCard fake_card;

static AVCodecContext *encoder; /* the card's; one at a time */

#define REAL(name) ((__typeof__(&name))(intptr_t)dlsym(RTLD_NEXT, #name))

int
av_hwdevice_ctx_create(AVBufferRef **device, enum AVHWDeviceType type, const char *name,
	AVDictionary *options, int flags)
{
	(void)type, (void)name, (void)options, (void)flags;
	if (fake_card.fault == CARD_HAS_NO_DRIVER) {
		av_log(NULL, AV_LOG_ERROR, "fake_drv_video.so has no function __vaDriverInit\n");
		return AVERROR(EIO);
	}
	*device = av_buffer_allocz(1);
	return *device != NULL ? 0 : AVERROR(ENOMEM);
}

AVBufferRef *
av_hwframe_ctx_alloc(AVBufferRef *device)
{
	(void)device;
	return av_buffer_allocz(sizeof(AVHWFramesContext));
}

int
av_hwframe_ctx_init(AVBufferRef *reference)
{
	const AVHWFramesContext *frames = (const AVHWFramesContext *)(const void *)reference->data;

	return frames->format == AV_PIX_FMT_VAAPI && frames->sw_format == AV_PIX_FMT_NV12 &&
			       frames->width > 0 && frames->height > 0
		       ? 0
		       : AVERROR(EINVAL);
}

int
av_hwframe_get_buffer(AVBufferRef *reference, AVFrame *frame, int flags)
{
	const AVHWFramesContext *frames = (const AVHWFramesContext *)(const void *)reference->data;

	(void)flags;
	frame->format = AV_PIX_FMT_NV12;
	frame->width = frames->width;
	frame->height = frames->height;
	return fake_card.fault == CARD_HAS_NO_ROOM && fake_card.taken >= fake_card.after
		       ? AVERROR(ENOMEM)
		       : av_frame_get_buffer(frame, 0);
}

int
av_hwframe_transfer_data(AVFrame *to, const AVFrame *from, int flags)
{
	(void)flags;
	if (from->format != AV_PIX_FMT_NV12 || av_frame_copy(to, from) < 0) {
		return AVERROR(EINVAL);
	}
	if (fake_card.fault == CARD_IS_DARK) {
		memset(to->data[0], 16, (size_t)to->linesize[0] * (size_t)to->height);
	}
	return 0;
}

const AVCodec *
avcodec_find_encoder_by_name(const char *name)
{
	if (strcmp(name, "h264_vaapi") != 0) {
		return REAL(avcodec_find_encoder_by_name)(name);
	}
	return fake_card.fault == CARD_HAS_NO_ENCODER
		       ? NULL
		       : REAL(avcodec_find_encoder_by_name)("libx264");
}

int
avcodec_open2(AVCodecContext *context, const AVCodec *codec, AVDictionary **options)
{
	if (context->pix_fmt != AV_PIX_FMT_VAAPI) {
		return REAL(avcodec_open2)(context, codec, options);
	}
	if (fake_card.fault == CARD_REFUSES_SIZE) {
		av_log(NULL, AV_LOG_ERROR, "Hardware does not support encoding at this size\n");
		return AVERROR(EINVAL);
	}
	AVBufferRef *frames = context->hw_frames_ctx;

	/* as a card does: nothing is held back */
	(void)av_dict_set(options, "tune", "zerolatency", 0);
	(void)av_dict_set(options, "preset", "ultrafast", 0);
	context->hw_frames_ctx = NULL;
	context->pix_fmt = AV_PIX_FMT_NV12;
	const int code = REAL(avcodec_open2)(context, codec, options);

	context->hw_frames_ctx = frames;
	encoder = context;
	return code;
}

int
avcodec_send_frame(AVCodecContext *context, const AVFrame *frame)
{
	if (context != encoder || frame == NULL) {
		return REAL(avcodec_send_frame)(context, frame);
	}
	if (fake_card.fault == CARD_DIES && fake_card.taken >= fake_card.after) {
		return AVERROR(EIO);
	}
	fake_card.taken++;
	return (fake_card.fault == CARD_LOSES && fake_card.taken % 5 == 0) ||
			       (fake_card.fault == CARD_DIES_LATE &&
				       fake_card.taken > fake_card.after)
		       ? 0
		       : REAL(avcodec_send_frame)(context, frame);
}

int
avcodec_receive_packet(AVCodecContext *context, AVPacket *packet)
{
	return context == encoder && fake_card.fault == CARD_DIES_LATE &&
			       fake_card.taken > fake_card.after
		       ? AVERROR(EIO)
		       : REAL(avcodec_receive_packet)(context, packet);
}

void
avcodec_free_context(AVCodecContext **context)
{
	if (*context == encoder) {
		encoder = NULL;
	}
	REAL(avcodec_free_context)(context);
}
