/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* delivery/current-file.h: an item's file, opened, and the one that was probed
 *
 * What the catalogue says of a file holds for the file that it saw. One that was changed or swapped since is
 * looked at anew before anything of it is sent (SEC-122). On a connection's thread; may wait. */
#pragma once

#include <sys/stat.h>

#include <av-upnp/http-server.h>

#include "mediaserver/delivery/known-files.h"
#include "mediaserver/library/roots.h"

G_BEGIN_DECLS

typedef struct {
	KnownFiles *files;
	const Roots *roots;
	/* Has the file looked at, now; NULL: nobody can.
	 * @param root  uuid  @param growing  it is being written  @thread any */
	void (*touch)(const char *root, const char *path, bool growing, void *data);
	void *touch_data;
} CurrentFiles;

typedef struct {
	CatalogueFile *file;
	int fd;
	struct stat st;
	bool growing; /* listed as a recording in progress, or larger than it was and written to until now */
} CurrentFile;

/** @param wait_ns  how long a changed file may take to be probed
 *  @return NULL: ret_file is there, current_file_clear() it; else the answer: 404, 403, or 503 when the disk is
 *          away, the catalogue busy, or the file changed just now */
AvuHttpResponse *current_file_open(
	const CurrentFiles *files, int64_t id, int64_t wait_ns, CurrentFile *ret_file);
void current_file_clear(CurrentFile *current);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CurrentFile, current_file_clear)
/** Is somebody still writing to it? */
bool current_file_was_just_written(int fd);

#define CURRENT_FILE_NONE              \
	{                              \
		NULL, -1, { 0 }, false \
	}
#define CURRENT_FILE_WAIT_NS (3 * AVU_NS_PER_S)

G_END_DECLS
