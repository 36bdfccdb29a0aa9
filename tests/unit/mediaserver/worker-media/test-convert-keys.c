/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Films that run fast and backwards: every speed of every container and of every form that is made. The film has a key
 * frame each two seconds, and its brightness says the time, so what is shown when follows from the speed alone. */
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include <glib/gstdio.h>
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/opt.h>

#include <av-upnp/fd.h>

#include "mediaserver/worker/convert-run.h"

#define FILM_S 20
#define RATE 25
#define GOP_S 2
#define SIDE 128
#define DARK 30
#define RISE 9 /* a second */
#define STEP_S 0.25
#define PICTURES_MAX 1000

static const int speeds[] = { 2, 4, 8, 16, 32, -2, -4, -8, -16, -32 };

/* A film, made once. */
static const struct {
	const char *name, *muxer, *encoder;
	const char *options[4]; /* of the muxer and the encoder */
	bool all;               /* speeds */
} films[] = {
	{ "box.mkv", "matroska", "libx264", { "preset", "ultrafast", "bf", "2" }, true },
	{ "phone.mp4", "mp4", "libx264", { "preset", "ultrafast", "bf", "2" }, true },
	{ "camera.mov", "mov", "mpeg4", { NULL }, false },
	{ "old.3gp", "3gp", "mpeg4", { NULL }, false },
	{ "web.webm", "webm", "libvpx", { "deadline", "realtime" }, false },
	{ "old.avi", "avi", "mpeg4", { NULL }, false },
	{ "old.wmv", "asf", "wmv2", { NULL }, true },
	{ "old.flv", "flv", "flv", { NULL }, false },
	{ "broadcast.ts", "mpegts", "mpeg2video", { NULL }, true },
	{ "hd.ts", "mpegts", "libx264", { "preset", "ultrafast", "bf", "2" }, true },
	{ "recorded.m2ts", "mpegts", "libx264", { "preset", "ultrafast", "mpegts_m2ts_mode", "1" },
		false },
	{ "disc.mpg", "vob", "mpeg2video", { NULL }, true },
};

static char *folder;

static char *
path_of(const char *name)
{
	return g_build_filename(folder, name, NULL);
}

typedef struct {
	AVFormatContext *context;
	AVCodecContext *encoder;
	AVPacket *packet;
} Maker;

/* With a grain: packets of a program stream take several pictures that are next to nothing, and but one time. */
static AVFrame *
new_picture(int n)
{
	AVFrame *frame = av_frame_alloc();

	frame->format = AV_PIX_FMT_YUV420P;
	frame->width = frame->height = SIDE;
	frame->pts = n;
	g_assert_cmpint(av_frame_get_buffer(frame, 0), ==, 0);
	for (int y = 0; y < SIDE; y++) {
		for (int x = 0; x < SIDE; x++) {
			frame->data[0][y * frame->linesize[0] + x] =
				(uint8_t)(DARK + RISE * n / RATE +
					  (x * x + 7 * x * y + n * n * (x + 3 * y)) % 17 - 8);
		}
	}
	for (int plane = 1; plane < 3; plane++) {
		memset(frame->data[plane], 128, (size_t)frame->linesize[plane] * (SIDE / 2));
	}
	return frame;
}

static void
open_maker(Maker *maker, size_t film, const char *path)
{
	const AVCodec *codec = avcodec_find_encoder_by_name(films[film].encoder);
	AVDictionary *options = NULL;

	g_assert_nonnull(codec);
	g_assert_cmpint(
		avformat_alloc_output_context2(&maker->context, NULL, films[film].muxer, path), >=,
		0);
	maker->packet = av_packet_alloc();
	maker->encoder = avcodec_alloc_context3(codec);
	maker->encoder->width = maker->encoder->height = SIDE;
	maker->encoder->pix_fmt = AV_PIX_FMT_YUV420P;
	maker->encoder->time_base = (AVRational){ 1, RATE };
	maker->encoder->framerate = (AVRational){ RATE, 1 };
	maker->encoder->gop_size = maker->encoder->keyint_min = RATE * GOP_S;
	maker->encoder->bit_rate = 2000000;
	maker->encoder->thread_count = 1;
	if ((maker->context->oformat->flags & AVFMT_GLOBALHEADER) != 0) {
		maker->encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
	}
	for (size_t i = 0; i < 4 && films[film].options[i] != NULL; i += 2) {
		(void)av_dict_set(&options, films[film].options[i], films[film].options[i + 1], 0);
	}
	(void)av_dict_set(
		&options, "sc_threshold", codec->id == AV_CODEC_ID_H264 ? "0" : "1000000000", 0);
	AVDictionary *of_muxer = NULL;

	(void)av_dict_copy(&of_muxer, options, 0);
	g_assert_cmpint(avcodec_open2(maker->encoder, codec, &options), ==, 0);
	AVStream *stream = avformat_new_stream(maker->context, NULL);

	(void)avcodec_parameters_from_context(stream->codecpar, maker->encoder);
	stream->time_base = maker->encoder->time_base;
	stream->avg_frame_rate = maker->encoder->framerate;
	g_assert_cmpint(avio_open(&maker->context->pb, path, AVIO_FLAG_WRITE), >=, 0);
	g_assert_cmpint(avformat_write_header(maker->context, &of_muxer), >=, 0);
	av_dict_free(&options);
	av_dict_free(&of_muxer);
}

static void
push(Maker *maker, const AVFrame *frame)
{
	g_assert_cmpint(avcodec_send_frame(maker->encoder, frame), ==, 0);
	while (avcodec_receive_packet(maker->encoder, maker->packet) == 0) {
		maker->packet->duration = 1;
		av_packet_rescale_ts(maker->packet, maker->encoder->time_base,
			maker->context->streams[0]->time_base);
		g_assert_cmpint(av_interleaved_write_frame(maker->context, maker->packet), ==, 0);
	}
}

static void
make(size_t film)
{
	g_autofree char *path = path_of(films[film].name);
	Maker maker = { NULL };

	if (g_file_test(path, G_FILE_TEST_EXISTS)) {
		return;
	}
	open_maker(&maker, film, path);
	for (int n = 0; n < FILM_S * RATE; n++) {
		AVFrame *frame = new_picture(n);

		push(&maker, frame);
		av_frame_free(&frame);
	}
	push(&maker, NULL);
	g_assert_cmpint(av_write_trailer(maker.context), ==, 0);
	(void)avio_closep(&maker.context->pb);
	avformat_free_context(maker.context);
	avcodec_free_context(&maker.encoder);
	av_packet_free(&maker.packet);
}

/* What came out */

typedef struct {
	char container[64];
	int n, width, height, streams;
	enum AVCodecID codec;
	double at_s[PICTURES_MAX], shown_s[PICTURES_MAX];
	bool all_keys;
} Seen;

/* Of what is in the middle: around it may be bars. */
static double
brightness_of(const AVFrame *frame)
{
	int64_t sum = 0, n = 0;

	for (int y = frame->height / 4; y < frame->height * 3 / 4; y += 3) {
		for (int x = frame->width / 4; x < frame->width * 3 / 4; x += 5, n++) {
			sum += frame->data[0][y * frame->linesize[0] + x];
		}
	}
	return (double)sum / (double)n;
}

static void
take_pictures(AVCodecContext *decoder, AVFrame *frame, AVRational base, Seen *seen)
{
	while (avcodec_receive_frame(decoder, frame) == 0) {
		g_assert_cmpint(seen->n, <, PICTURES_MAX);
		seen->at_s[seen->n] = (double)frame->best_effort_timestamp * av_q2d(base);
		seen->shown_s[seen->n++] = (brightness_of(frame) - DARK) / RISE;
		seen->width = frame->width;
		seen->height = frame->height;
		av_frame_unref(frame);
	}
}

static void
look(const char *path, Seen *seen)
{
	AVFormatContext *context = NULL;
	AVPacket *packet = av_packet_alloc();
	AVFrame *frame = av_frame_alloc();

	*seen = (Seen){ .all_keys = true };
	g_assert_cmpint(avformat_open_input(&context, path, NULL, NULL), ==, 0);
	(void)avformat_find_stream_info(context, NULL);
	const AVStream *stream = context->streams[0];
	const AVCodec *codec = avcodec_find_decoder(stream->codecpar->codec_id);
	AVCodecContext *decoder = avcodec_alloc_context3(codec);

	(void)g_strlcpy(seen->container, context->iformat->name, sizeof(seen->container));
	seen->streams = (int)context->nb_streams;
	seen->codec = stream->codecpar->codec_id;
	(void)avcodec_parameters_to_context(decoder, stream->codecpar);
	decoder->thread_count = 1;
	decoder->pkt_timebase = stream->time_base;
	g_assert_cmpint(avcodec_open2(decoder, codec, NULL), ==, 0);
	while (av_read_frame(context, packet) == 0) {
		seen->all_keys = seen->all_keys && (packet->flags & AV_PKT_FLAG_KEY) != 0;
		if (packet->size > 0) {
			g_assert_cmpint(avcodec_send_packet(decoder, packet), ==, 0);
			take_pictures(decoder, frame, stream->time_base, seen);
		}
		av_packet_unref(packet);
	}
	(void)avcodec_send_packet(decoder, NULL);
	take_pictures(decoder, frame, stream->time_base, seen);
	avcodec_free_context(&decoder);
	avformat_close_input(&context);
	av_packet_free(&packet);
	av_frame_free(&frame);
}

/* The key frame that stands for a time of the film. */
static double
key_of(double film_s)
{
	return MIN(floor(film_s / GOP_S) * GOP_S, FILM_S - GOP_S);
}

/* @return how many pictures there are, each other than the one before */
static int
expect(int speed, double from_s, double to_s, double at_s[], double shown_s[])
{
	int n = 0;

	for (int step = 0;; step++) {
		const double film_s = from_s + step * speed * STEP_S;

		if (speed > 0 ? film_s > to_s : film_s < to_s) {
			return n;
		}
		if (n == 0 || key_of(film_s) != shown_s[n - 1]) {
			at_s[n] = step * STEP_S;
			shown_s[n++] = key_of(film_s);
		}
	}
}

static void
convert(size_t film, const char *recipe, bool own, int speed, double from_s, double to_s,
	const char *to, Seen *seen)
{
	g_auto(ConvertRequest) request = { 0 };
	g_autofree char *path = path_of(films[film].name);
	const Recipe *row = recipe_find(recipe);
	avu_autofd int file = open(path, O_RDONLY | O_CLOEXEC, 0);
	avu_autofd int out = open(to, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	convert_request_init(&request);
	request.recipe = recipe_index(row);
	request.own = own ? 1 : 0;
	request.speed = speed;
	request.from_ns = (int64_t)(from_s * (double)AVU_NS_PER_S);
	request.to_ns = (int64_t)(to_s * (double)AVU_NS_PER_S);
	if (!own && row->video != RECIPE_COPY_VIDEO) {
		request.width = row->video == RECIPE_MPEG2 ? row->max_width : SIDE;
		request.height = row->video == RECIPE_MPEG2 ? row->max_height : SIDE;
		request.frame_rate_mhz = RATE * 1000;
		request.video_bps = 2000000;
	}
	g_assert_cmpint(convert_run(&request, file, out, -1, NULL), ==, WORKER_OK);
	look(to, seen);
}

/* Pictures as they come: each new one where its number says. */
static void
check_each(const Seen *seen, int speed, double from_s, double to_s)
{
	double at_s[PICTURES_MAX], shown_s[PICTURES_MAX];
	const int n = expect(speed, from_s, to_s, at_s, shown_s);

	g_assert_cmpint(seen->n, ==, n);
	for (int i = 0; i < n; i++) {
		g_assert_cmpfloat_with_epsilon(seen->at_s[i] - seen->at_s[0], at_s[i], 0.021);
		g_assert_cmpfloat_with_epsilon(seen->shown_s[i], shown_s[i], 0.5);
	}
}

/* At a fixed rate each stands until the next. */
static void
check_standing(const Seen *seen, const Recipe *recipe, int speed, double from_s, double to_s)
{
	double at_s[PICTURES_MAX], shown_s[PICTURES_MAX];
	const double rate = recipe->frame_rate_mhz == 25000 ? 25 : 30000 / 1001.0;
	const int n = expect(speed, from_s, to_s, at_s, shown_s);
	int due = 0;

	g_assert_cmpint(seen->n, ==, (int)lround(at_s[n - 1] * rate) + 1);
	for (int i = 0; i < seen->n; i++) {
		while (due + 1 < n && (int)lround(at_s[due + 1] * rate) <= i) {
			due++;
		}
		g_assert_cmpfloat_with_epsilon(seen->shown_s[i], shown_s[due], 0.5);
	}
}

/* Every speed where the way to a key frame or into a stream is another; elsewhere one forward, one backward. */
static bool
is_usual(int speed)
{
	return abs(speed) == 8;
}

static void
test_files(void)
{
	g_autofree char *to = path_of("out");

	for (size_t film = 0; film < G_N_ELEMENTS(films); film++) {
		make(film);
		for (size_t i = 0; i < G_N_ELEMENTS(speeds); i++) {
			const int speed = speeds[i];
			const double from_s = speed > 0 ? 0 : FILM_S, to_s = FILM_S - from_s;
			Seen seen;

			if (!films[film].all && !is_usual(speed)) {
				continue;
			}
			g_test_message("%s at %d", films[film].name, speed);
			convert(film, "copy-ts", true, speed, from_s, to_s, to, &seen);
			g_assert_nonnull(strstr(seen.container,
				g_str_equal(films[film].muxer, "vob") ? "mpeg"
								      : films[film].muxer));
			g_assert_cmpint(seen.streams, ==, 1);
			g_assert_true(seen.all_keys || strstr(seen.container, "avi") != NULL);
			check_each(&seen, speed, from_s, to_s);
		}
	}
}

static void
check_recipe(const Recipe *recipe, int speed, double first_s, double last_s)
{
	g_autofree char *to = path_of("out");
	const double from_s = speed > 0 ? first_s : last_s;
	const double to_s = speed > 0 ? last_s : first_s;
	Seen seen;

	g_test_message("%s at %d", recipe->name, speed);
	convert(0, recipe->name, false, speed, from_s, to_s, to, &seen);
	g_assert_cmpint(seen.codec, ==,
		recipe->video == RECIPE_MPEG2 ? AV_CODEC_ID_MPEG2VIDEO : AV_CODEC_ID_H264);
	g_assert_cmpint(seen.streams, ==, 1);
	if (recipe->video == RECIPE_MPEG2) {
		g_assert_cmpint(seen.height, ==, recipe->max_height);
		check_standing(&seen, recipe, speed, from_s, to_s);
	} else {
		g_assert_true(seen.all_keys);
		check_each(&seen, speed, from_s, to_s);
	}
}

/* Also a part of it. */
static void
test_recipes(void)
{
	static const char *const all[] = { "copy-ts", "copy-mp4", "avc-ts-aac", "avc-tts-ac3",
		"avc-mp4", "mpeg-ps-pal", "mpeg-ts-na", NULL };

	make(0);
	for (const Recipe *recipe = recipe_list(); recipe->name != NULL; recipe++) {
		for (size_t i = 0; recipe->kind == RECIPE_VIDEO && i < G_N_ELEMENTS(speeds); i++) {
			if (!g_strv_contains(all, recipe->name) && !is_usual(speeds[i])) {
				continue;
			}
			check_recipe(recipe, speeds[i], 5, 13);
			if (recipe->video != RECIPE_MPEG2 || is_usual(speeds[i])) {
				check_recipe(recipe, speeds[i], 0, FILM_S);
			}
		}
	}
}

static void
remove_all(void)
{
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	const char *name;

	while ((name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *path = path_of(name);

		(void)g_unlink(path);
	}
	(void)g_rmdir(folder);
	g_free(folder);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	av_log_set_level(AV_LOG_FATAL);
	folder = g_dir_make_tmp("av-upnp-keys-XXXXXX", NULL);
	g_assert_nonnull(folder);
	g_test_add_func("/worker/convert-keys/files", test_files);
	g_test_add_func("/worker/convert-keys/recipes", test_recipes);
	const int result = g_test_run();

	remove_all();
	return result;
}
