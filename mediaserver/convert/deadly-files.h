/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* convert/deadly-files.h: files that ended their worker, as they were then (SEC-145) */
#pragma once

#include <sys/stat.h>

#include <av-upnp/base.h>

G_BEGIN_DECLS

#define DEADLY_FILES_MAX 64

typedef struct {
	dev_t device;
	ino_t inode;
	off_t size;
	struct timespec modified;
	unsigned deaths;
} DeadlyFile;

/* The oldest is forgotten when there are too many. Its owner's lock guards it. */
typedef struct {
	DeadlyFile files[DEADLY_FILES_MAX];
	unsigned n; /* noted in all */
} DeadlyFiles;

bool deadly_file_describe(int fd, DeadlyFile *ret_file);
/** What comes through a pipe: nothing of that tells it from another one. It is forgiven within the hour, as other
 *  things come then. @param stream  what it is, not 0 */
DeadlyFile deadly_file_of_stream(int64_t stream, int64_t now_ns);
/** @param file  all zero: it was none's fault */
void deadly_files_note(DeadlyFiles *files, const DeadlyFile *file);
/** It did so twice, and is still the same. */
bool deadly_files_has(const DeadlyFiles *files, const DeadlyFile *file);

G_END_DECLS
