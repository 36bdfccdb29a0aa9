/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Preloaded into the server by test_watch.py: every file system says that it is NFS. */
#include <linux/magic.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

/* With offsets of 64 bits, as the program is built. */
int
fstatfs(int fd, struct statfs *ret_about)
{
	const int code = (int)syscall(SYS_fstatfs, fd, ret_about);

	ret_about->f_type = NFS_SUPER_MAGIC;
	return code;
}
