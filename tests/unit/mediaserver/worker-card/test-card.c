/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The graphics card that encodes: its test at the start, in the sandbox, too; who encodes when it refuses; and a film that
 * goes on when it fails in the midst. */
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <av-upnp/error.h>
#include <av-upnp/fd.h>

#include "mediaserver/worker/convert-child.h"
#include "mediaserver/worker/convert-run.h"
#include "mediaserver/worker/vaapi-picture.h"
#include "tests/unit/mediaserver/worker-card/fake-card.h"
#include "tests/unit/mediaserver/worker-media/film.h"

/* Any file that opens: the driver is not FFmpeg's but ours. */
#define DEVICE "/dev/null"
#define FILM_S 4
#define RISE 50
#define PICTURES (FILM_S * FILM_RATE)

static char *folder;

static void
test_nv12(void)
{
	static const uint8_t brightness[] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	static const uint8_t u[] = { 10, 11 }, v[] = { 20, 21 }, both[] = { 10, 20, 11, 21 };
	AVFrame *picture = av_frame_alloc();

	picture->format = AV_PIX_FMT_YUV420P;
	picture->width = 4;
	picture->height = 2;
	g_assert_cmpint(av_frame_get_buffer(picture, 0), ==, 0);
	memcpy(picture->data[0], brightness, 4);
	memcpy(picture->data[0] + picture->linesize[0], brightness + 4, 4);
	memcpy(picture->data[1], u, 2);
	memcpy(picture->data[2], v, 2);
	AVFrame *nv12 = vaapi_picture_new_nv12(picture);

	g_assert_cmpint(nv12->format, ==, AV_PIX_FMT_NV12);
	g_assert_cmpmem(nv12->data[0], 4, brightness, 4);
	g_assert_cmpmem(nv12->data[0] + nv12->linesize[0], 4, brightness + 4, 4);
	g_assert_cmpmem(nv12->data[1], 4, both, 4);
	av_frame_free(&nv12);
	av_frame_free(&picture);
}

static void
test_compare(void)
{
	static const struct {
		int n, brighter, of;
		int off;
		const char *why;
	} rows[] = {
		{ 0, 0, 0, 0, "itself" },
		{ 24, 0, 24, 0, "the last one" },
		{ 3, 0, 4, 2, "the one before" },
		{ 24, 0, 0, 48, "far from it" },
		{ 0, 5, 0, 5, "too bright" },
		{ 0, -20, 0, 20, "too dark" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		AVFrame *picture = vaapi_picture_new_test(rows[i].n);

		for (int at = 0; at < picture->linesize[0] * picture->height; at++) {
			picture->data[0][at] =
				(uint8_t)CLAMP(picture->data[0][at] + rows[i].brighter, 0, 255);
		}
		g_test_message("%s", rows[i].why);
		g_assert_cmpint(vaapi_picture_compare(picture, rows[i].of), ==, rows[i].off);
		picture->height /= 2;
		g_assert_cmpint(vaapi_picture_compare(picture, rows[i].of), ==, 255);
		av_frame_free(&picture);
	}
}

static const struct {
	CardFault fault;
	const char *cause, *remedy; /* NULL: it stands the test */
	const char *why;
} starts[] = {
	{ CARD_WORKS, NULL, NULL, "a card that encodes" },
	{ CARD_HAS_NO_DRIVER, "its driver does not start: fake_drv_video.so has no function",
		"mesa-va-drivers", "the driver's own words" },
	{ CARD_HAS_NO_ENCODER, "it does not encode H.264", "vainfo(1)",
		"FFmpeg has no such encoder" },
	{ CARD_REFUSES_SIZE, "it does not encode H.264: Hardware does not support", "vainfo(1)",
		"it decodes alone" },
	{ CARD_HAS_NO_ROOM, "it does not encode H.264", "vainfo(1)", "no memory" },
	{ CARD_IS_DARK, "what it encodes is not what it was given", "another version of its driver",
		"a driver that is wrong without an error" },
	{ CARD_LOSES, "what it encodes is not what it was given", "another version",
		"pictures are missing" },
	{ CARD_DIES, "it does not encode H.264", "vainfo(1)", "it hangs up at once" },
};

static void
test_start(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(starts); i++) {
		g_autoptr(GError) error = NULL;

		fake_card = (FakeCard){ .fault = starts[i].fault };
		g_autoptr(Vaapi) card = vaapi_open(DEVICE, &error);
		const bool good = card != NULL && vaapi_test(card, &error);

		g_test_message("%s: %s", starts[i].why, good ? "good" : error->message);
		g_assert_cmpint(good, ==, starts[i].cause == NULL);
		if (!good) {
			g_assert_error(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED);
			g_assert_nonnull(strstr(error->message, starts[i].cause));
			g_assert_nonnull(strstr(error->message, starts[i].remedy));
		}
	}
}

static int
wait_for(pid_t pid)
{
	int status;

	g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
	g_assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* As the worker does it when the server starts: a process of its own, whose words are what the log gets. */
static void
test_start_in_sandbox(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(starts); i++) {
		int ends[2];
		char words[512] = "";

		fake_card = (FakeCard){ .fault = starts[i].fault };
		g_assert_cmpint(pipe2(ends, O_CLOEXEC), ==, 0);
		const pid_t pid = fork();

		if (pid == 0) {
			convert_child_try(DEVICE, ends[1]);
		}
		(void)close(ends[1]);
		(void)!read(ends[0], words, sizeof(words) - 1);
		(void)close(ends[0]);
		g_test_message("%s: %s", starts[i].why, words);
		g_assert_cmpint(
			wait_for(pid), ==, starts[i].cause == NULL ? WORKER_OK : WORKER_UNSUITABLE);
		g_assert_nonnull(strstr(words, starts[i].cause != NULL ? starts[i].cause : ""));
	}
}

static char *
path_of(const char *name)
{
	return g_build_filename(folder, name, NULL);
}

static int
open_film(void)
{
	static const Film film = { "matroska", "mpeg4", { NULL }, FILM_S, 1, RISE };
	g_autofree char *path = path_of("film.mkv");

	if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
		film_make(&film, path);
	}
	return open(path, O_RDONLY | O_CLOEXEC);
}

static void
fill_request(ConvertRequest *request, const char *recipe)
{
	convert_request_init(request);
	request->recipe = recipe_index(recipe_find(recipe));
	request->width = request->height = FILM_SIDE;
	request->frame_rate_mhz = FILM_RATE * 1000;
	request->video_bps = 4000000;
	request->sample_hz = 48000;
	request->channels = 2;
}

/* Every picture stands where its brightness says; a few may be lost where the card failed. */
static void
check_film(const FilmSeen *seen, int lost_max)
{
	g_assert_cmpint(seen->n, >=, PICTURES - lost_max);
	g_assert_cmpint(seen->n, <=, PICTURES);
	for (int i = 0; i < seen->n; i++) {
		const double shown_s = (seen->level[i] - FILM_DARK) / RISE;
		const double at_s = seen->at_s[i] - seen->at_s[0];

		g_assert_cmpfloat_with_epsilon(shown_s, at_s, 0.1);
	}
	g_assert_cmpfloat_with_epsilon(
		seen->at_s[seen->n - 1] - seen->at_s[0], FILM_S - 1.0 / FILM_RATE, 0.05);
}

static void
test_films(void)
{
	static const struct {
		CardFault fault;
		unsigned after, taken;
		int lost_max;
		const char *why;
	} rows[] = {
		{ CARD_WORKS, 0, PICTURES, 0, "the card encodes all" },
		{ CARD_HAS_NO_ENCODER, 0, 0, 0, "the processor does" },
		{ CARD_REFUSES_SIZE, 0, 0, 0, "not at this size: the processor does" },
		{ CARD_HAS_NO_ROOM, 0, 0, 0, "not even the first picture" },
		{ CARD_HAS_NO_ROOM, 40, 40, 0, "no memory any more, in the midst" },
		{ CARD_DIES, 0, 0, 0, "not the first picture" },
		{ CARD_DIES, 40, 40, 0, "an error, in the midst" },
		{ CARD_DIES_LATE, 40, 41, 1, "it took one that it never gave" },
		{ CARD_DIES_LATE, PICTURES - 1, PICTURES, 1, "with the last one" },
	};
	static const char *const recipes[] = { "avc-ts-aac", "avc-mp4" };
	g_autofree char *to = path_of("out");

	for (size_t i = 0; i < G_N_ELEMENTS(rows) * G_N_ELEMENTS(recipes); i++) {
		const size_t row = i / G_N_ELEMENTS(recipes);
		g_auto(ConvertRequest) request = { 0 };
		FilmSeen seen;

		fake_card = (FakeCard){ .fault = CARD_WORKS };
		g_autoptr(Vaapi) card = vaapi_open(DEVICE, NULL);
		avu_autofd int file = open_film();
		avu_autofd int out = open(to, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

		fake_card = (FakeCard){ .fault = rows[row].fault, .after = rows[row].after };
		fill_request(&request, recipes[i % G_N_ELEMENTS(recipes)]);
		g_test_message("%s: %s", recipes[i % G_N_ELEMENTS(recipes)], rows[row].why);
		g_assert_cmpint(convert_run(&request, file, out, -1, card), ==, WORKER_OK);
		g_assert_cmpuint(fake_card.taken, ==, rows[row].taken);
		film_look(to, &seen);
		g_assert_cmpint(seen.codec, ==, AV_CODEC_ID_H264);
		/* the last picture has none after it that would stand for it */
		if (rows[row].after + 1 < PICTURES) {
			check_film(&seen, rows[row].lost_max);
		} else {
			g_assert_cmpint(seen.n, ==, PICTURES - 1);
		}
	}
}

/* The same in the process that a film has: device first, then the sandbox, then the film. */
static void
test_film_in_sandbox(void)
{
	static const CardFault faults[] = { CARD_WORKS, CARD_HAS_NO_DRIVER, CARD_DIES };
	g_autofree char *to = path_of("out");

	for (size_t i = 0; i < G_N_ELEMENTS(faults); i++) {
		g_auto(ConvertRequest) request = { 0 };
		avu_autofd int out = open(to, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
		int ends[2], alive[2];
		FilmSeen seen;
		char octets[4096];
		ssize_t got;

		fake_card = (FakeCard){ .fault = faults[i], .after = 40 };
		fill_request(&request, "avc-ts-aac");
		const int file = open_film();

		g_assert_true(pipe2(ends, O_CLOEXEC) == 0 && pipe2(alive, O_CLOEXEC) == 0);
		const pid_t pid = fork();

		if (pid == 0) {
			const ConvertFds fds = { file, -1, ends[1], alive[1] };

			convert_child(&request, DEVICE, 0, &fds);
		}
		(void)close(file);
		(void)close(ends[1]);
		(void)close(alive[1]);
		while ((got = read(ends[0], octets, sizeof(octets))) > 0) {
			g_assert_cmpint(write(out, octets, (size_t)got), ==, got);
		}
		(void)close(ends[0]);
		(void)close(alive[0]);
		g_assert_cmpint(wait_for(pid), ==, WORKER_OK);
		film_look(to, &seen);
		check_film(&seen, 0);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	av_log_set_level(AV_LOG_FATAL);
	folder = g_dir_make_tmp("av-upnp-card-XXXXXX", NULL);
	g_assert_nonnull(folder);
	g_test_add_func("/worker/card/nv12", test_nv12);
	g_test_add_func("/worker/card/compare", test_compare);
	g_test_add_func("/worker/card/start", test_start);
	g_test_add_func("/worker/card/start-in-sandbox", test_start_in_sandbox);
	g_test_add_func("/worker/card/films", test_films);
	g_test_add_func("/worker/card/film-in-sandbox", test_film_in_sandbox);
	const int result = g_test_run();

	film_remove_folder(folder);
	g_free(folder);
	return result;
}
