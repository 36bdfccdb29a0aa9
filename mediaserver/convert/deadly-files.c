/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A file is another one as soon as its size or time is. No thread of its own. */
#include "mediaserver/convert/deadly-files.h"

#include <av-upnp/clock.h>

#define DEATHS_MAX 2
#define FORGIVEN_NS (3600 * AVU_NS_PER_S)

static bool
is_same(const DeadlyFile *a, const DeadlyFile *b)
{
	return a->device == b->device && a->inode == b->inode && a->size == b->size &&
	       a->modified.tv_sec == b->modified.tv_sec &&
	       a->modified.tv_nsec == b->modified.tv_nsec;
}

static unsigned
find(const DeadlyFiles *files, const DeadlyFile *file)
{
	unsigned i = 0;

	while (i < MIN(files->n, DEADLY_FILES_MAX) && !is_same(&files->files[i], file)) {
		i++;
	}
	return i;
}

bool
deadly_file_describe(int fd, DeadlyFile *ret_file)
{
	struct stat st;

	if (fstat(fd, &st) < 0) {
		return false;
	}
	*ret_file = (DeadlyFile){ st.st_dev, st.st_ino, st.st_size, st.st_mtim, 0 };
	return true;
}

DeadlyFile
deadly_file_of_stream(int64_t stream, int64_t now_ns)
{
	/* no file is on device 0 */
	return (DeadlyFile){
		.inode = (ino_t)stream,
		.modified.tv_sec = now_ns / FORGIVEN_NS,
	};
}

void
deadly_files_note(DeadlyFiles *files, const DeadlyFile *file)
{
	unsigned i = find(files, file);

	if (file->inode == 0) {
		return; /* none: a measurement */
	}
	if (i == MIN(files->n, DEADLY_FILES_MAX)) {
		i = files->n++ % DEADLY_FILES_MAX;
		files->files[i] = *file;
		files->files[i].deaths = 0;
	}
	files->files[i].deaths++;
}

bool
deadly_files_has(const DeadlyFiles *files, const DeadlyFile *file)
{
	const unsigned i = find(files, file);

	return i < MIN(files->n, DEADLY_FILES_MAX) && files->files[i].deaths >= DEATHS_MAX;
}
