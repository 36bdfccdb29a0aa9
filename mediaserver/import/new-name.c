/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One call of the kernel, where the file system knows it: NFS and some of FUSE's answer EINVAL. There a second name is
 * made, which fails when it is taken, and the first removed; folders have no second names, and what knows neither is
 * looked at before, which leaves a moment in which somebody else may come. Any thread. */
#include "mediaserver/import/new-name.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

int
new_name_rename_by_steps(int from_folder, const char *from, int to_folder, const char *to)
{
	struct stat st;

	if (linkat(from_folder, from, to_folder, to, 0) == 0) {
		return unlinkat(from_folder, from, 0);
	}
	if (errno == EEXIST || errno == ENOENT || errno == EXDEV) {
		return -1;
	}
	if (fstatat(to_folder, to, &st, AT_SYMLINK_NOFOLLOW) == 0) {
		errno = EEXIST;
		return -1;
	}
	return errno == ENOENT ? renameat(from_folder, from, to_folder, to) : -1;
}

int
new_name_rename(int from_folder, const char *from, int to_folder, const char *to)
{
	const int done = renameat2(from_folder, from, to_folder, to, RENAME_NOREPLACE);

	return done < 0 && (errno == EINVAL || errno == ENOSYS)
		       ? new_name_rename_by_steps(from_folder, from, to_folder, to)
		       : done;
}
