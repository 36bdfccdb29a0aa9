/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Each tile is a coded picture of the same size; one decoder takes them in turn. No more pixels than
 * AVU_LIMIT_PICTURE_PIXELS (SEC-150), checked by who calls. Runs in a sandboxed child. Compiles with
 * FFmpeg 5.1 and 7.1. */
#include "mediaserver/worker/heif-tiles.h"

#include <string.h>

#include <libavcodec/avcodec.h>
#include <libavutil/imgutils.h>
#include <libavutil/pixdesc.h>

#include <av-upnp/limits.h>

#define TILE_OCTETS_MAX (64 * 1024 * 1024)

static AVCodecContext *
open_decoder(const HeifPicture *picture)
{
	const AVCodec *codec =
		avcodec_find_decoder(picture->av1 ? AV_CODEC_ID_AV1 : AV_CODEC_ID_HEVC);
	AVCodecContext *decoder = codec != NULL ? avcodec_alloc_context3(codec) : NULL;

	if (decoder == NULL) {
		return NULL;
	}
	decoder->thread_count = 1;
	decoder->max_pixels = AVU_LIMIT_PICTURE_PIXELS;
	decoder->extradata = av_mallocz(picture->config_len + AV_INPUT_BUFFER_PADDING_SIZE);
	if (decoder->extradata != NULL) {
		memcpy(decoder->extradata, picture->config, picture->config_len);
		decoder->extradata_size = (int)picture->config_len;
	}
	if (decoder->extradata == NULL || avcodec_open2(decoder, codec, NULL) < 0) {
		avcodec_free_context(&decoder);
	}
	return decoder;
}

/* @return NULL: it cannot be decoded */
static AVFrame *
decode_tile(Input *source, AVCodecContext *decoder, const HeifPiece *piece)
{
	AVPacket *packet = av_packet_alloc();
	AVFrame *frame = av_frame_alloc();
	bool good = packet != NULL && frame != NULL && piece->len <= TILE_OCTETS_MAX &&
		    av_new_packet(packet, (int)piece->len) == 0 &&
		    input_read_at(source, piece->offset, packet->data, piece->len) == piece->len &&
		    avcodec_send_packet(decoder, packet) == 0 &&
		    avcodec_send_packet(decoder, NULL) == 0 &&
		    avcodec_receive_frame(decoder, frame) == 0;

	avcodec_flush_buffers(decoder);
	av_packet_free(&packet);
	if (!good) {
		av_frame_free(&frame);
	}
	return frame;
}

static AVFrame *
new_canvas(const HeifPicture *picture, const AVFrame *tile)
{
	AVFrame *canvas = av_frame_alloc();

	if (canvas == NULL) {
		return NULL;
	}
	canvas->format = tile->format;
	canvas->width = (int)picture->width;
	canvas->height = (int)picture->height;
	if (av_frame_get_buffer(canvas, 0) < 0 || av_frame_copy_props(canvas, tile) < 0) {
		av_frame_free(&canvas);
	}
	return canvas;
}

/* The part of a tile that lies within the picture, plane by plane. */
static void
lay_tile(AVFrame *canvas, const AVFrame *tile, int left, int top)
{
	const AVPixFmtDescriptor *format = av_pix_fmt_desc_get((enum AVPixelFormat)canvas->format);
	const int width = MIN(tile->width, canvas->width - left);
	const int height = MIN(tile->height, canvas->height - top);

	for (int plane = 0; plane < av_pix_fmt_count_planes((enum AVPixelFormat)canvas->format);
		plane++) {
		const int across = plane == 1 || plane == 2 ? format->log2_chroma_w : 0;
		const int down = plane == 1 || plane == 2 ? format->log2_chroma_h : 0;
		const int step = format->comp[plane].step;
		uint8_t *to = canvas->data[plane] +
			      (ptrdiff_t)(top >> down) * canvas->linesize[plane] +
			      (ptrdiff_t)(left >> across) * step;

		av_image_copy_plane(to, canvas->linesize[plane], tile->data[plane],
			tile->linesize[plane], AV_CEIL_RSHIFT(width, across) * step,
			AV_CEIL_RSHIFT(height, down));
	}
}

/* One component per plane, so that a plane's step is that of its component. */
static bool
is_planar(int pixels)
{
	const AVPixFmtDescriptor *format = av_pix_fmt_desc_get((enum AVPixelFormat)pixels);

	return format != NULL &&
	       av_pix_fmt_count_planes((enum AVPixelFormat)pixels) == format->nb_components &&
	       (format->flags & (AV_PIX_FMT_FLAG_HWACCEL | AV_PIX_FMT_FLAG_BITSTREAM)) == 0;
}

/* @param canvas  made with the first tile, whose size all have */
static bool
add_tile(const HeifPicture *picture, AVFrame **canvas, AVFrame *first, const AVFrame *tile,
	uint32_t n)
{
	const int64_t left = (int64_t)(n % picture->columns) * tile->width;
	const int64_t top = (int64_t)(n / picture->columns) * tile->height;
	/* tiles start at even places, or their colours would not fit (23008-12 6.6.2.3.1) */
	const bool even = picture->columns * picture->rows == 1 ||
			  ((tile->width & 1) == 0 && (tile->height & 1) == 0);

	if (*canvas == NULL && is_planar(tile->format)) {
		*canvas = new_canvas(picture, tile);
		av_frame_unref(first);
		(void)av_frame_ref(first, tile);
	}
	if (*canvas == NULL || !even || tile->width != first->width ||
		tile->height != first->height || tile->format != first->format ||
		left >= (*canvas)->width || top >= (*canvas)->height) {
		return false;
	}
	lay_tile(*canvas, tile, (int)left, (int)top);
	return true;
}

/* All of the picture is covered. */
static bool
covers(const HeifPicture *picture, const AVFrame *tile)
{
	return (uint64_t)picture->columns * (uint64_t)tile->width >= picture->width &&
	       (uint64_t)picture->rows * (uint64_t)tile->height >= picture->height;
}

AVFrame *
heif_tiles_decode(Input *source, const HeifPicture *picture)
{
	AVCodecContext *decoder = open_decoder(picture);
	AVFrame *first = av_frame_alloc();
	AVFrame *canvas = NULL;
	bool good = decoder != NULL && first != NULL;

	for (uint32_t n = 0; good && n < picture->columns * picture->rows; n++) {
		AVFrame *tile = decode_tile(source, decoder, &picture->tiles[n]);

		good = tile != NULL && add_tile(picture, &canvas, first, tile, n);
		av_frame_free(&tile);
	}
	if (!good || !covers(picture, first)) {
		av_frame_free(&canvas);
	}
	av_frame_free(&first);
	avcodec_free_context(&decoder);
	return canvas;
}
