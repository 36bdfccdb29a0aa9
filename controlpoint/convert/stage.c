/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* FILES/TOKEN/Name.flac: each in a folder of its own, so that names stay, which titles are made of, and
 * what lies beside it lies beside it here. A token is a hash, so the same file is there once. The server
 * follows no symbolic links. Any thread; reads and writes the disk. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <av-upnp/error.h>
#include <av-upnp/fd.h>
#include <av-upnp/hash.h>

#include "convert/stage.h"
#include "item/subtitles.h"
#include "queue/client.h"

#define TOKEN_BYTES 8
#define NAME_BYTES_MAX 200
#define PIECE_BYTES (1 << 24)
#define PART ".part"

static char *
build_path(const char *name)
{
	g_autofree char *base = queue_directory();

	return g_build_filename(base, "convert", name, NULL);
}

char *
stage_files_directory(void)
{
	return build_path("files");
}

char *
stage_server_directory(void)
{
	return build_path("server");
}

char *
stage_place(const char *key, const char *name, GError **error)
{
	g_autofree char *files = stage_files_directory();
	g_autofree char *base = g_path_get_basename(name);
	uint8_t digest[AVU_SHA256_LEN];
	char token[2 * TOKEN_BYTES + 1];

	avu_sha256(key, strlen(key), digest);
	for (size_t i = 0; i < TOKEN_BYTES; i++) {
		(void)g_snprintf(token + 2 * i, 3, "%02x", digest[i]);
	}
	g_autofree char *folder = g_build_filename(files, token, NULL);

	if (g_mkdir_with_parents(folder, S_IRWXU) != 0) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_IO, "%s: %s", folder, g_strerror(errno));
		return NULL;
	}
	(void)utimensat(AT_FDCWD, folder, NULL, 0); /* it is wanted anew */
	/* hidden ones are not shared; a name that is too long keeps its end, which says the kind */
	const char *harmless = base + strspn(base, ".");
	const size_t len = strlen(harmless);

	return g_build_filename(folder,
		len == 0               ? "item"
		: len > NAME_BYTES_MAX ? harmless + len - NAME_BYTES_MAX
				       : harmless,
		NULL);
}

/* Not between any two file systems: from where it stops the other one goes on. */
static bool
is_refused(int error)
{
	return error == EXDEV || error == EINVAL || error == ENOSYS || error == EOPNOTSUPP;
}

/* @return octets copied, 0 at the end, -1 with errno */
static ssize_t
copy_piece(int from, int to)
{
	ssize_t n;

	do {
		n = copy_file_range(from, NULL, to, NULL, PIECE_BYTES, 0);
		if (n < 0 && is_refused(errno)) {
			n = sendfile(to, from, NULL, PIECE_BYTES);
		}
	} while (n < 0 && errno == EINTR);
	return n;
}

static bool
copy_file(int from, const char *to, GError **error)
{
	g_autofree char *part = g_strconcat(to, PART, NULL);
	avu_autofd int out =
		open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR);
	ssize_t n = out >= 0 ? 1 : -1;

	while (n > 0) {
		n = copy_piece(from, out);
	}
	if (n < 0 || rename(part, to) != 0) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_IO, "%s: %s", to, g_strerror(errno));
		(void)unlink(part);
		return false;
	}
	return true;
}

/* Links it, or copies. */
static bool
bring(const char *path, const char *to, GError **error)
{
	avu_autofd int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat info;

	if (fd < 0 || fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_NOT_FOUND, "%s: %s", path,
			fd < 0 ? g_strerror(errno) : "no file that can be read");
		return false;
	}
	if (linkat(AT_FDCWD, path, AT_FDCWD, to, AT_SYMLINK_FOLLOW) == 0 || errno == EEXIST) {
		return true;
	}
	if (info.st_size > STAGE_BYTES_MAX) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_LIMIT,
			"%s lies on another disk and is too large to be copied from there for a "
			"conversion; share its folder with av-mediaserver instead",
			path);
		return false;
	}
	return copy_file(fd, to, error);
}

/* Those that cannot be had are no reason not to play. */
static void
bring_subtitles(const char *path, const char *to)
{
	g_autofree char *folder = g_path_get_dirname(path);
	g_autofree char *stem = g_path_get_basename(path);
	g_autofree char *to_folder = g_path_get_dirname(to);
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	char *dot = strrchr(stem, '.');

	if (dot != NULL) {
		*dot = '\0';
	}
	for (const char *name = dir != NULL ? g_dir_read_name(dir) : NULL; name != NULL;
		name = g_dir_read_name(dir)) {
		if (subtitles_belong(name, stem)) {
			g_autofree char *from = g_build_filename(folder, name, NULL);
			g_autofree char *there = g_build_filename(to_folder, name, NULL);

			(void)bring(from, there, NULL);
		}
	}
}

char *
stage_file(const char *path, GError **error)
{
	struct stat info;

	if (stat(path, &info) != 0) {
		g_set_error(
			error, AVU_ERROR, AVU_ERROR_NOT_FOUND, "%s: %s", path, g_strerror(errno));
		return NULL;
	}
	/* changed since then: another file */
	g_autofree char *key = g_strdup_printf("%s\n%" G_GINT64_FORMAT "\n%" G_GINT64_FORMAT, path,
		(gint64)info.st_size, (gint64)info.st_mtim.tv_sec);
	g_autofree char *to = stage_place(key, path, error);

	if (to == NULL) {
		return NULL;
	}
	bring_subtitles(path, to); /* first: the server sees them together */
	return bring(path, to, error) ? g_steal_pointer(&to) : NULL;
}

static void
remove_folder(const char *folder)
{
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);

	for (const char *name = dir != NULL ? g_dir_read_name(dir) : NULL; name != NULL;
		name = g_dir_read_name(dir)) {
		g_autofree char *path = g_build_filename(folder, name, NULL);

		(void)unlink(path); /* the next time, if not now */
	}
	(void)rmdir(folder);
}

static bool
is_older(const char *path, int64_t old_s)
{
	struct stat info;

	return stat(path, &info) != 0 || time(NULL) - info.st_mtim.tv_sec > old_s;
}

/* Paths in a folder that a test holds for. */
static bool
has_any(const char *folder, bool (*test)(const char *path, void *data), void *data)
{
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	bool found = false;

	for (const char *name = dir != NULL ? g_dir_read_name(dir) : NULL; !found && name != NULL;
		name = g_dir_read_name(dir)) {
		g_autofree char *path = g_build_filename(folder, name, NULL);

		found = test(path, data);
	}
	return found;
}

static bool
is_fetched_now(const char *path, void *data)
{
	(void)data;
	return g_str_has_suffix(path, PART) && !is_older(path, STAGE_IDLE_S);
}

static bool
has_fetched_now(const char *folder, void *data)
{
	return has_any(folder, is_fetched_now, data);
}

void
stage_prune(int64_t old_s, bool (*is_used)(const char *path, void *data), void *data)
{
	g_autofree char *files = stage_files_directory();
	g_autoptr(GDir) dir =
		has_any(files, has_fetched_now, NULL) ? NULL : g_dir_open(files, 0, NULL);

	for (const char *name = dir != NULL ? g_dir_read_name(dir) : NULL; name != NULL;
		name = g_dir_read_name(dir)) {
		g_autofree char *folder = g_build_filename(files, name, NULL);
		struct stat info;

		if (lstat(folder, &info) == 0 && S_ISDIR(info.st_mode) && is_older(folder, old_s) &&
			!has_any(folder, is_used, data)) {
			remove_folder(folder);
		}
	}
}
