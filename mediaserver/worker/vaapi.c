/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pictures are decoded and scaled by the processor and go to the card as NV12, the one form that every driver takes.
 * Compiles with FFmpeg 5.1 and 7.1. */
#include "mediaserver/worker/vaapi.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libavutil/hwcontext.h>

#include <av-upnp/error.h>
#include <av-upnp/fd.h>

#include "mediaserver/worker/vaapi-picture.h"

#define DEVICES "/dev/dri/"
#define LOG_MAX 256
/* Surfaces that are under way: references, B-frames, one that is filled. */
#define POOL 16

/* Of the test. */
#define TEST_FRAMES 25
#define TEST_BPS 1000000
/* of 255, on average: an encoder that works is off by one or two */
#define TEST_OFF_MAX 8

struct Vaapi {
	char *device;
	AVBufferRef *context;
};

bool
vaapi_is_device(const char *path)
{
	const char *name = g_str_has_prefix(path, DEVICES) ? path + strlen(DEVICES) : "";

	return name[0] != '\0' && strstr(name, "..") == NULL;
}

/* libva and FFmpeg say what is wrong in their log alone. This process opens one device, so there is one place; they are
 * heard only while there is one thread. */
static char last_words[LOG_MAX];
static int words_level;

static void
take_words(void *context, int level, const char *format, va_list arguments)
{
	char line[LOG_MAX];

	(void)context;
	/* what is gravest, and of that the last */
	if (level > words_level) {
		return;
	}
	(void)g_vsnprintf(line, sizeof(line), format, arguments);
	g_strstrip(line);
	if (line[0] != '\0') {
		(void)g_strlcpy(last_words, line, sizeof(last_words));
		words_level = MAX(level, AV_LOG_ERROR);
	}
}

static void
forget_words(void)
{
	last_words[0] = '\0';
	words_level = AV_LOG_VERBOSE;
}

static void
set_error(GError **error, const char *what, const char *remedy)
{
	g_set_error(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED, "%s%s%s; %s", what,
		last_words[0] != '\0' ? ": " : "", last_words, remedy);
}

/* What people can do about a device that cannot be opened at all. */
static const char *
remedy_of(int code)
{
	static const struct {
		int code;
		const char *remedy;
	} rows[] = {
		{ ENOENT, "\"ls /dev/dri\" shows which there are; as a service it needs "
			  "PrivateDevices=no" },
		{ EACCES, "its user must be in the group of the device, mostly \"render\"" },
		{ EPERM, "its user must be in the group of the device, mostly \"render\"" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		if (rows[i].code == code) {
			return rows[i].remedy;
		}
	}
	return "is it a device of a graphics card?";
}

Vaapi *
vaapi_open(const char *device, GError **error)
{
	g_autoptr(Vaapi) self = g_new0(Vaapi, 1);
	avu_autofd int fd = open(device, O_RDWR | O_CLOEXEC);

	self->device = g_strdup(device);
	forget_words();
	if (fd < 0) {
		const int code = errno;

		set_error(error, g_strerror(code), remedy_of(code));
		return NULL;
	}
	av_log_set_callback(take_words);
	const int code =
		av_hwdevice_ctx_create(&self->context, AV_HWDEVICE_TYPE_VAAPI, device, NULL, 0);

	av_log_set_callback(av_log_default_callback);
	if (code < 0) {
		set_error(error, "its driver does not start",
			"install intel-media-va-driver, i965-va-driver or mesa-va-drivers; "
			"vainfo(1) says more");
		return NULL;
	}
	return g_steal_pointer(&self);
}

void
vaapi_free(Vaapi *self)
{
	if (self != NULL) {
		av_buffer_unref(&self->context);
		g_free(self->device);
		g_free(self);
	}
}

bool
vaapi_does(const Vaapi *self, const Recipe *recipe)
{
	return self != NULL && recipe->video == RECIPE_H264;
}

AVCodecContext *
vaapi_new_encoder(void)
{
	const AVCodec *codec = avcodec_find_encoder_by_name("h264_vaapi");

	return codec != NULL ? avcodec_alloc_context3(codec) : NULL;
}

static AVBufferRef *
new_frames(const Vaapi *self, int width, int height)
{
	AVBufferRef *reference = av_hwframe_ctx_alloc(self->context);

	if (reference == NULL) {
		return NULL;
	}
	AVHWFramesContext *frames = (AVHWFramesContext *)(void *)reference->data;

	frames->format = AV_PIX_FMT_VAAPI;
	frames->sw_format = AV_PIX_FMT_NV12;
	frames->width = width;
	frames->height = height;
	frames->initial_pool_size = POOL;
	if (av_hwframe_ctx_init(reference) < 0) {
		av_buffer_unref(&reference);
	}
	return reference;
}

bool
vaapi_open_encoder(const Vaapi *self, AVCodecContext *encoder, int64_t bps)
{
	AVDictionary *options = NULL;

	encoder->hw_frames_ctx = new_frames(self, encoder->width, encoder->height);
	encoder->pix_fmt = AV_PIX_FMT_VAAPI;
	encoder->profile = 77; /* Main; its constant's name differs between versions */
	encoder->max_b_frames = 0;
	/* equal, they are a constant rate to drivers; no hardware was at hand to look at what comes */
	encoder->bit_rate = bps * 3 / 4;
	encoder->rc_max_rate = bps;
	(void)av_dict_set(&options, "profile", "main", 0);
	const bool good = encoder->hw_frames_ctx != NULL &&
			  avcodec_open2(encoder, encoder->codec, &options) == 0;

	av_dict_free(&options);
	return good;
}

AVFrame *
vaapi_upload(const AVCodecContext *encoder, const AVFrame *picture)
{
	AVFrame *plain = vaapi_picture_new_nv12(picture);
	AVFrame *there = av_frame_alloc();
	const bool good = plain != NULL && there != NULL &&
			  av_hwframe_get_buffer(encoder->hw_frames_ctx, there, 0) == 0 &&
			  av_hwframe_transfer_data(there, plain, 0) == 0;

	av_frame_free(&plain);
	if (!good) {
		av_frame_free(&there);
		return NULL;
	}
	there->pts = picture->pts;
	there->pict_type = picture->pict_type;
	return there;
}

/* The test */

typedef struct {
	AVCodecContext *encoder, *decoder;
	AVPacket *packet;
	AVFrame *frame;
	int coming; /* number of the picture that comes out next */
	int off;    /* worst so far */
} Test;

static bool
take_pictures(Test *test, const AVPacket *packet)
{
	if (avcodec_send_packet(test->decoder, packet) < 0) {
		return false;
	}
	while (avcodec_receive_frame(test->decoder, test->frame) == 0) {
		const int off = vaapi_picture_compare(test->frame, test->coming++);

		test->off = MAX(test->off, off);
		av_frame_unref(test->frame);
	}
	return true;
}

static bool
take_packets(Test *test)
{
	bool good = true;

	while (good && avcodec_receive_packet(test->encoder, test->packet) == 0) {
		good = take_pictures(test, test->packet);
		av_packet_unref(test->packet);
	}
	return good;
}

static bool
open_test(const Vaapi *self, Test *test)
{
	const AVCodec *codec = avcodec_find_decoder(AV_CODEC_ID_H264);

	test->encoder = vaapi_new_encoder();
	test->decoder = codec != NULL ? avcodec_alloc_context3(codec) : NULL;
	test->packet = av_packet_alloc();
	test->frame = av_frame_alloc();
	if (test->encoder == NULL || test->decoder == NULL || test->packet == NULL ||
		test->frame == NULL) {
		return false;
	}
	test->encoder->width = VAAPI_TEST_WIDTH;
	test->encoder->height = VAAPI_TEST_HEIGHT;
	test->encoder->time_base = (AVRational){ 1, TEST_FRAMES };
	test->encoder->framerate = (AVRational){ TEST_FRAMES, 1 };
	test->encoder->gop_size = TEST_FRAMES;
	return vaapi_open_encoder(self, test->encoder, TEST_BPS) &&
	       avcodec_open2(test->decoder, codec, NULL) == 0;
}

static bool
run_test(const Vaapi *self, Test *test)
{
	bool good = open_test(self, test);

	for (int n = 0; good && n < TEST_FRAMES; n++) {
		AVFrame *picture = vaapi_picture_new_test(n);
		AVFrame *there = picture != NULL ? vaapi_upload(test->encoder, picture) : NULL;

		good = there != NULL && avcodec_send_frame(test->encoder, there) == 0 &&
		       take_packets(test);
		av_frame_free(&there);
		av_frame_free(&picture);
	}
	return good && avcodec_send_frame(test->encoder, NULL) == 0 && take_packets(test) &&
	       take_pictures(test, NULL);
}

bool
vaapi_test(const Vaapi *self, GError **error)
{
	Test test = { NULL };

	forget_words();
	av_log_set_callback(take_words);
	bool good = run_test(self, &test);

	av_log_set_callback(av_log_default_callback);
	if (!good) {
		set_error(error, "it does not encode H.264", "vainfo(1) lists what it encodes");
	} else if (test.coming != TEST_FRAMES || test.off > TEST_OFF_MAX) {
		forget_words();
		set_error(error, "what it encodes is not what it was given",
			"another version of its driver may do better");
		good = false;
	}
	avcodec_free_context(&test.encoder);
	avcodec_free_context(&test.decoder);
	av_packet_free(&test.packet);
	av_frame_free(&test.frame);
	return good;
}
