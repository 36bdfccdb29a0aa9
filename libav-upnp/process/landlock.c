/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* process/landlock.c: rules over files, TCP and signals that a process lays on itself.
 *
 * The numbers are the kernel's interface (Documentation/userspace-api/landlock.rst), written out here
 * because the headers of Debian 12 know only the first of them, while the kernel that runs may know
 * all. Each version adds rights: asking an older kernel for a newer right fails, so they are cut. */
#include <errno.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <av-upnp/error.h>
#include <av-upnp/fd.h>

#include "landlock.h"

enum {
	FS_EXECUTE = 1 << 0,
	FS_WRITE_FILE = 1 << 1,
	FS_READ_FILE = 1 << 2,
	FS_READ_DIR = 1 << 3,
	FS_REMOVE_DIR = 1 << 4,
	FS_REMOVE_FILE = 1 << 5,
	FS_MAKE_DIR = 1 << 7,
	FS_MAKE_REG = 1 << 8,
	FS_MAKE_SOCK = 1 << 9,
	FS_MAKE_FIFO = 1 << 10,
	FS_MAKE_SYM = 1 << 12,
	FS_TRUNCATE = 1 << 14,
	FS_IOCTL_DEV = 1 << 15,
	NET_TCP = 3, /* bind and connect */
	SCOPE_ABSTRACT_SOCKETS = 1,
	SCOPE_SIGNALS = 2,
};

#define CREATE_VERSION 1
#define RULE_PATH_BENEATH 1

/* Rights over files by version: bits 0…12 in the first, then one more each time. */
static const struct {
	int since;
	uint64_t fs, net, scoped;
} versions[] = {
	{ 1, (1 << 13) - 1, 0, 0 },
	{ 2, 1 << 13, 0, 0 }, /* moving between folders */
	{ 3, FS_TRUNCATE, 0, 0 },
	{ 4, 0, NET_TCP, 0 },
	{ 5, FS_IOCTL_DEV, 0, 0 },
	{ 6, 0, 0, SCOPE_ABSTRACT_SOCKETS | SCOPE_SIGNALS },
};

static const struct {
	unsigned access;       /* AvuSandboxAccess */
	uint64_t file, folder; /* folder: on top of file */
} grants[] = {
	{ AVU_SANDBOX_READ, FS_READ_FILE, FS_READ_DIR },
	{ AVU_SANDBOX_WRITE, FS_WRITE_FILE | FS_TRUNCATE | FS_IOCTL_DEV,
		FS_REMOVE_DIR | FS_REMOVE_FILE | FS_MAKE_DIR | FS_MAKE_REG | FS_MAKE_SOCK |
			FS_MAKE_FIFO | FS_MAKE_SYM },
	{ AVU_SANDBOX_EXECUTE, FS_EXECUTE, 0 },
};

/* The kernel's structures; it takes their size, and zeroes of a newer one are welcome. */
struct ruleset_attr {
	uint64_t handled_access_fs;
	uint64_t handled_access_net;
	uint64_t scoped;
};

struct path_beneath_attr {
	uint64_t allowed_access;
	int32_t parent_fd;
} __attribute__((packed));

int
landlock_version(void)
{
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0, CREATE_VERSION);

	return version > 0 ? (int)version : 0;
}

static uint64_t
rights_for(unsigned access, bool is_folder)
{
	uint64_t rights = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(grants); i++) {
		if ((access & grants[i].access) != 0) {
			rights |= grants[i].file | (is_folder ? grants[i].folder : 0);
		}
	}
	return rights;
}

static bool
add_path(int ruleset, const AvuSandboxPath *path, uint64_t handled, GError **error)
{
	avu_autofd int fd = open(path->path, O_PATH | O_CLOEXEC);
	struct path_beneath_attr rule = { .parent_fd = fd };
	struct stat info;

	if (fd < 0 || fstat(fd, &info) != 0) {
		return true; /* what is not there needs no right */
	}
	rule.allowed_access = rights_for(path->access, S_ISDIR(info.st_mode)) & handled;
	if (rule.allowed_access != 0 &&
		syscall(SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &rule, 0) != 0) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED, "Landlock rule for '%s': %s",
			path->path, g_strerror(errno));
		return false;
	}
	return true;
}

bool
landlock_enter(const AvuSandboxPath *paths, bool abstract_sockets, int version, GError **error)
{
	struct ruleset_attr handled = { 0 };

	for (size_t i = 0; i < G_N_ELEMENTS(versions); i++) {
		if (version >= versions[i].since) {
			handled.handled_access_fs |= versions[i].fs;
			handled.handled_access_net |= versions[i].net;
			handled.scoped |= versions[i].scoped;
		}
	}
	if (abstract_sockets) {
		handled.scoped &= ~(uint64_t)SCOPE_ABSTRACT_SOCKETS;
	}

	avu_autofd int ruleset =
		(int)syscall(SYS_landlock_create_ruleset, &handled, sizeof handled, 0);

	for (const AvuSandboxPath *path = paths; ruleset >= 0 && path != NULL && path->path != NULL;
		path++) {
		if (!add_path(ruleset, path, handled.handled_access_fs, error)) {
			return false;
		}
	}
	if (ruleset < 0 || syscall(SYS_landlock_restrict_self, ruleset, 0) != 0) {
		g_set_error(
			error, AVU_ERROR, AVU_ERROR_UNSUPPORTED, "Landlock: %s", g_strerror(errno));
		return false;
	}
	return true;
}
