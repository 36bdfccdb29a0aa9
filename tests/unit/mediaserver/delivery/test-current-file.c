/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A file that is not the one that was probed is probed first, or not sent (SEC-122). The library is played: touch
 * writes what it would find. */
#include "mediaserver/delivery/current-file.h"

#include <fcntl.h>
#include <unistd.h>
#include <utime.h>

#include <glib/gstdio.h>

#include <av-upnp/fd.h>

#define NAME "a.flac"
#define LONG_AGO_S 1000000000

typedef struct {
	char *folder, *path, *directory;
	State *state;
	Catalogue *catalogue;
	Roots *roots;
	CurrentFiles files;
	bool looks; /* touch finds the file */
	unsigned n_touched;
	bool touched_growing;
	int64_t size_bytes; /* what is put; 0: the file's */
} Fixture;

static int64_t
put_item(Fixture *f, int64_t start_ns)
{
	const Root *root = roots_find_path(f->roots, f->path, &(const char *){ NULL });
	const CatalogueFolder folder = { root->uuid, "Music", "" };
	g_autoptr(GError) error = NULL;
	struct stat st;
	Item item;

	g_assert_cmpint(stat(f->path, &st), ==, 0);
	item_init(&item);
	item.kind = ITEM_AUDIO;
	item.name = item.title = NAME;
	item.sort_title = item.sort_name = item.fold_title = NAME;
	item.group_artist = item.group_album = item.album_owner = "";
	item.group_genre = item.group_year = "";
	item.mime = "audio/flac";
	item.inode = (int64_t)st.st_ino;
	item.size_bytes = f->size_bytes != 0 ? f->size_bytes : st.st_size;
	item.mtime_ns = (int64_t)st.st_mtim.tv_sec * AVU_NS_PER_S + st.st_mtim.tv_nsec;
	item.start_ns = start_ns;
	g_assert_true(catalogue_begin(f->catalogue, &error));
	g_assert_true(catalogue_put_folder(f->catalogue, &folder, &error));
	g_assert_true(catalogue_put_item(f->catalogue, &folder, &item, &error));
	g_assert_true(catalogue_commit(f->catalogue, &error));
	g_assert_no_error(error);
	return item.id;
}

static void
touch(const char *root, const char *path, bool growing, void *data)
{
	Fixture *f = data;

	g_assert_nonnull(roots_find(f->roots, root));
	g_assert_cmpstr(path, ==, NAME);
	f->n_touched++;
	f->touched_growing = growing;
	if (f->looks) {
		(void)put_item(f, -1);
	}
}

static void
write_file(const char *path, const char *text, bool long_ago)
{
	const struct utimbuf times = { LONG_AGO_S, LONG_AGO_S };

	g_assert_true(g_file_set_contents(path, text, -1, NULL)); /* by rename: a new inode */
	if (long_ago) {
		g_assert_cmpint(utime(path, &times), ==, 0);
	}
}

static void
set_up(Fixture *f, const void *unused)
{
	g_autoptr(GError) error = NULL;

	(void)unused;
	f->directory = g_dir_make_tmp("current-file-XXXXXX", NULL);
	f->folder = g_dir_make_tmp("current-file-XXXXXX", NULL);
	f->path = g_build_filename(f->folder, NAME, NULL);
	write_file(f->path, "first", true);
	const char *const folders[] = { f->folder, NULL };

	f->state = state_open(f->directory, &error);
	g_assert_no_error(error);
	f->catalogue = catalogue_open(f->directory, f->state, &error);
	g_assert_no_error(error);
	f->roots = roots_new(f->state, folders, &error);
	g_assert_no_error(error);
	f->files = (CurrentFiles){ known_files_new(f->catalogue), f->roots, touch, f };
}

static void
remove_folder(const char *folder)
{
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	const char *name;

	while ((name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *path = g_build_filename(folder, name, NULL);

		(void)g_remove(path);
	}
	(void)g_rmdir(folder);
}

static void
tear_down(Fixture *f, const void *unused)
{
	(void)unused;
	known_files_free(f->files.files);
	roots_free(f->roots);
	catalogue_close(f->catalogue);
	state_close(f->state);
	remove_folder(f->directory);
	remove_folder(f->folder);
	g_free(f->directory);
	g_free(f->folder);
	g_free(f->path);
}

/* @return 200 when it was opened, else the answer's status */
static unsigned
ask(Fixture *f, int64_t id, CurrentFile *ret_file)
{
	g_autoptr(AvuHttpResponse) wrong =
		current_file_open(&f->files, id, 100 * AVU_NS_PER_MS, ret_file);

	return wrong != NULL ? avu_http_response_get_status(wrong) : 200;
}

static void
assert_contains(const CurrentFile *current, const char *text)
{
	char octets[64] = { 0 };

	g_assert_cmpint(read(current->fd, octets, sizeof octets - 1), >=, 0);
	g_assert_cmpstr(octets, ==, text);
	g_assert_cmpint(current->file->size_bytes, ==, (int64_t)strlen(text));
}

static void
test_as_probed(Fixture *f, const void *unused)
{
	g_auto(CurrentFile) current = CURRENT_FILE_NONE;
	const int64_t id = put_item(f, -1);

	(void)unused;
	g_assert_cmpuint(ask(f, id, &current), ==, 200);
	assert_contains(&current, "first");
	g_assert_false(current.growing);
	g_assert_cmpuint(f->n_touched, ==, 0);
}

/* Same name, size and time: only the number tells. */
static void
test_swapped(Fixture *f, const void *unused)
{
	g_auto(CurrentFile) current = CURRENT_FILE_NONE;
	const int64_t id = put_item(f, -1);

	(void)unused;
	write_file(f->path, "other", true);
	f->looks = true;
	g_assert_cmpuint(ask(f, id, &current), ==, 200);
	assert_contains(&current, "other");
	g_assert_cmpuint(f->n_touched, ==, 1);
}

static void
test_changed_and_not_looked_at(Fixture *f, const void *unused)
{
	g_auto(CurrentFile) current = CURRENT_FILE_NONE;
	const int64_t id = put_item(f, -1);

	(void)unused;
	write_file(f->path, "longer than it was", true);
	g_assert_cmpuint(ask(f, id, &current), ==, 503);
	g_assert_cmpuint(f->n_touched, ==, 1); /* once, however long it is waited for */
	f->files.touch = NULL;
	g_assert_cmpuint(ask(f, id, &current), ==, 503);
}

static void
append(const char *path, const char *text)
{
	avu_autofd int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);

	g_assert_cmpint(write(fd, text, strlen(text)), ==, (ssize_t)strlen(text));
}

static void
test_growing(Fixture *f, const void *unused)
{
	g_auto(CurrentFile) current = CURRENT_FILE_NONE;
	const int64_t id = put_item(f, -1);

	(void)unused;
	append(f->path, " and more");
	g_assert_cmpuint(ask(f, id, &current), ==, 200);
	g_assert_true(current.growing);
	g_assert_cmpuint(f->n_touched, ==, 1); /* lists are to say so, too */
	g_assert_true(f->touched_growing);
}

/* It is what lists say, also while its writer thinks. */
static void
test_listed_as_growing(Fixture *f, const void *unused)
{
	g_auto(CurrentFile) current = CURRENT_FILE_NONE;

	(void)unused;
	f->size_bytes = ITEM_SIZE_GROWS;
	g_assert_cmpuint(ask(f, put_item(f, -1), &current), ==, 200);
	g_assert_true(current.growing);
	g_assert_cmpuint(f->n_touched, ==, 0);
}

/* Another file, and a larger one, is not the recording that was looked at (SEC-122). */
static void
test_growing_is_the_same_file(Fixture *f, const void *unused)
{
	static const int64_t sizes[] = { 0, ITEM_SIZE_GROWS };

	(void)unused;
	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
		g_auto(CurrentFile) current = CURRENT_FILE_NONE;

		f->size_bytes = sizes[i];
		const int64_t id = put_item(f, -1);

		write_file(f->path, i == 0 ? "somebody's diary" : "somebody's other diary", false);
		g_assert_cmpuint(ask(f, id, &current), ==, 503);
	}
}

/* Of a track of a sheet nothing is recorded but where it lies. */
static void
test_piece(Fixture *f, const void *unused)
{
	g_auto(CurrentFile) current = CURRENT_FILE_NONE;
	const int64_t id = put_item(f, AVU_NS_PER_S);

	(void)unused;
	write_file(f->path, "longer than it was", true);
	g_assert_cmpuint(ask(f, id, &current), ==, 200);
	g_assert_false(current.growing);
	g_assert_cmpuint(f->n_touched, ==, 0);
}

static void
test_gone(Fixture *f, const void *unused)
{
	g_auto(CurrentFile) current = CURRENT_FILE_NONE;
	const int64_t id = put_item(f, -1);

	(void)unused;
	g_assert_cmpuint(ask(f, id + 1, &current), ==, 404);
	g_assert_cmpint(g_unlink(f->path), ==, 0);
	g_assert_cmpuint(ask(f, id, &current), ==, 404);
	g_assert_cmpint(mkfifo(f->path, 0600), ==, 0);
	g_assert_cmpuint(ask(f, id, &current), ==, 404);
}

#define ADD(name, fn) g_test_add("/current-file/" name, Fixture, NULL, set_up, fn, tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("as-probed", test_as_probed);
	ADD("swapped", test_swapped);
	ADD("changed-and-not-looked-at", test_changed_and_not_looked_at);
	ADD("growing", test_growing);
	ADD("listed-as-growing", test_listed_as_growing);
	ADD("growing-is-the-same-file", test_growing_is_the_same_file);
	ADD("piece", test_piece);
	ADD("gone", test_gone);
	return g_test_run();
}
