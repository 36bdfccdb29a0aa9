/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* library/scan-private.h: what walking and storing share */
#pragma once

#include <dirent.h>

#include "mediaserver/library/library-private.h"
#include "mediaserver/library/moves.h"
#include "mediaserver/library/scan.h"

G_BEGIN_DECLS

struct Scan {
	Library *library;
	LibraryReport *report;
	ScanKind kind;
	uint64_t n_seen;
	Moves *moves;
	GQueue folders;    /* DiskFolder still to walk */
	ProbeBatch *batch; /* being filled, of one root; NULL: none */
	unsigned n_out;    /* batches at the workers */
	bool writing;      /* a transaction is open */
	int64_t began_ns;  /* it was */

	/* of the call under way */
	bool deep; /* folders below are walked, too */
	const ScanName *names;
	size_t n_names;
};

bool scan_is_stopping(const Scan *scan);
/** Opens a transaction, unless one is. */
bool scan_begin(Scan *scan, GError **error);
bool scan_commit(Scan *scan, GError **error);
/** No transaction is longer than readers and other writers may wait (ROB-024). */
bool scan_commit_if_old(Scan *scan, GError **error);

/** Hands out an open file. @param fd  taken  @param file  copied */
bool scan_probe(Scan *scan, const Candidate *file, int fd, GError **error);
/** Hands out what has been collected. */
bool scan_submit(Scan *scan, GError **error);
/** The folder's files are all handed out: when they are back, its companions are stored. */
bool scan_folder_walked(Scan *scan, DiskFolder *folder, GError **error);

/* What lies in a folder beside its media, in survey.c. */
typedef struct {
	unsigned n_folders;
	bool has_av; /* music or video */
	bool marked; /* it is not to be shared: as if it were empty */
} Survey;
/** Reads dir to its end; sets folder->companions and, compared with the catalogue, folder->changed. */
bool survey_folder(Scan *scan, DiskFolder *folder, DIR *dir, Survey *ret_survey, GError **error);
/** The companions as the catalogue has them. */
bool survey_recall(Scan *scan, DiskFolder *folder, GError **error);
/** Stores what survey_folder() found changed, and tells the readers of it. Within a transaction. */
bool survey_store(Scan *scan, DiskFolder *folder, GError **error);
/** What was made of companions in a folder, and in those below, goes with it. Within a transaction. */
bool survey_remove_folder(Scan *scan, int64_t folder, GError **error);
/** Subtitles of the folder above are looked for in it. */
bool survey_is_subtitle_folder(const char *name);
/** One of the folder's changed companions says something of that file. */
bool survey_touches(const DiskFolder *folder, const char *media_name);

/** Type of an entry, also where the file system does not tell. */
unsigned char walk_type_of(int directory, const struct dirent *entry);

G_END_DECLS
