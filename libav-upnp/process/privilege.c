/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* process/privilege.c: from root to an ordinary user, once, before there are threads. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <av-upnp/error.h>
#include <av-upnp/fd.h>
#include <av-upnp/privilege.h>

static const char *const default_users[] = { "av-upnp", "nobody" };

/* They name folders of root, which the user may not even look into. */
static const char *const root_variables[] = { "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME",
	"XDG_STATE_HOME", "XDG_RUNTIME_DIR" };

static const struct passwd *
find_user(const char *user, GError **error)
{
	const struct passwd *found = user != NULL ? getpwnam(user) : NULL;

	for (size_t i = 0; user == NULL && found == NULL && i < G_N_ELEMENTS(default_users); i++) {
		found = getpwnam(default_users[i]);
	}
	if (found == NULL) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_NOT_FOUND,
			"user '%s' does not exist; name one with --user",
			user != NULL ? user : default_users[0]);
	}
	return found;
}

static bool
is_empty(int folder)
{
	int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *entry;
	bool empty = dir != NULL;

	while (empty && (entry = readdir(dir)) != NULL) {
		empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
	}
	if (dir != NULL) {
		(void)closedir(dir);
	}
	return empty;
}

/* Only what nobody uses yet changes hands: a mistyped path must not give away a system folder. */
static bool
give_folder(const char *path, const struct passwd *user, GError **error)
{
	g_autofree char *parent = g_path_get_dirname(path);
	struct stat info;

	/* The way there must be open to the user, unlike the folder itself. */
	mode_t mask = umask(S_IWGRP | S_IWOTH);
	bool made = g_mkdir_with_parents(parent, 0755) == 0 &&
		    (mkdir(path, 0700) == 0 || errno == EEXIST);

	(void)umask(mask);
	if (!made) {
		avu_set_errno(error, errno, "state directory '%s'", path);
		return false;
	}

	avu_autofd int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &info) != 0) {
		avu_set_errno(error, errno, "state directory '%s'", path);
		return false;
	}
	if (info.st_uid == 0 && is_empty(fd) && fchown(fd, user->pw_uid, user->pw_gid) != 0) {
		avu_set_errno(error, errno, "giving state directory '%s' to user '%s'", path,
			user->pw_name);
		return false;
	}
	return true;
}

static bool
become(const struct passwd *user, GError **error)
{
	/* Groups first: afterwards the right to change them is gone. Leaving uid 0 in all three
	 * places makes the kernel drop every capability. */
	if (initgroups(user->pw_name, user->pw_gid) != 0 ||
		setresgid(user->pw_gid, user->pw_gid, user->pw_gid) != 0 ||
		setresuid(user->pw_uid, user->pw_uid, user->pw_uid) != 0) {
		avu_set_errno(error, errno, "becoming user '%s'", user->pw_name);
		return false;
	}
	if (setuid(0) == 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_DENIED, "user '%s' could become root again",
			user->pw_name);
		return false;
	}
	/* The leak check of sanitizer builds traces its own process. */
	(void)prctl(PR_SET_DUMPABLE, AVU_SANITIZED, 0, 0, 0);
	return true;
}

static void
forget_root(const struct passwd *user, const char *state_dir)
{
	for (size_t i = 0; i < G_N_ELEMENTS(root_variables); i++) {
		g_unsetenv(root_variables[i]);
	}
	g_setenv("HOME", state_dir != NULL ? state_dir : "/", TRUE);
	g_setenv("USER", user->pw_name, TRUE);
	g_setenv("LOGNAME", user->pw_name, TRUE);
}

bool
avu_drop_privileges(const char *user, const char *state_dir, GError **error)
{
	const struct passwd *found;

	if (geteuid() != 0 && user == NULL) {
		return true;
	}
	found = find_user(user, error);
	if (found == NULL) {
		return false;
	}
	if (geteuid() != 0) {
		if (found->pw_uid != geteuid()) {
			g_set_error(error, AVU_ERROR, AVU_ERROR_DENIED,
				"only root can go on as user '%s'", user);
		}
		return found->pw_uid == geteuid();
	}
	if (found->pw_uid == 0) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE,
			"user '%s' is root; name another with --user", user);
		return false;
	}
	if ((state_dir != NULL && !give_folder(state_dir, found, error)) || !become(found, error)) {
		return false;
	}
	forget_root(found, state_dir);
	return true;
}
