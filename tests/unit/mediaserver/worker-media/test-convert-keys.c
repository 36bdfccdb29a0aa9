/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Films that run fast and backwards: every speed of every container and of every form that is made. The film has a key
 * frame each two seconds, and its brightness says the time, so what is shown when follows from the speed alone. */
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include <av-upnp/fd.h>

#include "mediaserver/worker/convert-run.h"
#include "tests/unit/mediaserver/worker-media/film.h"

#define FILM_S 20
#define GOP_S 2
#define RISE 9 /* a second */
#define STEP_S 0.25

static const int speeds[] = { 2, 4, 8, 16, 32, -2, -4, -8, -16, -32 };

/* A film, made once. */
static const struct {
	const char *name;
	Film film;
	bool all; /* speeds */
} films[] = {
	{ "box.mkv",
		{ "matroska", "libx264", { "preset", "ultrafast", "bf", "2" }, FILM_S, GOP_S,
			RISE },
		true },
	{ "phone.mp4",
		{ "mp4", "libx264", { "preset", "ultrafast", "bf", "2" }, FILM_S, GOP_S, RISE },
		true },
	{ "camera.mov", { "mov", "mpeg4", { NULL }, FILM_S, GOP_S, RISE }, false },
	{ "old.3gp", { "3gp", "mpeg4", { NULL }, FILM_S, GOP_S, RISE }, false },
	{ "old.3g2", { "3g2", "mpeg4", { NULL }, FILM_S, GOP_S, RISE }, false },
	{ "web.webm", { "webm", "libvpx", { "deadline", "realtime" }, FILM_S, GOP_S, RISE },
		false },
	{ "old.avi", { "avi", "mpeg4", { NULL }, FILM_S, GOP_S, RISE }, false },
	{ "old.wmv", { "asf", "wmv2", { NULL }, FILM_S, GOP_S, RISE }, true },
	{ "old.flv", { "flv", "flv", { NULL }, FILM_S, GOP_S, RISE }, false },
	{ "broadcast.ts", { "mpegts", "mpeg2video", { NULL }, FILM_S, GOP_S, RISE }, true },
	{ "hd.ts",
		{ "mpegts", "libx264", { "preset", "ultrafast", "bf", "2" }, FILM_S, GOP_S, RISE },
		true },
	{ "recorded.m2ts",
		{ "mpegts", "libx264", { "preset", "ultrafast", "mpegts_m2ts_mode", "1" }, FILM_S,
			GOP_S, RISE },
		false },
	{ "disc.mpg", { "vob", "mpeg2video", { NULL }, FILM_S, GOP_S, RISE }, true },
};

static char *folder;

static char *
path_of(const char *name)
{
	return g_build_filename(folder, name, NULL);
}

static void
make(size_t film)
{
	g_autofree char *path = path_of(films[film].name);

	if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
		film_make(&films[film].film, path);
	}
}

static double
time_shown(const FilmSeen *seen, int i)
{
	return (seen->level[i] - FILM_DARK) / RISE;
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
	const char *to, FilmSeen *seen)
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
		request.width = row->video == RECIPE_MPEG2 ? row->max_width : FILM_SIDE;
		request.height = row->video == RECIPE_MPEG2 ? row->max_height : FILM_SIDE;
		request.frame_rate_mhz = FILM_RATE * 1000;
		request.video_bps = 2000000;
	}
	g_assert_cmpint(convert_run(&request, file, out, -1, NULL), ==, WORKER_OK);
	film_look(to, seen);
}

/* Pictures as they come: each new one where its number says. */
static void
check_each(const FilmSeen *seen, int speed, double from_s, double to_s)
{
	double at_s[FILM_PICTURES_MAX], shown_s[FILM_PICTURES_MAX];
	const int n = expect(speed, from_s, to_s, at_s, shown_s);

	g_assert_cmpint(seen->n, ==, n);
	for (int i = 0; i < n; i++) {
		g_assert_cmpfloat_with_epsilon(seen->at_s[i] - seen->at_s[0], at_s[i], 0.021);
		g_assert_cmpfloat_with_epsilon(time_shown(seen, i), shown_s[i], 0.5);
	}
}

/* At a fixed rate each stands until the next. */
static void
check_standing(const FilmSeen *seen, const Recipe *recipe, int speed, double from_s, double to_s)
{
	double at_s[FILM_PICTURES_MAX], shown_s[FILM_PICTURES_MAX];
	const double rate = recipe->frame_rate_mhz == 25000 ? 25 : 30000 / 1001.0;
	const int n = expect(speed, from_s, to_s, at_s, shown_s);
	int due = 0;

	g_assert_cmpint(seen->n, ==, (int)lround(at_s[n - 1] * rate) + 1);
	for (int i = 0; i < seen->n; i++) {
		while (due + 1 < n && (int)lround(at_s[due + 1] * rate) <= i) {
			due++;
		}
		g_assert_cmpfloat_with_epsilon(time_shown(seen, i), shown_s[due], 0.5);
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
			FilmSeen seen;

			if (!films[film].all && !is_usual(speed)) {
				continue;
			}
			g_test_message("%s at %d", films[film].name, speed);
			convert(film, "copy-ts", true, speed, from_s, to_s, to, &seen);
			g_assert_nonnull(
				strstr(seen.container, g_str_equal(films[film].film.muxer, "vob")
							       ? "mpeg"
							       : films[film].film.muxer));
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
	FilmSeen seen;

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

	film_remove_folder(folder);
	g_free(folder);
	return result;
}
