/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The kernel's file systems by their numbers (statfs(2)). Any thread. */
#include "mediaserver/library/file-system.h"

#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

/* Those that linux/magic.h has no name for. */
#define MAGIC_CIFS 0xff534d42
#define MAGIC_SMB2 0xfe534d42
#define MAGIC_FUSE 0x65735546
#define MAGIC_EXFAT 0x2011bab0
#define MAGIC_NTFS3 0x7366746e
#define MAGIC_CEPH 0x00c36400
#define MAGIC_GFS2 0x01161970
#define MAGIC_LUSTRE 0x0bd00bd0

static const struct {
	unsigned magic;
	const char *name;
	unsigned traits;
} known[] = {
	{ NFS_SUPER_MAGIC, "nfs", FILE_SYSTEM_REMOTE },
	{ MAGIC_CIFS, "cifs", FILE_SYSTEM_REMOTE | FILE_SYSTEM_NUMBERLESS },
	{ MAGIC_SMB2, "smb3", FILE_SYSTEM_REMOTE | FILE_SYSTEM_NUMBERLESS },
	{ SMB_SUPER_MAGIC, "smb", FILE_SYSTEM_REMOTE | FILE_SYSTEM_NUMBERLESS },
	{ MAGIC_FUSE, "fuse", FILE_SYSTEM_REMOTE | FILE_SYSTEM_NUMBERLESS }, /* sshfs, mergerfs */
	{ V9FS_MAGIC, "9p", FILE_SYSTEM_REMOTE },
	{ AFS_FS_MAGIC, "afs", FILE_SYSTEM_REMOTE },
	{ MAGIC_CEPH, "ceph", FILE_SYSTEM_REMOTE },
	{ MAGIC_GFS2, "gfs2", FILE_SYSTEM_REMOTE },
	{ MAGIC_LUSTRE, "lustre", FILE_SYSTEM_REMOTE },
	{ CODA_SUPER_MAGIC, "coda", FILE_SYSTEM_REMOTE },
	{ MSDOS_SUPER_MAGIC, "vfat", FILE_SYSTEM_NUMBERLESS },
	{ MAGIC_EXFAT, "exfat", FILE_SYSTEM_NUMBERLESS },
	{ MAGIC_NTFS3, "ntfs3", 0 },
};

/* @return index into known, or its length */
static size_t
find(int fd)
{
	struct statfs about;
	size_t i = 0;

	if (fstatfs(fd, &about) < 0) {
		return G_N_ELEMENTS(known);
	}
	while (i < G_N_ELEMENTS(known) && known[i].magic != (unsigned)about.f_type) {
		i++;
	}
	return i;
}

unsigned
file_system_get_traits(int fd)
{
	size_t i = find(fd);

	return i < G_N_ELEMENTS(known) ? known[i].traits : 0;
}

const char *
file_system_get_name(int fd)
{
	size_t i = find(fd);

	return i < G_N_ELEMENTS(known) ? known[i].name : "another";
}

char *
file_system_identify(int fd)
{
	struct statfs about;
	struct stat st;
	uint64_t id = 0;

	if (fstatfs(fd, &about) < 0 || fstat(fd, &st) < 0) {
		return NULL;
	}
	G_STATIC_ASSERT(sizeof(about.f_fsid) == sizeof(id));
	memcpy(&id, &about.f_fsid, sizeof(id));
	/* device numbers are given anew at each start */
	return g_strdup_printf("%x %" G_GINT64_MODIFIER "x %" G_GINT64_MODIFIER "x",
		(unsigned)about.f_type, id, (uint64_t)st.st_ino);
}
