/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* library/candidate.h: files on their way through the workers, and where they belong */
#pragma once

#include <sys/stat.h>

#include "mediaserver/catalogue/catalogue.h"
#include "mediaserver/library/roots.h"
#include "mediaserver/workers/pool.h"

G_BEGIN_DECLS

/* A folder that files under way refer to. Library's thread only. */
typedef struct DiskFolder DiskFolder;
struct DiskFolder {
	unsigned refs;
	const Root *root;
	DiskFolder *parent;     /* NULL: the root's own folder */
	char *path;             /* below the root */
	uint64_t device, inode; /* once opened: to notice loops of bind mounts */
	bool stored;            /* its row, and those above it, are in the catalogue */
};

/** @param parent  NULL for the root itself, then name is "" */
DiskFolder *disk_folder_new(const Root *root, DiskFolder *parent, const char *name);
DiskFolder *disk_folder_ref(DiskFolder *folder);
void disk_folder_unref(DiskFolder *folder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DiskFolder, disk_folder_unref)
CatalogueFolder disk_folder_describe(const DiskFolder *folder);
/** "/srv/music/Björk/Debut/01.flac" for messages. g_free() it. */
char *disk_folder_name_for_display(const DiskFolder *folder, const char *name);

typedef struct {
	DiskFolder *folder;
	char *name;
	struct stat st;
} Candidate;

/* One batch and the files it was made of; user_data of the batch. */
typedef struct {
	void *library;
	unsigned n;
	Candidate files[AVU_LIMIT_WORKER_BATCH];
} Cargo;

Cargo *cargo_new(void *library);
/** @param st  of the opened file */
void cargo_add(Cargo *cargo, DiskFolder *folder, const char *name, const struct stat *st);
void cargo_free(Cargo *cargo);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Cargo, cargo_free)

G_END_DECLS
