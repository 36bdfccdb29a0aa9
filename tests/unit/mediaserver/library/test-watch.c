/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Notices of real changes, with the paths that folders have by then. */
#include "mediaserver/library/watch.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <poll.h>

#include <av-upnp/fd.h>

typedef struct {
	char *top;
	Watch *watch;
	GString *heard;
} Fixture;

static char *
path_of(const Fixture *f, const char *path)
{
	return g_build_filename(f->top, path, NULL);
}

static void
on_changed(unsigned root, const char *folder, const char *name, bool is_folder, WatchEvent event,
	void *user_data)
{
	Fixture *f = user_data;

	g_assert_cmpuint(root, ==, 3);
	g_string_append_printf(f->heard, "%c%s%s%s%s ", "cwatg"[event], folder,
		folder[0] != '\0' ? "/" : "", name, is_folder ? "/" : "");
}

static void
on_renamed(unsigned from_root, const char *from, unsigned to_root, const char *to, void *user_data)
{
	Fixture *f = user_data;

	g_assert_true(from_root == 3 && to_root == 3);
	g_string_append_printf(f->heard, "%s>%s ", from, to);
}

static void
on_overflowed(void *user_data)
{
	(void)user_data;
	g_assert_not_reached();
}

static void
watch_path(Fixture *f, const char *path)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *whole = path_of(f, path);
	avu_autofd int fd = open(whole, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	g_assert_true(watch_add(f->watch, fd, 3, path, &error));
	g_assert_no_error(error);
}

/* All that there is to hear, which the kernel has by the time the call that caused it returns. */
static void
expect(Fixture *f, const char *text)
{
	static const WatchListener listener = { on_changed, on_renamed, on_overflowed };

	(void)g_string_truncate(f->heard, 0);
	watch_read(f->watch, &listener, f);
	g_assert_cmpstr(f->heard->str, ==, text);
}

static void
write_file(Fixture *f, const char *path)
{
	g_autofree char *whole = path_of(f, path);
	avu_autofd int fd = open(whole, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	g_assert_cmpint(fd, >=, 0);
}

static void
make_folder(Fixture *f, const char *path)
{
	g_autofree char *whole = path_of(f, path);

	g_assert_cmpint(g_mkdir(whole, 0700), ==, 0);
}

static void
move(Fixture *f, const char *from, const char *to)
{
	g_autofree char *whole_from = path_of(f, from);
	g_autofree char *whole_to = path_of(f, to);

	g_assert_cmpint(g_rename(whole_from, whole_to), ==, 0);
}

static void
take_away(Fixture *f, const char *path)
{
	g_autofree char *whole = path_of(f, path);

	g_assert_cmpint(g_remove(whole), ==, 0);
}

static void
test_notices(void)
{
	g_autoptr(GError) error = NULL;
	Fixture f = { g_dir_make_tmp("watch-XXXXXX", NULL), watch_new(&error), g_string_new(NULL) };

	g_assert_no_error(error);
	watch_path(&f, "");
	expect(&f, "");
	write_file(&f, "a");
	expect(&f, "ca wa ");
	move(&f, "a", "b");
	expect(&f, "ga a>b ab ");
	make_folder(&f, "D");
	make_folder(&f, "D/E");
	watch_path(&f, "D");
	watch_path(&f, "D/E");
	expect(&f, "cD/ ");
	write_file(&f, "D/E/x");
	expect(&f, "cD/E/x wD/E/x ");
	g_assert_cmpuint(watch_get_n(f.watch), ==, 3);
	/* renamed, with what is watched below */
	move(&f, "D", "F");
	expect(&f, "gD/ D>F aF/ ");
	write_file(&f, "F/E/y");
	expect(&f, "cF/E/y wF/E/y ");
	move(&f, "F/E/y", "y");
	expect(&f, "gF/E/y F/E/y>y ay ");
	/* out of what is watched: not believed to be there for ever */
	g_autofree char *outside = g_strconcat(f.top, ".outside", NULL);
	g_autofree char *inside = path_of(&f, "F");

	g_assert_cmpint(g_rename(inside, outside), ==, 0);
	expect(&f, "gF/ ");
	expect(&f, "");
	expect(&f, "");
	g_assert_cmpuint(watch_get_n(f.watch), ==, 1);
	g_assert_cmpint(g_rename(outside, inside), ==, 0);
	expect(&f, "aF/ ");
	watch_path(&f, "F");
	watch_forget(f.watch, 3, "F");
	write_file(&f, "F/unheard");
	expect(&f, "");
	for (const char *const *path =
			(const char *const[]){ "F/unheard", "F/E/x", "F/E", "F", "b", "y", NULL };
		*path != NULL; path++) {
		take_away(&f, *path);
	}
	watch_free(f.watch);
	g_assert_cmpint(g_rmdir(f.top), ==, 0);
	(void)g_string_free(f.heard, TRUE);
	g_free(f.top);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/watch/notices", test_notices);
	return g_test_run();
}
