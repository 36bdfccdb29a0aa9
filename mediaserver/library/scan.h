/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* library/scan.h: one pass over a part of the disk, after which the catalogue is equal to it
 *
 * What is new or changed (time, size, inode) goes to the workers, what is gone leaves the catalogue
 * at the end of the pass, unless it has turned up elsewhere. Library's thread. */
#pragma once

#include "mediaserver/library/library.h"
#include "mediaserver/library/roots.h"

G_BEGIN_DECLS

typedef struct Scan Scan;

typedef enum {
	SCAN_OF_ALL,     /* each file is met for the first time */
	SCAN_OF_CHANGES, /* most of them have been counted before */
} ScanKind;

/** @param ret_report  is counted up; outlives the scan */
Scan *scan_new(Library *library, LibraryReport *ret_report, ScanKind kind);
void scan_free(Scan *scan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Scan, scan_free)

/* Each returns false when the catalogue could not be written: the pass is off, scan_free() it. What
 * cannot be read is told, and stays known. Stopped, they return true early. */

/** Items of folders that are not shared any more. */
bool scan_drop_old_roots(Scan *scan, GError **error);
/** A folder and all below. */
bool scan_tree(Scan *scan, const Root *root, const char *path, GError **error);

typedef struct {
	const char *name;
	int64_t quiet_ns; /* a file changed within that time is put off */
	bool waited;      /* it was put off before */
} ScanName;
/** A folder without those below it. @param names  those that are known to be whole, or not */
bool scan_folder(Scan *scan, const Root *root, const char *path, const ScanName *names, size_t n,
	GError **error);
/** Entries of a folder by name. One that is a folder is walked with all below. */
bool scan_names(Scan *scan, const Root *root, const char *path, const ScanName *names, size_t n,
	GError **error);

/** Media files that it came by, also those it had come by before. */
uint64_t scan_get_n_seen(const Scan *scan);
/** Waits for what is at the workers, and removes what stayed lost. */
bool scan_finish(Scan *scan, GError **error);

G_END_DECLS
