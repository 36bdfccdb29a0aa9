/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One file below a held folder, by openat2 with RESOLVE_BENEATH (SEC-120). Any thread.
 *
 * Where a filter of system calls does not let openat2 through, folder by folder: systemd's
 * RestrictSUIDSGID, which DynamicUser implies, answers ENOSYS, as a filter cannot see its arguments;
 * filters of containers that do not know the call answer EPERM. */
#include "mediaserver/library/beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <av-upnp/fd.h>

#define ALWAYS (O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)

/* Takes the next name off *path into name. @return false with errno set: none that may be opened */
static bool
take_name(const char **path, char name[NAME_MAX + 1])
{
	size_t len = strcspn(*path, "/");

	if (len > NAME_MAX) {
		errno = ENAMETOOLONG;
		return false;
	}
	memcpy(name, *path, len);
	name[len] = '\0';
	*path += len;
	*path += strspn(*path, "/");
	if (len == 0 || strcmp(name, "..") == 0) { /* absolute, or up: both lead out */
		errno = EXDEV;
		return false;
	}
	return true;
}

int
beneath_open_by_steps(int folder, const char *path, int flags)
{
	avu_autofd int held = -1;
	char name[NAME_MAX + 1] = ".";

	if (path[0] != '\0' && !take_name(&path, name)) {
		return -1;
	}
	while (path[0] != '\0') {
		int next = openat(held >= 0 ? held : folder, name,
			O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

		avu_fd_cleanup(&held);
		held = next;
		if (next < 0 || !take_name(&path, name)) {
			return -1;
		}
	}
	return openat(held >= 0 ? held : folder, name, flags | ALWAYS | O_NOFOLLOW);
}

int
beneath_open(int folder, const char *path, int flags)
{
	const struct open_how how = {
		.flags = (uint64_t)(flags | ALWAYS),
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS,
	};
	int fd = (int)syscall(SYS_openat2, folder, path[0] == '\0' ? "." : path, &how, sizeof(how));

	return fd < 0 && (errno == ENOSYS || errno == EPERM)
		       ? beneath_open_by_steps(folder, path, flags)
		       : fd;
}
