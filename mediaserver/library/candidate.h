/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* library/candidate.h: files on their way through the workers, and where they belong */
#pragma once

#include <sys/stat.h>

#include "mediaserver/catalogue/catalogue.h"
#include "mediaserver/library/companions.h"
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
	unsigned traits;        /* FileSystemTraits, once opened */
	int64_t known;          /* its id when the catalogue had it before, else 0 */
	bool stored;            /* its row, and those above it, are in the catalogue */
	bool again;             /* its media is to be described again */
	double share;           /* of the whole walk */

	Companions *companions; /* NULL: not looked for */
	GPtrArray *changed;     /* names of companions that came, changed or went; may be NULL */
	bool media_changed;     /* a file of it was stored or removed */
	bool walked;            /* nothing more of it goes out */
	unsigned n_out;         /* files of it at the workers */
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
	int64_t id;       /* of the item it is; 0: a new one */
	int64_t replaces; /* the item of another file that was here; 0: none */
	bool growing;     /* a recording in progress: listed while it is written */
	bool uncounted;   /* if it turns out to be new, it is one file more */
} Candidate;

/* One batch and the files it was made of; user_data of the batch. */
typedef struct {
	void *library;
	unsigned n;
	Candidate files[AVU_LIMIT_WORKER_BATCH];
} Cargo;

Cargo *cargo_new(void *library);
/** @param file  folder and name are copied */
void cargo_add(Cargo *cargo, const Candidate *file);
void cargo_free(Cargo *cargo);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Cargo, cargo_free)

G_END_DECLS
