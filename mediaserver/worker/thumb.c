/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pictures on demand: read, scale, turn, code. Runs in a sandboxed child of its own (SEC-148). */
#include "mediaserver/worker/thumb.h"

#include <libavcodec/avcodec.h>

#include "mediaserver/worker/thumb-picture.h"

void
thumb_warm(void)
{
	static const enum AVCodecID codecs[] = { AV_CODEC_ID_MJPEG, AV_CODEC_ID_PNG,
		AV_CODEC_ID_WEBP, AV_CODEC_ID_GIF, AV_CODEC_ID_HEVC, AV_CODEC_ID_VP9,
		AV_CODEC_ID_VP8, AV_CODEC_ID_VC1, AV_CODEC_ID_AV1 };

	for (size_t i = 0; i < G_N_ELEMENTS(codecs); i++) {
		const AVCodec *codec = avcodec_find_decoder(codecs[i]);
		AVCodecContext *context = codec != NULL ? avcodec_alloc_context3(codec) : NULL;

		if (context != NULL) {
			context->thread_count = 1;
			(void)avcodec_open2(context, codec, NULL); /* only its tables are wanted */
			avcodec_free_context(&context);
		}
	}
}

WorkerOutcome
thumb_run(int fd, const char *hint, AvuFrameReader *question, AvuFrameWriter *answer)
{
	ThumbPicture picture;
	ThumbBox box;

	(void)hint; /* octets say what a picture is */
	if (!thumb_box_take(question, &box)) {
		return WORKER_UNSUITABLE;
	}
	WorkerOutcome outcome = thumb_source_read(fd, &box, &picture);

	if (outcome != WORKER_OK) {
		return outcome;
	}
	AVPacket *coded = thumb_picture_code(&picture, &box);

	av_frame_free(&picture.frame);
	if (coded == NULL) {
		return WORKER_UNSUITABLE;
	}
	g_byte_array_append(answer->bytes, coded->data, (guint)coded->size);
	av_packet_free(&coded);
	return WORKER_OK;
}
