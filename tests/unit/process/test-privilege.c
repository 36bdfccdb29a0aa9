/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From root to an ordinary user. Each case is a child, because there is no way back; most need root
 * and are skipped without. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <av-upnp/error.h>
#include <av-upnp/privilege.h>

static char *folder;

static bool
needs_root(void)
{
	if (geteuid() == 0) {
		return true;
	}
	g_test_skip("needs root");
	return false;
}

/* Runs fn in a child. @return its exit status */
static int
in_child(int (*fn)(const char *path), const char *path)
{
	int status;
	pid_t child = fork();

	g_assert_cmpint(child, >=, 0);
	if (child == 0) {
		_exit(fn(path));
	}
	g_assert_cmpint(waitpid(child, &status, 0), ==, child);
	g_assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

#define CHECK(what)                        \
	if (!(what)) {                     \
		return __LINE__ % 250 + 1; \
	}

static int
drop_to_nobody(const char *path)
{
	g_autofree char *status = NULL;
	g_autofree char *inside = g_build_filename(path, "made", NULL);
	gid_t groups[64];
	int n_groups;
	struct stat info;

	CHECK(setgroups(1, &(gid_t){ 0 }) == 0);
	/* A program's own mask must not close the way to the folder. */
	(void)umask(077);
	g_setenv("XDG_CONFIG_HOME", "/root/.config", TRUE);
	CHECK(avu_drop_privileges("nobody", path, NULL));
	CHECK(getuid() != 0 && geteuid() != 0 && getgid() != 0);
	CHECK(setuid(0) != 0 && seteuid(0) != 0 && setgid(0) != 0);
	n_groups = getgroups(G_N_ELEMENTS(groups), groups);
	CHECK(n_groups >= 0);
	for (int i = 0; i < n_groups; i++) {
		CHECK(groups[i] != 0); /* root's own groups do not come along */
	}
	CHECK(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1);
	CHECK(g_file_get_contents("/proc/self/status", &status, NULL, NULL));
	CHECK(strstr(status, "CapEff:\t0000000000000000\n") != NULL);
	CHECK(strstr(status, "CapPrm:\t0000000000000000\n") != NULL);
	CHECK(stat(path, &info) == 0 && info.st_uid == getuid());
	CHECK((info.st_mode & 0777) == 0700);
	CHECK(open(inside, O_RDWR | O_CREAT | O_CLOEXEC, 0600) >= 0);
	CHECK(strcmp(g_getenv("HOME"), path) == 0);
	CHECK(g_getenv("XDG_CONFIG_HOME") == NULL);
	return 0;
}

static void
test_drop(void)
{
	g_autofree char *path = g_build_filename(folder, "a", "b", "state", NULL);

	if (needs_root()) {
		g_assert_cmpint(in_child(drop_to_nobody, path), ==, 0);
		/* The second start finds it as the first left it. */
		g_assert_cmpint(in_child(drop_to_nobody, path), ==, 0);
	}
}

static int
drop_by_default(const char *path)
{
	CHECK(avu_drop_privileges(NULL, path, NULL));
	CHECK(getuid() != 0);
	return 0;
}

static void
test_default(void)
{
	if (needs_root()) {
		g_assert_cmpint(in_child(drop_by_default, NULL), ==, 0);
	}
}

/* A folder that somebody uses is not given away, nor one behind a link. */
static void
test_folder_in_use(void)
{
	g_autofree char *used = g_build_filename(folder, "used", NULL);
	g_autofree char *file = g_build_filename(used, "file", NULL);
	g_autofree char *target = g_build_filename(folder, "target", NULL);
	g_autofree char *link = g_build_filename(folder, "link", NULL);
	struct stat info;

	if (!needs_root()) {
		return;
	}
	g_assert_cmpint(mkdir(used, 0755), ==, 0);
	g_assert_true(g_file_set_contents(file, "", 0, NULL));
	g_assert_cmpint(in_child(drop_by_default, used), ==, 0);
	g_assert_cmpint(stat(used, &info), ==, 0);
	g_assert_cmpuint(info.st_uid, ==, 0);

	g_assert_cmpint(mkdir(target, 0755), ==, 0);
	g_assert_cmpint(symlink(target, link), ==, 0);
	g_assert_cmpint(in_child(drop_by_default, link), !=, 0);
	g_assert_cmpint(stat(target, &info), ==, 0);
	g_assert_cmpuint(info.st_uid, ==, 0);
}

static const struct {
	const char *user;
	int code;
	const char *why;
} refused[] = {
	{ "no-such-user-here", AVU_ERROR_NOT_FOUND, "unknown" },
	{ "root", AVU_ERROR_USAGE, "root itself" },
};

static void
test_refused(void)
{
	if (!needs_root()) {
		return;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
		g_autoptr(GError) error = NULL;

		g_test_message("%s", refused[i].why);
		g_assert_false(avu_drop_privileges(refused[i].user, NULL, &error));
		g_assert_error(error, AVU_ERROR, refused[i].code);
		g_assert_nonnull(strstr(error->message, refused[i].user));
	}
	g_assert_cmpuint(geteuid(), ==, 0);
}

static int
as_ordinary_user(const char *path)
{
	g_autoptr(GError) error = NULL;

	(void)path;
	if (geteuid() == 0) {
		CHECK(avu_drop_privileges("nobody", NULL, NULL));
	}
	CHECK(avu_drop_privileges(NULL, NULL, NULL)); /* nothing to do */
	CHECK(!avu_drop_privileges("root", NULL, &error));
	CHECK(g_error_matches(error, AVU_ERROR, AVU_ERROR_DENIED));
	return 0;
}

static void
test_ordinary(void)
{
	g_assert_cmpint(in_child(as_ordinary_user, NULL), ==, 0);
}

int
main(int argc, char **argv)
{
	int failed;

	g_test_init(&argc, &argv, NULL);
	folder = g_dir_make_tmp("avu-test-XXXXXX", NULL);
	g_assert_cmpint(chmod(folder, 0755), ==, 0);
	g_test_add_func("/privilege/drop", test_drop);
	g_test_add_func("/privilege/default", test_default);
	g_test_add_func("/privilege/folder-in-use", test_folder_in_use);
	g_test_add_func("/privilege/refused", test_refused);
	g_test_add_func("/privilege/ordinary", test_ordinary);
	failed = g_test_run();

	g_autofree char *command = g_strdup_printf("rm -r '%s'", folder);

	(void)!system(command);
	g_free(folder);
	return failed;
}
