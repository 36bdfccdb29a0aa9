/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is kept is whole, stays within its limit, and the longest unused goes first. */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "mediaserver/convert/kept.h"

#define KIB 1024

/* A key of one digit again and again. */
static char *
key_of(char digit)
{
	return g_strnfill(KEPT_KEY_LEN, digit);
}

static void
put(Kept *kept, char digit, size_t len)
{
	g_autofree char *key = key_of(digit), *octets = g_strnfill(len, digit);
	KeptWriter *writer = kept_begin(kept, key);

	g_assert_nonnull(writer);
	g_assert_null(kept_begin(kept, key)); /* one at a time */
	kept_write(writer, octets, len / 2);
	kept_write(writer, octets, len - len / 2);
	kept_finish(writer);
}

/* @return its size, -1: it is not there */
static int64_t
size_of(Kept *kept, char digit)
{
	g_autofree char *key = key_of(digit);
	uint64_t size;
	const int fd = kept_open(kept, key, &size);
	char octet;

	if (fd < 0) {
		return -1;
	}
	g_assert_cmpint(read(fd, &octet, 1), ==, 1);
	g_assert_cmpint(octet, ==, digit);
	(void)close(fd);
	return (int64_t)size;
}

static void
set_age(const char *folder, char digit, int64_t age_s)
{
	g_autofree char *key = key_of(digit), *path = g_build_filename(folder, key, NULL);
	const struct timespec times[2] = { { .tv_sec = 1000000 - age_s },
		{ .tv_sec = 1000000 - age_s } };

	g_assert_cmpint(utimensat(AT_FDCWD, path, times, 0), ==, 0);
}

static void
empty(const char *folder)
{
	GDir *dir = g_dir_open(folder, 0, NULL);
	const char *name;

	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *path = g_build_filename(folder, name, NULL);

		(void)g_unlink(path);
	}
	g_clear_pointer(&dir, g_dir_close);
	(void)g_rmdir(folder);
}

static void
test_kept(void)
{
	g_autofree char *folder = g_dir_make_tmp("av-upnp-kept-XXXXXX", NULL);
	Kept *kept = kept_new(folder, 100 * KIB);
	g_autofree char *late = key_of('9');

	put(kept, '1', 40 * KIB);
	put(kept, '2', 40 * KIB);
	g_assert_cmpint(size_of(kept, '1'), ==, 40 * KIB);
	set_age(folder, '1', 50);
	set_age(folder, '2', 100);
	put(kept, '3', 50 * KIB); /* evicted while it is written, with room for more */
	g_assert_cmpint(size_of(kept, '2'), ==, -1); /* the oldest */
	g_assert_cmpint(size_of(kept, '1'), ==, 40 * KIB);
	g_assert_cmpint(size_of(kept, '3'), ==, 50 * KIB);
	put(kept, '4', 52 * KIB); /* larger than half of what may be kept: the others stay */
	g_assert_cmpint(size_of(kept, '4'), ==, -1);
	g_assert_cmpint(size_of(kept, '3'), ==, 50 * KIB);
	KeptWriter *writer = kept_begin(kept, late);

	kept_write(writer, "x", 1);
	kept_drop(writer); /* its player has left */
	g_assert_cmpint(size_of(kept, '9'), ==, -1);
	put(kept, '9', 10);
	g_assert_cmpint(size_of(kept, '9'), ==, 10);
	kept_free(kept);
	kept_free(kept_new(folder, 0)); /* nothing is to be kept any more */
	g_assert_cmpint(g_rmdir(folder), ==, 0);
	empty(folder);
}

/* The longest unused goes first, but none that somebody reads, also when he began long ago. */
static void
test_read(void)
{
	g_autofree char *folder = g_dir_make_tmp("av-upnp-kept-XXXXXX", NULL);
	g_autofree char *first = key_of('1'), *third = key_of('3');
	Kept *kept = kept_new(folder, 100 * KIB);
	uint64_t size;

	put(kept, '1', 32 * KIB);
	put(kept, '2', 28 * KIB);
	KeptWriter *writer = kept_begin(kept, third);
	g_autofree char *octets = g_strnfill(20 * KIB, '3');
	const int half = kept_open_half(writer);

	g_assert_true(kept_write(writer, octets, 20 * KIB));
	kept_finish(writer);
	const int fd = kept_open(kept, first, &size), copy = dup(fd);

	set_age(folder, '1', 100);
	set_age(folder, '2', 50);
	set_age(folder, '3', 75);
	(void)close(fd);
	put(kept, '4', 40 * KIB);
	g_assert_cmpint(size_of(kept, '2'), ==, -1);
	g_assert_cmpint(size_of(kept, '1'), ==, 32 * KIB);
	g_assert_cmpint(size_of(kept, '3'), ==, 20 * KIB); /* by who read it while it was made */
	(void)close(copy);
	(void)close(half);
	set_age(folder, '1', 100);
	set_age(folder, '3', 75);
	put(kept, '5', 44 * KIB);
	g_assert_cmpint(size_of(kept, '1'), ==, -1);
	g_assert_cmpint(size_of(kept, '3'), ==, -1);
	g_assert_cmpint(size_of(kept, '4'), ==, 40 * KIB);
	kept_free(kept);
	empty(folder);
}

/* A server that was killed leaves half ones; what is not ours stays. */
static void
test_leftovers(void)
{
	g_autofree char *folder = g_dir_make_tmp("av-upnp-kept-XXXXXX", NULL);
	g_autofree char *key = key_of('a');
	g_autofree char *half = g_strconcat(folder, "/", key, ".half", NULL);
	g_autofree char *other = g_build_filename(folder, "letter.half", NULL);

	g_assert_true(g_file_set_contents(half, "half", -1, NULL));
	g_assert_true(g_file_set_contents(other, "mine", -1, NULL));
	Kept *kept = kept_new(folder, 100 * KIB);

	g_assert_false(g_file_test(half, G_FILE_TEST_EXISTS));
	g_assert_true(g_file_test(other, G_FILE_TEST_EXISTS));
	kept_free(kept);
	empty(folder);
}

/* A folder that cannot be made: nothing is kept, and nobody is hurt. */
static void
test_no_folder(void)
{
	g_autofree char *key = key_of('b');
	Kept *kept = kept_new("/proc/av-upnp-nowhere", 100 * KIB);

	g_test_expect_message(NULL, G_LOG_LEVEL_WARNING,
		"*cannot be kept in /proc/av-upnp-nowhere: *make room *");
	g_assert_null(kept_begin(kept, key));
	g_test_assert_expected_messages();
	g_assert_null(kept_begin(kept, key)); /* said once */
	kept_free(kept);
}

/* Another file, another time of it, another form: another key. */
static void
test_keys(void)
{
	ConvertPlan plan = { .recipe = recipe_find("mp3"), .sample_hz = 44100 };
	struct stat st = { .st_ino = 1, .st_size = 2 };
	char first[KEPT_KEY_LEN + 1], second[KEPT_KEY_LEN + 1];

	kept_make_key(&st, "flac", -1, &plan, first);
	kept_make_key(&st, "flac", -1, &plan, second);
	g_assert_cmpstr(first, ==, second);
	st.st_mtim.tv_nsec = 1;
	kept_make_key(&st, "flac", -1, &plan, second);
	g_assert_cmpstr(first, !=, second);
	st.st_mtim.tv_nsec = 0;
	plan.sample_hz = 48000;
	kept_make_key(&st, "flac", -1, &plan, second);
	g_assert_cmpstr(first, !=, second);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/convert/kept/kept", test_kept);
	g_test_add_func("/convert/kept/read", test_read);
	g_test_add_func("/convert/kept/leftovers", test_leftovers);
	g_test_add_func("/convert/kept/no-folder", test_no_folder);
	g_test_add_func("/convert/kept/keys", test_keys);
	return g_test_run();
}
