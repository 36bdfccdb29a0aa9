/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The state directory: one owner at a time, values that are kept, damage that is noticed. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <av-upnp/error.h>
#include <av-upnp/fd.h>
#include <av-upnp/state-dir.h>

static char *folder;

static AvuStateDir *
open_fresh(const char *name)
{
	g_autofree char *path = g_build_filename(folder, name, "deeper", NULL);
	g_autoptr(GError) error = NULL;
	AvuStateDir *dir = avu_state_dir_open(path, "prog", &error);

	g_assert_no_error(error);
	g_assert_cmpstr(avu_state_dir_get_path(dir), ==, path);
	return dir;
}

/* ROB-022; FLT-27, of one directory. */
static void
test_lock(void)
{
	g_autoptr(AvuStateDir) dir = open_fresh("lock");
	g_autofree char *path = g_strdup(avu_state_dir_get_path(dir));
	g_autofree char *pid = g_strdup_printf("process %d;", (int)getpid());
	g_autoptr(GError) error = NULL;
	struct stat info;

	g_assert_cmpint(stat(path, &info), ==, 0);
	g_assert_cmpint(info.st_mode & 0777, ==, 0700);
	g_assert_null(avu_state_dir_open(path, "prog", &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_BUSY);
	g_assert_nonnull(strstr(error->message, path));
	g_assert_nonnull(strstr(error->message, pid));

	g_clear_pointer(&dir, avu_state_dir_free);
	dir = avu_state_dir_open(path, "prog", NULL);
	g_assert_nonnull(dir);
}

/* FLT-23: the lock of a process that was killed is free, whatever its file says. */
static void
test_lock_after_kill(void)
{
	g_autofree char *path = g_build_filename(folder, "killed", NULL);
	int told[2], status;
	char octet;

	g_assert_cmpint(pipe(told), ==, 0);

	pid_t child = fork();

	if (child == 0) {
		if (avu_state_dir_open(path, "prog", NULL) != NULL) {
			(void)!write(told[1], "x", 1);
			(void)pause();
		}
		_exit(1);
	}
	g_assert_cmpint(read(told[0], &octet, 1), ==, 1);

	g_autoptr(GError) error = NULL;

	g_assert_null(avu_state_dir_open(path, "prog", &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_BUSY);
	g_assert_cmpint(kill(child, SIGKILL), ==, 0);
	g_assert_cmpint(waitpid(child, &status, 0), ==, child);

	g_autoptr(AvuStateDir) dir = avu_state_dir_open(path, "prog", NULL);

	g_assert_nonnull(dir);
	(void)close(told[0]);
	(void)close(told[1]);
}

static void
test_values(void)
{
	AvuStateDir *dir = open_fresh("values");
	g_autofree char *path = g_strdup(avu_state_dir_get_path(dir));
	g_autofree char *udn = avu_state_dir_get_uuid(dir, "udn", NULL);

	g_assert_true(g_uuid_string_is_valid(udn));
	g_assert_cmpint(avu_state_dir_get_number(dir, "port", 65535, -1), ==, -1);
	g_assert_true(avu_state_dir_set_number(dir, "port", 49152, NULL));
	g_assert_true(avu_state_dir_store_text(dir, "name", "B\xc3\xbcro", NULL));
	g_assert_null(avu_state_dir_load_text(dir, "none"));
	avu_state_dir_free(dir);

	g_autoptr(AvuStateDir) again = avu_state_dir_open(path, "prog", NULL);
	g_autofree char *same = avu_state_dir_get_uuid(again, "udn", NULL);
	g_autofree char *other = avu_state_dir_get_uuid(again, "other", NULL);
	g_autofree char *name = avu_state_dir_load_text(again, "name");

	g_assert_cmpstr(same, ==, udn);
	g_assert_cmpstr(other, !=, udn);
	g_assert_cmpstr(name, ==, "B\xc3\xbcro");
	g_assert_cmpint(avu_state_dir_get_number(again, "port", 65535, -1), ==, 49152);
	g_assert_cmpint(avu_state_dir_get_number(again, "port", 49151, -1), ==, -1);
}

static const struct {
	const char *text;
	size_t len;
	const char *why;
} damaged[] = {
	{ "", 0, "empty" },
	{ "12", 2, "cut short" },
	{ "12\n34\n", 6, "two lines" },
	{ "-5\n", 3, "negative" },
	{ "\xff\n", 2, "not UTF-8" },
	{ "1\0002\n", 4, "NUL inside" },
};

static void
test_damage(void)
{
	g_autoptr(AvuStateDir) dir = open_fresh("damage");
	g_autofree char *path = avu_state_dir_build_path(dir, "port");
	g_autofree char *huge = g_strnfill(10000, '1');

	for (size_t i = 0; i < G_N_ELEMENTS(damaged); i++) {
		g_test_message("%s", damaged[i].why);
		g_assert_true(
			g_file_set_contents(path, damaged[i].text, (gssize)damaged[i].len, NULL));
		g_assert_cmpint(avu_state_dir_get_number(dir, "port", 65535, -1), ==, -1);
	}
	g_assert_true(g_file_set_contents(path, huge, -1, NULL));
	g_assert_null(avu_state_dir_load_text(dir, "port"));
	g_assert_true(g_file_set_contents(path, "not-a-uuid\n", -1, NULL));

	g_autofree char *made = avu_state_dir_get_uuid(dir, "port", NULL);

	g_assert_true(g_uuid_string_is_valid(made));
}

static void
test_refused(void)
{
	g_autofree char *file = g_build_filename(folder, "file", NULL);
	g_autofree char *below = g_build_filename(file, "below", NULL);
	g_autoptr(GError) error = NULL;

	g_assert_true(g_file_set_contents(file, "", 0, NULL));
	g_assert_null(avu_state_dir_open(file, "prog", &error));
	g_assert_nonnull(error);
	g_clear_error(&error);
	g_assert_null(avu_state_dir_open(below, "prog", &error));
	g_assert_nonnull(error);
	g_assert_nonnull(strstr(error->message, below));
}

static void
test_default_path(void)
{
	g_setenv("XDG_STATE_HOME", "/x/state", TRUE);

	g_autofree char *set = avu_state_dir_default_path("prog");

	g_setenv("XDG_STATE_HOME", "relative", TRUE);

	g_autofree char *unset = avu_state_dir_default_path("prog");
	g_autofree char *home =
		g_build_filename(g_get_home_dir(), ".local/state/av-upnp/prog", NULL);
	bool root = geteuid() == 0;

	g_assert_cmpstr(set, ==, root ? "/var/lib/av-upnp/prog" : "/x/state/av-upnp/prog");
	g_assert_cmpstr(unset, ==, root ? "/var/lib/av-upnp/prog" : home);
}

/* SEC-127: what others may write is not believed. */
static void
test_others(void)
{
	static const mode_t modes[] = { 0770, 0707, 0777, 0702, 0720 };
	g_autofree char *path = g_build_filename(folder, "shared", NULL);

	g_assert_cmpint(mkdir(path, 0700), ==, 0);
	for (size_t i = 0; i < G_N_ELEMENTS(modes); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_cmpint(chmod(path, modes[i]), ==, 0);
		g_assert_null(avu_state_dir_open(path, "prog", &error));
		g_assert_error(error, AVU_ERROR, AVU_ERROR_DENIED);
		g_assert_nonnull(strstr(error->message, "chmod go-w"));
	}
	g_assert_cmpint(chmod(path, 0755), ==, 0);

	g_autoptr(AvuStateDir) dir = avu_state_dir_open(path, "prog", NULL);

	g_assert_nonnull(dir);
}

static void
test_stranger(void)
{
	g_autofree char *path = g_build_filename(folder, "strange", NULL);
	g_autoptr(GError) error = NULL;

	if (geteuid() != 0) {
		g_test_skip("needs root");
		return;
	}
	g_assert_cmpint(mkdir(path, 0700), ==, 0);
	g_assert_cmpint(chown(path, 1, 1), ==, 0);
	g_assert_null(avu_state_dir_open(path, "prog", &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_DENIED);
	g_assert_nonnull(strstr(error->message, "belongs to user 1"));
}

/* SEC-010: who the device is comes from the kernel. In libc's place. */
static const char *random_octets;

ssize_t
getrandom(void *buffer, size_t len, unsigned flags)
{
	if (random_octets == NULL) {
		return syscall(SYS_getrandom, buffer, len, flags);
	}
	g_assert_cmpuint(len, ==, 16);
	memcpy(buffer, random_octets, len);
	return (ssize_t)len;
}

static void
test_uuid_random(void)
{
	g_autoptr(AvuStateDir) dir = open_fresh("random");

	random_octets = "\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8\xf7\xf6\xf5\xf4\xf3\xf2\xf1\xf0";
	g_autofree char *uuid = avu_state_dir_get_uuid(dir, "udn", NULL);

	random_octets = NULL;
	/* version and variant as RFC 9562 has them, all other bits as they came */
	g_assert_cmpstr(uuid, ==, "fffefdfc-fbfa-49f8-b7f6-f5f4f3f2f1f0");
}

int
main(int argc, char **argv)
{
	int failed;

	g_test_init(&argc, &argv, NULL);
	folder = g_dir_make_tmp("avu-test-XXXXXX", NULL);
	g_test_add_func("/state-dir/lock", test_lock);
	g_test_add_func("/state-dir/lock-after-kill", test_lock_after_kill);
	g_test_add_func("/state-dir/values", test_values);
	g_test_add_func("/state-dir/damage", test_damage);
	g_test_add_func("/state-dir/refused", test_refused);
	g_test_add_func("/state-dir/default-path", test_default_path);
	g_test_add_func("/state-dir/others", test_others);
	g_test_add_func("/state-dir/stranger", test_stranger);
	g_test_add_func("/state-dir/uuid-random", test_uuid_random);
	failed = g_test_run();

	g_autofree char *command = g_strdup_printf("rm -r '%s'", folder);

	(void)!system(command);
	g_free(folder);
	return failed;
}
