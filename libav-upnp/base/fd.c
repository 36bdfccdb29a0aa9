/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* base/fd.c: whole files and folders, for small things of our own (state, configuration). */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <av-upnp/error.h>
#include <av-upnp/fd.h>

GBytes *
avu_file_read(const char *path, size_t limit_bytes, GError **error)
{
	avu_autofd int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	uint8_t chunk[16384];
	ssize_t got;

	if (fd < 0) {
		avu_set_errno(error, errno, "'%s'", path);
		return NULL;
	}
	while ((got = read(fd, chunk, sizeof chunk)) != 0) {
		if (got < 0 && errno == EINTR) {
			continue;
		}
		if (got < 0) {
			avu_set_errno(error, errno, "reading '%s'", path);
			return NULL;
		}
		if (bytes->len + (size_t)got > limit_bytes) {
			g_set_error(error, AVU_ERROR, AVU_ERROR_LIMIT,
				"'%s' is larger than %zu octets", path, limit_bytes);
			return NULL;
		}
		g_byte_array_append(bytes, chunk, (guint)got);
	}
	return g_byte_array_free_to_bytes(g_steal_pointer(&bytes));
}

static bool
write_all(int fd, const char *data, size_t len)
{
	while (len > 0) {
		ssize_t put = write(fd, data, len);

		if (put < 0 && errno == EINTR) {
			continue;
		}
		if (put < 0) {
			return false;
		}
		data += put;
		len -= (size_t)put;
	}
	return true;
}

/* A new name lasts through a loss of power when its folder was written, too. Some file systems of networks have no
 * way to do that. */
static bool
sync_folder_of(const char *path)
{
	g_autofree char *folder = g_path_get_dirname(path);
	avu_autofd int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd >= 0 && (fsync(fd) == 0 || errno == EINVAL || errno == EOPNOTSUPP);
}

bool
avu_file_replace(const char *path, const void *data, size_t len, GError **error)
{
	g_autofree char *temporary = g_strdup_printf("%s.XXXXXX", path);
	avu_autofd int fd = g_mkstemp_full(temporary, O_WRONLY | O_CLOEXEC, 0600);

	if (fd < 0) {
		avu_set_errno(error, errno, "'%s'", path);
		return false;
	}
	if (!write_all(fd, data, len) || fsync(fd) != 0 || rename(temporary, path) != 0) {
		avu_set_errno(error, errno, "writing '%s'", path);
		(void)unlink(temporary);
		return false;
	}
	if (!sync_folder_of(path)) {
		avu_set_errno(error, errno, "writing the folder of '%s'", path);
		return false;
	}
	return true;
}

bool
avu_directory_make(const char *path, GError **error)
{
	struct stat info;

	if (g_mkdir_with_parents(path, 0700) != 0) {
		avu_set_errno(error, errno, "folder '%s'", path);
		return false;
	}
	if (stat(path, &info) != 0 || !S_ISDIR(info.st_mode)) {
		avu_set_errno(error, ENOTDIR, "'%s'", path);
		return false;
	}
	return true;
}

bool
avu_fd_set_nonblocking(int fd, GError **error)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0) {
		avu_set_errno(error, errno, "descriptor %d", fd);
		return false;
	}
	return true;
}
